using System.Diagnostics;
using GruGen;
using Spectre.Console;

namespace FirstNames;

/// <summary>
/// The code that the build emitted for this model beside the code for models of any shape: the least time of many, taken in turns in this
/// process.
/// </summary>
internal static class Speed
{
    private const int Epochs = 8, Batches = 400, StepsPerBatch = 1_000;

    /// <summary>A table of the times of a step and of an epoch.</summary>
    /// <param name="data">What an epoch goes through.</param>
    /// <param name="options">How it trains.</param>
    public static Table Compare(SequenceDataset<int> data, TrainingOptions options)
    {
        var emitted = new GenderModel();
        var generic = new DynamicModel<int>(emitted.Schema);
        GenderModel.StepStream emittedStream = emitted.OpenStream();
        SequenceStream<int> genericStream = generic.OpenStream();
        float[] output = new float[1];
        (TimeSpan Emitted, TimeSpan Generic) step = Least(
            Batches, () => Repeat(token => emittedStream.Step(token)), () => Repeat(token => genericStream.Step([token], output)));

        using Trainer<int> emittedTrainer = emitted.BeginTraining(options);
        using Trainer<int> genericTrainer = generic.BeginTraining(options);
        (TimeSpan Emitted, TimeSpan Generic) epoch = Least(Epochs, () => emittedTrainer.RunEpoch(data), () => genericTrainer.RunEpoch(data));

        return new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("Least time of", "emitted", "generic", "times faster")
            .AddRow("a step", $"{Nanoseconds(step.Emitted):F0} ns", $"{Nanoseconds(step.Generic):F0} ns", $"{step.Generic / step.Emitted:F2}")
            .AddRow(
                "an epoch of training", $"{epoch.Emitted.TotalMilliseconds:F1} ms", $"{epoch.Generic.TotalMilliseconds:F1} ms",
                $"{epoch.Generic / epoch.Emitted:F2}");
    }

    private static double Nanoseconds(TimeSpan batch) => batch.TotalNanoseconds / StepsPerBatch;

    private static void Repeat(Action<int> step)
    {
        for (int i = 0; i < StepsPerBatch; i++)
        {
            step(1 + i % 26);
        }
    }

    private static (TimeSpan First, TimeSpan Second) Least(int times, Action first, Action second)
    {
        (TimeSpan First, TimeSpan Second) least = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (int i = 0; i < times; i++)
        {
            TimeSpan a = Time(first), b = Time(second);
            least = (a < least.First ? a : least.First, b < least.Second ? b : least.Second);
        }

        return least;
    }

    private static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }
}
