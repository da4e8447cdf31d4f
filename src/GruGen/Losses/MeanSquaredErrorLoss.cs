using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>(a − y)²</c> of the output a, with any activation; the target y is a number, or the label 0 or 1 of a single output (PyTorch's
    /// <c>MSELoss</c>, Keras' <c>MeanSquaredError</c>).
    /// </summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredErrorLoss();
}

/// <summary><c>(a − y)²</c> with the gradient <c>2·(a − y)·a'</c>.</summary>
public sealed class MeanSquaredErrorLoss : RowLoss
{
    /// <summary>The loss, as <see cref="Loss.MeanSquaredError"/> is.</summary>
    public MeanSquaredErrorLoss()
        : base("MeanSquaredError")
    {
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(rows, default(SquaredError));

    private readonly struct SquaredError : IRowLoss
    {
        [MethodImpl(Jit.Inline)]
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V factor = V.Create((float)(2 * scale));
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), differences = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V difference = V.Subtract(V.Load(ref outputs, i), V.Load(ref targets, i));
                difference.Store(ref differences, i);
                V.Multiply(difference, factor).Put(ref gradient, i);
            }

            return Reduce.SumOfSquares(ref differences, block.Size);
        }
    }
}
