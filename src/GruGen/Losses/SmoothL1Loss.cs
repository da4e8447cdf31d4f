namespace GruGen;

/// <summary>
/// <c>e²/(2·β)</c> where <c>|e| ≤ β</c>, else <c>|e| − β/2</c>, for the error e = a − y: that of <see cref="HuberLoss"/> with δ = β,
/// divided by β, so that large errors have the slope 1 whatever β is (PyTorch's <c>SmoothL1Loss</c>).
/// </summary>
public sealed class SmoothL1Loss : RowLoss
{
    /// <summary>The loss, with β = 1 unless it is set.</summary>
    public SmoothL1Loss()
        : base("SmoothL1")
    {
    }

    /// <summary>β, the error from which on the loss is a straight line; 1 by default, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a <see cref="float"/>.</exception>
    public double Beta
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Beta));
    } = 1;

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireValues(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) => LossRows.RunOnOutputs(
        rows, new ElementLosses<HuberLoss.ClippedError>(new HuberLoss.ClippedError((float)Beta, (float)(1 / Beta))));
}
