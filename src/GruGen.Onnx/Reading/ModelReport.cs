using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>Makes a model of the layers that were found: its schema, the values of its parameters, and what is told of it.</summary>
/// <param name="assembly">The layers.</param>
/// <param name="inputs">The inputs of the graph.</param>
/// <param name="read">The one that the model reads.</param>
/// <param name="value">What that was taken to be.</param>
internal sealed class ModelReport(ModelAssembly assembly, IReadOnlyList<GraphInput> inputs, GraphInput read, Signal value)
{
    private readonly OnnxGraph _graph = assembly.Graph;

    /// <summary>The model.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="NotSupportedException">The layers are no model.</exception>
    public OnnxModel Model(string name)
    {
        ModelSchema schema = SchemaOf(name);
        var parameters = new ParameterBuilder(schema);
        var became = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (LayerOfGraph layer in assembly.Layers)
        {
            layer.Fill(parameters, (initializers, tensor) =>
            {
                foreach (string initializer in initializers)
                {
                    if (!became.TryGetValue(initializer, out SortedSet<string>? all))
                    {
                        became.Add(initializer, all = new(StringComparer.Ordinal));
                    }

                    all.Add(tensor);
                }
            });
        }

        HashSet<string> used = [.. _graph.Needed.SelectMany(node => node.Inputs)];
        return new OnnxModel(schema, parameters)
        {
            Notes = [.. assembly.Interpreter.Notes, .. Twice(), .. FirstStates(), .. Others()],
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
                .. assembly.Outputs.Select(output =>
                    new OnnxValue(output.Name, OnnxRole.Output, AxesOf(output.Value), output.Layer!.Name)),
                .. assembly.States.Select(state => new OnnxValue(state.Name, OnnxRole.FinalStates, AxesOf(state.Value))),
            ],
            Producer = $"{_graph.Model.ProducerName} {_graph.Model.ProducerVersion}".Trim(),
            OperatorSet = _graph.Opset,
            Metadata = ImmutableDictionary.CreateRange(
                StringComparer.Ordinal,
                _graph.Model.MetadataProps.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, pair.Value))),
        };
    }

    private ModelSchema SchemaOf(string name)
    {
        Name();
        Filling? filling = assembly.Interpreter.Filling;
        LayerSchema[] layers = [.. assembly.Layers.Select((layer, i) =>
            layer.Wired(filling?.Token ?? -1, i == 0 ? null : assembly.Layers[i - 1]))];
        try
        {
            ModelSchema schema = value.IsTokens ? ModelSchema.ForTokens(name, layers) : ModelSchema.ForFeatures(name, value.Width, layers);
            return filling is { Token: < 0 } ? schema.WithMaskValue(filling.Value) : schema;
        }
        catch (ArgumentException exception)
        {
            throw new NotSupportedException($"{_graph.File} is no model of these layers: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Names for layers. Those of a stack have the usual ones; where paths meet, layers that others name have those of the file, if these
    /// are names here.
    /// </summary>
    private void Name()
    {
        IReadOnlyList<LayerOfGraph> layers = assembly.Layers;
        bool isStack = layers.Index().All(layer => layer.Item.IsStacked(layer.Index == 0 ? null : layers[layer.Index - 1]))
            && assembly.Outputs.All(output => output.Layer == layers[^1]);
        var counts = new Dictionary<NodeKind, int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (LayerOfGraph layer in layers)
        {
            NodeKind kind = layer.Node.Kind == NodeKind.Sum ? NodeKind.Join : layer.Node.Kind;
            int number = counts[kind] = counts.GetValueOrDefault(kind) + 1;
            layer.Name = kind == NodeKind.Embedding ? "embedding" : $"{kind.ToString().ToLowerInvariant()}{number}";
            names.Add(layer.Name);
        }

        HashSet<LayerOfGraph> named = isStack ? [] :
        [
            .. layers.Index().Where(layer => !layer.Item.IsStacked(layer.Index == 0 ? null : layers[layer.Index - 1]))
                .SelectMany(layer => layer.Item.Sources).OfType<LayerOfGraph>(),
            .. assembly.Outputs.Count > 1 ? assembly.Outputs.Select(output => output.Layer!) : [],
        ];
        foreach (LayerOfGraph layer in layers.Where(named.Contains))
        {
            string own = assembly.Outputs.FirstOrDefault(output => output.Layer == layer)?.Name ?? layer.Node.Path;
            if (LayerNames.IsWellFormed(own) && !LayerNames.IsReserved(own) && names.Add(own))
            {
                layer.Name = own;
                layer.IsNamed = true;
            }
        }
    }

    private IEnumerable<string> Twice() => assembly.Layers.Where(layer => layer.Node.W.Length > 0)
        .GroupBy(layer => layer.Node.W[0], ReferenceEqualityComparer.Instance)
        .Where(same => same.Count() > 1)
        .Select(same => $"{string.Join(" and ", same.Select(layer => layer.Name))} are one layer in the file, {same.First().Node.Origin}, "
            + "which is read before and behind its activation; here each has the weights.");

    private IEnumerable<string> FirstStates() =>
        from state in assembly.Interpreter.States
        from layer in assembly.Layers
        where layer.Node.R.Length > 0 && state.Layer.R[0] == layer.Node.R[0]
        let direction = !layer.Node.Gru!.Bidirectional ? "" : state.Direction == 0 ? ", forward," : ", backward,"
        select $"The first state of {layer.Name}{direction} is {state.Given.Origin}, number {state.Index}: "
            + "streams and passes take it, and it is zeros where none is given.";

    private IEnumerable<string> Others()
    {
        foreach ((string name, _) in assembly.States)
        {
            yield return $"The output '{name}' is final states: streams and passes give them.";
        }

        foreach (GraphInput lengths in inputs.Where(input => input.Role == OnnxRole.Lengths))
        {
            yield return $"The input '{lengths.Name}' has the number of steps of each sequence: "
                + "here a sequence has as many as it is given.";
        }

        if (assembly.Interpreter.Filling is { } filling)
        {
            yield return (filling.Token >= 0 ? $"Token {filling.Token} is padding: "
                : $"A step of which all features are {filling.Value} is masked: ")
                + "the file counts the other steps of a sequence, so it has to stand behind them there; "
                + "here it may stand anywhere, and outputs there are zeros.";
        }
    }

    private ImmutableArray<string> AxesOf(GraphInput input) => input == read ? AxesOf(value)
        : input.Role == OnnxRole.Lengths ? ["batch"] : AxesOf((Signal)input.OtherValue(_graph));

    private static ImmutableArray<string> AxesOf(Signal value) =>
        [.. value.Axes.Select(axis => axis.Length == 0 ? "1" : string.Join("·", axis.Select(Signal.Word)))];
}
