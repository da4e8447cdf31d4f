using System.Diagnostics;
using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Cluster;

/// <summary>A training that is measured on one process and on several.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Start">Begins the training of a batch.</param>
internal sealed record ClusterWorkload(string Name, Func<TrainingOptions, Workload> Start)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.7), s_visit = TimeSpan.FromSeconds(0.5);

    /// <summary>The trainings: steps, batch, input size and hidden size, and the text classifier with its table.</summary>
    public static IReadOnlyList<ClusterWorkload> All { get; } =
    [
        new("(100, 64, 64, 64)", options => Features(options, steps: 100, batch: 64, inputSize: 64, hiddenSize: 64)),
        new("(50, 64, 256, 512)", options => Features(options, steps: 50, batch: 64, inputSize: 256, hiddenSize: 512)),
        new("text classifier, 10,000 × 32", options => Text(options, new Adam(1e-4), steps: 100, batch: 32)),
        new("text classifier, lazy Adam", options => Text(options, new Adam(1e-4) { Lazy = true }, steps: 100, batch: 32)),
    ];

    /// <summary>Steps until everything is compiled and has its memory. Returns about how many steps a visit has.</summary>
    public static int WarmUp(Workload workload)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        for (; Stopwatch.GetElapsedTime(start) < s_warmUp || calls < 3; calls++)
        {
            workload.Run(1);
        }

        start = Stopwatch.GetTimestamp();
        workload.Run(2);
        return Math.Max(2, (int)(s_visit / (Stopwatch.GetElapsedTime(start) / 2)));
    }

    /// <summary>The milliseconds of a step, as the mean over some.</summary>
    public static double Visit(Workload workload, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        workload.Run(calls);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }

    private static TrainerStep<float> Features(TrainingOptions options, int steps, int batch, int inputSize, int hiddenSize) => new(
        Models.Create(inputSize, hiddenSize),
        Inputs.Features(batch * steps * inputSize),
        [.. Enumerable.Repeat(steps, batch)],
        options with { Optimizer = new Adam(1e-4) });

    private static TrainerStep<int> Text(TrainingOptions options, Optimizer optimizer, int steps, int batch)
    {
        var model = new TextClassifier();
        return new TrainerStep<int>(
            model,
            Inputs.Tokens(batch * steps, model.Schema.InputSize),
            [.. Enumerable.Repeat(steps, batch)],
            options with { Optimizer = optimizer });
    }
}
