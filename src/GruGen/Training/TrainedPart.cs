using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A contiguous range of trainable parameters with one kind of settings, and their gradients and moments; between two of them may lie the
/// parameters of frozen layers. An optimiser never sees those: momentum that they had before would move them, however zero their gradients
/// are.
/// </summary>
internal sealed class TrainedPart
{
    private readonly int _end;

    private TrainedPart(int start, int end, int rowSize, PartSettings settings, UpdateMemory memory)
    {
        (Start, _end, RowSize, Settings) = (start, end, rowSize, settings);
        Parameters = Of(memory.Parameters);
        Moments = [.. memory.Moments.Select(Of)];
        Averages = memory.Averages is null ? null : Of(memory.Averages);
        bool prepares = settings.L2 > 0 || memory.PreparesAll;
        PreparedGradients = prepares && memory.PreparedGradients is { } prepared ? Of(prepared) : null;
    }

    /// <summary>Where it starts among all parameters.</summary>
    public int Start { get; }

    /// <summary>
    /// The size of a row where this is the table of an embedding, alone, of which a step changes the rows of the batch's tokens; 0 where
    /// it is not.
    /// </summary>
    public int RowSize { get; }

    /// <summary>How these parameters are trained.</summary>
    public PartSettings Settings { get; }

    public AlignedBuffer Parameters { get; }

    public AlignedBuffer[] Moments { get; }

    /// <summary>The exponential averages of the parameters; null where there are none.</summary>
    public AlignedBuffer? Averages { get; }

    /// <summary>The gradients in the memory of the pass at hand.</summary>
    public AlignedBuffer Gradients { get; private set; } = new(0);

    /// <summary>Memory for gradients that are changed before the optimiser has them; null where none are.</summary>
    public AlignedBuffer? PreparedGradients { get; }

    /// <summary>What the gradients are multiplied by in the step at hand, for their own norm, beside what all are.</summary>
    public double ClipFactor { get; set; } = 1;

    /// <summary>The runs of all layers but the frozen ones, as long as can be.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="frozen">The names of the frozen layers.</param>
    /// <param name="settings">The settings of each tensor.</param>
    /// <param name="memory">The memory of all parameters.</param>
    /// <param name="keepsUnusedRows">
    /// Whether the table of an embedding is a run of its own, because a step changes some of its rows.
    /// </param>
    /// <param name="eachTensor">Whether each tensor is a run of its own.</param>
    public static TrainedPart[] AllBut(
        ModelSchema schema,
        IReadOnlyList<string> frozen,
        PartSettings[] settings,
        UpdateMemory memory,
        bool keepsUnusedRows,
        bool eachTensor)
    {
        int tableSize = keepsUnusedRows && schema.ReadsTokens ? (int)schema.Tensors[0].Length : 0;
        var runs = new List<(int Start, int End, PartSettings Settings)>();
        for (int i = 0; i < settings.Length; i++)
        {
            TensorSchema tensor = schema.Tensors[i];
            if (tensor.IsFrozen || frozen.Contains(tensor.LayerName))
            {
                continue;
            }

            int start = (int)tensor.Offset, end = start + (int)tensor.Length;
            bool isLike = runs.Count > 0 && runs[^1].Settings == settings[i] && !eachTensor;
            if (isLike && runs[^1].End == start && start != tableSize)
            {
                runs[^1] = (runs[^1].Start, end, settings[i]);
            }
            else
            {
                runs.Add((start, end, settings[i]));
            }
        }

        int rowSize = schema.Layers[0].OutputSize;
        return [.. runs.Select(run => new TrainedPart(run.Start, run.End, run.Start < tableSize ? rowSize : 0, run.Settings, memory))];
    }

    /// <summary>Whether all these layers are there.</summary>
    /// <exception cref="ArgumentException">A name is no layer's.</exception>
    public static void CheckFrozen(ModelSchema schema, IReadOnlyList<string> frozen)
    {
        foreach (string name in frozen)
        {
            if (!schema.Layers.Any(layer => layer.Name == name))
            {
                throw new ArgumentException(
                    $"'{nameof(TrainingOptions.FrozenLayers)}' has '{name}', but {schema.Name} has no such layer; "
                        + $"it has {string.Join(", ", schema.Layers.Select(layer => layer.Name))}.",
                    nameof(TrainingOptions.FrozenLayers));
            }
        }
    }

    /// <summary>From here on the gradients are in this memory.</summary>
    public void UseGradients(AlignedBuffer gradients) => Gradients = Of(gradients);

    /// <summary>Zeroes the gradients that are of no part, so that they count in no norm.</summary>
    public static void ClearOthers(TrainedPart[] parts, GradientSet gradients)
    {
        int end = 0;
        foreach (TrainedPart part in parts)
        {
            gradients.Clear(end, part.Start);
            end = part._end;
        }

        gradients.Clear(end, gradients.Buffer.Length);
    }

    /// <summary>Copies what is of no part.</summary>
    public static void CopyOthers(TrainedPart[] parts, ReadOnlySpan<float> source, Span<float> destination)
    {
        int end = 0;
        foreach (TrainedPart part in parts)
        {
            source[end..part.Start].CopyTo(destination[end..]);
            end = part._end;
        }

        source[end..].CopyTo(destination[end..]);
    }

    /// <summary>Σ g² of the gradients, in double precision.</summary>
    public double SumOfSquares(GradientSet gradients) => gradients.SumOfSquaresOf(Start, _end);

    private AlignedBuffer Of(AlignedBuffer buffer) => buffer.Slice(Start, _end - Start);
}

/// <summary>The memory that updates work in, each laid out like the parameters.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="Moments">The optimiser's moments.</param>
/// <param name="Averages">The averages of the parameters; null if there are none.</param>
/// <param name="PreparedGradients">Gradients that are changed before the optimiser has them; null if none are.</param>
/// <param name="PreparesAll">Whether those of all parameters are, and not only where L2 adds to them.</param>
internal sealed record UpdateMemory(
    AlignedBuffer Parameters, AlignedBuffer[] Moments, AlignedBuffer? Averages, AlignedBuffer? PreparedGradients, bool PreparesAll);
