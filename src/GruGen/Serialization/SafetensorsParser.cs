using System.Collections.Immutable;
using System.Text.Json;

namespace GruGen;

/// <summary>Reads the header of a safetensors file, and believes nothing of it unchecked.</summary>
internal ref struct SafetensorsParser
{
    private const int Depth = 3; // header, tensor, shape

    private readonly string _source;
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;

    private SafetensorsParser(ReadOnlySpan<byte> header, string source)
    {
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = Depth });
        _source = source;
    }

    /// <summary>Parses a header.</summary>
    /// <param name="header">Its bytes.</param>
    /// <param name="source">What is being read, for messages.</param>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> header, string source)
    {
        if (header.IsEmpty || header[0] != '{')
        {
            throw Damaged(source, "the header does not begin with '{'");
        }

        try
        {
            return new SafetensorsParser(header, source).Parse(header);
        }
        catch (JsonException exception)
        {
            throw Damaged(source, $"the header is no JSON ({exception.Message})", exception);
        }
    }

    public static InvalidDataException Damaged(string source, string what, Exception? cause = null) =>
        new($"{source} is no valid safetensors file: {what}.", cause);

    private SafetensorsHeader Parse(ReadOnlySpan<byte> header)
    {
        var tensors = new List<TensorEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        _json.Read();
        while (NextProperty(out string name))
        {
            if (!names.Add(name))
            {
                throw Damaged($"'{name}' is there twice");
            }

            _json.Read();
            if (name == SafetensorsHeader.MetadataKey)
            {
                ParseMetadata();
            }
            else
            {
                tensors.Add(ParseTensor(name));
            }
        }

        if (header[(int)_json.BytesConsumed..].ContainsAnyExcept((byte)' '))
        {
            throw Damaged("something other than spaces follows the header's last '}'");
        }

        return new SafetensorsHeader(InOrder(tensors), _metadata);
    }

    private void ParseMetadata()
    {
        Expect(JsonTokenType.StartObject, SafetensorsHeader.MetadataKey, "an object of strings");
        while (NextProperty(out string key))
        {
            _json.Read();
            Expect(JsonTokenType.String, SafetensorsHeader.MetadataKey, "an object of strings");
            if (!_metadata.TryAdd(key, Text()))
            {
                throw Damaged($"'{key}' is twice in {SafetensorsHeader.MetadataKey}");
            }
        }
    }

    private TensorEntry ParseTensor(string name)
    {
        Expect(JsonTokenType.StartObject, name, "an object");
        string? type = null;
        ImmutableArray<long>? shape = null, offsets = null;
        while (NextProperty(out string key))
        {
            _json.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(JsonTokenType.String, name, "of a type with a name");
                    type = Text();
                    break;
                case "shape" when shape is null:
                    shape = ParseSizes(name, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseSizes(name, key);
                    break;
                default:
                    throw Damaged($"'{name}' has an unknown or repeated '{key}'");
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw Damaged($"'{name}' has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        }

        if (offsets.Value.Length != 2 || offsets.Value[0] > offsets.Value[1])
        {
            throw Damaged($"the data_offsets of '{name}' are not a beginning and an end");
        }

        var tensor = new TensorEntry(name, type, shape.Value, offsets.Value[0], offsets.Value[1]);
        CheckLength(tensor);
        return tensor;
    }

    private ImmutableArray<long> ParseSizes(string name, string key)
    {
        Expect(JsonTokenType.StartArray, name, $"an object with an array as its {key}");
        var sizes = ImmutableArray.CreateBuilder<long>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long size) || size < 0)
            {
                throw Damaged($"the {key} of '{name}' has something other than whole numbers from 0 to 2^63 − 1");
            }

            sizes.Add(size);
        }

        return sizes.ToImmutable();
    }

    private void CheckLength(TensorEntry tensor)
    {
        long length = TensorType.Size(tensor.Type);
        if (length == 0)
        {
            throw Damaged($"'{tensor.Name}' is of the unknown type '{tensor.Type}'");
        }

        try
        {
            foreach (long size in tensor.Shape)
            {
                length = checked(length * size);
            }
        }
        catch (OverflowException exception)
        {
            throw SafetensorsParser.Damaged(
                _source, $"the shape [{string.Join(", ", tensor.Shape)}] of '{tensor.Name}' is too large", exception);
        }

        if (length != tensor.Length)
        {
            throw Damaged(
                $"'{tensor.Name}', {tensor.Type} [{string.Join(", ", tensor.Shape)}], takes {length} bytes, "
                    + $"but its data_offsets hold {tensor.Length}");
        }
    }

    /// <summary>The tensors by their place; they lie one after another without a gap.</summary>
    private ImmutableArray<TensorEntry> InOrder(List<TensorEntry> tensors)
    {
        ImmutableArray<TensorEntry> ordered = [.. tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End)];
        long end = 0;
        foreach (TensorEntry tensor in ordered)
        {
            if (tensor.Begin != end)
            {
                throw Damaged(tensor.Begin < end
                    ? $"'{tensor.Name}' begins at {tensor.Begin}, inside the tensor before it, which ends at {end}"
                    : $"no tensor has the bytes {end} to {tensor.Begin}, before '{tensor.Name}'");
            }

            end = tensor.End;
        }

        return ordered;
    }

    private bool NextProperty(out string name)
    {
        _json.Read();
        bool found = _json.TokenType == JsonTokenType.PropertyName;
        name = found ? Text() : "";
        return found;
    }

    private readonly void Expect(JsonTokenType token, string name, string what)
    {
        if (_json.TokenType != token)
        {
            throw Damaged($"'{name}' is not {what}");
        }
    }

    private readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw SafetensorsParser.Damaged(_source, "a string of the header is no valid Unicode", exception);
        }
    }

    private readonly InvalidDataException Damaged(string what) => Damaged(_source, what);
}
