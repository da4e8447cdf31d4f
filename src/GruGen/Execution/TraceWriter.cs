using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Takes what a pass over one sequence has in its memory, as the code of the model says where that lies, layer by layer.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TraceWriter
{
    private readonly ModelSchema _schema;
    private readonly int _steps;
    private readonly StateSet _states;
    private readonly Dictionary<string, TraceRows> _outputs = [];
    private readonly List<(string Layer, GateTrace Gates)> _gates = [];

    internal TraceWriter(ModelSchema schema, int steps, StateSet states) => (_schema, _steps, _states) = (schema, steps, states);

    /// <summary>The layers; all have given what there is of them.</summary>
    internal LayerTrace[] Layers => [.. _schema.Layers.Select(layer => new LayerTrace(layer, _outputs[layer.Name], GatesOf(layer)))];

    /// <summary>Takes the outputs of a layer: rows[steps, size, padded], or the one row of a layer that gives one.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="rows">The first of them.</param>
    public void Outputs(string layer, ref float rows) => Outputs(layer, ref rows, Simd.Padded(Layer(layer).OutputSize));

    /// <summary>The same of outputs that lie in wider rows.</summary>
    /// <param name="layer">The name of the layer.</param>
    /// <param name="rows">The first of them.</param>
    /// <param name="stride">From one row to the next.</param>
    public void Outputs(string layer, ref float rows, int stride)
    {
        LayerSchema schema = Layer(layer);
        int count = schema.Output == SequenceOutput.EveryStep ? StepsOf(schema) : 1;
        _outputs[layer] = Copy(ref rows, stride, count, schema.OutputSize);
    }

    /// <summary>
    /// Takes the gates and states of the next direction of a GRU, whose outputs these are, unless others are given. Of a direction that
    /// reads from the end, the last step is the first row.
    /// </summary>
    /// <param name="layer">The name of the GRU.</param>
    /// <param name="states">h'[steps, hidden size, padded].</param>
    /// <param name="gates">gates[steps, r | z | n | …, hidden size, padded].</param>
    /// <param name="stride">From one row of gates to the next.</param>
    public void Gates(string layer, ref float states, ref float gates, int stride)
    {
        LayerSchema schema = Layer(layer);
        int size = schema.HiddenSize, padded = Simd.Padded(size), direction = GatesOf(schema).Length, steps = StepsOf(schema);
        bool reversed = schema.Options!.Reverse || direction == 1;
        float[] update = Values(ref Unsafe.Add(ref gates, padded), stride, steps, size, reversed);
        if (schema.Options.UpdateGate == UpdateGate.Replace)
        {
            foreach (ref float z in update.AsSpan())
            {
                z = 1 - z; // kernels have the part that is kept
            }
        }

        _gates.Add((layer, new GateTrace(
            Copy(ref gates, stride, steps, size, reversed),
            new TraceRows(update, steps, size),
            Copy(ref Unsafe.Add(ref gates, 2 * padded), stride, steps, size, reversed),
            Copy(ref states, padded, steps, size, reversed))));
        _outputs.TryAdd(layer, schema.Output == SequenceOutput.EveryStep
            ? _gates[^1].Gates.States
            : Copy(ref _states[FirstState(layer)].Final.Start, padded, 1, size));
    }

    /// <summary>Takes the vectors of an embedding.</summary>
    /// <param name="tokens">tokens[steps].</param>
    /// <param name="table">table[vocabulary, size].</param>
    internal void Vectors(ref int tokens, ref float table)
    {
        int size = _schema.Layers[0].OutputSize;
        float[] vectors = new float[_steps * size];
        for (int t = 0; t < _steps; t++)
        {
            Packing.CopyRow(ref Unsafe.Add(ref table, (nint)Unsafe.Add(ref tokens, t) * size), ref vectors[t * size], size);
        }

        _outputs[_schema.Layers[0].Name] = new TraceRows(vectors, _steps, size);
    }

    private GateTrace[] GatesOf(LayerSchema layer) => [.. _gates.Where(gates => gates.Layer == layer.Name).Select(gates => gates.Gates)];

    /// <summary>The steps of the outputs of a layer.</summary>
    private int StepsOf(LayerSchema layer) => _schema.StepsAfter(_schema.Layers.IndexOf(layer) + 1, _steps);

    private LayerSchema Layer(string name) => _schema.Layers.First(layer => layer.Name == name);

    private int FirstState(string name) => _schema.Layers.TakeWhile(layer => layer.Name != name).Sum(layer => layer.States.Count());

    private static TraceRows Copy(ref float rows, int stride, int count, int size, bool reversed = false) =>
        new(Values(ref rows, stride, count, size, reversed), count, size);

    private static float[] Values(ref float rows, int stride, int count, int size, bool reversed)
    {
        float[] values = new float[count * size];
        for (int i = 0; i < count; i++)
        {
            nint row = reversed ? count - 1 - i : i;
            Packing.CopyRow(ref Unsafe.Add(ref rows, row * stride), ref values[i * size], size);
        }

        return values;
    }
}
