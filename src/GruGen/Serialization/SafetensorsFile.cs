using System.Collections.Immutable;

namespace GruGen;

/// <summary>
/// A safetensors file in memory: tensors by name, and metadata. Reading is strict: whatever the format forbids is an exception that says
/// what is wrong and where, while tensors in any order and alignment that the format allows are read.
/// </summary>
public sealed class SafetensorsFile
{
    private static readonly ImmutableDictionary<string, string> s_nothing = ImmutableDictionary<string, string>.Empty;

    private readonly Dictionary<string, SafetensorsTensor> _byName;

    /// <summary>Makes a file of tensors.</summary>
    /// <param name="tensors">The tensors; no two have the same name.</param>
    /// <param name="metadata">The metadata, strings by key; null for none.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one has the name <c>__metadata__</c>.</exception>
    public SafetensorsFile(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = [.. tensors];
        Metadata = metadata ?? s_nothing;
        _byName = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in Tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataKey || !_byName.TryAdd(tensor.Name, tensor))
            {
                throw new ArgumentException($"A second tensor, or the metadata, has the name '{tensor.Name}'.", nameof(tensors));
            }
        }
    }

    /// <summary>The tensors; those of a file that was read, in the order of their bytes.</summary>
    public ImmutableArray<SafetensorsTensor> Tensors { get; }

    /// <summary>The file's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor <paramref name="name"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public SafetensorsTensor this[string name] => _byName.TryGetValue(name, out SafetensorsTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"There is no tensor '{name}'; there are {string.Join(", ", _byName.Keys)}.");

    /// <summary>Whether there is a tensor <paramref name="name"/>.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read; it is not there, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InsufficientMemoryException">A tensor has more bytes than an array can hold, about 2 GB.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream stream = AtomicFile.OpenRead(path);
        return Read(stream, $"'{Path.GetFileName(path)}'");
    }

    /// <summary>Reads a file to the end of <paramref name="stream"/>.</summary>
    /// <param name="stream">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InsufficientMemoryException">A tensor has more bytes than an array can hold, about 2 GB.</exception>
    public static SafetensorsFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, "The stream");
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static SafetensorsFile Read(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return Read(stream, "The file");
    }

    /// <summary>Writes the file, atomically: at any time the old one or the new one is there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the file.</summary>
    /// <param name="stream">The stream to write to, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        TensorEntry[] entries =
            [.. Tensors.Select(tensor => new TensorEntry(tensor.Name, tensor.Type, tensor.Shape, 0, tensor.Bytes.Length))];
        foreach (int i in SafetensorsHeader.Write(stream, entries, Metadata))
        {
            stream.Write(Tensors[i].Bytes);
        }
    }

    private static SafetensorsFile Read(Stream stream, string source)
    {
        var reader = new SafetensorsReader(stream, source);
        SafetensorsTensor[] tensors = [.. reader.Header.Tensors.Select(tensor => new SafetensorsTensor(tensor, reader.ReadBytes(tensor)))];
        reader.CheckEnd();
        return new SafetensorsFile(tensors, reader.Header.Metadata);
    }
}
