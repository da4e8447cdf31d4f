using GruGen.Kernels;

namespace GruGen;

/// <summary>How a training step turns gradients into new parameters. A description without state: moments belong to the trainer.</summary>
public abstract record Optimizer
{
    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>How far a step goes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        init => field = Check.NotNegative(value, nameof(LearningRate));
    }

    /// <summary>What each buffer of moments is called in files, by PyTorch's names.</summary>
    internal abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Makes one step.</summary>
    internal abstract void Update(in ParameterUpdate update);
}

/// <summary>What an optimiser works on.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">The optimiser's own buffers, laid out like the parameters, all zero before the first step.</param>
/// <param name="Step">The number of this step, from 1.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="GradientScale">What gradients are multiplied by, below 1 where they are clipped.</param>
/// <param name="Lanes">The lanes of the vectors to use.</param>
internal readonly record struct ParameterUpdate(
    AlignedBuffer Parameters, AlignedBuffer Gradients, AlignedBuffer[] Moments, long Step, double LearningRate, double GradientScale, int Lanes)
{
    /// <summary>The first parameter to change.</summary>
    public int From { get; init; }

    /// <summary>The parameter after the last one to change.</summary>
    public int To { get; init; } = Parameters.Length;
}
