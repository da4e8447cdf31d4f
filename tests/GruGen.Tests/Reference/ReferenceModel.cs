namespace GruGen.Tests.Reference;

/// <summary>
/// A model in double precision: the plain twin that every fast path is compared with. Sequences go through one at a time, so there are no
/// batches and no lengths in it, and the layers see no padding; gradients of the parameters add up over the sequences.
/// </summary>
internal sealed class ReferenceModel
{
    private const string Input = "input";

    private readonly ModelSchema _schema;
    private readonly List<ReferenceLayer> _layers = [];
    private int[] _read = []; // the steps of the sequence that do not only fill it
    private int _steps; // of the sequence
    private int _outputs; // of layers that make one step of several

    public ReferenceModel(ModelSchema schema, Func<string, double[]> parameter)
    {
        _schema = schema;
        foreach (TensorSchema tensor in schema.Tensors)
        {
            Parameters.Add(tensor.Name, parameter(tensor.Name));
            Gradients.Add(tensor.Name, new double[tensor.Length]);
        }

        int masks = 0;
        foreach (LayerSchema layer in schema.Layers)
        {
            _layers.Add(Layer(layer, masks));
            masks += MaskCount(layer);
        }
    }

    /// <summary>The twin of a model: the same values, widened.</summary>
    public static ReferenceModel Of<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged =>
        new(model.Schema, name => Batch.Doubles(model.Parameters[name]));

    public Dictionary<string, double[]> Parameters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, double[]> Gradients { get; } = new(StringComparer.Ordinal);

    /// <summary>What each layer gave in the last <see cref="Forward"/>: [steps that count, or 1][size].</summary>
    public List<double[][]> LayerOutputs { get; } = [];

    /// <summary>The directions of each recurrent layer; of other layers none.</summary>
    public IEnumerable<IReadOnlyList<ReferenceGru>> LayerDirections =>
        _layers.Select(layer => layer is ReferenceRecurrent recurrent ? recurrent.Directions : []);

    /// <summary>Where dropout gets its masks from; outside training nothing is dropped.</summary>
    public ReferenceDropping Dropping { get; } = new();

    public int StateSize => _schema.StateSizes.Sum();

    /// <summary>The final states of the last <see cref="Forward"/>, one after another.</summary>
    public double[] FinalState => [.. States.SelectMany(state => state.Final)];

    /// <summary>The gradient of the initial states that the last <see cref="Backward"/> left, one after another.</summary>
    public double[] InitialStateGradient => [.. States.SelectMany(state => state.InitialGradient)];

    /// <summary>The most that the last normalisation has multiplied an error of its input by.</summary>
    public double Amplification => _layers.OfType<ReferenceLayerNorm>().Last().Amplification;

    /// <summary>
    /// The states of all layers: of a recurrent one that of each direction, of a convolution its history, if it keeps one.
    /// </summary>
    private IEnumerable<IReferenceState> States => _layers.SelectMany(StatesOf);

    private static IEnumerable<IReferenceState> StatesOf(ReferenceLayer layer) => layer switch
    {
        ReferenceRecurrent recurrent => recurrent.Directions,
        IReferenceStates keeping => keeping.States,
        _ => [],
    };

    /// <summary>
    /// Runs one sequence. Where steps only fill it, the model is run without, and of every step its outputs there are zero, or those of the
    /// steps beside.
    /// </summary>
    /// <param name="x">x[steps][input size]; of a model that reads tokens, [steps][1].</param>
    /// <param name="initialState">The initial states, one after another; those of the layers, learned or zeros, unless given.</param>
    /// <returns>y[steps][output size], or [1][output size] of a model that gives one output.</returns>
    public double[][] Forward(double[][] x, double[]? initialState = null)
    {
        foreach ((IReferenceState state, Range place) in States.Zip(StatePlaces))
        {
            state.Given = initialState?[place];
        }

        _steps = x.Length;
        _read = [.. Enumerable.Range(0, _steps).Where(t => !IsMasked(_schema, x[t]))];
        LayerOutputs.Clear();
        var values = new Dictionary<string, double[][]>(StringComparer.Ordinal) { [Input] = [.. _read.Select(t => x[t])] };
        foreach ((LayerSchema schema, ReferenceLayer layer) in _schema.Layers.Zip(_layers))
        {
            double[][][] sources = [.. schema.From.Select(name => values[name])];
            double[][] joined = schema.Combine == Combine.Sum
                ? sources.Aggregate((a, b) => [.. a.Zip(b, (p, q) => p.Zip(q, (v, w) => v + w).ToArray())])
                : [.. Enumerable.Range(0, sources[0].Length).Select(row => sources.SelectMany(source => source[row]).ToArray())];
            LayerOutputs.Add(values[schema.Name] = layer.Forward(joined));
        }

        double[][][] outputs = [.. _schema.Outputs.Select(output => values[output.Name])];
        double[][] y = [.. Enumerable.Range(0, outputs[0].Length).Select(row => outputs.SelectMany(output => output[row]).ToArray())];

        if (_schema.Output == SequenceOutput.Final)
        {
            return y;
        }

        double[][] all = [.. Enumerable.Range(0, _schema.OutputSteps(x.Length)).Select(_ => new double[_schema.OutputSize])];
        if (_schema.ChangesSteps)
        {
            _outputs = y.Length;
            y.CopyTo(all, 0); // no output is one of a step that only fills the sequence
            return all;
        }

        foreach ((int t, double[] row) in _read.Zip(y))
        {
            all[t] = row;
        }

        foreach ((int t, int i, int from) in Repeated())
        {
            all[t][i] = all[from][i];
        }

        return all;
    }

    /// <summary>Whether a step only fills its sequence.</summary>
    public static bool IsMasked(ModelSchema schema, double[] step) => schema.ReadsTokens
        ? step[0] == schema.PaddingToken
        : schema.MaskValue is { } value && step.All(feature => feature == value);

    /// <summary>Goes back through the sequence of the last <see cref="Forward"/>.</summary>
    /// <returns>The gradient of x; empty for tokens.</returns>
    public double[][] Backward(double[][] outputGradients, double[]? finalStateGradient = null)
    {
        foreach ((IReferenceState state, Range place) in States.Zip(StatePlaces))
        {
            state.FinalGradient = (finalStateGradient ?? new double[StateSize])[place];
        }

        double[][] dy = [.. outputGradients.Select(row => row.ToArray())];
        foreach ((int t, int i, int from) in Repeated())
        {
            dy[from][i] += dy[t][i];
        }

        dy = _schema.Output == SequenceOutput.Final ? dy : _schema.ChangesSteps ? dy[.._outputs] : [.. _read.Select(t => dy[t])];
        var gradients = new Dictionary<string, double[][]>(StringComparer.Ordinal);
        foreach (OutputSchema output in _schema.Outputs)
        {
            Give(output.Name, [.. dy.Select(row => row[output.Offset..(output.Offset + output.Size)])]);
        }

        foreach ((LayerSchema schema, ReferenceLayer layer) in _schema.Layers.Zip(_layers).Reverse())
        {
            double[][] gradient = layer.Backward(gradients[schema.Name]);
            int start = 0;
            foreach (string name in schema.From.Where(name => !_schema.ReadsTokens || name != Input))
            {
                int end = start + SizeOf(name);
                Give(name, schema.Combine == Combine.Sum ? gradient : [.. gradient.Select(row => row[start..end])]);
                start = end;
            }
        }

        double[][] dx = gradients.GetValueOrDefault(Input) ?? [];
        double[][] all = [.. Enumerable.Range(0, _schema.ReadsTokens ? 0 : _steps).Select(_ => new double[_schema.InputSize])];
        foreach ((int t, double[] row) in _read.Zip(dx))
        {
            all[t] = row;
        }

        return all;

        void Give(string name, double[][] gradient) => gradients[name] = gradients.TryGetValue(name, out double[][]? sum)
            ? [.. sum.Zip(gradient, (a, b) => a.Zip(b, (p, q) => p + q).ToArray())]
            : gradient;
    }

    private int SizeOf(string name) =>
        name == Input ? _schema.InputSize : _schema.Layers.Single(layer => layer.Name == name).OutputSize;

    /// <summary>
    /// The outputs of steps that only fill the sequence which are those of another step: the last one before that does not, or, of a
    /// direction that reads from the end, the first one after.
    /// </summary>
    private IEnumerable<(int Step, int Output, int From)> Repeated()
    {
        if (_schema.MaskedOutput != MaskedOutput.Repeat || _schema.Output == SequenceOutput.Final)
        {
            yield break;
        }

        LayerSchema? top = _schema.Layers.LastOrDefault(layer => layer.Kind == LayerKind.Gru); // none in a model of convolutions
        foreach (int t in Enumerable.Range(0, _steps).Except(_read))
        {
            for (int i = 0; i < _schema.OutputSize; i++)
            {
                bool reversed = top?.Options is { Reverse: true } || (top?.Options is { Bidirectional: true } && i >= top.HiddenSize);
                int from = reversed ? _read.FirstOrDefault(read => read > t, -1) : _read.LastOrDefault(read => read < t, -1);
                if (from >= 0)
                {
                    yield return (t, i, from);
                }
            }
        }
    }

    private IEnumerable<Range> StatePlaces
    {
        get
        {
            int place = 0;
            foreach (int size in _schema.StateSizes)
            {
                yield return place..(place + size);
                place += size;
            }
        }
    }

    /// <summary>The number of masks of a layer: one, or one for the inputs and one for the states of each direction.</summary>
    private static int MaskCount(LayerSchema layer) => layer.Kind switch
    {
        LayerKind.Dropout => 1,
        LayerKind.Gru => layer.Options!.Directions * ((layer.Options.Dropout > 0 ? 1 : 0) + (layer.Options.RecurrentDropout > 0 ? 1 : 0)),
        _ => 0,
    };

    private ReferenceLayer Layer(LayerSchema layer, int firstMask)
    {
        return layer.Kind switch
        {
            LayerKind.Embedding => new ReferenceEmbedding(layer, P("weight"), G("weight")),
            LayerKind.Dense => new ReferenceDense(layer, P("weight"), layer.Bias ? P("bias") : null, G("weight"), layer.Bias ? G("bias") : null),
            LayerKind.LayerNorm => new ReferenceLayerNorm(layer, P("weight"), P("bias"), G("weight"), G("bias")),
            LayerKind.BatchNorm => new ReferenceBatchNorm(layer, P("weight"), P("bias"), P("running_mean"), P("running_var")),
            LayerKind.PReLU => new ReferencePReLU(layer, P("weight"), G("weight")),
            LayerKind.Pool => new ReferencePool(layer),
            LayerKind.Join => new ReferenceJoin(layer),
            LayerKind.Conv1D => new ReferenceConv1D(
                layer, P("weight"), Parameters.GetValueOrDefault($"{layer.Name}.bias"), G("weight"), Gradients.GetValueOrDefault($"{layer.Name}.bias")),
            LayerKind.Dropout => new ReferenceDropout(layer, Dropping, firstMask),
            _ => new ReferenceRecurrent(
                layer,
                [.. Suffixes().Select((suffix, i) => new ReferenceGru(layer, Gru(Parameters, suffix), Gru(Gradients, suffix), second: i == 1))],
                Dropping,
                firstMask),
        };

        double[] P(string tensor) => Parameters[$"{layer.Name}.{tensor}"];
        double[] G(string tensor) => Gradients[$"{layer.Name}.{tensor}"];
        IEnumerable<string> Suffixes() => layer.Options!.Bidirectional ? ["_l0", "_l0_reverse"] : ["_l0"];
        ReferenceGru.Weights Gru(Dictionary<string, double[]> tensors, string suffix)
        {
            double[]? Of(string tensor) => tensors.GetValueOrDefault($"{layer.Name}.{tensor}{suffix}");
            return new(Of("weight_ih")!, Of("weight_hh")!, Of("bias_ih"), Of("bias_hh"), Of("initial_state"));
        }
    }
}
