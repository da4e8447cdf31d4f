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
            public const int Constant = 1;

            private int _field = 1;

            public int Value => 1;

            public void Other() { }
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
    [InlineData("Value => 1", "Value => 2")] // inside of a body
    [InlineData("Other() { }", "Other() { int made = 1; _ = made; }")]
    [InlineData("_field = 1", "_field = 2")]
    [InlineData("\n// Before", "\n\n\n// Before")] // moved lines
    [InlineData("[Gru(4)]\n", "\n    [ Gru( 4 ) ]\n\n")]
    [InlineData("Before the models", "Another comment")]
    [InlineData("[Dense(2)]", "[Dense(2)] // another")]
    public void An_edit_that_changes_no_declaration_costs_a_comparison(string before, string after) => AssertAllIs("Cached", before, after);

    [Theory]
    [InlineData("public class Elsewhere", "public class Renamed")]
    [InlineData("[Gru(4)]", "[Gru(hiddenSize: 2 + 2, Output = SequenceOutput.EveryStep)]")] // another way to say the same
    [InlineData("[Gru(4)]", "[Gru(4, ResetAfter = true, Dropout = 0, Activation = Activation.Tanh)]")]
    [InlineData("Left;", "Left { public int Own => 1; }")]
    [InlineData("const int Constant = 1", "const int Constant = 2")] // which an attribute might have named
    [InlineData("namespace App;", "using System; namespace App;")]
    public void An_edit_that_leaves_the_models_alone_costs_one_parse_of_each(string before, string after) => AssertAllIs("Unchanged", before, after);

    private static void AssertAllIs(string parsed, string before, string after)
    {
        GeneratorRun run = GeneratorRun.Of(Source).Edit(before, after);
        AssertReasons(
            run,
            [$"Left: {parsed}", $"Right: {parsed}"],
            "Cached",
            ["Left: Cached", "Right: Cached"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Cached", "Gru9x4 of App.Left: Cached"]);
        Assert.All(run.FileReasons, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    /// <summary>What a model is may depend on a file that does not name it.</summary>
    [Theory]
    [InlineData("class Sizes { public const int Hidden = 4; }", "= 4", "= 5", "Gru9x5")]
    [InlineData("enum Sizes { None, Hidden = 4 }", "None, Hidden = 4", "None, Hidden", "Gru9x1")]
    [InlineData("global using Gru = GruGen.GruAttribute; class Sizes { public const int Hidden = 4; }", "Hidden = 4", "Hidden = 3 + 3", "Gru9x6")]
    public void An_edit_of_a_constant_elsewhere_reaches_the_models_that_name_it(string sizes, string before, string after, string kernel)
    {
        GeneratorRun run = GeneratorRun.Of("[GruGen.GruModel(9), GruGen.Gru((int)Sizes.Hidden)] partial class Model;", sizes);
        Assert.Contains("GruGen.Emitted.Gru9x4.g.cs", run.Files.Keys);
        Assert.Contains($"GruGen.Emitted.{kernel}.g.cs", run.Edit(before, after, file: 1).Files.Keys);
    }

    [Theory]
    [InlineData(")")]
    [InlineData("2")]
    public void A_token_that_fits_nowhere_is_no_space(string token)
    {
        GeneratorRun run = GeneratorRun.Of(Source).Edit("[Dense(2)]", $"[Dense(2){token}]");
        Assert.Equal(GeneratorRun.Of(Source.Replace("[Dense(2)]", $"[Dense(2){token}]", StringComparison.Ordinal)).Files, run.Files);
        Assert.Equal(GeneratorRun.Of(Source).Files, run.Edit($"[Dense(2){token}]", "[Dense(2)]").Files);
    }

    [Fact]
    public void A_global_alias_makes_models_of_other_files()
    {
        GeneratorRun run = GeneratorRun.Of("[M(9), GruGen.Gru(4)] partial class Model;", "class Other;");
        Assert.Empty(run.Files);
        Assert.Equal(2, run.Edit("class Other;", "global using M = GruGen.GruModelAttribute;", file: 1).Files.Count);
        Assert.Equal(2, run.Edit("class Other;", "global using MAttribute = global::GruGen.GruModelAttribute;", file: 1).Files.Count);
    }

    [Fact]
    public void A_change_of_the_options_or_the_references_is_seen()
    {
        GeneratorRun run = GeneratorRun.Of("[GruGen.GruModel(9), GruGen.Gru(4)] partial class Model;");
        Assert.Empty(run.With(project => project.RemoveReferences(Harness.TestCompilation.Runtime)).Files);
        Assert.Equal(["Model: Unchanged"], run.With(project => project.WithAssemblyName("Renamed")).Reasons(ModelStep));
        Assert.Equal(["Model: Unchanged"], run.With(project => project.WithOptions(project.Options.WithAllowUnsafe(true))).Reasons(ModelStep));
        Assert.Equal(["Model: Cached"], run.With(project => project.Clone()).Reasons(ModelStep));
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
            ["Left: Unchanged", "Right: Unchanged", "Third: Modified"],
            "Unchanged",
            ["Left: Cached", "Right: Cached", "Third: New"],
            ["Gru4x2 of App.Left: Cached", "Gru4x5 of App.Right: Cached", "Gru9x4 of App.Left: Cached"]);
        AssertFileReasons(run, cached: 5, modified: 0, added: 1);
    }

    /// <summary>Steps know their values by place; a model's is decided by its name alone.</summary>
    [Fact]
    public void A_model_among_many_is_added_and_removed_without_moving_another()
    {
        GeneratorRun run = GeneratorRun.Of(
            "namespace App; " + string.Concat(Enumerable.Range(0, 40).Select(i => $"[GruGen.GruModel(9), GruGen.Gru(4)] partial class Model{i * 2}; ")));
        GeneratorRun added = run.Edit("namespace App; ", "namespace App; [GruGen.GruModel(9), GruGen.Gru(5)] partial class Model9; ");
        AssertFileReasons(added, cached: 41, modified: 0, added: 2);
        Assert.Equal(run.Files, added.Edit("[GruGen.GruModel(9), GruGen.Gru(5)]", "").Files);
    }

    [Fact]
    public void An_added_model_that_comes_first_takes_over_the_kernels_it_shares()
    {
        GeneratorRun run = GeneratorRun.Of(Source).Add(
            "using GruGen; namespace App; [GruModel(inputSize: 9), Gru(4)] public partial class Above;");
        AssertReasons(
            run,
            ["Above: Modified", "Left: Unchanged", "Right: Unchanged"],
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
            ["Left: Unchanged", "Right: Unchanged"],
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
            ["Left: Unchanged", "RIGHT: Modified", "Right: Unchanged"],
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
