using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>Puts the layers that were found in order, and says what is left over.</summary>
internal sealed class ModelAssembly
{
    private readonly List<Problem> _problems;
    private readonly List<OutputOfGraph> _outputs = [];
    private readonly List<(string Name, Signal Value)> _states = [];
    private readonly List<LayerOfGraph> _layers = [];

    /// <param name="graph">The graph.</param>
    /// <param name="interpreter">What its values are.</param>
    public ModelAssembly(OnnxGraph graph, Interpreter interpreter)
    {
        (Graph, Interpreter) = (graph, interpreter);
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

    public OnnxGraph Graph { get; }

    public Interpreter Interpreter { get; }

    /// <summary>The layers, each behind those that it reads.</summary>
    public IReadOnlyList<LayerOfGraph> Layers => _layers;

    /// <summary>The outputs of layers.</summary>
    public IReadOnlyList<OutputOfGraph> Outputs => _outputs;

    /// <summary>The outputs that are final states.</summary>
    public IReadOnlyList<(string Name, Signal Value)> States => _states;

    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>
    /// How badly the graph fits what its input was taken to be: where axes stand wrong it is likely to be something else, and what comes
    /// behind that is not counted.
    /// </summary>
    public int Misfit => _problems.Sum(problem => problem.IsOfAxes ? 100 : 1);

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
            ? $"{Graph.File}: {_problems[0].Message}."
            : $"{Graph.File} has {_problems.Count} nodes that could not be placed:"
                + string.Concat(_problems.Take(most).Select(problem => $"{Environment.NewLine}- {problem.Message}"))
                + (_problems.Count > most ? $"{Environment.NewLine}- and {_problems.Count - most} more" : "");
        throw _problems.Any(problem => problem.IsDamage) ? new InvalidDataException(message) : new NotSupportedException(message);
    }

    private void FindOutputs()
    {
        (string Name, Signal Value)[] all =
        [
            .. Interpreter.Outputs.Select(output => (output.Name, output.Value as Signal
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
                _outputs.Add(new(name, value, Interpreter.Output(name, value)));
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
        HashSet<Source> outputs = [.. _outputs.Select(output => output.Source)];

        // A sum that layers read alone is a matter of these; as an output, or beside others, it is a layer.
        HashSet<Source> beside =
        [
            .. found.Where(reader => reader.Node.Kind != NodeKind.Sum && reader.Node.Inputs.Length > 1)
                .SelectMany(reader => reader.Node.Inputs),
        ];
        foreach (Source source in found.OrderBy(source => source.Node.Order).ThenBy(source => source.Moment))
        {
            Node node = source.Node;
            if (node.Kind == NodeKind.Input || (node.Kind == NodeKind.Sum && !outputs.Contains(source) && !beside.Contains(source)))
            {
                continue;
            }

            SequenceOutput output = source.Moment == Moment.Final ? SequenceOutput.Final : SequenceOutput.EveryStep;
            if (source.Moment == Moment.Final && moments[node].Contains(Moment.Whole))
            {
                if (node.Gru is { Bidirectional: true } or { Reverse: true } || node.Residual)
                {
                    throw new NotSupportedException(
                        $"{node.Origin} gives both its states of every step and its final one to others, "
                        + "which a layer that reads from the end cannot");
                }

                node = new Node(NodeKind.Pool, $"the final state of {node.Origin}", node.Size, node.Order, [new(node, Moment.Whole)])
                {
                    Pooling = Pooling.Last,
                };
            }

            LayerOfGraph layer = new(node, output, layers, outputs.Contains(source));
            layers.Add(source, layer);
            _layers.Add(layer);
        }

        if (_layers.Count == 0 || _outputs.Any(output => !layers.ContainsKey(output.Source)))
        {
            throw new NotSupportedException("an output is an input as it is, and not one of a layer");
        }

        foreach (OutputOfGraph output in _outputs)
        {
            output.Layer = layers[output.Source];
        }

        foreach (LayerOfGraph layer in _layers)
        {
            Attempt(() => layer.Schema(Interpreter.Filling?.Token ?? -1));
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

/// <summary>An output of the graph.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">What it is.</param>
/// <param name="source">The layer that gives it.</param>
internal sealed class OutputOfGraph(string name, Signal value, Source source)
{
    public string Name { get; } = name;

    public Signal Value { get; } = value;

    public Source Source { get; } = source;

    public LayerOfGraph? Layer { get; set; }
}
