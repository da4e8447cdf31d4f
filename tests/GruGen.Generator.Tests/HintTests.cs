using System.Collections.Immutable;
using GruGen.Generator.Parsing;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>What is said of models that break no rule: where, with which words, and where not.</summary>
public sealed class HintTests
{
    [Theory]
    [InlineData("GRU036", "GruModel(3), {|Gru(1)|}", "1 units in layer 1", "room for 16", "use 16")]
    [InlineData("GRU036", "GruModel(3), {|Gru(11)|}", "11 units")]
    [InlineData("GRU036", "GruModel(3), Gru(32), {|Gru(23, Bidirectional = true)|}", "23 units in layer 2", "room for 32", "use 16 or 32")]
    [InlineData("GRU036", "GruModel(3), {|Gru(35)|}", "room for 48", "use 32 or 48")]
    [InlineData("GRU037", "GruModel(3), Gru(16), {|Dense(1, Activation.Softmax)|}", "one unit in layer 2", "'Activation.Sigmoid'")]
    [InlineData("GRU037", "GruModel(3), Gru(16), {|Dense(1, Activation.Softmax)|}, Dense(2)", "one unit in layer 2")]
    [InlineData("GRU037", "GruModel(3), {|Conv1D(1, 3, Activation = Activation.Softmax)|}, Dense(2)", "one unit in layer 1")]
    [InlineData("GRU038", "GruModel(3), Gru(16), {|Dense(5, Activation.Softmax)|}, Dense(2)", "layer 2", "shares of 1")]
    [InlineData("GRU038", "GruModel(3), Gru(16), {|Dense(5, Activation.Softmax)|}, Dropout(0.5), Dense(2)", "layer 2")]
    [InlineData("GRU039", "GruModel(3), Gru(16), {|Dropout(0.5)|}", "no layer that learns above [Dropout]", "below a layer")]
    [InlineData("GRU039", "GruModel(3), Gru(16, Output = SequenceOutput.EveryStep), {|Dropout(0.5)|}, Pool(Pooling.Mean)", "below a layer")]
    [InlineData("GRU040", "GruModel(3), {|Dropout(0)|}, Gru(16)", "layer 1", "does nothing")]
    [InlineData("GRU040", "GruModel(3), Gru(16), {|Dropout(0.0)|}", "layer 2")]
    [InlineData("GRU041", "GruModel, {|Embedding(1, 16)|}, Gru(16)", "one token", "different tokens")]
    [InlineData("GRU042", "GruModel(3), Gru(16), {|Dense(16)|}, Dense(2)", "layer 2", "can learn alone")]
    [InlineData("GRU042", "GruModel(3), Gru(16), {|Dense(16)|}, Dense(2, Activation.Softmax)", "layer 2")]
    [InlineData("GRU042", "GruModel(3), {|Dense(8, Bias = false)|}, Dense(8, Activation.Linear), Gru(16)", "layer 1")]
    [InlineData("GRU043", "GruModel(1), {|LayerNorm|}, Gru(16)", "layer 1", "its bias")]
    [InlineData("GRU043", "GruModel(3), Gru(16), Dense(1), {|LayerNorm|}", "layer 3")]
    [InlineData("GRU044", "GruModel(3), Gru(16), LayerNorm, {|LayerNorm(Epsilon = 1e-3)|}", "layer 3")]
    [InlineData("GRU045", "GruModel(3), Gru(16), {|Pool(Pooling.Last)|}", "layer 2", "remove the [Pool]")]
    [InlineData("GRU045", "GruModel(3), Gru(16, Bidirectional = true), Gru(16, Output = SequenceOutput.EveryStep), Dense(2), {|Pool(Pooling.Last)|}", "layer 4")]
    [InlineData("GRU046", "GruModel(3), Gru(16, Bidirectional = true), {|Pool(Pooling.Last)|}, Dense(2)", "layer 2", "one step only", "remove the [Pool]")]
    [InlineData("GRU046", "GruModel(3), Gru(16, Reverse = true), LayerNorm, {|Pool(Pooling.Last)|}", "layer 3", "final state of each direction")]
    [InlineData("GRU046", "GruModel(16), Gru(16, Reverse = true, Residual = true), {|Pool(Pooling.Last)|}", "'Pooling.Mean'")]
    [InlineData("GRU047", "GruModel, {|Embedding(16_777_216, 17)|}, Gru(16)", "1.1 GB", "layer 1", "rare tokens")]
    [InlineData("GRU047", "GruModel(3), {|Gru(8_192, Bidirectional = true)|}", "1.5 GB", "layer 1", "smaller")]
    [InlineData("GRU047", "GruModel(3), Gru(512), {|Dense(1_048_576)|}", "2.0 GB", "layer 2")]
    [InlineData("GRU047", "GruModel(1_024), {|Conv1D(8_192, 64)|}", "2.0 GB", "layer 1")]
    [InlineData("GRU030", "{|GruModel(3, WeightFormat = WeightFormat.BFloat16)|}, Conv1D(4, 3)", "'WeightFormat'", "remove it")]
    [InlineData("GRU030", "{|GruModel(3, WeightFormat = WeightFormat.BFloat16)|}, Gru(16, ResetAfter = false)", "'ResetAfter = true'")]
    public async Task A_model_that_could_be_better_is_told_so(string id, string attributes, params string[] fragments)
    {
        var source = new Marked($"using GruGen; [{attributes}] partial class Model;");
        CSharpCompilation project = TestCompilation.Of(source.Source);
        Assert.NotNull(ModelParser.Parse(project.GetTypeByMetadataName("Model")!, project, CancellationToken.None).Model);

        Diagnostic hint = Assert.Single(await GeneratorRun.AnalyzeAllAsync(project));
        Assert.Equal(id, hint.Id);
        Assert.InRange(hint.DefaultSeverity, DiagnosticSeverity.Info, DiagnosticSeverity.Warning);
        Assert.Equal(source.Spans, [hint.Location.SourceSpan]);
        Assert.All(fragments.Prepend("'Model' "), fragment => Assert.Contains(fragment, hint.GetMessage(null), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GruModel(3), Gru(12), Gru(24), Gru(36), Gru(49), Gru(16)")]
    [InlineData("GruModel(3), Gru(16, Output = SequenceOutput.EveryStep), Dense(4, Activation.Softmax), Pool(Pooling.Mean)")]
    [InlineData("GruModel(3), Dropout(0.5), Gru(16, Dropout = 0), Dropout(0.5), Dense(2)")]
    [InlineData("GruModel, Embedding(2, 1), Gru(16)")]
    [InlineData("GruModel(3), Gru(64), Dense(4), Dense(64)")] // as two, fewer parameters
    [InlineData("GruModel(3), Gru(16), Dense(16, Residual = true), Dense(2)")]
    [InlineData("GruModel(3), Gru(20), Gru(20, Residual = true, Output = SequenceOutput.EveryStep)")] // 16 or 32 would break the connection
    [InlineData("GruModel(3), Gru(16), Dense(16), Dropout(0.5), Dense(2)")]
    [InlineData("GruModel(2), LayerNorm, Gru(16), LayerNorm")]
    [InlineData("GruModel(16), Gru(16, Residual = true), Pool(Pooling.Last)")] // which needs every step
    [InlineData("GruModel(3), Gru(16), Conv1D(4, 3), Pool(Pooling.Last)")]
    [InlineData("GruModel(3), Gru(16, Bidirectional = true), Pool(Pooling.Max)")]
    [InlineData("GruModel, Embedding(16_777_216, 16), Gru(16)")] // 1 GB to the byte
    [InlineData("GruModel(3, WeightFormat = WeightFormat.BFloat16), Gru(16, ResetAfter = false), Gru(16)")]
    public async Task Nothing_is_said_of_others(string attributes) =>
        Assert.Empty(await GeneratorRun.AnalyzeAllAsync(TestCompilation.Of($"using GruGen; [{attributes}] partial class Model;")));

    [Fact]
    public async Task What_breaks_a_rule_is_not_told_what_could_be_better() => Assert.Equal(
        ["GRU018"],
        (await GeneratorRun.AnalyzeAllAsync(TestCompilation.Of("using GruGen; [GruModel(3), Gru(1), Dense(0), Dropout(0)] partial class Model;")))
            .Select(diagnostic => diagnostic.Id));

    [Theory]
    [InlineData("while (true) { var stream = model.{|OpenStream|}(); stream.Step(x, y); }")]
    [InlineData("for (int i = 0; i < 3; i++) { int n = i; StepStream stream = model.{|OpenStream|}(); _ = stream.StepLabel(x) + n; }")]
    [InlineData("foreach (float f in x) { SequenceStream<float> stream = model.{|OpenStream|}(); if (f > 0) { stream.Step([f], y); } }")]
    [InlineData("do model.{|OpenStream|}().Step(x, y); while (x[0] > 0);")]
    [InlineData("do { var streams = model.{|OpenStreams|}(2); streams.Step(x, y); } while (true);")]
    [InlineData("foreach (float f in x) { Own.{|OpenStream|}().Step([f], y); s_model.{|OpenStream|}().Step(x, y); }")]
    [InlineData("StepStream kept; while (true) { kept = model.{|OpenStream|}(); kept.Step(x, y); }")]
    [InlineData("System.Action run = () => { while (true) { model.{|OpenStream|}().Step(x, y); } };")]
    public Task A_stream_for_each_step_is_reported(string use) => VerifyStreamsAsync(use);

    [Theory]
    [InlineData("var stream = model.OpenStream(); while (true) { stream.Step(x, y); }")]
    [InlineData("while (true) { var stream = model.OpenStream(); stream.Step(x, y); stream.Step(x, y); }")]
    [InlineData("while (true) { var stream = model.OpenStream(); foreach (float f in x) { stream.Step([f], y); } }")]
    [InlineData("while (true) { var stream = model.OpenStream(); stream.SetState(y); stream.Step(x, y); }")]
    [InlineData("while (true) { var stream = model.OpenStream(); stream.Step(x, y); stream.CopyStateTo(y); }")]
    [InlineData("while (true) { var stream = model.OpenStream(); Run(stream); } void Run(StepStream stream) => stream.Step(x, y);")]
    [InlineData("while (true) { var stream = model.OpenStream(); System.Action step = () => stream.Step(x, y); step(); }")]
    [InlineData("foreach (Model each in s_models) { each.OpenStream().Step(x, y); }")]
    [InlineData("for (int i = 0; i < 2; i++) { s_models[i].OpenStream().Step(x, y); Make().OpenStream().Step(x, y); new Model(i).OpenStream().Step(x, y); }")]
    [InlineData("while (true) { model.OpenStream().Step(x, y); model = new Model(1); }")]
    [InlineData("while (true) { model.OpenStream().Step(x, y); Replace(ref model); } void Replace(ref Model old) { }")]
    [InlineData("while (true) { model.OpenStream().Step(x, y); (model, x) = (Make(), y); }")]
    [InlineData("while (true) { var next = Make(); next.OpenStream().Step(x, y); }")]
    [InlineData("while (true) { System.Action step = () => model.OpenStream().Step(x, y); step(); }")]
    [InlineData("while (true) { Step(); void Step() => model.OpenStream().Step(x, y); }")]
    [InlineData("for (model.OpenStream().Step(x, y); x[0] > 0;) { }")]
    [InlineData("StepStream kept = null; while (true) { kept?.Reset(); kept = model.OpenStream(); kept.Step(x, y); }")]
    [InlineData("while (true) { Next.OpenStream().Step(x, y); Changing.OpenStream().Step(x, y); _model.OpenStream().Step(x, y); OpenStream().Step(x, y); }")]
    [InlineData("while (true) { model.Fit(CreateDataset()); model.OpenStream().Step(x, y); }")]
    [InlineData("while (true) { model ??= new Model(1); model.OpenStream().Step(x, y); }")]
    [InlineData("while (true) { try { model.OpenStream().Step(x, y); break; } catch (System.Exception) { } }")]
    [InlineData("while (true) { model.OpenStream().Step(x, y); if (y[0] > 0) { return; } }")]
    [InlineData("while (true) { _ = model.OpenStream(); }")]
    public Task What_may_be_meant_is_not_reported(string use) => VerifyStreamsAsync(use);

    private static async Task VerifyStreamsAsync(string use)
    {
        var source = new Marked(
            $$"""
            using GruGen;
            [GruModel(1), Gru(16)]
            partial class Model
            {
                static readonly Model s_model = new();
                static readonly Model[] s_models = [new(), new()];
                Model Own { get; } = new();
                Model Next => new();
                Model Changing { get; set; } = new();
                Model _model = new();
                static Model Make() => new();
                void Use(Model model, float[] x, float[] y) { {{use}} }
            }
            """);
        GeneratorRun run = GeneratorRun.Of(source.Source);
        Assert.DoesNotContain(run.OutputProblems, problem => problem.DefaultSeverity == DiagnosticSeverity.Error);
        ImmutableArray<Diagnostic> reported = await run.AnalyzeAsync();
        Assert.All(reported, diagnostic => Assert.Equal("GRU048", diagnostic.Id));
        Assert.Equal(source.Spans, reported.Select(diagnostic => diagnostic.Location.SourceSpan));
    }
}
