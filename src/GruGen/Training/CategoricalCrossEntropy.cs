using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary><c>−ln softmax(l)_y = ln Σ e^(l_i − m) + m − l_y</c> with m = max l.</summary>
internal sealed class CategoricalCrossEntropy() : Loss(nameof(CategoricalCrossEntropy))
{
    internal override void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        RequireActivation(schema, Activation.Softmax);
        if (!data.HasClasses)
        {
            throw new ArgumentException(
                schema.OutputSize == 1
                    ? $"{Name} needs two classes at least, but {schema.Name} has one output; BinaryCrossEntropy with Activation.Sigmoid is for that."
                    : $"{Name} needs labels of classes as targets, but the dataset has values.",
                "loss");
        }
    }

    internal override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        var kernel = new Kernel { Block = block, GradientScale = gradientScale, Sum = sum };
        VectorKernel.Run(block.Lanes, ref kernel);
        block.ClearUnused();
        return kernel.Sum;
    }

    private struct Kernel : IVectorKernel
    {
        public OutputBlock Block;
        public double GradientScale;
        public double Sum;

        public void Run<V>()
            where V : struct, ISimd<V>
        {
            ReadOnlySpan<int> labels = Block.Labels;
            for (int row = 0; row < labels.Length; row++)
            {
                int label = labels[row];
                if (label < 0)
                {
                    continue;
                }

                ref float logits = ref Block.Outputs.At((nint)row * Block.Stride);
                ref float gradient = ref Block.Gradients.At((nint)row * Block.Stride);
                float max = Reduce.Max(ref logits, Block.Size);
                Exponentials<V>(ref logits, max, ref gradient, (nuint)Block.Stride);

                // the exponential at the label apart from the others, which it would round away where the model is sure
                float own = Unsafe.Add(ref gradient, label);
                Unsafe.Add(ref gradient, label) = 0;
                double others = Reduce.Total(ref gradient, Block.Size), sum = own + others;
                Sum += Portable.Log(sum) + ((double)max - Unsafe.Add(ref logits, label));
                if (GradientScale != 0)
                {
                    // softmax(l)_i − [i = y], which at y is −Σ_{i≠y} softmax(l)_i
                    Scale<V>(ref gradient, (float)(GradientScale / sum), (nuint)Block.Stride);
                    Unsafe.Add(ref gradient, label) = Faint.Flush((float)(-GradientScale * others / sum));
                }
            }
        }

        /// <summary>y = e^(x − max)</summary>
        [MethodImpl(Jit.Optimized)]
        private static void Exponentials<V>(ref float x, float max, ref float y, nuint count)
            where V : struct, ISimd<V>
        {
            V shift = V.Create(max);
            for (nuint i = 0; i < count; i += (nuint)V.Count)
            {
                V.Flush(Curve.Exp(V.Subtract(V.Load(ref x, i), shift)), Faint.SubnormalBits).Store(ref y, i);
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
