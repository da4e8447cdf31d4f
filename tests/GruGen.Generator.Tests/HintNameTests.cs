using GruGen.Generator.Tests.Harness;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>The names of emitted files.</summary>
public sealed class HintNameTests
{
    [Theory]
    [InlineData("Sentiment")]
    [InlineData("App.Outer`1+Inner`2")]
    [InlineData("A_1.B")]
    public void A_plain_metadata_name_is_the_file_name(string name) => Assert.Equal(name, HintNames.Of(name));

    [Fact]
    public void A_name_of_a_hundred_letters_is_kept_and_a_longer_one_cut()
    {
        string name = new('N', 100);
        Assert.Equal(name, HintNames.Of(name));
        Assert.Equal(new string('N', 91) + "-", HintNames.Of(name + "N")[..92]);
        Assert.Equal(100, HintNames.Of(name + "N").Length);
        Assert.NotEqual(HintNames.Of(name + "N"), HintNames.Of(name + "M"));
    }

    [Fact]
    public void Other_letters_are_replaced_and_told_apart_by_a_hash()
    {
        Assert.Matches("^App\\.__-[0-9a-f]{8}$", HintNames.Of("App.模型"));
        Assert.NotEqual(HintNames.Of("App.模型"), HintNames.Of("App.型模"));
    }

    [Fact]
    public void The_hash_is_the_same_in_every_process() => Assert.Equal("App.Model-b1663b53", HintNames.Distinct("App.Model"));

    [Fact]
    public void Emitted_files_are_named_after_models_and_shapes()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;
            namespace App;
            partial class Outer<T> { [GruModel, Embedding(9, 4), Gru(5), Dense(2)] partial class Model; }
            """);
        Assert.Equal(
            [
                "App.Outer`1+Model.g.cs",
                "GruGen.Emitted.Gru4x5Tokens.g.cs",
            ],
            run.Files.Keys);
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_told_apart_by_a_hash()
    {
        GeneratorRun run = GeneratorRun.Of(
            """
            using GruGen;
            namespace App
            {
                [GruModel(3), Gru(4)] partial class Model;
                [GruModel(3), Gru(4)] partial class MODEL;
                [GruModel(3), Gru(4)] partial class Other;
            }
            namespace app { [GruModel(3), Gru(4)] partial class Model; }
            """);
        Assert.Equal(["App.MODEL", "App.Model", "App.Other", "app.Model"], run.Models.Select(model => model.MetadataName));
        Assert.Equal(4, run.Models.Select(model => model.HintName).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("App.Other", run.Models[2].HintName);
        Assert.All(
            run.Models.Where(model => model.Name != "Other"),
            model => Assert.Equal(HintNames.Distinct(model.MetadataName), model.HintName));
        Assert.Equal(5, run.Files.Count);
    }

    [Fact]
    public void Long_names_that_differ_only_in_case_are_told_apart()
    {
        (string upper, string lower) = (new('N', 200), new('n', 200));
        GeneratorRun run = GeneratorRun.Of(
            $"using GruGen; [GruModel(3), Gru(4)] partial class {upper}; [GruModel(3), Gru(4)] partial class {lower};");
        Assert.Equal(3, run.Files.Count);
        Assert.All(run.Models, model => Assert.Equal(100, model.HintName.Length));
    }
}
