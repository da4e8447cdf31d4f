using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>−ln softmax(l)_y</c> of the logits l, for a last layer with <see cref="Activation.Softmax"/>; the target y is the label of a
    /// class, not a one-hot vector (Keras' <c>SparseCategoricalCrossentropy</c>).
    /// </summary>
    public static Loss CategoricalCrossEntropy { get; } = new CategoricalCrossEntropy();
}

/// <summary><c>−ln softmax(l)_y = ln Σ e^(l_i − m) + m − l_y</c> with m = max l.</summary>
internal sealed class CategoricalCrossEntropy() : RowLoss(nameof(CategoricalCrossEntropy))
{
    private protected override bool WritesFlushedGradients => true;

    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireActivation(targets, Activation.Softmax);
        if (!targets.HasClasses)
        {
            throw new ArgumentException(
                targets.Size == 1
                    ? $"{Name} needs two classes at least, but {targets.Model.Name} has one output; "
                        + "BinaryCrossEntropy with Activation.Sigmoid is for that."
                    : $"{Name} needs labels of classes as targets, but the dataset has values.",
                "loss");
        }
    }

    protected internal override void Compute(in OutputRows rows) => LossRows.Run(rows.Block, new CrossEntropy(rows.Scale));

    private readonly struct CrossEntropy(double gradientScale) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            float max = Reduce.Max(ref outputs, block.Size);
            Exponentials<V>(ref outputs, max, ref gradient, (nuint)block.Stride);

            // the exponential at the label apart from the others, which it would round away where the model is sure
            float own = Unsafe.Add(ref gradient, label);
            Unsafe.Add(ref gradient, label) = 0;
            double others = Reduce.Total(ref gradient, block.Size), sum = own + others;
            double loss = Portable.Log(sum) + ((double)max - Unsafe.Add(ref outputs, label));
            if (gradientScale != 0)
            {
                // softmax(l)_i − [i = y], which at y is −Σ_{i≠y} softmax(l)_i
                Scale<V>(ref gradient, (float)(gradientScale / sum), (nuint)block.Stride);
                Unsafe.Add(ref gradient, label) = Faint.Flush((float)(-gradientScale * others / sum));
            }

            return loss;
        }

        /// <summary>y = e^(x − max)</summary>
        [MethodImpl(Jit.Optimized)]
        private static void Exponentials<V>(ref float x, float max, ref float y, nuint count)
            where V : struct, ISimd<V>
        {
            V shift = V.Create(max);
            for (nuint i = 0; i < count; i += (nuint)V.Count)
            {
                V.Flush(Activate.Exp(V.Subtract(V.Load(ref x, i), shift)), Faint.SubnormalBits).Store(ref y, i);
            }
        }

        /// <summary>y = y·scale; what is below 2^−95 then becomes 0, see <see cref="Faint"/>.</summary>
        [MethodImpl(Jit.Optimized)]
        private static void Scale<V>(ref float y, float scale, nuint count)
            where V : struct, ISimd<V>
        {
            V factor = V.Create(scale);
            for (nuint i = 0; i < count; i += (nuint)V.Count)
            {
                V.Multiply(V.Load(ref y, i), factor).Put(ref y, i);
            }
        }
    }
}
