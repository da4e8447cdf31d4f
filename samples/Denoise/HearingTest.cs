using Spectre.Console;

namespace Denoise;

/// <summary>How much clearer voices become that the model has never heard, with the part of each noise that it has not heard either.</summary>
internal sealed class HearingTest
{
    private static readonly int[] s_ratios = [0, 5, 10]; // decibels between speech and noise

    private readonly List<(string Noise, double Before, double Floor, double After)> _results = [];

    /// <summary>Runs it.</summary>
    public HearingTest(Recordings recordings, SpeechModel model)
    {
        foreach (Recording noise in recordings.TestNoises)
        {
            foreach (int ratio in s_ratios)
            {
                foreach (Recording voice in recordings.TestVoices)
                {
                    var mixture = Mixture.Of(voice.Samples, noise.Samples, ratio);
                    _results.Add((
                        noise.Name,
                        SegmentalSnr.Of(mixture.Speech, mixture.Sum),
                        SegmentalSnr.Of(mixture.Speech, Denoiser.Process(mixture.Sum, new FloorGains())),
                        SegmentalSnr.Of(mixture.Speech, Denoiser.Process(mixture.Sum, new ModelGains(model)))));
                }
            }
        }
    }

    /// <summary>The segmental signal-to-noise ratio in decibels, over all of the test: as it was, and as it becomes.</summary>
    public (double Before, double Floor, double After) Mean => Over(_results);

    /// <summary>The same for each noise.</summary>
    public Table Table()
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("segmental SNR, dB", "before", "noise floor", "model", "better by");
        foreach (var noise in _results.GroupBy(result => result.Noise))
        {
            (double before, double floor, double after) = Over(noise);
            table.AddRow(noise.Key, $"{before:F2}", $"{floor:F2}", $"{after:F2}", $"{after - before:F2}");
        }

        return table;
    }

    private static (double Before, double Floor, double After) Over(IEnumerable<(string Noise, double Before, double Floor, double After)> results) =>
        (results.Average(result => result.Before), results.Average(result => result.Floor), results.Average(result => result.After));
}
