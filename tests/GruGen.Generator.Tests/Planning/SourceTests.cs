using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using GruGen.Generator.Emission;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests.Planning;

/// <summary>The text of emitted files: how long it is, and that it is C# up to the largest sizes.</summary>
public sealed partial class SourceTests
{
    private const int LayerBudget = 32 << 10;
    private const int ModelBudget = 51 << 10;

    /// <summary>Two products in the place of one, a mask, or clipped arguments make a file longer.</summary>
    private const int VariantBudget = 38 << 10;
    private const int VariantModelBudget = 58 << 10;

    /// <summary>All of them at once.</summary>
    private const int LongestBudget = 40 << 10;

    private static readonly int[] s_sizes = [1, 2, 3, 5, 7, 8, 15, 16, 17, 20, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 112, 129];

    [Fact]
    public void The_file_of_a_layer_is_within_its_budget_for_all_small_sizes() => Assert.All(
        from first in s_sizes from second in s_sizes select (first, second), pair => AssertLayers(pair.first, pair.second));

    [Fact]
    public void The_file_of_a_layer_is_within_its_budget_for_any_size() => PlanShapes.ForAll(300, AssertLayers);

    /// <summary>Units that do not divide a vector, and few inputs, are what makes a file long.</summary>
    [Fact]
    public void The_file_of_a_layer_is_within_its_budget_for_any_number_of_blocks() => Assert.All(
        Enumerable.Range(1, 512),
        blocks =>
        {
            AssertLayers(16, (16 * blocks) - 1);
            AssertLayers(17, (16 * blocks) - 1);
        });

    [Fact]
    public void The_files_of_the_first_sample_have_800_lines_at_most()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            namespace FirstNames;
            [GruGen.GruModel, GruGen.Embedding(27, 16), GruGen.Gru(64), GruGen.Dense(1, GruGen.Activation.Sigmoid)]
            public sealed partial class GenderModel;
            """);
        string[] files = [.. run.Output.SyntaxTrees.Skip(1).Select(file => file.ToString())];
        Assert.Contains(files, file => file.Contains("class Gru16x64Tokens<V>", StringComparison.Ordinal));
        Assert.InRange(files.Sum(file => file.Split('\n').Length - 1), 1, 800);
    }

    [Fact]
    public void The_files_of_a_model_are_within_its_budget() => PlanShapes.ForAll(300, (size, hiddenSize) =>
    {
        ModelSpec model = Declared.Model(ModelSchema.ForTokens(
            "Model",
            LayerSchema.Embedding(10_000, size),
            LayerSchema.Gru(hiddenSize, hiddenSize % 2 == 0 ? SequenceOutput.EveryStep : SequenceOutput.Final),
            LayerSchema.Dense(size % 3 == 0 ? 1 : size, Activation.Softmax)));
        int bytes = LayerShapes.Of(model).Sum(shape => Bytes(KernelFile.Write(shape, "Model"))) + Bytes(ModelFile.Write(model));
        Assert.True(bytes <= ModelBudget, $"The files of a model of {size} and {hiddenSize} have {bytes} bytes.");
    });

    [Fact]
    public void The_files_of_a_model_are_within_its_budget_whatever_its_equations_are() => Assert.All(
        from variant in Variants.All from size in s_sizes select (variant, size),
        each =>
        {
            ModelSpec model = Declared.Model(ModelSchema.ForTokens(
                "Model",
                LayerSchema.Embedding(10_000, each.size),
                LayerSchema.Gru(each.size, SequenceOutput.Final, Variants.Options(each.variant)),
                LayerSchema.Dense(each.size, Activation.Softmax)));
            int bytes = LayerShapes.Of(model).Sum(shape => Bytes(KernelFile.Write(shape, "Model"))) + Bytes(ModelFile.Write(model));
            Assert.True(bytes <= (IsLonger(each.variant) ? VariantModelBudget : ModelBudget), $"The files of a model of {each.size} with {each.variant} have {bytes} bytes.");
        });

    [Fact]
    public void Source_does_not_grow_above_128_units()
    {
        int[] small = [.. Enumerable.Range(1, 128)], large = [.. Enumerable.Range(129, 300), 511, 512, 513, 1000, 1024, 4096, 8192, 65_535, 65_536];
        Func<int, LayerShape>[] shapes =
        [
            size => new GruShape(16 * size, 32),
            .. Variants.All.SelectMany(variant => new Func<int, LayerShape>[] { size => new GruShape(size, size, variant), size => new GruShape(32, size, variant) }),
        ];
        foreach (Func<int, LayerShape> shape in shapes)
        {
            // numbers count as one letter however many digits they have
            int Longest(int[] sizes) => sizes.Max(size => Digits().Replace(KernelFile.Write(shape(size), "Model"), "0").Length);
            Assert.True(Longest(large) <= Longest(small), $"{shape(1024).Name} is longer than any layer up to 128.");
        }
    }

    [Fact]
    public void Files_of_any_size_are_without_errors_of_syntax() => PlanShapes.ForAll(200, (first, second) =>
        Assert.All(Shapes(first, second), AssertParses));

    [Fact]
    public void The_largest_models_compile_where_arithmetic_is_checked()
    {
        CSharpCompilation project = TestCompilation.Of(
            """
            using GruGen;
            [GruModel, Embedding(16_777_216, 65_536), Gru(65_536), Dense(1_048_576, Activation.Softmax)] partial class Tokens;
            [GruModel(65_536), Gru(65_535), Dense(1_048_576), Gru(65_536, Output = SequenceOutput.EveryStep), Dense(1_048_575), Dense(1_048_576)] partial class Features;
            [GruModel(65_536), LayerNorm, Gru(32_768, Bidirectional = true, ResetAfter = false, Residual = true, RecurrentDropout = 0.5), Gru(65_535, InitialState = InitialState.Learned, Reverse = true, Bias = false), Pool(Pooling.Max)]
            partial class Whole;
            """);
        GeneratorRun run = GeneratorRun.Of(project.WithOptions(project.Options.WithOverflowChecks(true)));

        Assert.Equal(["Features", "Tokens", "Whole"], run.Models.Select(model => model.Name));
        Assert.Empty(run.OutputProblems);
        Assert.All(run.Files, file => Assert.DoesNotMatch(NegativeNumber(), file.Value));
    }

    private static LayerShape[] Shapes(int first, int second) =>
        [.. Variants.All.Select(variant => new GruShape(first, second, variant))];

    private static void AssertLayers(int first, int second) => Assert.All(Shapes(first, second), shape =>
    {
        int bytes = Bytes(KernelFile.Write(shape, "Model"));
        int budget = shape is GruShape { Variant: var variant } && IsLonger(variant)
            ? variant is { ResetAfter: false, Masked: true, Clip: > 0 } ? LongestBudget : VariantBudget
            : LayerBudget;
        Assert.True(bytes <= budget, $"The file of {shape.Name} has {bytes} bytes.");
    });

    private static bool IsLonger(GruVariant variant) => !variant.ResetAfter || variant.Masked || variant.Clip > 0;

    private static void AssertParses(LayerShape shape)
    {
        string text = KernelFile.Write(shape, "Model");
        Assert.Empty(TestCompilation.Parse(text, 0).GetDiagnostics());
        Assert.DoesNotMatch(NegativeNumber(), text);
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    [GeneratedRegex("[0-9][0-9_,]*")]
    private static partial Regex Digits();

    /// <summary>A size or an offset that has overflown; no number that emitted code subtracts has two digits.</summary>
    [GeneratedRegex("(?<![0-9]E)-[0-9_]{2,}")]
    private static partial Regex NegativeNumber();
}
