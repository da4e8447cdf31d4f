using System.Collections.Immutable;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>Where a model that needs whole sequences is asked for a stream.</summary>
public sealed class StreamUseTests
{
    private const string Reversed = "[GruModel(3), Gru(4, Reverse = true)]";

    [Theory]
    [InlineData("[GruModel(3), Gru(4, Bidirectional = true)]", "layer 1 is bidirectional and reads them from their ends too")]
    [InlineData(Reversed, "layer 1 reads them from their ends")]
    [InlineData("[GruModel(3), Gru(4), Dense(2), Gru(4, Reverse = true)]", "layer 3 reads them from their ends")]
    [InlineData("[GruModel, Embedding(9, 4), Gru(4), Pool(Pooling.Mean)]", "layer 3 takes the mean of all their steps")]
    [InlineData("[GruModel(3), Gru(4), Dropout(0.5), Pool(Pooling.Max), Dense(1)]", "layer 3 takes the largest of all their steps")]
    [InlineData("[GruModel(3), Conv1D(4, 2), Conv1D(4, 2, Padding = ConvPadding.Same)]", "layer 2 reads steps that are still to come")]
    public async Task The_layer_that_needs_whole_sequences_is_named(string attributes, string reason)
    {
        string message = Assert.Single(await AnalyzeAsync(attributes, "model.{|OpenStream|}();")).GetMessage(null);
        Assert.Contains("'Model' cannot take sequences step by step", message, StringComparison.Ordinal);
        Assert.Contains($"because its {reason};", message, StringComparison.Ordinal);
        Assert.Contains("call 'Predict' with whole sequences", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[GruModel(3), Gru(4)]")]
    [InlineData("[GruModel(3), Conv1D(4, 3, Dilation = 5), Conv1D(4, 1, Padding = ConvPadding.Same)]")]
    [InlineData("[GruModel(3), Gru(4, Reverse = false, Dropout = 0.5, Output = SequenceOutput.EveryStep), LayerNorm, Pool(Pooling.Last), Dense(2)]")]
    public async Task Other_models_stream(string attributes) =>
        Assert.Empty(await AnalyzeAsync(attributes, "model.OpenStream(); model.OpenStreams(2);"));

    [Theory]
    [InlineData("model.{|OpenStreams|}(2);")]
    [InlineData("_ = model?.{|OpenStream|}();")]
    [InlineData("_ = model!.{|OpenStream|}(); _ = (model).{|OpenStreams|}(1);")]
    [InlineData("Func<object> open = model.{|OpenStream|};")]
    [InlineData("Func<int, object> open = model.{|OpenStreams|};")]
    [InlineData("new Derived().{|OpenStream|}();")]
    [InlineData("void Open<T>(T any) where T : Model => any.{|OpenStream|}();")]
    [InlineData("void Open<T, U>(T any) where T : U where U : Derived => any.{|OpenStreams|}(1);")]
    public async Task Every_way_to_ask_for_a_stream_is_reported_at_its_name(string use) => await AnalyzeAsync(Reversed, use);

    [Theory]
    [InlineData("_ = nameof(model.OpenStream);")]
    [InlineData("model.Predict(new float[3]);")]
    [InlineData("new Derived().OpenStreams(\"two\");")]
    [InlineData("model.OpenStream(\"by an extension\");")]
    [InlineData("OpenStream(); void OpenStream() { }")]
    [InlineData("SequenceModel<float> any = model; any.OpenStreams(2);")]
    [InlineData("model.OpenStream(1, 2, 3);")]
    [InlineData("void Open<T, U>(T any) where T : U where U : T => any.OpenStream();")]
    public async Task Nothing_else_is_reported(string use) => Assert.Empty(await AnalyzeAsync(Reversed, use));

    [Fact]
    public async Task A_model_may_not_ask_itself() => await AnalyzeAsync(
        Reversed, "", "{|OpenStream|}(); this.{|OpenStreams|}(2); System.Func<object> open = {|OpenStream|};");

    [Fact]
    public async Task A_model_of_a_referenced_assembly_is_read_from_its_metadata()
    {
        GeneratorRun library = GeneratorRun.Of(
            """
            using GruGen;
            /// <summary>A model.</summary>
            [GruModel(3), Gru(4), Gru(5, Activation = Activation.Relu, Reverse = true, Dropout = 0.5)] public partial class Backward<T>;
            /// <summary>Another.</summary>
            [GruModel(3), Gru(4, Output = SequenceOutput.EveryStep), Dense(1)] public partial class Forward;
            """);
        var source = new Marked(
            "class Use { void M(Backward<int> b, Forward f) { b.{|OpenStream|}(); b.{|OpenStreams|}(2); f.OpenStream(); f.OpenStreams(2); } }");
        CSharpCompilation app = TestCompilation.Of(source.Source).WithAssemblyName("App").AddReferences(library.EmitReference());
        Assert.DoesNotContain(app.GetDiagnostics(), problem => problem.Severity == DiagnosticSeverity.Error);

        ImmutableArray<Diagnostic> reported = await GeneratorRun.AnalyzeAsync(app);
        Assert.All(reported, diagnostic => Assert.Equal("GRU025", diagnostic.Id));
        Assert.Equal(source.Spans, reported.Select(diagnostic => diagnostic.Location.SourceSpan));
        Assert.Contains("'Backward' cannot", reported[0].GetMessage(null), StringComparison.Ordinal);
        Assert.Contains("its layer 2 reads", reported[0].GetMessage(null), StringComparison.Ordinal);
    }

    /// <summary>What is reported in <paramref name="use"/>, and in a method of the model itself, which is GRU025 at every mark.</summary>
    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string attributes, string use, string useInside = "")
    {
        var source = new Marked(
            $$"""
            using System;
            using GruGen;
            {{attributes}} partial class Model { void Use() { {{useInside}} } }
            class Derived : Model { public void OpenStreams(string name) { } }
            static class Extensions { public static void OpenStream(this Model model, string name) { } }
            class Elsewhere { void Use(Model model) { {{use}} } }
            """);
        ImmutableArray<Diagnostic> reported = await GeneratorRun.Of(source.Source).AnalyzeAsync();
        Assert.All(reported, diagnostic => Assert.Equal("GRU025", diagnostic.Id));
        Assert.Equal(source.Spans, reported.Select(diagnostic => diagnostic.Location.SourceSpan));
        return reported;
    }
}
