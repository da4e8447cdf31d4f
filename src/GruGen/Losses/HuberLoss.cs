using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// The squared error for errors up to 1, the absolute one beyond: <see cref="HuberLoss"/> with δ = 1. Outliers do not pull at it as
    /// they do at the squared error, and it is smooth where the absolute one has a corner.
    /// </summary>
    public static Loss Huber { get; } = new HuberLoss();
}

/// <summary>
/// <c>e²/2</c> where <c>|e| ≤ δ</c>, else <c>δ·(|e| − δ/2)</c>, for the error e = a − y of an output a with any activation and a number y,
/// or the label 0 or 1 of a single output (Huber 1964; PyTorch's <c>HuberLoss</c>, Keras' <c>Huber</c>).
/// </summary>
public sealed class HuberLoss : RowLoss
{
    /// <summary>The loss, with δ = 1 unless it is set.</summary>
    public HuberLoss()
        : base("Huber")
    {
    }

    /// <summary>δ, the error from which on the loss is a straight line; 1 by default, as in PyTorch and Keras.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a <see cref="float"/>.</exception>
    public double Delta
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Delta));
    } = 1;

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) =>
        LossRows.RunOnOutputs(rows, new ElementLosses<ClippedError>(new ClippedError((float)Delta, scale: 1)));

    /// <summary><c>c·(e − c/2)</c> and the slope c, both times a scale, where c is e limited to ±δ.</summary>
    internal readonly struct ClippedError(float delta, float scale) : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V error = V.Subtract(output, target), factor = V.Create(scale);
            slope = V.Multiply(V.Clamp(error, -delta, delta), factor);

            // without errors whose squares are subnormal
            error = V.Flush(error, Faint.SquareBits);
            V clipped = V.Clamp(error, -delta, delta);
            return V.Multiply(V.Multiply(clipped, V.MultiplyAdd(clipped, -0.5f, error)), factor);
        }
    }
}
