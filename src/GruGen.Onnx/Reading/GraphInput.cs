using System.Collections.Immutable;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <summary>An input of the graph that has no value, and what it is for.</summary>
internal sealed class GraphInput
{
    private readonly OnnxGraph _graph;

    public GraphInput(ValueInfoProto input, OnnxGraph graph)
    {
        (_graph, Name) = (graph, input.Name);
        TypeProto.Types.Tensor tensor = input.Type?.TensorType
            ?? throw new InvalidDataException($"{graph.File} has the input '{Name}', which is no tensor.");
        IsWhole = tensor.ElemType switch
        {
            1 or 10 or 11 or 16 => false,
            6 or 7 or 3 or 5 or 2 or 4 or 12 or 13 => true,
            _ => throw new NotSupportedException($"{graph.File} has the input '{Name}' of {TensorReader.Name(tensor.ElemType)}."),
        };
        Sizes = tensor.Shape is null ? [] : [.. tensor.Shape.Dim.Select((size, i) => SizeOf(size, i))];
        Role = RoleOf();
    }

    public string Name { get; }

    /// <summary>Whether its elements are whole numbers.</summary>
    public bool IsWhole { get; }

    public IReadOnlyList<Dim?> Sizes { get; }

    /// <summary>What it is for; null for weights.</summary>
    public OnnxRole? Role { get; }

    /// <summary>Whether its axes can be these, because the number of features is known.</summary>
    public bool CanBe(string axes) => axes.IndexOf('F', StringComparison.Ordinal) is var place
        && (place < 0 || Sizes[place] is { IsNumber: true });

    /// <summary>What it is where it is what the model reads.</summary>
    public Signal Value(string axes, bool isTokens)
    {
        ImmutableArray<string> names = [.. axes.Select(axis => axis == '1' ? Signal.One : axis.ToString())];
        int features = axes.IndexOf('F', StringComparison.Ordinal);
        int width = features < 0 ? 1 : Sizes[features] is { IsNumber: true, Factor: > 0 and <= 65_536 } size ? (int)size.Factor
            : throw new NotSupportedException(
                $"{_graph.File} does not say how many features the input '{Name}' has, or they are more than 65,536.");
        var input = new Node(NodeKind.Input, $"the input '{Name}'", width, 0, []) { IsTimed = true };
        return new Signal(names, [[new Segment(input, 0, width)]])
        {
            BatchSize = Size('B'),
            Steps = Size('T'),
            IsTokens = isTokens,
        };

        Dim? Size(char axis) => axes.IndexOf(axis, StringComparison.Ordinal) is >= 0 and int place ? Sizes[place] : null;
    }

    /// <summary>What it is where it is states or lengths.</summary>
    public Value OtherValue(OnnxGraph graph)
    {
        if (Role == OnnxRole.Lengths)
        {
            return new Lengths(null);
        }

        bool isBatchFirst = graph.Needed.Any(node => node.Operator == "GRU" && node.Integer("layout", 0) == 1);
        int stack = isBatchFirst ? 1 : 0;
        if (Sizes.Count != 3 || Sizes[stack] is not { IsNumber: true, Factor: > 0 and <= 1024 } count
            || Sizes[2] is not { IsNumber: true, Factor: > 0 and <= 65_536 } size)
        {
            throw new NotSupportedException(
                $"{graph.File} has first states as the input '{Name}', but does not say their number and size as [layers, batch, units].");
        }

        (int states, int units) = ((int)count.Factor, (int)size.Factor);
        var node = new Node(NodeKind.Input, $"the input '{Name}'", states * units, 0, []);
        return new Signal(
            isBatchFirst ? [Signal.Batch, Signal.Stack, Signal.Feature] : [Signal.Stack, Signal.Batch, Signal.Feature],
            [.. Enumerable.Range(0, states).Select(i => ImmutableArray.Create(new Segment(node, i * units, units)))])
        {
            BatchSize = Sizes[1 - stack],
            IsState = true,
        };
    }

    /// <summary>A value that the caller gives to an input.</summary>
    public static Constant Given(SafetensorsTensor value, OnnxGraph graph)
    {
        float[] values = value.ToSingles();
        int[] shape = [.. value.Shape.Select(size => checked((int)size))];
        ValueInfoProto input = graph.Inputs.Single(input => input.Name == value.Name);
        if (input.Type?.TensorType?.Shape is { } declared && (declared.Dim.Count != shape.Length
            || declared.Dim.Zip(shape).Any(pair => pair.First.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue
                && pair.First.DimValue != pair.Second)))
        {
            throw new ArgumentException($"'{value.Name}' was given as [{string.Join(", ", shape)}], but {graph.File} has another shape.");
        }

        return Constant.OfFloats(values, shape, [value.Name]);
    }

    /// <summary>What to do about several inputs.</summary>
    public static string Advice(IEnumerable<GraphInput> inputs) => inputs.Count() > 1
        ? $"Those that are weights can be given values by {nameof(OnnxOptions.Values)}." : "";

    public NotSupportedException Refused() => new(
        $"{_graph.File} has the input '{Name}' with {Sizes.Count} axes; "
        + "[batch, time, features] and [batch, time] of tokens are read, in any order.");

    private Dim? SizeOf(TensorShapeProto.Types.Dimension size, int axis) => size.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when size.DimValue > 0 => size.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => Dim.Unknown(_graph.Symbol(size.DimParam)),
        _ => Dim.Unknown(_graph.Symbol($"\0{Name}\0{axis}")), // sizes that have no name are all others
    };

    /// <summary>Follows the input to the layers that read it.</summary>
    private OnnxRole? RoleOf()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([Name]);
        bool isStates = false, isLengths = false, isWeights = false;
        while (open.TryPop(out string? name))
        {
            if (!seen.Add(name))
            {
                continue;
            }

            foreach (OnnxNode node in _graph.Readers(name))
            {
                if (node.Operator == "Shape")
                {
                    continue;
                }

                if (node.Operator != "GRU")
                {
                    foreach (string output in node.Outputs)
                    {
                        open.Push(output);
                    }

                    continue;
                }

                for (int i = 0; i < node.Inputs.Length; i++)
                {
                    if (node.Inputs[i] == name)
                    {
                        if (i == 0)
                        {
                            return OnnxRole.Input;
                        }

                        (isWeights, isLengths, isStates) = (isWeights || i is 1 or 2 or 3, isLengths || i == 4, isStates || i == 5);
                    }
                }
            }
        }

        return isWeights ? null : isStates ? OnnxRole.InitialStates : isLengths && Sizes.Count <= 1 ? OnnxRole.Lengths : OnnxRole.Input;
    }
}
