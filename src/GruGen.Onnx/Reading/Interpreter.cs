using System.Collections.Immutable;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <summary>A node that could not be placed, and why.</summary>
/// <param name="Message">Which node, and what of it.</param>
/// <param name="IsDamage">Whether the file is wrong, and not only more than the library has.</param>
/// <param name="IsOfAxes">Whether it would not be if the axes of the input were others.</param>
internal sealed record Problem(string Message, bool IsDamage, bool IsOfAxes);

/// <summary>An operator reads axes in another order than it has to.</summary>
internal sealed class AxesException(string message) : NotSupportedException(message);

/// <summary>
/// Walks through a graph and follows what each value means: which features of which layer it has, and which of its axes are time, batch and
/// features. An operator is understood by what it does to that, so it does not matter how an exporter moves axes.
/// </summary>
internal sealed partial class Interpreter
{
    private const int MostParts = 256, MostWidth = 1 << 20; // of what is added or joined
    private const int FoldedElements = 1 << 20; // that may be made beside those that follow from the size of the file

    private readonly OnnxGraph _graph;
    private readonly OnnxOptions _options;
    private readonly ConstantFolder _folder;
    private readonly long _most;
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private int _order;

    /// <param name="graph">The graph.</param>
    /// <param name="options">What the caller says of it.</param>
    /// <param name="length">The length of the file.</param>
    public Interpreter(OnnxGraph graph, OnnxOptions options, long length)
    {
        (_graph, _options) = (graph, options);
        _most = Math.Min(1 << 30, FoldedElements + 16 * length);
        _folder = new ConstantFolder(_most);
    }

    /// <summary>What could not be placed.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>What is worth knowing of how the graph was read.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The values of the graph's outputs, in their order.</summary>
    public IEnumerable<(string Name, Value Value)> Outputs => _graph.Outputs.Select(output => (output.Name, _values[output.Name]));

    /// <summary>The states that the caller gives, and which layer each is the first state of.</summary>
    public List<(Node Given, int Index, Node Layer, int Direction)> States { get; } = [];

    /// <summary>Walks through the graph.</summary>
    /// <param name="inputs">What the inputs are taken to be.</param>
    public void Run(IEnumerable<(string Name, Value Value)> inputs)
    {
        foreach ((string name, Value value) in inputs)
        {
            _values.Add(name, value);
        }

        foreach (OnnxNode node in _graph.Needed)
        {
            Value[] outputs = Place(node);
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                string name = node.Outputs[i];
                if (name.Length == 0)
                {
                    continue;
                }

                _values.Add(name, i < outputs.Length ? outputs[i] : Unplaced.Instance);
                if (i >= outputs.Length && (_graph.Readers(name).Any() || _graph.Outputs.Any(output => output.Name == name)))
                {
                    _problems.Add(new($"{node.Title} gives '{name}', its output {i + 1}, which is not understood", IsDamage: false,
                        IsOfAxes: false));
                }
            }
        }

        foreach (ValueInfoProto output in _graph.Outputs.Where(output => !_values.ContainsKey(output.Name)))
        {
            _values.Add(output.Name, Initializer(output.Name));
        }
    }

    private Value[] Place(OnnxNode node)
    {
        try
        {
            Value?[] inputs = [.. node.Inputs.Select(name => name.Length == 0 ? null : Find(name))];
            if (inputs.Any(input => input is Unplaced))
            {
                return [.. node.Outputs.Select(_ => (Value)Unplaced.Instance)];
            }

            if (node.Domain.Length > 0)
            {
                throw Refuse($"is an operator of '{node.Domain}'");
            }

            Value[] outputs = Array.TrueForAll(inputs, input => input is null or Constant)
                ? _folder.Fold(node, Array.ConvertAll(inputs, input => input as Constant)) ?? throw Refuse("is not computed of constants")
                : Evaluate(node, inputs);
            if (node.Unread.FirstOrDefault() is { } unknown)
            {
                throw Refuse($"has the attribute '{unknown}', which is not known here");
            }

            return outputs;
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            string message = exception.Message.TrimEnd('.'), file = $"{_graph.File}: ";
            message = message.StartsWith(file, StringComparison.Ordinal) ? message[file.Length..] : message;
            _problems.Add(new(
                message.StartsWith(node.Title, StringComparison.Ordinal) ? message
                    : $"{node.Title}{(exception is InvalidDataException ? ": " : " ")}{message}",
                exception is InvalidDataException,
                exception is AxesException));
            return [.. node.Outputs.Select(_ => (Value)Unplaced.Instance)];
        }
    }

    private Value Find(string name) => _values.TryGetValue(name, out Value? value) ? value : Initializer(name);

    private Constant Initializer(string name)
    {
        Constant value = TensorReader.Read(_graph.Initializers[name], $"{_graph.File}: the initializer '{name}'", [name]);
        _values.Add(name, value);
        return value;
    }

    private Value[] Evaluate(OnnxNode node, Value?[] inputs)
    {
        Value first = inputs.ElementAtOrDefault(0) ?? throw node.Invalid("has no first input");
        switch (node.Operator)
        {
            case "GRU":
                return Gru(node, inputs);
            case "Identity":
                return [first];
            case "Dropout":
                node.Ignore("ratio", "seed", "is_test");
                return [first];
            case "Cast":
                return [Cast(node, first)];
            case "Shape" when first is Signal signal:
                return [ConstantFolder.Sizes(node, signal.Sizes)];
            case "Add" or "Sub" or "Mul" or "Div" or "Pow":
                return [Elementwise(node, first, Second(node, inputs))];
            case "Sqrt" or "Reciprocal" or "Erf" or "Neg":
                return [OfOne(node, first)];
            case "Equal" or "Not":
                return [MaskOf(node, inputs)];
            case "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceSum" or "ReduceProd":
                return [Reduced(node, inputs)];
            case "Gather" when first is Constant table && inputs.ElementAtOrDefault(1) is Signal tokens:
                return [Embedding(node, table, tokens)];
        }

        if (first is Lengths && node.Operator is "Squeeze" or "Unsqueeze" or "Reshape")
        {
            return [first];
        }

        if (first is Mask mask && node.Operator == "Unsqueeze" && ConstantFolder.Axes(node, inputs) is { } added)
        {
            return [new Mask(Unsqueezed(node, mask.Axes, added), mask.Filling, mask.IsReal)];
        }

        if (first is not Signal x)
        {
            throw Refuse($"reads {first.Describe()}, which it is not understood of");
        }

        return node.Operator switch
        {
            "Transpose" => [Transposed(node, x)],
            "Squeeze" => [Squeezed(node, x, ConstantFolder.Axes(node, inputs))],
            "Unsqueeze" => [x.With(Unsqueezed(node, x.Axes, ConstantFolder.Axes(node, inputs) ?? throw node.Invalid("has no axes")))],
            "Reshape" => [Reshaped(node, x, inputs)],
            "Flatten" => [Flattened(node, x)],
            "Expand" => [Expanded(x, inputs)],
            "ReverseSequence" => [Reversed(node, x, Second(node, inputs))],
            "Slice" => [Sliced(node, x, ConstantFolder.Slices(node, inputs, x.Axes.Length))],
            "Gather" => [Gathered(node, x, inputs)],
            "Split" => Split(node, x, inputs),
            "Concat" => [Joined(node, inputs)],
            "MatMul" => [MatMul(node, x, Second(node, inputs))],
            "Gemm" => [Gemm(node, x, inputs)],
            "Conv" => [Conv(node, x, inputs)],
            "Pad" => [Padded(node, x, inputs)],
            "BatchNormalization" => [BatchNormalization(node, x, inputs)],
            "LayerNormalization" => [LayerNormalization(node, x, inputs)],
            "AveragePool" => [Windows(node, x, Pooling.Mean)],
            "MaxPool" => [Windows(node, x, Pooling.Max)],
            "GlobalAveragePool" => [Pooled(node, OverTime(x), Pooling.Mean, keeps: true)],
            "GlobalMaxPool" => [Pooled(node, OverTime(x), Pooling.Max, keeps: true)],
            "PRelu" => [PRelu(node, x, Second(node, inputs))],
            _ => [Activated(node, x)],
        };
    }

    private static Value Second(OnnxNode node, Value?[] inputs) =>
        inputs.ElementAtOrDefault(1) ?? throw node.Invalid("lacks its second input");

    private static Constant Known(OnnxNode node, Value?[] inputs, int place, string name) => inputs.ElementAtOrDefault(place) switch
    {
        Constant constant => constant,
        null => throw node.Invalid($"lacks its input {name}"),
        var other => throw Refuse($"has {other.Describe()} as {name}, where weights are expected"),
    };

    /// <summary>The numbers of a tensor of weights, which must have this shape.</summary>
    private float[] Floats(OnnxNode node, Constant value, string name, params ReadOnlySpan<long> shape)
    {
        string expected = $"[{string.Join(", ", shape.ToArray())}]";
        if (value.Rank != shape.Length)
        {
            throw node.Invalid($"has {value.Describe()} as {name}, where {expected} is expected");
        }

        for (int i = 0; i < shape.Length; i++)
        {
            if (value.Shape[i] != shape[i])
            {
                throw node.Invalid($"has {value.Describe()} as {name}, where {expected} is expected");
            }
        }

        return AllFloats(node, value, name);
    }

    private float[] AllFloats(OnnxNode node, Constant value, string name)
    {
        float[] floats = value.AllFloats(_most) ?? throw node.Invalid($"has {value.Describe()} as {name}, where floats are expected");
        _folder.Charge(floats.Length);
        return floats;
    }

    /// <summary>The exception for a node that the library has nothing for.</summary>
    private static NotSupportedException Refuse(string what) => new(what);

    private Node Make(NodeKind kind, OnnxNode node, int size, ImmutableArray<Source> inputs) =>
        new(kind, node.Title, size, ++_order, inputs)
        {
            Path = PathOf(node.Name),
            ReadsMixedSteps = inputs.Any(input => input.Node.MixesSteps),
            HasLengths = inputs.Any(input => input is { Moment: Moment.Whole, Node: { IsTimed: true, HasLengths: true } }),
        };

    /// <summary>The last part but one of a name such as <c>/encoder/gru/GRU</c>, which is that of the module; or the only one.</summary>
    private static string PathOf(string name) => name.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [.., var module, _] => module,
        [var only] => only,
        _ => "",
    };

    private static Value Cast(OnnxNode node, Value value)
    {
        long to = node.Integer("to", 0);
        node.Ignore("saturate");
        bool isWhole = to is 2 or 3 or 4 or 5 or 6 or 7 or 9 or 12 or 13;
        return value switch
        {
            Signal { IsTokens: true } or Lengths or Mask or Equality => value,
            Signal when !isWhole => value,
            FeatureStatistic or GeluStage when !isWhole => value,
            _ => throw Refuse($"makes {TensorReader.Name((int)Math.Clamp(to, 0, 1000))} of {value.Describe()}"),
        };
    }
}
