using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>(a − y)²</c> of the output a, with any activation; the target y is a number, or the label 0 or 1 of a single output.
    /// </summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();
}

/// <summary><c>(a − y)²</c> with the gradient <c>2·(a − y)·a'</c>.</summary>
internal sealed class MeanSquaredError() : RowLoss(nameof(MeanSquaredError))
{
    private protected override bool WritesFlushedGradients => true;

    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    protected internal override void Compute(in OutputRows rows)
    {
        rows.Activate();
        LossRows.Run(rows.Block, new SquaredError((float)(2 * rows.Scale)));
        if (rows.WantsGradients)
        {
            rows.BackwardThroughActivation();
        }
    }

    private readonly struct SquaredError(float gradientScale) : IRowLoss
    {
        [MethodImpl(Jit.Inline)]
        public double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V scale = V.Create(gradientScale);
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), differences = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V difference = V.Subtract(V.Load(ref outputs, i), V.Load(ref targets, i));
                difference.Store(ref differences, i);
                V.Multiply(difference, scale).Put(ref gradient, i);
            }

            return Reduce.SumOfSquares(ref differences, block.Size);
        }
    }
}
