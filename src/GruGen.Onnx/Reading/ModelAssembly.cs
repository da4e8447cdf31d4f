using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>Puts the layers that were found in order, as a model with its parameters.</summary>
internal sealed class ModelAssembly
{
    private readonly OnnxGraph _graph;
    private readonly Interpreter _interpreter;
    private readonly GraphInput _input;
    private readonly (string Axes, bool IsTokens) _meaning;
    private readonly List<Problem> _problems;
    private readonly List<(string Name, Signal Value, Source Source)> _outputs = [];
    private readonly List<(string Name, Signal Value)> _states = [];
    private readonly List<LayerOfGraph> _layers = [];

    /// <param name="graph">The graph.</param>
    /// <param name="interpreter">What its values are.</param>
    /// <param name="input">What the model reads.</param>
    /// <param name="axes">What the axes of that were taken to be.</param>
    /// <param name="isTokens">Whether it was taken to be tokens.</param>
    public ModelAssembly(OnnxGraph graph, Interpreter interpreter, GraphInput input, string axes, bool isTokens)
    {
        (_graph, _interpreter, _input, _meaning) = (graph, interpreter, input, (axes, isTokens));
        _problems = [.. interpreter.Problems];
        if (_problems.Count == 0)
        {
            Attempt(FindOutputs);
        }

        if (_problems.Count == 0)
        {
            Attempt(OrderLayers);
        }
    }

    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>How badly the graph fits what its input was taken to be: where axes stand wrong it is likely to be something else.</summary>
    public int Misfit => _problems.Sum(problem => problem.IsOfAxes ? 3 : 2);

    /// <exception cref="InvalidDataException">Something is wrong.</exception>
    /// <exception cref="NotSupportedException">Something is more than there are layers for.</exception>
    public void ThrowIfProblems()
    {
        if (_problems.Count == 0)
        {
            return;
        }

        const int most = 40;
        string message = _problems.Count == 1
            ? $"{_graph.File}: {_problems[0].Message}."
            : $"{_graph.File} has {_problems.Count} nodes that could not be placed:"
                + string.Concat(_problems.Take(most).Select(problem => $"{Environment.NewLine}- {problem.Message}"))
                + (_problems.Count > most ? $"{Environment.NewLine}- and {_problems.Count - most} more" : "");
        throw _problems.Any(problem => problem.IsDamage) ? new InvalidDataException(message) : new NotSupportedException(message);
    }

    /// <summary>The model.</summary>
    public OnnxModel Model(string name, IReadOnlyList<GraphInput> inputs)
    {
        ModelSchema schema = SchemaOf(name);
        var parameters = new ParameterBuilder(schema);
        var became = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var names = new Dictionary<Node, string>();
        foreach ((LayerOfGraph layer, LayerSchema placed) in _layers.Zip(schema.Layers))
        {
            names.TryAdd(layer.Node, placed.Name);
            layer.Fill(parameters, placed.Name, (initializers, tensor) =>
            {
                foreach (string initializer in initializers)
                {
                    (became.TryGetValue(initializer, out SortedSet<string>? all) ? all : became[initializer] = new(StringComparer.Ordinal)).Add(tensor);
                }
            });
        }

        string[] states =
        [
            .. _interpreter.States.Where(state => names.ContainsKey(state.Layer)).Select(state =>
                $"The first state of {names[state.Layer]}{(state.Layer.Gru!.Bidirectional ? state.Direction == 0 ? ", forward," : ", backward," : "")} "
                + $"is {state.Given.Origin}, number {state.Index}: streams and passes take it, and it is zeros where none is given."),
        ];
        HashSet<string> used = [.. _graph.Needed.SelectMany(node => node.Inputs)];
        return new OnnxModel(schema, parameters)
        {
            Notes = [.. _interpreter.Notes, .. states, .. Notes(inputs)],
            Initializers =
            [
                .. _graph.Initializers.Values.Select(tensor => new OnnxInitializer(
                    tensor.Name,
                    [.. tensor.Dims],
                    became.TryGetValue(tensor.Name, out SortedSet<string>? tensors) ? string.Join(", ", tensors)
                        : used.Contains(tensor.Name) ? "sizes and places, not weights" : "no output depends on it")),
            ],
            Inputs = [.. inputs.Select(input => new OnnxValue(input.Name, input.Role!.Value, AxesOf(input)))],
            Outputs =
            [
                .. _outputs.Select(output => new OnnxValue(output.Name, OnnxRole.Output, AxesOf(output.Value))),
                .. _states.Select(state => new OnnxValue(state.Name, OnnxRole.FinalStates, AxesOf(state.Value))),
            ],
            Producer = $"{_graph.Model.ProducerName} {_graph.Model.ProducerVersion}".Trim(),
            OperatorSet = _graph.Opset,
            Metadata = ImmutableDictionary.CreateRange(
                StringComparer.Ordinal,
                _graph.Model.MetadataProps.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value))),
        };
    }

    private IEnumerable<string> Notes(IReadOnlyList<GraphInput> inputs)
    {
        foreach ((string name, _) in _states)
        {
            yield return $"The output '{name}' is final states: streams and passes give them.";
        }

        foreach (GraphInput lengths in inputs.Where(input => input.Role == OnnxRole.Lengths))
        {
            yield return $"The input '{lengths.Name}' has the number of steps of each sequence: here a sequence has as many as it is given.";
        }

        if (_interpreter.Filling is { } filling)
        {
            yield return $"{(filling.Token >= 0 ? $"Token {filling.Token} is padding" : $"A step of which all features are {filling.Value} is masked")}: "
                + "the file counts the other steps of a sequence, so it has to stand behind them there; here it may stand anywhere, and outputs there are zeros.";
        }
    }

    private ImmutableArray<string> AxesOf(GraphInput input) => input == _input
        ? [.. _meaning.Axes.Select(axis => Word(axis.ToString()))]
        : input.Role == OnnxRole.Lengths ? ["batch"] : AxesOf((Signal)input.OtherValue(_graph));

    private static ImmutableArray<string> AxesOf(Signal value) => [.. value.Axes.Select(axis => axis.Length == 0 ? "1"
        : string.Join("·", axis.Select(letter => Word(letter.ToString()))))];

    private static string Word(string axis) => axis switch
    {
        Signal.Batch => "batch",
        Signal.Time => "time",
        Signal.Feature => "features",
        Signal.Stack => "directions",
        _ => axis,
    };

    private void FindOutputs()
    {
        (string Name, Signal Value)[] all =
        [
            .. _interpreter.Outputs.Select(output => (output.Name, output.Value as Signal
                ?? throw new NotSupportedException($"the output '{output.Name}' is {output.Value.Describe()}"))),
        ];

        // Beside an output of layers, the final states of GRUs are what a caller gives to the next call.
        bool hasOthers = all.Any(output => !AreStates(output.Value));
        foreach ((string name, Signal value) in all)
        {
            if (hasOthers && AreStates(value))
            {
                _states.Add((name, value));
            }
            else
            {
                _outputs.Add((name, value, _interpreter.Output(name, value)));
            }
        }

        static bool AreStates(Signal value) => value is { Pending: null, IsState: false }
            && value.Slots.All(slot => slot.All(segment => segment is { Moment: Moment.Final, Node.Kind: NodeKind.Gru }));
    }

    /// <summary>The layers that outputs need, each behind those that it reads.</summary>
    private void OrderLayers()
    {
        var moments = new Dictionary<Node, HashSet<Moment>>();
        var open = new Stack<Source>(_outputs.Select(output => output.Source));
        var found = new HashSet<Source>();
        while (open.TryPop(out Source source))
        {
            if (found.Add(source))
            {
                (moments.TryGetValue(source.Node, out HashSet<Moment>? all) ? all : moments[source.Node] = []).Add(source.Moment);
                foreach (Source input in source.Node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        var layers = new Dictionary<Source, LayerOfGraph>();
        foreach (Source source in found.OrderBy(source => source.Node.Order).ThenBy(source => source.Moment))
        {
            Node node = source.Node;
            if (node.Kind is NodeKind.Input or NodeKind.Sum)
            {
                continue;
            }

            LayerOfGraph layer;
            if (source.Moment == Moment.Final && moments[node].Contains(Moment.Whole))
            {
                if (node.Gru is { Bidirectional: true } or { Reverse: true } || node.Residual)
                {
                    throw new NotSupportedException(
                        $"{node.Origin} gives both its states of every step and its final one to others, which a layer that reads from the end cannot");
                }

                layer = new LayerOfGraph(
                    new Node(NodeKind.Pool, $"the final state of {node.Origin}", node.Size, node.Order, [new(node, Moment.Whole)]) { Pooling = Pooling.Last },
                    SequenceOutput.Final);
            }
            else
            {
                layer = new LayerOfGraph(node, source.Moment == Moment.Final ? SequenceOutput.Final : SequenceOutput.EveryStep);
            }

            layers.Add(source, layer);
            _layers.Add(layer);
        }

        if (_layers.Count == 0)
        {
            throw new NotSupportedException("an output is an input as it is, and not one of a layer");
        }

        CheckChain(layers);
        foreach (LayerOfGraph layer in _layers)
        {
            Attempt(() => layer.Schema(_interpreter.Filling?.Token ?? -1));
        }
    }

    private void CheckChain(Dictionary<Source, LayerOfGraph> layers)
    {
        for (int i = 0; i < _layers.Count; i++)
        {
            Node node = _layers[i].Node;
            bool follows = node.Inputs is [var only]
                && (i == 0 ? only.Node.Kind == NodeKind.Input : layers.GetValueOrDefault(only) == _layers[i - 1]);
            if (!follows)
            {
                throw new NotSupportedException(
                    $"{node.Origin} reads {string.Join(" and ", node.Inputs.Select(input => input.Node.Origin))}, but a model is one path of layers");
            }
        }

        if (_outputs.Count != 1 || layers[_outputs[0].Source] != _layers[^1])
        {
            throw new NotSupportedException(
                $"the outputs {string.Join(" and ", _outputs.Select(output => $"'{output.Name}'"))} are several, but a model has one, that of its last layer");
        }
    }

    private ModelSchema SchemaOf(string name)
    {
        LayerSchema[] layers = [.. _layers.Select(layer => layer.Schema(_interpreter.Filling?.Token ?? -1))];
        try
        {
            ModelSchema schema = _meaning.IsTokens
                ? ModelSchema.ForTokens(name, layers)
                : ModelSchema.ForFeatures(name, _layers[0].Node.InputSize, layers);
            return _interpreter.Filling is { Token: < 0 } filling ? schema.WithMaskValue(filling.Value) : schema;
        }
        catch (ArgumentException exception)
        {
            throw new NotSupportedException($"{_graph.File} is no model of these layers: {exception.Message}", exception);
        }
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            _problems.Add(new(exception.Message.TrimEnd('.'), exception is InvalidDataException, IsOfAxes: false));
        }
    }
}
