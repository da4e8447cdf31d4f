using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// <c>max(0, 1 + n − a_y)</c> for the output a_y of a label's class, with any activation, and n, the largest of 0 and the outputs of the
/// other classes (Keras' <c>CategoricalHinge</c>).
/// </summary>
public sealed class CategoricalHingeLoss : RowLoss
{
    /// <summary>The loss.</summary>
    public CategoricalHingeLoss()
        : base("CategoricalHinge")
    {
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireLabelsOfClasses(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(rows, default(Margin));

    private readonly struct Margin : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            float own = Unsafe.Add(ref outputs, label), largest = 0;
            int other = label; // if none is above 0, it is that of the label times 0
            for (int i = 0; i < block.Size; i++)
            {
                float output = Unsafe.Add(ref outputs, i);
                Unsafe.Add(ref gradient, i) = 0;
                if (i != label && !(output <= largest))
                {
                    (largest, other) = (output, i);
                }
            }

            double loss = 1.0 + largest - own;
            if (loss > 0)
            {
                Unsafe.Add(ref gradient, other) = (float)scale;
                Unsafe.Add(ref gradient, label) = -(float)scale;
            }

            return double.IsNaN(loss) ? loss : Math.Max(loss, 0);
        }
    }
}

/// <summary>
/// <c>Σ_{c≠y} max(0, 1 − a_y + a_c)/K</c> for the outputs a of K classes, with any activation, and the label y (PyTorch's
/// <c>MultiMarginLoss</c>).
/// </summary>
public sealed class MultiMarginLoss : RowLoss
{
    /// <summary>The loss.</summary>
    public MultiMarginLoss()
        : base("MultiMargin")
    {
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireLabelsOfClasses(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(rows, default(Margins));

    private readonly struct Margins : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            float step = (float)(scale / block.Size);
            V difference = V.Create(1 - Unsafe.Add(ref outputs, label)), slope = V.Create(step);
            nuint stride = (nuint)block.Stride;
            ref float losses = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V margin = V.Add(V.Load(ref outputs, i), difference);
                V.Positive(margin).Store(ref losses, i);
                V.WherePositive(margin, slope).Put(ref gradient, i);
            }

            Unsafe.Add(ref losses, label) = 0;
            Unsafe.Add(ref gradient, label) = 0;
            Unsafe.Add(ref gradient, label) = Faint.Flush((float)-Reduce.Total(ref gradient, block.Size));
            return Reduce.Total(ref losses, block.Size) / block.Size;
        }
    }
}
