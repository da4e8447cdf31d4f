using GruGen.Kernels;

namespace GruGen;

/// <summary>How a training step turns gradients into new parameters. A description without state: moments belong to the trainer.</summary>
public abstract record Optimizer
{
    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>How far a step goes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRate
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(LearningRate));
    }

    /// <summary>What each buffer of moments is called in files, by PyTorch's names.</summary>
    internal abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Whether a moment can have this value.</summary>
    /// <param name="moment">A name of <see cref="Moments"/>.</param>
    /// <param name="value">The value.</param>
    internal virtual bool CanBe(string moment, float value) => float.IsFinite(value);

    /// <summary>
    /// Whether rows of an embedding stay as they are, and their moments, while no batch has their tokens: a step may then leave them out.
    /// </summary>
    internal abstract bool KeepsUnusedRows { get; }

    /// <summary>Upper bounds of what a step leaves; infinite where a number on the way to it may be too large for float32.</summary>
    /// <param name="before">Those before the step.</param>
    /// <param name="gradient">That of the gradients, after they are scaled.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of this step, from 1.</param>
    internal abstract Magnitudes After(Magnitudes before, double gradient, double learningRate, long step);

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
    AlignedBuffer Parameters,
    AlignedBuffer Gradients,
    AlignedBuffer[] Moments,
    long Step,
    double LearningRate,
    double GradientScale,
    int Lanes)
{
    private static readonly int[] s_first = [0];

    /// <summary>The first parameter to change.</summary>
    public int From { get; init; }

    /// <summary>The parameter after the last one to change.</summary>
    public int To { get; init; } = Parameters.Length;

    /// <summary>
    /// The floats from one row to the next where the parameters are a table of which some rows change; 0 where they are not.
    /// </summary>
    public int RowSize { get; init; }

    /// <summary>
    /// The rows in which the parameters <see cref="From"/> to <see cref="To"/> change; the first one is all there is where there are no
    /// rows.
    /// </summary>
    public ReadOnlyMemory<int> Rows { get; init; } = s_first;

    /// <summary>This step in some rows of a table alone.</summary>
    public ParameterUpdate OfRows(ReadOnlyMemory<int> rows, int size) => this with { Rows = rows, RowSize = size, To = size };
}
