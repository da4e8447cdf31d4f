using System.Diagnostics;

namespace Denoise;

/// <summary>How long frames take.</summary>
/// <param name="Median">Half of them take less, in microseconds.</param>
/// <param name="Rare">One of a thousand takes longer, in microseconds.</param>
/// <param name="Bytes">What all of them allocate.</param>
internal sealed record Latency(double Median, double Rare, long Bytes)
{
    private const int WarmUp = 1_000, Frames = 20_000;

    /// <summary>Sends a signal through, again and again, frame by frame.</summary>
    public static Latency Measure(float[] signal, Denoiser denoiser)
    {
        long[] ticks = new long[Frames];
        float[] output = new float[Frame.Hop];
        int hops = signal.Length / Frame.Hop;
        long allocated = 0;
        for (int i = -WarmUp; i < Frames; i++)
        {
            ReadOnlySpan<float> input = signal.AsSpan((i + WarmUp) % hops * Frame.Hop, Frame.Hop);
            if (i == 0)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            long start = Stopwatch.GetTimestamp();
            denoiser.Process(input, output);
            ticks[Math.Max(i, 0)] = Stopwatch.GetTimestamp() - start;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(ticks);
        return new(Microseconds(ticks[Frames / 2]), Microseconds(ticks[Frames - Frames / 1_000]), allocated);
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
