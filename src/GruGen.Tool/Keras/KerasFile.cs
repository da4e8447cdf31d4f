using System.Text;
using System.Text.Json;

namespace GruGen.Tool;

/// <summary>Files of Keras: whole models as <c>.keras</c> or <c>.h5</c>, and weights alone.</summary>
internal static class KerasFile
{
    private const string Config = "config.json", Metadata = "metadata.json", Weights = "model.weights.h5";
    private const int MaximumConfig = 1 << 24;

    /// <summary>Whether an archive is one of Keras.</summary>
    public static bool IsKeras(ZipArchiveFile archive) =>
        archive.Find(Weights) is not null || (archive.Find(Config) is not null && archive.Find(Metadata) is not null);

    /// <summary>Reads an archive of Keras 3.</summary>
    public static WeightFile Read(ZipArchiveFile archive, string source)
    {
        if (archive.Find(Config) is not { } config || archive.Find(Weights) is not { } weights)
        {
            throw new InvalidDataException($"{source} has no '{(archive.Find(Config) is null ? Config : Weights)}'.");
        }

        ReadOnlyMemory<byte> text = archive.Read(config, MaximumConfig);
        KerasWeights layers = KerasWeights.In(Hdf5Group.Open(archive.Read(weights, int.MaxValue - 64), source), source);
        KerasConfig model = KerasConfig.Of(JsonReading.Parse(text, $"'{Config}' in {source}"), source);
        string version = archive.Find(Metadata) is not { } metadata ? "3"
            : JsonReading.Guarded(source, () => JsonReading.Parse(archive.Read(metadata, MaximumConfig), $"'{Metadata}' in {source}")
                .Find("keras_version").Text("A version", source));
        KeyValuePair<string, string>[] said = [new("keras_version", version), new(Config, Encoding.UTF8.GetString(text.Span))];
        return Whole(layers, model, version, said, source);
    }

    /// <summary>Reads an HDF5 file.</summary>
    public static WeightFile ReadHdf5(byte[] bytes, string source)
    {
        Hdf5Group file = Hdf5Group.Open(bytes, source);
        KerasWeights weights = KerasWeights.In(file, source);
        IReadOnlyList<string>? versions = file.Texts("keras_version") ?? file.Group("model_weights")?.Texts("keras_version");
        string version = versions is [var said, ..] ? said : "";
        if (file.Texts("model_config") is [var text, ..])
        {
            KerasConfig model = KerasConfig.Of(JsonReading.Parse(Encoding.UTF8.GetBytes(text), $"'model_config' of {source}"), source);
            return Whole(weights, model, version, [new("keras_version", version), new("model_config", text)], source);
        }

        return new WeightFile(
            "Keras weights",
            weights.All,
            version.Length > 0 ? [new("keras_version", version)] : [],
            options => new KerasStateDictionary(weights, source).Import(options));
    }

    private static WeightFile Whole(
        KerasWeights weights, KerasConfig model, string version, IReadOnlyList<KeyValuePair<string, string>> said, string source) =>
        new($"Keras {version}", weights.All, said,
            options => new KerasModel(model, weights, !version.StartsWith('3'), source).Import(options));
}
