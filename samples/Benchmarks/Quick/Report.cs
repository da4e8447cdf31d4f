using System.Numerics;
using System.Runtime.InteropServices;
using GruGen.Kernels;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Quick;

/// <summary>The results as tables for people, one for each kind.</summary>
internal static class Report
{
    public static void Print(MachineLimits limits)
    {
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, one thread; "
            + $"emitted at {Simd.Lanes * 32} bit, generic at {Vector<float>.Count * 32} bit");
        Console.WriteLine($"multiply-add  {Width(512, limits.Peak512)}{Width(256, limits.Peak256)}{Width(128, limits.Peak128)}GFLOP/s");
        Console.WriteLine($"loads         L1 {limits.L1:F0}, L2 {limits.L2:F0}, L3 {limits.L3:F0} GB/s");

        static string Width(int bits, double? peak) => peak is null ? "" : $"{bits} bit {peak:F1}  ";
    }

    public static void Print(IEnumerable<Duel> duels, MachineLimits limits)
    {
        foreach (IGrouping<Kind, Duel> kind in duels.Where(duel => !duel.Row.IsVariant && duel.Row.Threads == 1).GroupBy(duel => duel.Row.Kind))
        {
            Console.WriteLine();
            Console.WriteLine($"{Title(kind.Key),-44}emitted µs             generic µs     times      emitted");
            Console.WriteLine("    T    B    I    H              min      median         min      median    faster    GFLOP/s    of peak");
            foreach (Duel duel in kind)
            {
                Print(duel, duel.Baseline.Minimum / duel.Emitted.Minimum, limits);
            }
        }

        foreach (IGrouping<int, Duel> threads in duels.Where(duel => duel.Row.Threads > 1).GroupBy(duel => duel.Row.Threads))
        {
            Console.WriteLine();
            Console.WriteLine($"{$"Threads: steps of a trainer on {threads.Key}",-43}threads µs            one thread µs     times      threads");
            Console.WriteLine("    T    B    I    H              min      median         min      median    faster    GFLOP/s    of peak");
            foreach (Duel duel in threads)
            {
                Print(duel, duel.Baseline.Minimum / duel.Emitted.Minimum, limits);
            }
        }

        foreach (IGrouping<Variant, Duel> variant in duels.Where(duel => duel.Row.IsVariant).GroupBy(duel => duel.Row.Variant))
        {
            Console.WriteLine();
            Console.WriteLine($"{Title(variant.Key),-44}variant µs               plain µs   times as      variant");
            Console.WriteLine("    T    B    I    H              min      median         min      median      long    GFLOP/s    of peak");
            foreach (Duel duel in variant)
            {
                Print(duel, duel.Emitted.Minimum / duel.Baseline.Minimum, limits);
            }
        }
    }

    private static void Print(Duel duel, double ratio, MachineLimits limits)
    {
        (Row row, double gflops) = (duel.Row, duel.Row.Flops / duel.Emitted.Minimum);
        Console.WriteLine(
            $"{row.Steps,5}{row.Batch,5}{row.InputSize,5}{row.HiddenSize,5}{Mark(row),-6}"
            + $"{Microseconds(duel.Emitted.Minimum)}{Microseconds(duel.Emitted.Median)}"
            + $"{Microseconds(duel.Baseline.Minimum)}{Microseconds(duel.Baseline.Median)}"
            + $"{ratio,10:F2}{gflops,11:F1}{gflops / limits.Peak,11:P0}");

        static string Microseconds(double ns) => $"{ns / 1000,12:#,0.000}";

        static string Mark(Row row) => row switch // where a table has rows of several kinds
        {
            { IsVariant: true, Kind: Kind.Train } => " train",
            { Threads: > 1, Kind: Kind.Seed } => " seed",
            _ => "",
        };
    }

    private static string Title(Variant variant) => variant switch
    {
        Variant.ResetBefore => "Reset before the product",
        Variant.Streams => "A step of many streams, beside a batch",
        Variant.BFloat16 => "Weights in bfloat16",
        Variant.Tokens => "Tokens of a small vocabulary",
        Variant.Bidirectional => "Bidirectional, twice the flops",
        _ => "Sequences of different lengths",
    };

    private static string Title(Kind kind) => kind switch
    {
        Kind.Step => "One step of a stream",
        Kind.Sequence => "Sequences",
        Kind.Batch => "One step of a batch",
        Kind.Seed => "Training steps of a text classifier",
        _ => "Training steps",
    };
}
