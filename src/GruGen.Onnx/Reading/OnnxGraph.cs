using System.Collections.Immutable;
using Google.Protobuf;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <summary>The graph of a file, checked as far as a graph can be without knowing its operators: names, order, versions.</summary>
internal sealed class OnnxGraph
{
    private const int OldestOpset = 7, NewestOpset = 26;
    private const int MostNodes = 20_000;

    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, char> _symbols = new(StringComparer.Ordinal);
    private readonly ILookup<string, OnnxNode> _readers;

    private OnnxGraph(ModelProto model, string file)
    {
        File = file;
        Model = model;
        GraphProto graph = model.Graph ?? throw Invalid("has no graph, so it is no ONNX model");
        Opset = CheckOpset(model);
        if (model.Functions.Count > 0)
        {
            throw new NotSupportedException(
                $"{file} has functions of its own ('{model.Functions[0].Name}'), which are not read; export it without.");
        }

        if (graph.SparseInitializer.Count > 0)
        {
            throw new NotSupportedException($"{file} has sparse weights, which are not read.");
        }

        if (graph.Node.Count > MostNodes)
        {
            throw Invalid($"has {graph.Node.Count} nodes, but a small recurrent model has some tens");
        }

        foreach (TensorProto tensor in graph.Initializer)
        {
            if (!_initializers.TryAdd(tensor.Name, tensor))
            {
                throw Invalid($"has the initializer '{tensor.Name}' twice");
            }
        }

        Inputs = [.. graph.Input.Where(input => !_initializers.ContainsKey(input.Name))];
        Outputs = [.. graph.Output];
        var known = new HashSet<string>(_initializers.Keys, StringComparer.Ordinal);
        foreach (ValueInfoProto input in Inputs)
        {
            if (!known.Add(input.Name))
            {
                throw Invalid($"has the input '{input.Name}' twice");
            }
        }

        Nodes = [.. graph.Node.Select(node => new OnnxNode(node, file))];
        foreach (OnnxNode node in Nodes)
        {
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                if (!known.Add(output))
                {
                    throw Invalid($"makes '{output}' in more than one place");
                }

                _makers.Add(output, node);
            }
        }

        if (Outputs.IsEmpty)
        {
            throw Invalid("has no outputs");
        }

        CheckNames(known);
        Needed = Order();
        _readers = Needed.SelectMany(node => node.Inputs.Distinct().Select(input => (Input: input, Node: node)))
            .ToLookup(pair => pair.Input, pair => pair.Node, StringComparer.Ordinal);
    }

    /// <summary>What the file is called in messages.</summary>
    public string File { get; }

    public ModelProto Model { get; }

    /// <summary>The version of the operators.</summary>
    public int Opset { get; }

    /// <summary>The inputs that have no value in the file.</summary>
    public ImmutableArray<ValueInfoProto> Inputs { get; }

    public ImmutableArray<ValueInfoProto> Outputs { get; }

    public ImmutableArray<OnnxNode> Nodes { get; }

    /// <summary>The nodes that outputs depend on, each behind what it needs.</summary>
    public IReadOnlyList<OnnxNode> Needed { get; }

    public IReadOnlyDictionary<string, TensorProto> Initializers => _initializers;

    /// <summary>The nodes that outputs depend on and that read a value.</summary>
    public IEnumerable<OnnxNode> Readers(string name) => _readers[name];

    /// <summary>A character for a size that has a name.</summary>
    public char Symbol(string name)
    {
        if (!_symbols.TryGetValue(name, out char symbol))
        {
            _symbols.Add(name, symbol = (char)('a' + Math.Min(_symbols.Count, 30_000)));
        }

        return symbol;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no ONNX file.</exception>
    public static OnnxGraph Parse(byte[] bytes, string file)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{file} is damaged, or is no ONNX file: {exception.Message}", exception);
        }

        return new OnnxGraph(model, file);
    }

    private int CheckOpset(ModelProto model)
    {
        OperatorSetIdProto[] sets = [.. model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx")];
        return sets is [var own]
            ? own.Version is >= OldestOpset and <= NewestOpset ? (int)own.Version
                : throw new NotSupportedException(
                    $"{File} has version {own.Version} of the operators; {OldestOpset} to {NewestOpset} are read.")
            : throw Invalid(sets.Length == 0 ? "does not say which version of the operators it has" : "has two versions of the operators");
    }

    private void CheckNames(HashSet<string> known)
    {
        string[] missing =
        [
            .. Nodes.SelectMany(node =>
                node.Inputs.Where(input => input.Length > 0 && !known.Contains(input)).Select(input => $"'{input}' of {node.Title}")),
            .. Outputs.Where(output => !known.Contains(output.Name)).Select(output => $"the output '{output.Name}'"),
        ];
        if (missing.Length > 0)
        {
            throw Invalid($"has nothing that makes {string.Join(", ", missing.Take(10))}");
        }
    }

    /// <summary>Walks from the outputs; without recursion, for a chain may be long.</summary>
    private List<OnnxNode> Order()
    {
        var order = new List<OnnxNode>();
        var open = new HashSet<OnnxNode>(); // begun and not done
        var done = new HashSet<OnnxNode>();
        var walk = new Stack<(OnnxNode Node, bool Leave)>(
            Outputs.Reverse().Select(output => _makers.GetValueOrDefault(output.Name)).OfType<OnnxNode>().Select(node => (node, false)));
        while (walk.TryPop(out (OnnxNode Node, bool Leave) step))
        {
            if (step.Leave)
            {
                open.Remove(step.Node);
                done.Add(step.Node);
                order.Add(step.Node);
            }
            else if (!done.Contains(step.Node))
            {
                if (!open.Add(step.Node))
                {
                    throw Invalid($"has nodes that need one another, among them {step.Node.Title}");
                }

                walk.Push((step.Node, true));
                foreach (string input in step.Node.Inputs.Reverse())
                {
                    if (_makers.TryGetValue(input, out OnnxNode? maker) && !done.Contains(maker))
                    {
                        walk.Push((maker, false));
                    }
                }
            }
        }

        return order;
    }

    private InvalidDataException Invalid(string what) => new($"{File} {what}.");
}
