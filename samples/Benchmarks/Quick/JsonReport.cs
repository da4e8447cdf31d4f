using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using GruGen.Benchmarks.Ratios;
using GruGen.Kernels;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Quick;

/// <summary>The results as JSON for programs: an array of objects, the first of which is the machine.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Write(string file, IEnumerable<Duel> duels, IEnumerable<RatioResult> ratios, MachineLimits limits)
    {
        List<object> objects =
        [
            new
            {
                Kind = "machine",
                Runtime = RuntimeInformation.FrameworkDescription,
                Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                Threads = 1,
                Simd = Simd.Lanes * 32,
                PeakGflops = Rounded(limits.Peak),
                PeakGflops512 = Rounded(limits.Peak512),
                PeakGflops256 = Rounded(limits.Peak256),
                PeakGflops128 = Rounded(limits.Peak128),
                L1GbS = Rounded(limits.L1),
                L2GbS = Rounded(limits.L2),
                L3GbS = Rounded(limits.L3),
            },
        ];
        foreach (Duel duel in duels)
        {
            bool trainer = duel.Row.Threads > 1; // on one thread it is beside the row of a pass of the same sizes
            objects.Add(Result(duel.Row, trainer, "emitted", Simd.Lanes, duel.Emitted, limits));
            objects.Add(trainer ? Result(duel.Row with { Threads = 1 }, trainer, "emitted", Simd.Lanes, duel.Baseline, limits)
                : duel.Row.IsVariant
                ? Result(duel.Row with { Variant = Variant.Plain }, trainer, "emitted", Simd.Lanes, duel.Baseline, limits)
                : Result(duel.Row, trainer, "generic", Vector<float>.Count, duel.Baseline, limits));
        }

        objects.AddRange(ratios.Select(ratio => new
        {
            ratio.Row.Kind,
            ratio.Row.Title,
            ratio.Row.Beside,
            Ns = Rounded(ratio.Nanoseconds),
            NsBeside = Rounded(ratio.NanosecondsBeside),
            Ratio = Rounded(ratio.Ratio),
            ratio.Row.Bound,
            ratio.Holds,
        }));
        File.WriteAllText(file, JsonSerializer.Serialize(objects, s_options));
    }

    private static object Result(Row row, bool trainer, string kernel, int lanes, Contender contender, MachineLimits limits) => new
    {
        row.Kind,
        row.Steps,
        row.Batch,
        Input = row.InputSize,
        Hidden = row.HiddenSize,
        Model = row.Kind == Kind.Seed ? "embedding(10000,32) gru(32) dense(1)" : $"gru({row.HiddenSize})",
        row.Variant,
        row.Threads,
        Trainer = trainer,
        Precision = "f32",
        Simd = lanes * 32,
        Kernel = kernel,
        NsMin = Rounded(contender.Minimum),
        NsMedian = Rounded(contender.Median),
        Gflops = Rounded(row.Flops / contender.Minimum),
        PeakGflops = Rounded(limits.Peak),
        ShareOfPeak = Rounded(row.Flops / contender.Minimum / limits.Peak),
    };

    private static double? Rounded(double? value) => value is null ? null : Math.Round(value.Value, 4);
}
