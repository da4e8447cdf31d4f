using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>|a − y|</c> of the output a, with any activation; the target y is a number, or the label 0 or 1 of a single output (PyTorch's
    /// <c>L1Loss</c>). Outliers weigh less than in the squared error.
    /// </summary>
    public static Loss MeanAbsoluteError { get; } = new MeanAbsoluteError();
}

/// <summary><c>|a − y|</c> with the gradient <c>sign(a − y)·a'</c>, which is 0 where a is y.</summary>
internal sealed class MeanAbsoluteError() : RowLoss(nameof(MeanAbsoluteError))
{
    private protected override bool WritesFlushedGradients => true;

    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    protected internal override void Compute(in OutputRows rows)
    {
        rows.Activate();
        LossRows.Run(rows.Block, new AbsoluteError((float)rows.Scale));
        if (rows.WantsGradients)
        {
            rows.BackwardThroughActivation();
        }
    }

    private readonly struct AbsoluteError(float gradientScale) : IRowLoss
    {
        [MethodImpl(Jit.Inline)]
        public double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V scale = V.Create(gradientScale);
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), errors = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V output = V.Load(ref outputs, i), target = V.Load(ref targets, i);
                V difference = V.Subtract(output, target), opposite = V.Subtract(target, output);
                V.Abs(difference).Store(ref errors, i);
                V.Subtract(V.WherePositive(difference, scale), V.WherePositive(opposite, scale)).Put(ref gradient, i);
            }

            return Reduce.Total(ref errors, block.Size);
        }
    }
}
