namespace GruGen;

/// <summary>What Adam and those that came of it have in common: decaying means of the gradients and of their size.</summary>
public abstract record AdamFamily : Optimizer
{
    private protected AdamFamily(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>β₁, the decay rate of the mean of the gradients; 0.9 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Beta1
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Beta1));
    } = 0.9;

    /// <summary>
    /// β₂, the decay rate of the mean of the squared gradients, of Adamax that of the largest gradient; 0.999 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Beta2
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Beta2));
    } = 0.999;

    /// <summary>
    /// ε, which keeps the quotient finite; 1e-8 by default, as in PyTorch. Keras' default is 1e-7. Where it is added, each optimiser says.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Epsilon));
    } = 1e-8;
}
