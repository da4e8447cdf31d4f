using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using GruGen.Kernels;

namespace GruGen.Terminal;

/// <summary>What <see cref="ModelBenchmark"/> measures.</summary>
public enum BenchmarkedWork
{
    /// <summary>One step of one stream.</summary>
    Step,

    /// <summary>One sequence from its first step to its last.</summary>
    Sequence,

    /// <summary>The sequences of a batch.</summary>
    Batch,

    /// <summary>A training step over a batch: forward, the mean squared error, backward and Adam.</summary>
    Training,
}

/// <summary>What <see cref="ModelBenchmark"/> measures with.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>The steps of a sequence; 100 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Steps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }
    = 100;

    /// <summary>The sequences of a batch; 32 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }
    = 32;

    /// <summary>
    /// About how long all measurements take together; 8 seconds unless set. Of a large model, of which everything runs twice at least, they
    /// take longer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan Duration
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    }
    = TimeSpan.FromSeconds(8);
}

/// <summary>How fast a model is on this machine, on one thread.</summary>
public sealed record BenchmarkResult
{
    /// <summary>The layers of the model.</summary>
    public required ModelSchema Schema { get; init; }

    /// <summary>What one core of this machine can do at most.</summary>
    public required MachineLimits Limits { get; init; }

    /// <summary>
    /// The assembly of the model's code, if that was compiled without optimisation and takes up to 45 times as long; otherwise null.
    /// </summary>
    public string? UnoptimizedAssembly { get; init; }

    /// <summary>A row for each work; there is no step of a model that takes whole sequences.</summary>
    public required IReadOnlyList<BenchmarkRow> Rows { get; init; }

    /// <summary>The result as one JSON object: the machine, the model, and the rows with their times in nanoseconds.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
            json.WriteNumber("vector_bits", Simd.Lanes * 32);
            json.WriteNumber("generic_vector_bits", Vector<float>.Count * 32);
            json.WriteNumber("peak_gflops", Rounded(Limits.Peak));
            json.WriteNumber("l1_gb_s", Rounded(Limits.L1));
            json.WriteNumber("l2_gb_s", Rounded(Limits.L2));
            json.WriteNumber("l3_gb_s", Rounded(Limits.L3));
            json.WriteString("model", Schema.Name);
            json.WriteNumber("parameters", Schema.ParameterCount);
            if (UnoptimizedAssembly is not null)
            {
                json.WriteString("unoptimized_assembly", UnoptimizedAssembly);
            }

            json.WriteStartArray("rows");
            foreach (BenchmarkRow row in Rows)
            {
                json.WriteStartObject();
                json.WriteString("work", row.Work.ToString().ToLowerInvariant());
                json.WriteNumber("steps", row.Steps);
                json.WriteNumber("batch", row.BatchSize);
                json.WriteNumber("ns_min", Rounded(row.Nanoseconds));
                json.WriteNumber("ns_median", Rounded(row.MedianNanoseconds));
                if (row.GenericNanoseconds is { } generic)
                {
                    json.WriteNumber("ns_min_generic", Rounded(generic));
                }

                json.WriteNumber("gflops", Rounded(row.Gigaflops));
                json.WriteNumber("ns_limit", Rounded(row.LimitNanoseconds));
                json.WriteNumber("share_of_limit", Rounded(row.ShareOfLimit));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}

/// <summary>What one work of a model took.</summary>
public sealed record BenchmarkRow
{
    /// <summary>What was measured.</summary>
    public required BenchmarkedWork Work { get; init; }

    /// <summary>The steps of each sequence.</summary>
    public required int Steps { get; init; }

    /// <summary>The number of sequences.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The least time that it took, in nanoseconds.</summary>
    public required double Nanoseconds { get; init; }

    /// <summary>The median time, in nanoseconds.</summary>
    public required double MedianNanoseconds { get; init; }

    /// <summary>
    /// The least time of code for sizes that are known only at run time, in nanoseconds; null where that does not run the layers.
    /// </summary>
    public required double? GenericNanoseconds { get; init; }

    /// <summary>
    /// The operations of all products in it, a multiply-add counted as two; a training step has those of the gradients, too. Where the
    /// vectors of tokens meet their weights once for each token, and not at each step, that is not counted.
    /// </summary>
    public required double Operations { get; init; }

    /// <summary>
    /// What it takes at least, in nanoseconds: the operations at the measured peak, or loading the states' weights of GRUs once for each
    /// step and all other weights once, whichever is longer.
    /// </summary>
    public required double LimitNanoseconds { get; init; }

    /// <summary>10⁹ operations a second.</summary>
    public double Gigaflops => Operations / Nanoseconds;

    /// <summary>How much of what the machine can do at most, 0 to 1.</summary>
    public double ShareOfLimit => LimitNanoseconds / Nanoseconds;

    /// <summary>How many times as fast as the generic code; null where that does not run the layers.</summary>
    public double? Speedup => GenericNanoseconds / Nanoseconds;
}
