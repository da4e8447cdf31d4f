using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>Opens a file of weights, by what is in it.</summary>
internal static class WeightFiles
{
    private const string Known =
        "safetensors, PyTorch (.pt, .pth), Keras (.keras, .h5), ONNX (.onnx), RTNeural (.json) and NumPy (.npz)";

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of no known format.</exception>
    /// <exception cref="NotSupportedException">It has what is not read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WeightFile Open(string path)
    {
        string source = $"'{Path.GetFileName(path)}'";
        if (new FileInfo(path) is { Exists: true, Length: > int.MaxValue - 64 })
        {
            throw new NotSupportedException($"{source} has more than 2 GB, which are not read.");
        }

        if (new FileInfo(path).Length == 0)
        {
            throw new InvalidDataException($"{source} is empty."); // or a device, which has no end
        }

        byte[] bytes = File.ReadAllBytes(path);
        if (ZipArchiveFile.IsZip(bytes))
        {
            return OpenZip(ZipArchiveFile.Read(bytes, source), source);
        }

        if (TorchFile.IsLegacy(bytes))
        {
            return Torch("PyTorch before 1.6", TorchFile.ReadLegacy(bytes, source), source);
        }

        if (Hdf5Group.IsHdf5(bytes))
        {
            return KerasFile.ReadHdf5(bytes, source);
        }

        if (bytes.Length > 8 && bytes[8] == (byte)'{' && BitConverter.ToInt64(bytes) is > 0 and <= 100_000_000)
        {
            return OpenSafetensors(path, source);
        }

        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || bytes is [0x08, _, 0x12, ..])
        {
            return OnnxWeightFile.Read(bytes, source); // its first fields are mostly its version and who wrote it
        }

        if (bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return RTNeuralFile.Read(bytes, source);
        }

        throw new InvalidDataException($"{source} is none of the formats that are read: {Known}.{Advice(bytes)}");
    }

    private static string Advice(byte[] bytes) =>
        bytes.Length > 262 && bytes.AsSpan(257, 5).SequenceEqual("ustar"u8)
            ? " It is a tar archive, as PyTorch 0.1 wrote them: load it there and save it again."
            : "";

    private static WeightFile OpenZip(ZipArchiveFile archive, string source)
    {
        if (TorchFile.IsTorch(archive))
        {
            return Torch("PyTorch", TorchFile.Read(archive, source), source);
        }

        if (KerasFile.IsKeras(archive))
        {
            return KerasFile.Read(archive, source);
        }

        StoredTensor[] arrays =
        [
            .. archive.Entries.Where(entry => entry.Name.EndsWith(NpyArray.Extension, StringComparison.Ordinal))
                .Select(entry => NpyArray.Read(archive, entry, source)),
        ];
        return arrays.Length > 0
            ? new WeightFile(
                "NumPy", arrays, [], options => new StateDictionary(arrays, s_nothing, isOrdered: true, source).Import(options))
            : throw new InvalidDataException(
                $"{source} is a zip archive without 'data.pkl', 'config.json' or arrays of NumPy; it has "
                    + $"{string.Join(", ", archive.Entries.Take(8).Select(entry => $"'{entry.Name}'"))}.");
    }

    private static WeightFile Torch(string format, TorchContent content, string source) => new(
        format,
        content.Tensors,
        [],
        options => new StateDictionary(content.Tensors, s_nothing, isOrdered: true, source) { Modules = content.Modules }.Import(options));

    private static WeightFile OpenSafetensors(string path, string source)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        StoredTensor[] tensors =
        [
            .. file.Tensors.Select(tensor => new StoredTensor(
                tensor.Name,
                tensor.Type,
                [.. tensor.Shape.Select(size => size <= int.MaxValue ? (int)size
                    : throw new NotSupportedException($"'{tensor.Name}' in {source} has a size of {size}."))],
                () => StoredTensor.SizeOf(tensor.Type) > 0 ? new StoredNumbers(tensor.Type, tensor.Bytes.ToArray())
                    : throw new NotSupportedException($"'{tensor.Name}' in {source} is of the type {tensor.Type}, which is not read."))),
        ];
        return new WeightFile(
            file.Metadata.ContainsKey("layers.version") ? "GruGen" : "safetensors",
            tensors,
            [.. file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)],
            options => new StateDictionary(tensors, file.Metadata, isOrdered: false, source).Import(options));
    }

    private static readonly ImmutableDictionary<string, string> s_nothing = ImmutableDictionary<string, string>.Empty;
}
