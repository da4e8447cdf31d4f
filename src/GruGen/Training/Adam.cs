namespace GruGen;

/// <summary>
/// Adam (Kingma and Ba 2015) as PyTorch has it: <c>m = β₁·m + (1 − β₁)·g</c>, <c>v = β₂·v + (1 − β₂)·g²</c>,
/// <c>w = w − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)</c>. With a decoupled weight decay it is <see cref="AdamW"/>.
/// </summary>
public sealed record Adam : AdamBase
{
    /// <summary>Adam.</summary>
    /// <param name="learningRate">The learning rate: about the largest change of a parameter in one step.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public Adam(double learningRate = 1e-3)
        : base(learningRate)
    {
    }
}
