namespace GruGen;

/// <summary>
/// What one of several outputs of a model should be for a sequence, for <see cref="SequenceDataset{TInput}.AddTargets"/>: a label, or a
/// number for each float of the output; of an output for every step, one for each step. Labels, numbers and arrays of them become targets
/// by themselves.
/// </summary>
public sealed class OutputTarget
{
    private OutputTarget(int[]? labels, float[]? values) => (Labels, Values) = (labels, values);

    /// <summary>A target of labels.</summary>
    /// <param name="labels">
    /// The label, or that of each step: a class, or 0 or 1 of a single sigmoid; −1 (<see cref="SequenceDataset.NotCounted"/>) where
    /// nothing counts.
    /// </param>
    public OutputTarget(params int[] labels)
        : this(labels ?? throw new ArgumentNullException(nameof(labels)), null)
    {
    }

    /// <summary>A target of numbers.</summary>
    /// <param name="values">[size of the output], or [steps, size of the output].</param>
    public OutputTarget(params float[] values)
        : this(null, values ?? throw new ArgumentNullException(nameof(values)))
    {
    }

    /// <summary>Nothing of the output counts for this sequence.</summary>
    public static OutputTarget None { get; } = new(null, null);

    /// <summary>Whether each step, or the sequence, counts; null if all do. Only beside numbers: labels have −1 for that.</summary>
    public IReadOnlyList<bool>? Counted { get; init; }

    /// <summary>How much each step, or the sequence, counts, from 0 on; one number for all of them, or null, the default, for 1.</summary>
    public IReadOnlyList<float>? Weights { get; init; }

    internal int[]? Labels { get; }

    internal float[]? Values { get; }

    /// <summary>A label of a sequence.</summary>
    /// <param name="label">The label.</param>
    public static implicit operator OutputTarget(int label) => new([label]);

    /// <summary>A number of a sequence.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator OutputTarget(float value) => new([value]);

    /// <summary>Labels of steps.</summary>
    /// <param name="labels">The labels.</param>
    public static implicit operator OutputTarget(int[] labels) => new(labels);

    /// <summary>Numbers.</summary>
    /// <param name="values">The numbers.</param>
    public static implicit operator OutputTarget(float[] values) => new(values);
}
