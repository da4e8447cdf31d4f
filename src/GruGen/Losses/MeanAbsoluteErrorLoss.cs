using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>|a − y|</c> of the output a, with any activation; the target y is a number, or the label 0 or 1 of a single output (PyTorch's
    /// <c>L1Loss</c>, Keras' <c>MeanAbsoluteError</c>). Outliers weigh less than in the squared error.
    /// </summary>
    public static Loss MeanAbsoluteError { get; } = new MeanAbsoluteErrorLoss();
}

/// <summary><c>|a − y|</c> with the gradient <c>sign(a − y)·a'</c>, which is 0 where a is y.</summary>
public sealed class MeanAbsoluteErrorLoss : RowLoss
{
    /// <summary>The loss, as <see cref="Loss.MeanAbsoluteError"/> is.</summary>
    public MeanAbsoluteErrorLoss()
        : base("MeanAbsoluteError")
    {
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(rows, default(ElementLosses<AbsoluteError>));

    private readonly struct AbsoluteError : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V difference = V.Subtract(output, target), one = V.Create(1f);
            slope = V.Subtract(V.WherePositive(difference, one), V.WherePositive(V.Subtract(target, output), one));
            return V.Abs(difference);
        }
    }
}
