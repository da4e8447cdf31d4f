using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A contiguous range of trainable parameters with its gradients and moments; between two of them lie the parameters of frozen layers. An
/// optimiser never sees those: momentum that they had before would move them, however zero their gradients are.
/// </summary>
internal sealed class TrainedPart
{
    private readonly int _end;

    private TrainedPart(int start, int end, int rowSize, AlignedBuffer parameters, AlignedBuffer[] moments)
    {
        (Start, _end, RowSize) = (start, end, rowSize);
        Parameters = Of(parameters);
        Moments = [.. moments.Select(Of)];
    }

    /// <summary>Where it starts among all parameters.</summary>
    public int Start { get; }

    /// <summary>
    /// The size of a row where this is the table of an embedding, alone, of which a step changes the rows of the batch's tokens; 0 where
    /// it is not.
    /// </summary>
    public int RowSize { get; }

    public AlignedBuffer Parameters { get; }

    public AlignedBuffer[] Moments { get; }

    /// <summary>The gradients in the memory of the pass at hand.</summary>
    public AlignedBuffer Gradients { get; private set; } = new(0);

    /// <summary>The runs of all layers but the frozen ones, as long as can be.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="frozen">The names of the frozen layers.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="moments">The optimiser's moments of all parameters.</param>
    /// <param name="keepsUnusedRows">
    /// Whether the table of an embedding is a run of its own, because a step changes some of its rows.
    /// </param>
    /// <exception cref="ArgumentException">A name is no layer's.</exception>
    public static TrainedPart[] AllBut(
        ModelSchema schema, IReadOnlyList<string> frozen, AlignedBuffer parameters, AlignedBuffer[] moments, bool keepsUnusedRows)
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

        int tableSize = keepsUnusedRows && schema.ReadsTokens ? (int)schema.Tensors[0].Length : 0;
        var runs = new List<(int Start, int End)>();
        foreach (TensorSchema tensor in schema.Tensors.Where(tensor => !frozen.Contains(LayerOf(tensor))))
        {
            int start = (int)tensor.Offset, end = start + (int)tensor.Length;
            if (runs.Count > 0 && runs[^1].End == start && start != tableSize)
            {
                runs[^1] = (runs[^1].Start, end);
            }
            else
            {
                runs.Add((start, end));
            }
        }

        int rowSize = schema.Layers[0].OutputSize;
        return [.. runs.Select(run => new TrainedPart(run.Start, run.End, run.Start < tableSize ? rowSize : 0, parameters, moments))];

        static string LayerOf(TensorSchema tensor) => tensor.Name[..tensor.Name.IndexOf('.', StringComparison.Ordinal)];
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

    private AlignedBuffer Of(AlignedBuffer buffer) => buffer.Slice(Start, _end - Start);
}
