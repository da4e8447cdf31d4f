using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using GruGen.Generator;
using GruGen.Onnx;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Tool;

/// <summary>A declaration, compiled with the generator in memory as a project would, and an instance of it.</summary>
internal sealed class CompiledModel
{
    private readonly SequenceModel<float>? _features;
    private readonly SequenceModel<int>? _tokens;

    private CompiledModel(object model) => (_features, _tokens) = (model as SequenceModel<float>, model as SequenceModel<int>);

    /// <summary>Its layers.</summary>
    public ModelSchema Schema => _features?.Schema ?? _tokens!.Schema;

    /// <summary>Its parameters.</summary>
    public ParameterSet Parameters => _features?.Parameters ?? _tokens!.Parameters;

    /// <summary>Compiles a file that declares one model.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="name">What it is called, for messages.</param>
    /// <exception cref="InvalidDataException">It does not compile, or does not declare exactly one model.</exception>
    public static CompiledModel Of(string source, string name)
    {
        CSharpParseOptions parsing = new(LanguageVersion.Latest);
        var project = CSharpCompilation.Create(
            "Imported",
            [CSharpSyntaxTree.ParseText(source, parsing, name), CSharpSyntaxTree.ParseText(Usings, parsing, "Usings.cs")],
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new GruModelGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(
                project, out Microsoft.CodeAnalysis.Compilation output, out ImmutableArray<Diagnostic> findings);
        using var image = new MemoryStream();
        ImmutableArray<Diagnostic> all = [.. findings, .. output.Emit(image).Diagnostics];
        if (all.FirstOrDefault(finding => finding.Severity == DiagnosticSeverity.Error) is { } error)
        {
            throw new InvalidDataException($"{name} does not compile: {error.GetMessage(null)} ({error.Id}).");
        }

        image.Position = 0;
        Type[] models =
        [
            .. new AssemblyLoadContext(name, isCollectible: true).LoadFromStream(image).GetTypes()
                .Where(type => type.GetCustomAttribute<GruModelAttribute>() is not null),
        ];
        return models.Length == 1
            ? new CompiledModel(Activator.CreateInstance(models[0], 0)!)
            : throw new InvalidDataException($"{name} declares {models.Length} models, but one is expected.");
    }

    /// <summary>Sets all parameters.</summary>
    public void Load(ParameterBuilder parameters)
    {
        _features?.LoadParameters(parameters);
        _tokens?.LoadParameters(parameters);
    }

    /// <summary>Writes the parameters, in this library's names and with the options of the layers.</summary>
    public void Save(string path)
    {
        _features?.Save(path);
        _tokens?.Save(path);
    }

    /// <summary>Writes the model as an ONNX file.</summary>
    public void SaveOnnx(string path)
    {
        _features?.SaveOnnx(path);
        _tokens?.SaveOnnx(path);
    }

    /// <summary>Reads the parameters.</summary>
    public void Load(string path)
    {
        _features?.LoadParameters(path);
        _tokens?.LoadParameters(path);
    }

    /// <summary>What it gives for a sequence.</summary>
    public float[] Predict(double[][] steps) => _features is not null
        ? _features.Predict([[.. steps.SelectMany(step => step).Select(value => (float)value)]])[0]
        : _tokens!.Predict([[.. steps.Select(step => (int)step[0])]])[0];

    private const string Usings =
        """
        global using System; global using System.IO; global using System.Linq; global using System.Threading;
        global using System.Threading.Tasks; global using System.Collections.Generic; global using System.Net.Http;
        """;

    private static IEnumerable<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Append(typeof(GruModelAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
