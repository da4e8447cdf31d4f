using System.Diagnostics;
using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Quick;

/// <summary>
/// Times the emitted code of a row and its baseline in turns, so that whatever else the machine does meets both alike. A turn has several samples, because
/// the first ones find the cache as the other code has left it.
/// </summary>
internal sealed class Duel
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(10);

    public Duel(Row row)
    {
        Row = row;
        Emitted = new Contender(Workload.Emitted(row));
        Baseline = new Contender(Workload.Baseline(row));
        long start = Stopwatch.GetTimestamp();
        do
        {
            Emitted.Calibrate(s_sample);
            Baseline.Calibrate(s_sample);
        }
        while (Stopwatch.GetElapsedTime(start) < s_warmUp);
    }

    public Row Row { get; }

    public Contender Emitted { get; }

    public Contender Baseline { get; }

    /// <summary>Takes turns for this long, and twice at least.</summary>
    public void Run(TimeSpan budget)
    {
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < 2 || Stopwatch.GetElapsedTime(start) < budget; turn++)
        {
            Emitted.Sample(s_turn);
            Baseline.Sample(s_turn);
        }
    }
}
