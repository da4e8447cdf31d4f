using System.Collections.Immutable;
using GruGen.Onnx;

namespace GruGen.Tool;

/// <summary>An ONNX file, read by GruGen.Onnx and run by ONNX Runtime.</summary>
internal static class OnnxWeightFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">What is read, for messages.</param>
    public static WeightFile Read(byte[] bytes, string source) => new(
        "ONNX",
        [],
        [],
        options => Import(bytes, source, options))
    {
        Describe = options => Describe(Model(bytes, source, options)),
    };

    private static ImportedModel Import(byte[] bytes, string source, ImportOptions options)
    {
        OnnxModel model = Model(bytes, source, options);
        var notes = new List<string>(model.Notes);
        options.NoteVain(notes, knowsReset: true);
        notes.AddRange(model.Initializers.Where(initializer => !model.Schema.Tensors.Any(tensor =>
            initializer.Became.Contains(tensor.Name, StringComparison.Ordinal))).Select(initializer => initializer.ToString()));
        IOriginal? original = options.LogSoftmaxAsSoftmax ? null : OnnxOriginal.Open(bytes, model, out string why) is { } opened ? opened
            : Without(why);
        return new ImportedModel(model.Schema, model.Parameters, notes, original);

        IOriginal? Without(string reason)
        {
            notes.Add($"ONNX Runtime did not run the file, so that nothing was compared: {reason}");
            return null;
        }
    }

    private static OnnxModel Model(byte[] bytes, string source, ImportOptions options)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        try
        {
            return OnnxFile.Read(stream, new OnnxOptions
            {
                ModelName = options.Name,
                AcceptResetBeforeOfPyTorch = options.ResetBefore,
                LogSoftmaxAsSoftmax = options.LogSoftmaxAsSoftmax,
            });
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(Named(exception), exception);
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException(Named(exception), exception);
        }

        string Named(Exception exception) => exception.Message.Replace("The stream", source, StringComparison.Ordinal);
    }

    private static ImmutableArray<KeyValuePair<string, string>> Describe(OnnxModel model) =>
    [
        new("producer", model.Producer),
        new("operator set", $"{model.OperatorSet}"),
        .. model.Inputs.Select(input => new KeyValuePair<string, string>("input", $"{input}, {input.Role}")),
        .. model.Outputs.Select(output => new KeyValuePair<string, string>("output", $"{output}, {output.Role}")),
        .. model.Initializers.Select(initializer => new KeyValuePair<string, string>("initializer", initializer.ToString())),
        .. model.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal),
    ];
}
