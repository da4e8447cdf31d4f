namespace GruGen;

/// <summary>
/// Adam with a decoupled weight decay (Loshchilov and Hutter 2019) as PyTorch has it: <c>w = w − lr·λ·w</c>, and then the step of
/// <see cref="Adam"/>. λ is <see cref="Optimizer.WeightDecay"/>, here 0.01 by default, as in PyTorch; Keras' default is 0.004.
/// </summary>
/// <remarks>
/// Biases, normalisations, slopes and learned states do not decay, unless <see cref="Optimizer.DecaysAll"/>, which is what PyTorch and
/// Keras do when they are not told otherwise.
/// </remarks>
public sealed record AdamW : AdamBase
{
    /// <summary>Adam with weight decay.</summary>
    /// <param name="learningRate">The learning rate: about the largest change of a parameter in one step.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public AdamW(double learningRate = 1e-3)
        : base(learningRate) => WeightDecay = 0.01;
}
