using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace GruGen.Tool;

/// <summary>
/// A file of <c>torch.save</c>: a zip archive with a pickle and the bytes of each storage, or, before PyTorch 1.6, pickles and storages one
/// after another.
/// </summary>
internal static class TorchFile
{
    private const int MaximumPickle = 1 << 25;
    private const string PickleName = "data.pkl";

    private static readonly PickleInteger s_magic = new(BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture));

    /// <summary>Whether an archive is one of PyTorch.</summary>
    public static bool IsTorch(ZipArchiveFile archive) => archive.Entries.Any(IsPickle);

    /// <summary>
    /// Reads the tensors and modules of an archive, each with the names of the dictionaries and modules that it is in before its own.
    /// </summary>
    public static TorchContent Read(ZipArchiveFile archive, string source)
    {
        ZipEntry[] pickles = [.. archive.Entries.Where(IsPickle)];
        if (pickles.Length != 1)
        {
            throw new InvalidDataException(
                $"{source} has {pickles.Length} pickles: {string.Join(", ", pickles.Select(entry => $"'{entry.Name}'"))}.");
        }

        string folder = pickles[0].Name[..^PickleName.Length];
        if (archive.Find(folder + "byteorder") is { } order && !archive.Read(order, 16).Span.SequenceEqual("little"u8))
        {
            throw new NotSupportedException($"{source} was written on a machine with the highest byte first, and is not read.");
        }

        object? root = PickleReader.Read(
            archive.Read(pickles[0], MaximumPickle).Span, source, reference => PickleCalls.Storage(reference, source), out _);
        return TorchTensors.Find(root, source, storage =>
        {
            ZipEntry entry = archive.Find($"{folder}data/{storage.Key}")
                ?? throw new InvalidDataException($"{source} has no entry '{folder}data/{storage.Key}'.");
            Int128 expected = (Int128)storage.Length * StoredTensor.SizeOf(storage.Type);
            return entry.Length == expected
                ? archive.Read(entry, entry.Length)
                : throw new InvalidDataException(
                    $"'{entry.Name}' in {source} has {entry.Length} bytes, but {storage.Length} elements of type {storage.Type} take "
                        + $"{expected}.");
        });
    }

    /// <summary>Whether a file begins as one before PyTorch 1.6.</summary>
    public static bool IsLegacy(ReadOnlySpan<byte> bytes) => bytes.Length > 2 && bytes[0] == 0x80 && bytes[1] <= 5;

    /// <summary>Reads the tensors and modules of a file before PyTorch 1.6.</summary>
    public static TorchContent ReadLegacy(byte[] bytes, string source)
    {
        int place = 0;
        if (!s_magic.Equals(Next()) || Next() is not 1001L)
        {
            throw new InvalidDataException(
                $"{source} is a pickle, but not one of torch.save. Save the weights with torch.save(model.state_dict(), path).");
        }

        if (Next() is not PickleDictionary system || system["little_endian"] is false)
        {
            throw new NotSupportedException($"{source} was written on a machine with the highest byte first, and is not read.");
        }

        object? root = Next();
        if (Next() is not PickleList { Items: var keys })
        {
            throw new InvalidDataException($"{source} has no list of its storages.");
        }

        var starts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        Dictionary<string, string> types = TorchTensors.Storages(root).GroupBy(storage => storage.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Type, StringComparer.Ordinal);
        foreach (object? item in keys)
        {
            if (item is not string key || !types.TryGetValue(key, out string? type) || bytes.Length - place < 8)
            {
                throw new InvalidDataException($"{source} lists the storage '{item}', which no tensor has or which is missing.");
            }

            long count = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(place));
            long size = StoredTensor.SizeOf(type);
            if (count < 0 || count > (bytes.Length - place - 8) / size || !starts.TryAdd(key, place + 8))
            {
                throw new InvalidDataException(
                    $"The storage '{key}' of {source} has {count} elements of {size} bytes, but {bytes.Length - place - 8} bytes are "
                        + $"left.");
            }

            lengths[key] = count;
            place += 8 + (int)(count * size);
        }

        return TorchTensors.Find(
            root, source, storage => starts.TryGetValue(storage.Key, out int start)
                && types[storage.Key] == storage.Type && lengths[storage.Key] == storage.Length
            ? bytes.AsMemory(start, (int)storage.Length * StoredTensor.SizeOf(storage.Type))
            : throw new InvalidDataException(
                $"{source} has no storage '{storage.Key}' of {storage.Length} elements of the type {storage.Type}."));

        object? Next()
        {
            object? value = PickleReader.Read(
                bytes.AsSpan(place, Math.Min(bytes.Length - place, MaximumPickle)), source, reference =>
                    PickleCalls.Storage(reference, source), out int length);
            place += length;
            return value;
        }
    }

    private static bool IsPickle(ZipEntry entry) =>
        entry.Name == PickleName || entry.Name.EndsWith("/" + PickleName, StringComparison.Ordinal);
}
