using System.Runtime.InteropServices;
using Google.Protobuf;
using GruGen.Onnx.Format;
using AttributeType = GruGen.Onnx.Format.AttributeProto.Types.AttributeType;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx;

/// <summary>Puts a graph together: nodes and constants, each with a name of its own.</summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _numbers = new(StringComparer.Ordinal);

    public GraphProto Graph { get; } = new();

    /// <summary>Adds a node with one output.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="name">The name of the node and of its output.</param>
    /// <param name="inputs">The inputs; an empty name is one that is left out.</param>
    /// <returns>The name of the output.</returns>
    public string Add(string type, string name, params ReadOnlySpan<string> inputs) => AddNode(type, name, 1, inputs).Output[0];

    /// <summary>Adds a node with attributes.</summary>
    public string Add(string type, string name, IReadOnlyList<string> inputs, IEnumerable<AttributeProto> attributes)
    {
        NodeProto node = AddNode(type, name, 1, [.. inputs]);
        node.Attribute.AddRange(attributes);
        return node.Output[0];
    }

    /// <inheritdoc cref="Add(string, string, IReadOnlyList{string}, IEnumerable{AttributeProto})"/>
    public string Add(string type, string name, string input, IEnumerable<AttributeProto> attributes) =>
        Add(type, name, [input], attributes);

    /// <summary>Adds a cast to a type of elements.</summary>
    public string Cast(string name, string input, DataType type) => Add("Cast", name, input, [Attribute("to", (long)type)]);

    /// <summary>Adds a node, to which attributes can be added.</summary>
    public NodeProto AddNode(string type, string name, int outputs, params ReadOnlySpan<string> inputs)
    {
        name = Unique(name);
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs.ToArray());
        node.Output.AddRange(Enumerable.Range(0, outputs).Select(i => i == 0 ? name : Unique($"{name}.{i}")));
        Graph.Node.Add(node);
        return node;
    }

    /// <summary>Adds a tensor of weights.</summary>
    /// <returns>Its name.</returns>
    public string Weights(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        name = Unique(name);
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Float, RawData = LittleEndian(values) };
        tensor.Dims.AddRange(shape.ToArray());
        Graph.Initializer.Add(tensor);
        return name;
    }

    /// <summary>One float; the same number is there once.</summary>
    public string Number(float value)
    {
        string key = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return Once(key, () => Weights($"number {key}", [value]));
    }

    /// <summary>Whole numbers, such as axes and sizes; the same are there once.</summary>
    public string Numbers(params long[] values)
    {
        string key = $"[{string.Join(", ", values)}]";
        return Once(key, () => Whole($"numbers {key}", values, values.Length));
    }

    /// <summary>One whole number.</summary>
    public string WholeNumber(long value) => Once($"{value}, whole", () => Whole($"number {value}", [value]));

    /// <summary>A tensor type; sizes that a run chooses have names.</summary>
    public static ValueInfoProto Value(string name, DataType type, params ReadOnlySpan<object> sizes)
    {
        var shape = new TensorShapeProto();
        foreach (object size in sizes)
        {
            shape.Dim.Add(size is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = (int)size });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new() { ElemType = (int)type, Shape = shape } } };
    }

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<float> values) =>
        new() { Name = name, Type = AttributeType.Floats, Floats = { values } };

    public static AttributeProto Attribute(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    /// <summary>A name that nothing else has.</summary>
    public string Unique(string name)
    {
        int before = _names.GetValueOrDefault(name);
        _names[name] = before + 1;
        return before == 0 ? name : Unique($"{name}.{before}");
    }

    private string Once(string key, Func<string> make) => _numbers.TryGetValue(key, out string? name) ? name : _numbers[key] = make();

    private string Whole(string name, long[] values, params ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = Unique(name), DataType = (int)DataType.Int64, RawData = ByteString.CopyFrom(Bytes(values)) };
        tensor.Dims.AddRange(shape.ToArray());
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static byte[] Bytes(long[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return bytes;
    }

    private static ByteString LittleEndian(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            return ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        }

        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return ByteString.CopyFrom(bytes);
    }
}
