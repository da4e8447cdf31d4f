using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>A tensor in memory that has a place in a file.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Shape">Its shape, row-major.</param>
/// <param name="Buffer">Where it lies.</param>
/// <param name="Offset">Where it starts among the floats of <paramref name="Buffer"/>.</param>
/// <param name="Length">The number of its floats.</param>
internal readonly record struct TensorSlot(string Name, ImmutableArray<int> Shape, AlignedBuffer Buffer, int Offset, int Length)
{
    public Span<float> Values => Buffer.Span.Slice(Offset, Length);

    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}

/// <summary>The tensors that a model or a trainer keeps in a file: written as F32, and read all or none.</summary>
internal sealed class TensorSlots
{
    private readonly string _owner;
    private readonly FileContent _content;
    private readonly List<TensorSlot> _slots = [];
    private (string Name, double[]? Values)? _doubles;

    /// <param name="owner">Whose tensors they are, for messages.</param>
    /// <param name="content">What the file says of them.</param>
    public TensorSlots(string owner, FileContent content) => (_owner, _content) = (owner, content);

    /// <summary>Adds every parameter's part of a buffer that is laid out like the parameters.</summary>
    public void Add(string prefix, ModelSchema schema, AlignedBuffer buffer)
    {
        foreach (TensorSchema tensor in schema.Tensors)
        {
            _slots.Add(new TensorSlot(prefix + tensor.Name, tensor.Shape, buffer, (int)tensor.Offset, (int)tensor.Length));
        }
    }

    /// <summary>Adds a whole buffer.</summary>
    public void Add(string name, ImmutableArray<int> shape, AlignedBuffer buffer) =>
        _slots.Add(new TensorSlot(name, shape, buffer, 0, buffer.Length));

    /// <summary>Adds a tensor of any number of doubles, type F64.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its values; null to read them.</param>
    public void AddDoubles(string name, double[]? values = null) => _doubles = (name, values);

    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="metadata">Strings beside those of its content.</param>
    public void Write(Stream stream, params IEnumerable<KeyValuePair<string, string>> metadata)
    {
        TensorEntry[] entries = [.. _slots.Select(slot =>
            new TensorEntry(slot.Name, "F32", [.. slot.Shape.Select(size => (long)size)], 0, (long)slot.Length * sizeof(float)))];
        double[] doubles = _doubles?.Values ?? [];
        if (_doubles is { } named)
        {
            entries = [.. entries, new TensorEntry(named.Name, "F64", [doubles.Length], 0, (long)doubles.Length * sizeof(double))];
        }

        ImmutableDictionary<string, string> all = _content.Metadata().AddRange(metadata);
        if (_content.HasChecksum)
        {
            var tensors = _slots.Select(slot => (slot.Name, slot.Buffer, slot.Offset, slot.Length));
            all = all.Add(FileChecksum.Key, FileChecksum.Of(all, tensors, doubles));
        }

        foreach (int i in SafetensorsHeader.Write(stream, entries, all))
        {
            if (i < _slots.Count)
            {
                WriteSingles(stream, _slots[i].Values);
            }
            else
            {
                stream.Write(MemoryMarshal.AsBytes(doubles.AsSpan()));
            }
        }
    }

    /// <summary>Reads a file to its end beside what is in memory, which stays as it is until <see cref="StagedTensors.Commit"/>.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <param name="names">What the tensors are called in the file, by their own names or those of layers; null to look for them.</param>
    /// <param name="inPlace">
    /// Whether the tensors are read to where they belong, without memory for a second copy: nothing is left to commit, and where the file
    /// is damaged, what was in memory is lost.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, its tensors are not exactly these (all differences are listed), or it says that it is of another kind or of
    /// other layers.
    /// </exception>
    /// <exception cref="ArgumentException">A name in <paramref name="names"/> is none of the model or of the file.</exception>
    public StagedTensors Stage(Stream stream, string source, IReadOnlyDictionary<string, string>? names = null, bool inPlace = false) =>
        Stage(new SafetensorsReader(stream, source), source, names, inPlace);

    /// <summary>
    /// As <see cref="Stage(Stream, string, IReadOnlyDictionary{string, string}?, bool)"/>, behind a header that was read.
    /// </summary>
    public StagedTensors Stage(
        SafetensorsReader reader, string source, IReadOnlyDictionary<string, string>? names = null, bool inPlace = false)
    {
        _content.CheckKind(reader.Header.Metadata, source);
        TensorEntry[] tensors = [.. reader.Header.Tensors.Where(tensor => !IsBatchCount(tensor))];
        TensorNames inFile = TensorNames.Find(_slots, tensors, names, out string ambiguity);
        CheckTensors(tensors, inFile, ambiguity, source);
        _content.CheckLayers(reader.Header.Metadata, source);
        Dictionary<string, TensorSlot> byName = _slots.ToDictionary(slot => inFile[slot.Name], StringComparer.Ordinal);
        var staged = new List<(TensorSlot, AlignedBuffer)>();
        double[] doubles = [];
        foreach (TensorEntry tensor in reader.Header.Tensors)
        {
            if (IsBatchCount(tensor))
            {
                reader.ReadBytes(tensor);
                continue;
            }

            if (tensor.Name == _doubles?.Name)
            {
                doubles = MemoryMarshal.Cast<byte, double>(reader.ReadBytes(tensor)).ToArray();
                continue;
            }

            TensorSlot slot = byName[tensor.Name];
            AlignedBuffer values = inPlace ? slot.Buffer.Slice(slot.Offset, slot.Length) : new AlignedBuffer(slot.Length);
            reader.ReadSingles(tensor, values.Span);
            if (inPlace)
            {
                Faint.Copy(values.Span, values.Span, Faint.SubnormalBits);
            }
            else
            {
                staged.Add((slot, values));
            }
        }

        reader.CheckEnd();
        var read = staged.Select(tensor => (tensor.Item1.Name, tensor.Item2, 0, tensor.Item2.Length));
        if (_content.HasChecksum
            && reader.Header.Metadata.GetValueOrDefault(FileChecksum.Key) != FileChecksum.Of(reader.Header.Metadata, read, doubles))
        {
            throw new InvalidDataException($"{source} is damaged: what it has inside is not what was written.");
        }

        return new StagedTensors(staged, inFile, reader.Header.Metadata, doubles);
    }

    /// <summary>
    /// Whether a tensor counts the batches that the averages of a batch normalisation are of, as PyTorch's do, which nothing here needs.
    /// </summary>
    private bool IsBatchCount(TensorEntry tensor) =>
        tensor is { Type: "I64", Shape.Length: 0 } && tensor.Name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
        && _slots.Any(slot => slot.Name.EndsWith(".running_mean", StringComparison.Ordinal));

    private void CheckTensors(IEnumerable<TensorEntry> tensors, TensorNames inFile, string ambiguity, string source)
    {
        Dictionary<string, TensorEntry> found = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var missing = new List<string>();
        var misshapen = new List<string>();
        foreach (TensorSlot slot in _slots)
        {
            if (!found.Remove(inFile[slot.Name], out TensorEntry? tensor))
            {
                missing.Add(slot.ToString());
            }
            else if (!tensor.Shape.SequenceEqual(slot.Shape.Select(size => (long)size)) || !TensorType.IsFloat(tensor.Type))
            {
                (string type, string floats) = TensorType.IsFloat(tensor.Type) ? ("", "") : ($"{tensor.Type} ", "floats ");
                misshapen.Add($"{slot.Name} is {type}{Sizes(tensor.Shape)} in the file, but {floats}{Sizes(slot.Shape)} in the model");
            }
        }

        if (_doubles is { } doubles && (!found.Remove(doubles.Name, out TensorEntry? own) || own is not { Type: "F64", Shape.Length: 1 }))
        {
            misshapen.Add($"{doubles.Name} is not one of doubles");
        }

        string[] surplus =
        [
            .. found.Values.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal),
        ];
        if (missing.Count + misshapen.Count + surplus.Length > 0)
        {
            string[] lists = [List("missing", missing), List("misshapen", misshapen), List("surplus", surplus)];
            throw new InvalidDataException($"{source} does not fit {_owner}: "
                + ambiguity + string.Join(". ", lists.Where(list => list.Length > 0)) + ".");
        }
    }

    private static void WriteSingles(Stream stream, ReadOnlySpan<float> values)
    {
        const int chunk = 1 << 20; // a span of bytes has at most 2^31 of them
        for (; values.Length > chunk; values = values[chunk..])
        {
            stream.Write(MemoryMarshal.AsBytes(values[..chunk]));
        }

        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static string Sizes<T>(IEnumerable<T> shape) => $"[{string.Join(", ", shape)}]";

    private static string List(string what, IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "" : $"{what}: {string.Join("; ", names)}";
}

/// <summary>Tensors that were read in full, beside the ones they replace.</summary>
/// <param name="Tensors">The places, and the values that belong there.</param>
/// <param name="Names">The names of the tensors in the file.</param>
/// <param name="Metadata">The file's strings.</param>
/// <param name="Doubles">The tensor of doubles, if one is expected.</param>
internal sealed record StagedTensors(
    IReadOnlyList<(TensorSlot Slot, AlignedBuffer Values)> Tensors,
    TensorNames Names,
    IReadOnlyDictionary<string, string> Metadata,
    double[] Doubles)
{
    /// <summary>Replaces the values that are in memory.</summary>
    /// <param name="moved">Where the tensors are by now, if they have moved since.</param>
    public void Commit(AlignedBuffer? moved = null)
    {
        foreach ((TensorSlot slot, AlignedBuffer values) in Tensors)
        {
            Faint.Copy(values.Span, moved is null ? slot.Values : moved.Span.Slice(slot.Offset, slot.Length), Faint.SubnormalBits);
        }
    }
}
