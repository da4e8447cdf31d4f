using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Xunit;
using static GruGen.Generator.GruModelGenerator;

namespace GruGen.Generator.Tests;

/// <summary>What each step does again after an edit, exactly.</summary>
public sealed class IncrementalTests
{
    private const string Source =
        """
        using GruGen;

        namespace App;

        // Before the models.
        [GruModel(inputSize: 9)]
        [Gru(4)]
        [Gru(2)]
        [Dense(2)]
        public partial class Left;

        [GruModel(inputSize: 9), Gru(4), Gru(5), Dense(5)]
        public partial class Right;

        public class Elsewhere
        {
            public int Value => 1;
        }
        """;

    [Fact]
    public void The_first_run_makes_everything_new()
    {
        GeneratorRun run = GeneratorRun.Of(Source);
        AssertReasons(
            run,
            ["Left: New", "Right: New"],
            "New",
            ["Left: New", "Right: New"],
            ["Gru4x2 of App.Left: New", "Gru4x5 of App.Right: New", "Gru9x4 of App.Left: New"]);
        Assert.Equal(
            [
                "App.Left.g.cs", "App.Right.g.cs",
                "GruGen.Emitted.Gru4x2.g.cs", "GruGen.Emitted.Gru4x5.g.cs", "GruGen.Emitted.Gru9x4.g.cs",
            ],
            run.Files.Keys);
    }

    [Theory]
    [InlineData("Value => 1", "Value => 2")] // an edit elsewhere
    [InlineData("public class Elsewhere", "public class Renamed")]
    [InlineData("\n// Before", "\n\n\n// Before")] // moved lines
    [InlineData("[Gru(4)]\n", "\n    [ Gru( 4 ) ]\n\n")]
    [InlineData("Before the models", "Another comment")]
    [InlineData("[Dense(2)]", "[Dense(2)] // another")]
    [InlineData("[Gru(4)]", "[Gru(hiddenSize: 2 + 2, Output = SequenceOutput.EveryStep)]")] // another way to say the same
    [InlineData("[Gru(4)]", "[Gru(4, ResetAfter = true, Dropout = 0, Activation = Activation.Tanh)]")]
    [InlineData("Left;", "Left { public int Own => 1; }")]
    public void An_edit_that_leaves_the_models_alone_costs_one_parse_of_each(string before, string after)
    {
        GeneratorRun run = GeneratorRun.Of(Source).Edit(before, after);
        AssertReasons(
            run,
            ["Left: Unchanged", "Right: Unchanged"],
            "Cached",
            ["Left: Cached", "Right: Cached"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Cached", "Gru9x4 of App.Left: Cached"]);
        Assert.All(run.FileReasons, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_file_added_without_models_costs_one_parse_of_each()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Add("class Another;");
        AssertReasons(
            run,
            ["Left: Unchanged", "Right: Unchanged"],
            "Cached",
            ["Left: Cached", "Right: Cached"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Cached", "Gru9x4 of App.Left: Cached"]);
    }

    [Fact]
    public void A_changed_size_emits_that_model_and_its_new_kernel_only()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Edit("Gru(5)", "Gru(6)");
        AssertReasons(
            run,
            ["Left: Unchanged", "Right: Modified"],
            "Modified",
            ["Left: Cached", "Right: Modified"],
            ["Gru4x2 of App.Left: Cached", "Gru4x6 of App.Right: Modified", "Gru9x4 of App.Left: Cached"]);
        Assert.Equal(
            [
                "App.Left.g.cs", "App.Right.g.cs",
                "GruGen.Emitted.Gru4x2.g.cs", "GruGen.Emitted.Gru4x6.g.cs", "GruGen.Emitted.Gru9x4.g.cs",
            ],
            run.Files.Keys);
        AssertFileReasons(run, cached: 3, modified: 2);
    }

    [Theory]
    [InlineData("Dense(5, Activation.Tanh)")]
    [InlineData("Dense(6)")]
    public void A_changed_Dense_layer_emits_that_model_and_no_kernel(string dense)
    {
        GeneratorRun run = GeneratorRun.Of(Source).Edit("Dense(5)", dense);
        AssertReasons(
            run,
            ["Left: Unchanged", "Right: Modified"],
            "Unchanged",
            ["Left: Cached", "Right: Modified"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Unchanged", "Gru9x4 of App.Left: Cached"]);
        AssertFileReasons(run, cached: 4, modified: 1);
    }

    [Fact]
    public void An_added_model_whose_shapes_exist_leaves_the_kernels_alone()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Add(
            "using GruGen; namespace App; [GruModel(inputSize: 9), Gru(4), Gru(5), Dense(5)] public partial class Third;");
        AssertReasons(
            run,
            ["Left: Unchanged", "Right: Unchanged", "Third: New"],
            "Unchanged",
            ["Left: Cached", "Right: Cached", "Third: New"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Cached", "Gru9x4 of App.Left: Cached"]);
        AssertFileReasons(run, cached: 5, modified: 0, added: 1);
    }

    [Fact]
    public void An_added_model_that_comes_first_takes_over_the_kernels_it_shares()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Add(
            "using GruGen; namespace App; [GruModel(inputSize: 9), Gru(4)] public partial class Above;");
        AssertReasons(
            run,
            ["Above: New", "Left: Unchanged", "Right: Unchanged"],
            "Modified",
            ["Above: New", "Left: Unchanged", "Right: Cached"],
            [
                "Gru4x2 of App.Left: Unchanged", "Gru4x5 of App.Right: Cached",
                "Gru9x4 of App.Above: New", "Gru9x4 of App.Left: Removed",
            ]);
        Assert.Contains("App.Above", run.Files["GruGen.Emitted.Gru9x4.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_model_hands_its_kernels_on()
    {
        GeneratorRun run = GeneratorRun
            .Of(Source, "using GruGen; namespace App; [GruModel(inputSize: 9), Gru(4)] public partial class Above;")
            .Edit("[GruModel(inputSize: 9), Gru(4)]", "", file: 1);
        AssertReasons(
            run,
            ["Above: Removed", "Left: Unchanged", "Right: Unchanged"],
            "Modified",
            ["Above: Removed", "Left: Unchanged", "Right: Cached"],
            [
                "Gru4x2 of App.Left: Unchanged", "Gru4x5 of App.Right: Cached",
                "Gru9x4 of App.Above: Removed", "Gru9x4 of App.Left: New",
            ]);
        Assert.Equal(GeneratorRun.Of(Source).Files, run.Files);
    }

    [Fact]
    public void A_model_that_breaks_a_rule_and_is_mended_comes_back_the_same()
    {
        GeneratorRun run = GeneratorRun.Of(Source);
        GeneratorRun broken = run.Edit("Dense(5)", "Dense(0)");
        Assert.DoesNotContain("App.Right.g.cs", broken.Files.Keys);
        AssertReasons(
            broken,
            ["App.Right: Modified", "Left: Unchanged"],
            "Modified",
            ["Left: Cached", "Right: Removed"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Removed", "Gru9x4 of App.Left: Cached"]);
        Assert.Equal(run.Files, broken.Edit("Dense(0)", "Dense(5)").Files);
    }

    [Fact]
    public void A_model_whose_name_differs_only_in_case_renames_one_file()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Add(
            "using GruGen; namespace App; [GruModel(inputSize: 9), Gru(4)] public partial class RIGHT;");
        AssertReasons(
            run,
            ["Left: Unchanged", "RIGHT: New", "Right: Unchanged"],
            "Modified",
            ["Left: Cached", "RIGHT: New", "Right: Modified"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Unchanged", "Gru9x4 of App.Left: Cached"]);
    }

    [Fact]
    public void The_files_do_not_depend_on_the_order_of_the_sources()
    {
        string[] sources =
        [
            Source,
            "using GruGen; [GruModel(inputSize: 9), Gru(4)] public partial class Alone;",
            "using GruGen; [GruModel(3), Gru(9)] partial class Zero;",
        ];
        Assert.Equal(GeneratorRun.Of(sources).Files, GeneratorRun.Of([.. sources.Reverse()]).Files);
    }

    private static void AssertReasons(GeneratorRun run, string[] models, string catalog, string[] modelFiles, string[] kernelFiles)
    {
        Assert.Equal(models, run.Reasons(ModelStep));
        Assert.Equal([$"Catalog: {catalog}"], run.Reasons(CatalogStep));
        Assert.Equal(modelFiles, run.Reasons(ModelFileStep));
        Assert.Equal(kernelFiles, run.Reasons(KernelFileStep));
    }

    private static void AssertFileReasons(GeneratorRun run, int cached, int modified, int added = 0)
    {
        IEnumerable<IncrementalStepRunReason> expected =
        [
            .. Enumerable.Repeat(IncrementalStepRunReason.New, added),
            .. Enumerable.Repeat(IncrementalStepRunReason.Modified, modified),
            .. Enumerable.Repeat(IncrementalStepRunReason.Cached, cached),
        ];
        Assert.Equal(expected, run.FileReasons.Order());
    }
}
