using System.Reflection;
using GruGen.Generator.Tests.Harness;
using GruGen.Generator.Tests.Sweep;
using GruGen.Tests.Reference;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests;

/// <summary>Projects as they are: their settings, their friends, and what they do with a model before it is ready.</summary>
public sealed class ProjectTests
{
    private const string Model = "[GruGen.GruModel(3), GruGen.Gru(5), GruGen.Dense(1)]";

    public static TheoryData<LanguageVersion> Versions() =>
        [.. Enum.GetValues<LanguageVersion>().Where(version => version is (> LanguageVersion.CSharp12 and < LanguageVersion.LatestMajor) or LanguageVersion.Preview)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Emitted_code_compiles_in_each_language_from_13_on(LanguageVersion version)
    {
        CSharpParseOptions options = TestCompilation.ParseOptions.WithLanguageVersion(version);
        string models = string.Concat(EmittedNames.Models.Select((attributes, i) => $"{attributes} partial class Model{i};\n"));
        GeneratorRun run = GeneratorRun.Of(TestCompilation.Of(options, models));
        Assert.Equal(EmittedNames.Models.Count, run.Models.Length);
        Assert.Empty(run.OutputProblems);
    }

    /// <summary>What is promised to other languages holds for a model as long as it holds for what it derives from.</summary>
    [Fact]
    public void A_project_that_promises_to_be_callable_from_any_language_compiles()
    {
        GeneratorRun run = GeneratorRun.Of(
        [
            "[assembly: System.CLSCompliant(true)]",
            .. EmittedNames.Models.Select((attributes, i) => $"/// <summary>A model.</summary>\n{attributes} public partial class Model{i};"),
        ]);
        Assert.Equal(EmittedNames.Models.Count, run.Models.Length);
        Assert.Empty(run.OutputProblems);
    }

    [Fact]
    public void A_model_that_is_linked_into_a_friend_too_compiles_in_both()
    {
        string shared = string.Concat(EmittedNames.Models.Select((attributes, i) => $"{attributes} internal partial class Model{i};\n"))
            + $"internal partial class Outer<T> {{ {Model} internal partial class Inner<U>; }}";
        GeneratorRun library = GeneratorRun.Of(TestCompilation.Of(
            "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Lib.Tests\")]", $"namespace Lib;\n{shared}").WithAssemblyName("Lib"));
        GeneratorRun tests = GeneratorRun.Of(TestCompilation.Of($"namespace Lib;\n{shared}").WithAssemblyName("Lib.Tests").AddReferences(library.EmitReference()));

        Assert.Equal(EmittedNames.Models.Count + 1, tests.Models.Length);
        Assert.Empty(tests.OutputProblems);
    }

    /// <summary>Fields are initialised part by part in the order of the files, and emitted ones come last.</summary>
    [Theory]
    [InlineData("public static readonly Model Shared = new(seed: 7);")]
    [InlineData("public static readonly Model Shared = new(seed: 7); static Model() { }")]
    [InlineData("private Model(string name, bool ready) : this(default) { } public static readonly Model Shared = new(7), Other = new(default);")]
    [InlineData("public static readonly string Text = Summary; public static readonly Model Shared = new(seed: 7);")]
    [InlineData("public static readonly object Data = CreateDataset(); public static readonly Model Shared = new Model(seed: 7).Clone();")]
    [InlineData("public static readonly Model Shared = Load(Bytes()); static byte[] Bytes() { var file = new System.IO.MemoryStream(); new Model(seed: 7).Save(file); return file.ToArray(); }")]
    public void A_model_is_ready_for_static_fields_of_its_own(string fields)
    {
        Type type = GeneratorRun.Of($"#nullable disable\n{Model} internal partial class Model {{ {fields} }}").Emit().GetType("Model", throwOnError: true)!;
        var shared = (SequenceModel<float>)type.GetField("Shared", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        var same = (SequenceModel<float>)Activator.CreateInstance(type, 7)!;
        Assert.Equal(same.Parameters["gru1.weight_ih_l0"].ToArray(), shared.Parameters["gru1.weight_ih_l0"].ToArray());
        Assert.All(
            type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.Name is "Text" or "Data"),
            field => Assert.NotNull(field.GetValue(null)));
    }

    /// <summary>
    /// Passes with all gradients, predictions and streams: no arithmetic of emitted code overflows, so that checking it changes no bit.
    /// </summary>
    [Fact]
    public void Emitted_code_computes_the_same_where_arithmetic_is_checked()
    {
        RandomModel[] models = [.. RandomModel.Draw(40, seed: 29)];
        CSharpCompilation project = TestCompilation.Of("using GruGen;\n" + string.Concat(models.Select(model => model.Declaration + "\n")));
        Assembly plain = GeneratorRun.Of(project).Emit();
        Assembly @checked = GeneratorRun.Of(project.WithOptions(project.Options.WithOverflowChecks(true))).Emit();
        Assert.All(models, model =>
        {
            (Subject expected, Subject actual) = (Create(plain, model), Create(@checked, model));
            Batch[] batches =
            [
                Batch.Random(model.Schema, 17, 5, [.. Enumerable.Range(0, 17).Select(b => b % 6)], seed: 1),
                Batch.Random(model.Schema, 1, 3, lengths: null, seed: 2),
            ];
            var training = new Training(Seed: 3, Step: 4);
            foreach ((Results want, Results have) in expected.Run(batches, training, training).Zip(actual.Run(batches, training, training)))
            {
                have.AssertSame(want);
            }

            Assert.Equal(expected.PredictMany(batches[0]), actual.PredictMany(batches[0]));
            Assert.Equal(expected.Predict(batches[1], 0, 3), actual.Predict(batches[1], 0, 3));
            if (model.Schema.CanStream)
            {
                Assert.Equal(expected.Stream(batches[1], 0), actual.Stream(batches[1], 0));
            }
        });
    }

    private static Subject Create(Assembly assembly, RandomModel model) =>
        Subject.Of(Activator.CreateInstance(assembly.GetType(model.ClassName, throwOnError: true)!, 7)!);
}
