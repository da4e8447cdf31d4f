using System.Text.Json;
using GruGen.Generator.Tests.Harness;
using GruGen.Terminal;
using Spectre.Console;

namespace GruGen.Generator.Tests;

/// <summary>The benchmark of a model: what it measures and says, not how fast anything is.</summary>
public sealed class ModelBenchmarkTests
{
    private static readonly BenchmarkOptions s_short = new() { Steps = 7, BatchSize = 3, Duration = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public void A_model_gets_a_row_for_each_work_and_keeps_its_parameters()
    {
        var model = new DynamicModel<int>(ModelSchema.ForTokens(
            "Words", LayerSchema.Embedding(9, 4), LayerSchema.Gru(5, SequenceOutput.Final), LayerSchema.Dense(2, Activation.Softmax)));
        float[] before = new float[model.Parameters.Count];
        model.Parameters.CopyTo(before);

        BenchmarkResult result = ModelBenchmark.Run(model, s_short);

        Assert.Equal(
            [(BenchmarkedWork.Step, 1, 1), (BenchmarkedWork.Sequence, 7, 1), (BenchmarkedWork.Batch, 7, 3), (BenchmarkedWork.Training, 7, 3)],
            result.Rows.Select(row => (row.Work, row.Steps, row.BatchSize)));
        Assert.All(result.Rows, row =>
        {
            Assert.True(row.Nanoseconds > 0 && row.MedianNanoseconds >= row.Nanoseconds && row.LimitNanoseconds > 0);
            Assert.Equal(row.GenericNanoseconds / row.Nanoseconds, row.Speedup);
        });
        float[] after = new float[model.Parameters.Count];
        model.Parameters.CopyTo(after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Outputs_of_every_step_are_measured_too()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Steps", 3, LayerSchema.Gru(5, SequenceOutput.EveryStep), LayerSchema.Dense(2)));
        Assert.Equal(4, ModelBenchmark.Run(model, s_short).Rows.Count);
    }

    [Fact]
    public void A_model_with_several_outputs_is_measured_too()
    {
        var model = (SequenceModel<float>)GeneratorRun.Of(
            "using GruGen; [GruModel(3), Gru(5, Name = \"both\"), Dense(1, Name = \"a\", IsOutput = true), Dense(2, Name = \"b\", From = [\"both\"])] public partial class Two;")
            .Emit().GetType("Two")!.GetConstructor([typeof(int)])!.Invoke([0]);
        Assert.Equal(4, ModelBenchmark.Run(model, s_short).Rows.Count);
    }

    /// <summary>A convolution and a window, each of which leaves every second step, and a GRU that runs on every fourth one.</summary>
    [Fact]
    public void A_step_of_a_stream_counts_what_it_has_to_do_on_average()
    {
        ModelSchema schema = ModelSchema.ForFeatures(
            "Some",
            3,
            LayerSchema.Conv1D(4, 2, padding: ConvPadding.Valid, stride: 2),
            LayerSchema.Pool(Pooling.Max, 2, 2),
            LayerSchema.Gru(5, SequenceOutput.EveryStep));
        const double Conv = 2 * 3 * 4, Gru = 3 * 5 * (4 + 5);

        Assert.Equal(2 * ((Conv / 2) + (Gru / 4)), new WorkCount(schema, false).Operations(null, 1, training: false), 1e-9);
        Assert.Equal(2 * ((Conv * 4) + (Gru * 2)), new WorkCount(schema, false).Operations(9, 1, training: false), 1e-9);
    }

    /// <summary>Counted by hand: 3·H·I and 3·H·H for a direction of a GRU, I·O for a Dense layer.</summary>
    [Fact]
    public void Operations_are_those_of_the_products()
    {
        var both = new GruOptions { Bidirectional = true };
        ModelSchema schema = ModelSchema.ForFeatures(
            "Counted", 3, LayerSchema.Conv1D(4, 2), LayerSchema.Gru(5, SequenceOutput.Final, both), LayerSchema.Dense(2));
        const double Conv = 2 * 3 * 4, Input = 2 * 3 * 5 * 4, Hidden = 2 * 3 * 5 * 5, Dense = 10 * 2;

        Assert.Equal(2 * (7 * (Conv + Input + Hidden) + Dense) * 3, new WorkCount(schema, false).Operations(7, 3, training: false));
        Assert.Equal(2 * (7 * (2 * Conv + 3 * (Input + Hidden)) + 3 * Dense) * 3, new WorkCount(schema, false).Operations(7, 3, training: true));
    }

    /// <summary>A step needs the states of the step before, but inputs of all steps can meet their weights at once.</summary>
    [Fact]
    public void Weights_of_states_are_loaded_at_each_step_and_others_once()
    {
        var limits = new MachineLimits(100, 100, 50, L1: 200, L2: 150, L3: 90);
        ModelSchema schema = ModelSchema.ForFeatures("Counted", 3, LayerSchema.Gru(5, SequenceOutput.Final), LayerSchema.Dense(2));
        Assert.Equal(4 * ((7 * 3 * 5 * 5) + (3 * 5 * 3) + (5 * 2)) / 200.0, new WorkCount(schema, false).LoadTime(7, limits), 1e-12);

        Assert.Equal((48 << 10) / 200.0, limits.LoadTime(48 << 10));
        Assert.Equal(((48 << 10) / 200.0) + ((2 << 20) / 150.0) + (90 / 90.0), limits.LoadTime((48 << 10) + (2 << 20) + 90), 1e-9);
    }

    [Fact]
    public void Vectors_of_tokens_meet_their_weights_once_for_each_token()
    {
        ModelSchema schema = ModelSchema.ForTokens("Words", LayerSchema.Embedding(9, 4), LayerSchema.Gru(5, SequenceOutput.Final), LayerSchema.Dense(2));
        Assert.Equal(2 * ((7 * 3 * 5 * 5) + (5 * 2)) * 3, new WorkCount(schema, true).Operations(7, 3, training: false));
        Assert.Equal(2 * ((7 * 3 * 5 * 9) + (5 * 2)) * 3, new WorkCount(schema, false).Operations(7, 3, training: false));
    }

    [Fact]
    public void A_table_and_JSON_have_the_same_rows()
    {
        BenchmarkResult result = Fixed();
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 120;
        console.Write(Tables.Benchmark(result));
        Assert.Contains("at most 100 GFLOP/s; loads from L1 200, L2 150, L3 90 GB/s", text.ToString(), StringComparison.Ordinal);
        string[][] rows = [.. text.ToString().Split('\n').Select(line => line.Split('│', StringSplitOptions.TrimEntries)).Where(cells => cells.Length > 1)];
        Assert.Equal(["", "", "µs", "median", "generic", "faster", "GFLOP/s", "of limit", ""], rows[0]);
        Assert.Equal(["", "step", "0.500", "0.750", "1.000", "2.00×", "8.0", "50 %", ""], rows[1]);
        Assert.Equal(["", "training on 32", "500.0", "500.0", "–", "–", "8.0", "50 %", ""], rows[2]);
        Assert.All(text.ToString().Split('\n'), line => Assert.True(line.Length <= 80));
        console.Write(Tables.Benchmark(result with { UnoptimizedAssembly = "App" }));
        Assert.Contains("App is compiled without optimisation: build it with -c Release", text.ToString(), StringComparison.Ordinal);

        using JsonDocument json = JsonDocument.Parse(result.ToJson());
        JsonElement row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal("Fixed", json.RootElement.GetProperty("model").GetString());
        Assert.Equal(100, json.RootElement.GetProperty("peak_gflops").GetDouble());
        Assert.Equal("step", row.GetProperty("work").GetString());
        Assert.Equal(500, row.GetProperty("ns_min").GetDouble());
        Assert.Equal(750, row.GetProperty("ns_median").GetDouble());
        Assert.Equal(1000, row.GetProperty("ns_min_generic").GetDouble());
        Assert.Equal(8, row.GetProperty("gflops").GetDouble());
        Assert.Equal(0.5, row.GetProperty("share_of_limit").GetDouble());
        Assert.False(json.RootElement.GetProperty("rows")[1].TryGetProperty("ns_min_generic", out _));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BenchmarkOptions { Steps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BenchmarkOptions { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BenchmarkOptions { Duration = TimeSpan.Zero });
        Assert.Throws<ArgumentNullException>(() => ModelBenchmark.Run<float>(null!));
    }

    private static BenchmarkResult Fixed() => new()
    {
        Schema = ModelSchema.ForFeatures("Fixed", 3, LayerSchema.Gru(5, SequenceOutput.Final)),
        Limits = new MachineLimits(100, 100, 50, 200, 150, 90),
        Rows =
        [
            new BenchmarkRow
            {
                Work = BenchmarkedWork.Step, Steps = 1, BatchSize = 1, Nanoseconds = 500, MedianNanoseconds = 750, GenericNanoseconds = 1000,
                Operations = 4000, LimitNanoseconds = 250,
            },
            new BenchmarkRow
            {
                Work = BenchmarkedWork.Training, Steps = 100, BatchSize = 32, Nanoseconds = 500_000, MedianNanoseconds = 500_000,
                GenericNanoseconds = null, Operations = 4_000_000, LimitNanoseconds = 250_000,
            },
        ],
    };
}
