using GruGen.Benchmarks.Workloads;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Ratios;

/// <summary>What a row took.</summary>
/// <param name="Row">The row.</param>
/// <param name="Nanoseconds">The least time of a step of the first work.</param>
/// <param name="NanosecondsBeside">The least time of a step of the second.</param>
internal sealed record RatioResult(RatioRow Row, double Nanoseconds, double NanosecondsBeside)
{
    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(1.5);

    /// <summary>How many times the second's the first took.</summary>
    public double Ratio => Nanoseconds / NanosecondsBeside;

    /// <summary>Whether that is within the bound.</summary>
    public bool Holds => Ratio <= Row.Bound;

    /// <summary>Times both works in turns; only while that lasts, their memory is held.</summary>
    public static RatioResult Measure(RatioRow row)
    {
        GC.Collect();
        Workload work = row.Work(), beside = row.BesideWork();
        try
        {
            var turns = new Turns(work.Contender, beside.Contender);
            turns.Run(s_budget);
            return new RatioResult(row, turns.First.Minimum / row.Steps, turns.Second.Minimum / row.Steps);
        }
        finally
        {
            (work as IDisposable)?.Dispose();
            (beside as IDisposable)?.Dispose();
        }
    }
}
