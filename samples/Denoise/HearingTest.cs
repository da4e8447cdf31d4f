using GruGen;
using Spectre.Console;

namespace Denoise;

/// <summary>Segmental signal-to-noise ratios in decibels.</summary>
/// <param name="Before">Of the noisy sound.</param>
/// <param name="Floor">With a noise floor that is followed.</param>
/// <param name="After">With the model.</param>
internal sealed record Ratios(double Before, double Floor, double After)
{
    /// <summary>The means of some.</summary>
    public static Ratios Mean(IEnumerable<Ratios> some) =>
        new(some.Average(ratios => ratios.Before), some.Average(ratios => ratios.Floor), some.Average(ratios => ratios.After));
}

/// <summary>How much clearer voices become that the model has never heard, beside the parts of noises that it has not.</summary>
internal sealed class HearingTest
{
    private static readonly int[] s_mixed = [0, 5, 10]; // decibels between speech and noise

    private readonly List<(string Noise, Ratios Ratios)> _results = [];

    /// <summary>Runs it.</summary>
    public HearingTest(Recordings recordings, SpeechModel model)
    {
        SequenceDataset<float> data = SpeechModel.CreateDataset();
        List<int> spoken = [];
        foreach (Recording noise in recordings.TestNoises)
        {
            foreach (Recording voice in recordings.TestVoices)
            {
                foreach (int ratio in s_mixed)
                {
                    var mixture = Mixture.Of(voice.Samples, noise.Samples, ratio);
                    _results.Add((noise.Name, new(
                        SegmentalSnr.Of(mixture.Speech, mixture.Sum),
                        SegmentalSnr.Of(mixture.Speech, Denoiser.Process(mixture.Sum, new FloorGains())),
                        SegmentalSnr.Of(mixture.Speech, Denoiser.Process(mixture.Sum, new ModelGains(model))))));
                    var lesson = Lesson.Of(mixture);
                    lesson.AddTo(data, model.InputScaler!);
                    spoken.AddRange(lesson.Voice);
                }
            }
        }

        Metric accuracy = Metric.Accuracy.Of("voice");
        (VoiceAccuracy, VoiceShare) = (model.Evaluate(data, metrics: [accuracy])[accuracy], spoken.Average());
    }

    /// <summary>Over all of the test.</summary>
    public Ratios Mean => Ratios.Mean(_results.Select(result => result.Ratios));

    /// <summary>In what part of the frames it is right about whether somebody speaks.</summary>
    public double VoiceAccuracy { get; }

    /// <summary>In what part of the frames somebody speaks.</summary>
    public double VoiceShare { get; }

    /// <summary>The ratios beside each noise.</summary>
    public Table Table()
    {
        Table table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("segmental SNR, dB", "before", "noise floor", "model", "better by");
        foreach (IGrouping<string, Ratios> noise in _results.GroupBy(result => result.Noise, result => result.Ratios))
        {
            Ratios mean = Ratios.Mean(noise);
            table.AddRow(noise.Key, $"{mean.Before:F2}", $"{mean.Floor:F2}", $"{mean.After:F2}", $"{mean.After - mean.Before:F2}");
        }

        return table;
    }
}
