using GruGen.Kernels;

namespace GruGen;

/// <summary>Some of a model's parameters, with their gradients and moments, for which an <see cref="Optimizer"/> makes a step.</summary>
/// <remarks>All spans have the same length, and elements with the same index belong to the same parameter.</remarks>
public readonly ref struct ParameterUpdate
{
    private static readonly int[] s_first = [0];

    internal ParameterUpdate(
        AlignedBuffer parameters,
        AlignedBuffer gradients,
        AlignedBuffer[] moments,
        long step,
        double learningRate,
        double gradientScale,
        int lanes)
    {
        (ParameterBuffer, GradientBuffer, MomentBuffers) = (parameters, gradients, moments);
        (Step, LearningRate, GradientScale, Lanes) = (step, learningRate, gradientScale, lanes);
        To = parameters.Length;
    }

    /// <summary>The parameters, which the step changes.</summary>
    public Span<float> Parameters => ParameterBuffer.Span[From..To];

    /// <summary>Their gradients, to be multiplied by <see cref="GradientScale"/>.</summary>
    public ReadOnlySpan<float> Gradients => GradientBuffer.Span[From..To];

    /// <summary>The number of this step, from 1.</summary>
    public long Step { get; }

    /// <summary>
    /// The learning rate of this step for these parameters: the optimiser's, the one of the schedule, or the one that the trainer has been
    /// set to, times the factor of their <see cref="ParameterGroup"/>.
    /// </summary>
    public double LearningRate { get; }

    /// <summary>The factor of the gradients: below 1 if they are clipped.</summary>
    public double GradientScale { get; internal init; }

    /// <summary>The momentum that the schedule sets for this step; null if it sets none, so that the optimiser's own applies.</summary>
    public double? Momentum { get; internal init; }

    internal AlignedBuffer ParameterBuffer { get; init; }

    internal AlignedBuffer GradientBuffer { get; init; }

    internal AlignedBuffer[] MomentBuffers { get; init; }

    /// <summary>
    /// Memory for the gradients that are changed before the optimiser has them, laid out like them; null if they stay as they are.
    /// </summary>
    internal AlignedBuffer? PreparedBuffer { get; init; }

    /// <summary>The largest magnitude of a gradient after its scaling; 0 for no limit.</summary>
    internal double ClipValue { get; init; }

    /// <summary>λ of the decay by the gradient.</summary>
    internal double L2 { get; init; }

    /// <summary>λ of the decoupled decay.</summary>
    internal double WeightDecay { get; init; }

    /// <summary>Whether something is done before the optimiser's step.</summary>
    internal bool NeedsPreparation => PreparedBuffer is not null || WeightDecay != 0;

    /// <summary>The lanes of the vectors to use.</summary>
    internal int Lanes { get; }

    /// <summary>The first parameter to change.</summary>
    internal int From { get; init; }

    /// <summary>The parameter after the last one to change.</summary>
    internal int To { get; init; }

    /// <summary>
    /// The floats from one row to the next where the parameters are a table of which some rows change; 0 where they are not.
    /// </summary>
    internal int RowSize { get; init; }

    /// <summary>
    /// The rows in which the parameters <see cref="From"/> to <see cref="To"/> change; the first one is all there is where there are no
    /// rows.
    /// </summary>
    internal ReadOnlyMemory<int> Rows { get; init; } = s_first;

    /// <summary>One of the optimiser's moments for the parameters, which the step changes; 0 before the first step.</summary>
    /// <param name="index">Which, in the order of <see cref="Optimizer.MomentNames"/>.</param>
    /// <exception cref="IndexOutOfRangeException">The optimiser has no such moment.</exception>
    public Span<float> Moments(int index) => MomentBuffers[index].Span[From..To];

    /// <summary>This step in some rows of a table alone.</summary>
    internal ParameterUpdate OfRows(ReadOnlyMemory<int> rows, int size) => this with { Rows = rows, RowSize = size, To = size };

    /// <summary>This step in one row of a table alone.</summary>
    internal ParameterUpdate OfRow(int row) =>
        this with { From = row * RowSize + From, To = row * RowSize + To, Rows = s_first, RowSize = 0 };

    /// <summary>Subnormal numbers among the parameters and the moments become 0.</summary>
    internal void Flush()
    {
        Faint.Copy(Parameters, Parameters, Faint.SubnormalBits);
        for (int i = 0; i < MomentBuffers.Length; i++)
        {
            Faint.Copy(Moments(i), Moments(i), Faint.SubnormalBits);
        }
    }
}
