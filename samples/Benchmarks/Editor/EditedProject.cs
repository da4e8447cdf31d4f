using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Benchmarks.Editor;

/// <summary>A project in memory: files with one model each, and one without, which is edited.</summary>
internal static class EditedProject
{
    /// <summary>What the models of ten files are; later files have other sizes.</summary>
    private static readonly string[] s_layers =
    [
        "GruModel, Embedding(27, 16), Gru({0}), Dense(1, Activation.Sigmoid)",
        "GruModel(inputSize: 16), Gru({0})",
        "GruModel(inputSize: 3), Gru({0}), Gru({0}), Dense(5, Activation.Softmax)",
        "GruModel, Embedding(9_000, 32, PaddingToken = 0), Dropout(0.5), Gru({0}), Dropout(0.3), Dense(1, Activation.Sigmoid)",
        "GruModel(inputSize: 1), Gru({0}, ResetAfter = false), Dense(1)",
        "GruModel(inputSize: 12), Gru({0}, Bidirectional = true), LayerNorm, Dense(4, Activation.Softmax)",
        "GruModel, Embedding(80, 24), Gru({0}, Output = SequenceOutput.EveryStep), Dense(80, Activation.Softmax)",
        "GruModel(inputSize: 8), Conv1D(32, 5, Activation = Activation.Relu), Gru({0}), Dense(2)",
        "GruModel(inputSize: 6), Gru({0}, RecurrentDropout = 0.1), Pool(Pooling.Mean), Dense(3)",
        "GruModel(inputSize: 32, WeightFormat = WeightFormat.BFloat16), Gru({0}), PReLU, Dense(1)",
    ];

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.CSharp13);

    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Edited",
        [],
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
                .Append(typeof(GruModelAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>A project with so many models, and as its last file a class that has nothing to do with them.</summary>
    public static CSharpCompilation With(int models) =>
        s_empty.AddSyntaxTrees([.. Enumerable.Range(0, models).Select(Model), Other("0", "0")]);

    /// <summary>The same with another body in the last file.</summary>
    public static CSharpCompilation Edited(CSharpCompilation project, int version) =>
        project.ReplaceSyntaxTree(project.SyntaxTrees[^1], Other($"{version}", "0"));

    /// <summary>The same with another constant in the last file, which might be the size of a layer.</summary>
    public static CSharpCompilation Redeclared(CSharpCompilation project, int version) =>
        project.ReplaceSyntaxTree(project.SyntaxTrees[^1], Other("0", $"{version}"));

    /// <summary>A file with the model of a number.</summary>
    public static SyntaxTree Model(int number)
    {
        string layers = string.Format(
            CultureInfo.InvariantCulture, s_layers[number % s_layers.Length], 16 * (1 + (number / s_layers.Length) + (number % 3)));
        return Parse($"using GruGen;\nnamespace Edited;\n\n[{layers}]\npublic partial class Model{number:000};\n", $"Model{number:000}.cs");
    }

    /// <summary>A driver that has run nothing yet.</summary>
    public static GeneratorDriver NewDriver(Type generator, bool tracks = false) => CSharpGeneratorDriver.Create(
        [((IIncrementalGenerator)Activator.CreateInstance(generator)!).AsSourceGenerator()],
        parseOptions: s_options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: tracks));

    private static SyntaxTree Other(string body, string constant) => Parse(
        $$"""
        namespace Edited;

        public static class Other
        {
            public const int Constant = {{constant}};

            public static int Value => {{body}};
        }
        """,
        "Other.cs");

    private static SyntaxTree Parse(string text, string file) =>
        CSharpSyntaxTree.ParseText(text, s_options, file, System.Text.Encoding.UTF8);
}
