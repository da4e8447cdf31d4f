using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>−y·ln σ(l) − (1 − y)·ln(1 − σ(l))</c> of the logit l, for a last layer with <see cref="Activation.Sigmoid"/>; the target y is a
    /// number from 0 to 1, or the label 0 or 1 of a single output.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new BinaryCrossEntropy();
}

/// <summary><c>−y·ln σ(l) − (1 − y)·ln(1 − σ(l)) = max(l, 0) − l·y + ln(1 + e^−|l|)</c></summary>
internal sealed class BinaryCrossEntropy() : RowLoss(nameof(BinaryCrossEntropy))
{
    private protected override bool WritesFlushedGradients => true;

    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireActivation(targets, Activation.Sigmoid);
        RequireValues(targets);
        if (!targets.HasLabels && (targets.SmallestValue < 0 || targets.LargestValue > 1))
        {
            throw new ArgumentException(
                $"{Name} needs targets from 0 to 1, but those of the dataset go from {targets.SmallestValue} to {targets.LargestValue}.",
                "loss");
        }
    }

    protected internal override void Compute(in OutputRows rows) => LossRows.Run(rows.Block, new CrossEntropy((float)rows.Scale));

    private readonly struct CrossEntropy(float gradientScale) : IRowLoss
    {
        [MethodImpl(Jit.Inline)]
        public double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V scale = V.Create(gradientScale);
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), losses = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V l = V.Load(ref outputs, i), y = V.Load(ref targets, i), minus = V.Subtract(0f, l);

                // u = e^−|l|
                V u = V.Flush(Activate.Exp(V.Subtract(0f, V.Add(V.Positive(l), V.Positive(minus)))), Faint.SubnormalBits);
                V loss = V.Add(V.MultiplyAdd(minus, y, V.Positive(l)), LogOnePlus(u));
                loss.Store(ref losses, i);

                // σ(|l|) = 1/(1 + u) and σ(−|l|) = u/(1 + u)
                V large = V.Divide(1f, V.Add(V.Create(1f), u));
                V small = V.Multiply(u, large), rest = V.Subtract(large, small);

                // σ(l) − y = (1 − y)·σ(l) − y·σ(−l), in which nothing cancels where y is 0 or 1
                V probability = V.Add(V.WherePositive(l, rest), small);
                V complement = V.Add(V.WherePositive(minus, rest), small);
                V slope = V.Subtract(V.Multiply(V.Subtract(1f, y), probability), V.Multiply(y, complement));
                V.Multiply(slope, scale).Put(ref gradient, i);
            }

            return Reduce.Total(ref losses, block.Size);
        }

        /// <summary>
        /// <c>ln(1 + u) = 2·artanh s</c> with <c>s = u/(2 + u)</c>, for u from 0 to 1; the series to s¹⁵ is exact to 2^−29.
        /// </summary>
        [MethodImpl(Jit.Inline)]
        private static V LogOnePlus<V>(V u)
            where V : struct, ISimd<V>
        {
            V s = V.Divide(u, V.Add(V.Create(2f), u)), s2 = V.MultiplyAdd(s, s, Activate.Tiny);
            V sum = V.MultiplyAdd(s2, 2f / 15, 2f / 13);
            sum = V.MultiplyAdd(sum, s2, 2f / 11);
            sum = V.MultiplyAdd(sum, s2, 2f / 9);
            sum = V.MultiplyAdd(sum, s2, 2f / 7);
            sum = V.MultiplyAdd(sum, s2, 2f / 5);
            sum = V.MultiplyAdd(sum, s2, 2f / 3);
            return V.Multiply(V.MultiplyAdd(sum, s2, 2f), s);
        }
    }
}
