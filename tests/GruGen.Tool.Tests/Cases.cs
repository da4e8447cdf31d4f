using System.Collections.Concurrent;
using System.Globalization;

namespace GruGen.Tool.Tests;

/// <summary>The files of weights beside the tests, and what models made of them give.</summary>
internal static class Cases
{
    private static readonly ConcurrentDictionary<string, Lazy<CompiledModel>> s_compiled = new(StringComparer.Ordinal);

    /// <summary>The folder of the files.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "cases");

    /// <summary>The names of the files of a folder, without the expected values.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(Folder, folder))
        .Where(path => !path.EndsWith(".safetensors", StringComparison.Ordinal)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>Imports a file and asserts that it, and its textbook, give what is expected.</summary>
    public static ImportedModel AssertGives(string path, ImportOptions options)
    {
        ImportedModel model = WeightFiles.Open(path).Import(options);
        string name = Path.GetFileName(path);
        var expected = SafetensorsFile.Read(Path.Combine(Path.GetDirectoryName(path)!, name[..name.IndexOf('.', StringComparison.Ordinal)] + ".safetensors"));
        SafetensorsTensor input = expected["input"];
        double[] values = input.Type == "I32" ? [.. input.ToInt64s().Select(value => (double)value)] : input.ToDoubles();
        int sequences = (int)input.Shape[0], steps = (int)input.Shape[1], size = input.Shape.Length > 2 ? (int)input.Shape[2] : 1;
        double[][] outputs = [.. expected["output"].ToDoubles().Chunk((int)expected["output"].Bytes.Length / 4 / sequences)];
        for (int i = 0; i < sequences; i++)
        {
            double[][] sequence = [.. values.Skip(i * steps * size).Take(steps * size).Chunk(size)];
            AssertClose(outputs[i], model.Original!.Run(sequence), 1e-6);
            AssertClose(outputs[i], [.. Compiled(model).Predict(sequence).Select(value => (double)value)], 2e-6);
        }

        return model;
    }

    /// <summary>The compiled model of an import; models of the same layers share the code.</summary>
    public static CompiledModel Compiled(ImportedModel model)
    {
        string text = model.Schema.ToCSharp("Model");
        CompiledModel compiled = s_compiled.GetOrAdd(text, _ => new(() => CompiledModel.Of(text, "Model.cs"))).Value;
        compiled.Load(model.Parameters);
        return compiled;
    }

    /// <summary>A folder of a test's own.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("grugen-tool-").FullName;

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                string.Create(CultureInfo.InvariantCulture, $"Output {i} is {actual[i]}, but {expected[i]} is expected."));
        }
    }
}
