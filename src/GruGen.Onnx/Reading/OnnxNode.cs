using System.Collections.Immutable;
using GruGen.Onnx.Format;

namespace GruGen.Onnx;

/// <summary>A node of the graph. Its attributes are checked when they are read, and which were read is known.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public OnnxNode(NodeProto proto, string file)
    {
        (File, Name, Operator, Inputs, Outputs) = (file, proto.Name, proto.OpType, [.. proto.Input], [.. proto.Output]);
        Domain = proto.Domain is "ai.onnx" ? "" : proto.Domain;
        foreach (AttributeProto attribute in proto.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute))
            {
                throw Invalid($"has the attribute '{attribute.Name}' twice");
            }
        }
    }

    public string File { get; }

    public string Name { get; }

    public string Operator { get; }

    public string Domain { get; }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Outputs { get; }

    /// <summary>What it is called in messages: the operator, and its name or that of its first output.</summary>
    public string Title
    {
        get
        {
            string name = Name.Length > 0 ? Name : Outputs.FirstOrDefault(output => output.Length > 0, "?");
            return $"{(Domain.Length > 0 ? Domain + "." : "")}{Operator} '{name}'";
        }
    }

    /// <summary>An attribute that nobody has asked for: one that may mean what is not known here.</summary>
    public IEnumerable<string> Unread => _attributes.Keys.Where(name => !_read.Contains(name));

    public bool Has(string name) => _attributes.ContainsKey(name);

    /// <summary>Says that what an attribute has does not change what the model computes.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _read.Add(name);
        }
    }

    public long Integer(string name, long otherwise) =>
        Find(name, AttributeProto.Types.AttributeType.Int, attribute => attribute.I, otherwise);

    public float Number(string name, float otherwise) =>
        Find(name, AttributeProto.Types.AttributeType.Float, attribute => attribute.F, otherwise);

    public string Text(string name, string otherwise) =>
        Find(name, AttributeProto.Types.AttributeType.String, attribute => attribute.S.ToStringUtf8(), otherwise);

    public long[]? Integers(string name) =>
        Find<long[]?>(name, AttributeProto.Types.AttributeType.Ints, attribute => [.. attribute.Ints], null);

    public float[]? Numbers(string name) =>
        Find<float[]?>(name, AttributeProto.Types.AttributeType.Floats, attribute => [.. attribute.Floats], null);

    public string[]? Texts(string name) => Find<string[]?>(
        name, AttributeProto.Types.AttributeType.Strings, attribute => [.. attribute.Strings.Select(text => text.ToStringUtf8())], null);

    public TensorProto? Tensor(string name) =>
        Find<TensorProto?>(name, AttributeProto.Types.AttributeType.Tensor, attribute => attribute.T, null);

    /// <summary>The exception for a node that cannot be one.</summary>
    public InvalidDataException Invalid(string what) => new($"{File}: {Title} {what}.");

    private T Find<T>(string name, AttributeProto.Types.AttributeType type, Func<AttributeProto, T> value, T otherwise)
    {
        _read.Add(name);
        return !_attributes.TryGetValue(name, out AttributeProto? attribute) ? otherwise
            : attribute.RefAttrName.Length > 0 ? throw Invalid($"takes its attribute '{name}' from a function")
            : attribute.Type == type || (attribute.Type == AttributeProto.Types.AttributeType.Undefined && IsOf(attribute, type))
                ? value(attribute)
            : throw Invalid($"has a '{name}' of the type {attribute.Type}, where {type} is expected");
    }

    /// <summary>Whether an attribute that does not say its type, as files before version 2 of the format, may be of one.</summary>
    private static bool IsOf(AttributeProto attribute, AttributeProto.Types.AttributeType type) => type switch
    {
        AttributeProto.Types.AttributeType.Tensor => attribute.T is not null,
        AttributeProto.Types.AttributeType.Ints => attribute.I == 0,
        AttributeProto.Types.AttributeType.Floats => attribute.F == 0,
        _ => attribute.Ints.Count == 0 && attribute.Floats.Count == 0 && attribute.T is null,
    };
}
