namespace GruGen;

/// <summary>
/// What a model computed for one sequence: the outputs of every layer, and the gates and states of every GRU, step by step
/// (<see cref="SequenceModel{TInput}.Trace"/>).
/// </summary>
public sealed class ModelTrace
{
    internal ModelTrace(ModelSchema schema, int[] steps, LayerTrace[] layers) => (Schema, Steps, Layers) = (schema, steps, layers);

    /// <summary>The layers and their sizes.</summary>
    public ModelSchema Schema { get; }

    /// <summary>
    /// Which steps of the input the rows of steps are: all of them in their order, without those that only fill the sequence. From a layer
    /// on that makes one step of several, rows are those steps.
    /// </summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>The layers from the first to the last.</summary>
    public IReadOnlyList<LayerTrace> Layers { get; }

    /// <summary>The layer of a name.</summary>
    /// <param name="layer">Its name, such as <c>gru1</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no layer of this name.</exception>
    public LayerTrace this[string layer] => Layers.FirstOrDefault(trace => trace.Name == layer)
        ?? throw new KeyNotFoundException(
            $"{Schema.Name} has no layer '{layer}', but {string.Join(", ", Layers.Select(known => known.Name))}.");

    /// <summary>The model, its steps and the outputs of its layers.</summary>
    public override string ToString() => $"{Schema.Name}, {Steps.Count} steps: {string.Join(", ", Layers)}";
}

/// <summary>What one layer computed for a sequence.</summary>
public sealed class LayerTrace
{
    internal LayerTrace(LayerSchema schema, TraceRows outputs, IReadOnlyList<GateTrace> gates) =>
        (Schema, Outputs, Gates) = (schema, outputs, gates);

    /// <summary>The layer.</summary>
    public LayerSchema Schema { get; }

    /// <summary>Its name in files, such as <c>gru1</c>.</summary>
    public string Name => Schema.Name;

    /// <summary>
    /// Its outputs, after its activation: [steps, size], or [1, size] where it gives one vector for the sequence. Those of the last layer
    /// are the outputs of the model.
    /// </summary>
    public TraceRows Outputs { get; }

    /// <summary>The gates and states of a GRU: one for each direction, that from the first step on before the other; else empty.</summary>
    public IReadOnlyList<GateTrace> Gates { get; }

    /// <summary>The name, and the shape of the outputs.</summary>
    public override string ToString() => $"{Name} {Outputs}";
}

/// <summary>
/// The gates and states of one direction of a GRU: <c>h' = (1 − z) ∘ n + z ∘ h</c>, where n is made of the input and of r ∘ h; with
/// <see cref="UpdateGate.Replace"/> it is <c>h' = (1 − z) ∘ h + z ∘ n</c>. Gates are between 0 and 1 unless
/// <see cref="GruOptions.GateActivation"/> is another function than a sigmoid.
/// </summary>
/// <remarks>The rows are in the order of the steps, also where the direction goes from the last step to the first.</remarks>
public sealed class GateTrace
{
    internal GateTrace(TraceRows reset, TraceRows update, TraceRows candidate, TraceRows states) =>
        (Reset, Update, Candidate, States) = (reset, update, candidate, states);

    /// <summary>r[steps, units], the reset gate: how much of the state before the candidate is made of.</summary>
    public TraceRows Reset { get; }

    /// <summary>
    /// z[steps, units], the update gate: how much of the state is kept; with <see cref="UpdateGate.Replace"/>, how much of it is
    /// replaced.
    /// </summary>
    public TraceRows Update { get; }

    /// <summary>n[steps, units], the candidate state (PyTorch's new gate).</summary>
    public TraceRows Candidate { get; }

    /// <summary>h'[steps, units], the state after each step.</summary>
    public TraceRows States { get; }
}

/// <summary>Rows of numbers: one for each step, or a single one for the sequence.</summary>
public sealed class TraceRows
{
    private readonly float[] _values;

    internal TraceRows(float[] values, int count, int size) => (_values, Count, Size) = (values, count, size);

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The numbers of a row.</summary>
    public int Size { get; }

    /// <summary>All numbers, row after row: [<see cref="Count"/>, <see cref="Size"/>].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One row.</summary>
    /// <param name="row">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            return _values.AsSpan(row * Size, Size);
        }
    }

    /// <summary>The shape.</summary>
    public override string ToString() => $"[{Count}, {Size}]";
}
