using System.Diagnostics;
using GruGen.Benchmarks.Ratios;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Quick;

/// <summary>The quick mode: the limits of the machine, then every row, in some two minutes.</summary>
internal static class QuickRun
{
    // Each row is visited in several rounds: a disturbance of a second or two then spoils one visit and not the row.
    private const int Rounds = 3;
    private static readonly TimeSpan s_visit = TimeSpan.FromSeconds(0.35);

    public static void Run(QuickOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        MachineLimits limits = MachineLimits.Measure();
        Report.Print(limits);

        Duel[] duels = [.. Row.All.Where(row => options.Only.Contains(row.Kind)).Select(row => new Duel(row))];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Duel duel in duels)
            {
                duel.Run(s_visit);
            }
        }

        Report.Print(duels, limits);
        RatioResult[] ratios = [.. RatioRow.All.Where(row => options.Only.Contains(row.Kind)).Select(RatioResult.Measure)];
        RatioReport.Print(ratios);
        Console.WriteLine($"{duels.Length + ratios.Length} rows in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        if (options.JsonFile is not null)
        {
            JsonReport.Write(options.JsonFile, duels, ratios, limits);
        }

        if (options.SvgFile is not null)
        {
            SvgPlot.Write(options.SvgFile, duels, limits);
        }
    }
}
