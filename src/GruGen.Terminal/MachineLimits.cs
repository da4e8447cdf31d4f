using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GruGen.Kernels;

namespace GruGen.Terminal;

/// <summary>What one core of this machine can do at most, measured: what a kernel's speed is a share of.</summary>
/// <param name="Peak512">Billions of operations a second in fused multiply-adds of 512-bit vectors; null where there are none.</param>
/// <param name="Peak256">The same of 256-bit vectors; null where there are none.</param>
/// <param name="Peak128">The same of 128-bit vectors.</param>
/// <param name="L1">Loads from the first-level cache, in 10⁹ bytes a second.</param>
/// <param name="L2">Loads from the second-level cache, in 10⁹ bytes a second.</param>
/// <param name="L3">Loads from the third-level cache, in 10⁹ bytes a second.</param>
public sealed record MachineLimits(double? Peak512, double? Peak256, double Peak128, double L1, double L2, double L3)
{
    private const int Accumulators = 12;

    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(1);
    private static readonly AlignedBuffer s_sum = new(Simd.MaxLanes);

    /// <summary>The most of all widths: 10⁹ operations a second, of which a multiply-add is two.</summary>
    public double Peak => Math.Max(Peak128, Math.Max(Peak256 ?? 0, Peak512 ?? 0));

    /// <summary>
    /// What it takes at least, in nanoseconds, to load so many bytes that were loaded before: what the first level of the cache has room
    /// for from there, then what the second has room for, and the rest from the third. Levels are as large as those of any processor of
    /// our days, 48 KB and 2 MB, and memory is counted as the third one.
    /// </summary>
    /// <param name="bytes">The number of bytes.</param>
    public double LoadTime(double bytes)
    {
        double near = Math.Min(bytes, 48 << 10), middle = Math.Min(bytes - near, 2 << 20);
        return near / L1 + middle / L2 + (bytes - near - middle) / L3;
    }

    /// <summary>Loads from the level of the cache that holds so many bytes from one step to the next, in 10⁹ bytes a second.</summary>
    internal double LoadsOf(double bytes) => bytes <= 40 << 10 ? L1 : bytes <= 1 << 20 ? L2 : L3;

    /// <summary>Measures each limit for 0.3 seconds, in all about two.</summary>
    public static MachineLimits Measure() => Measure(TimeSpan.FromSeconds(0.3));

    internal static MachineLimits Measure(TimeSpan each) => new(
        Vector512.IsHardwareAccelerated ? MultiplyAdds<V512>(each) : null,
        Vector256.IsHardwareAccelerated ? MultiplyAdds<V256>(each) : null,
        MultiplyAdds<V128>(each),
        Bandwidth(kilobytes: 24, each),
        Bandwidth(kilobytes: 512, each),
        Bandwidth(kilobytes: 8 * 1024, each));

    /// <summary>Does so many multiply-adds in vectors of the width that is fastest.</summary>
    internal static void MultiplyAdds(double count)
    {
        int times = (int)(count / Accumulators / Simd.Lanes);
        switch (Simd.Lanes)
        {
            case 16: MultiplyAdd<V512>(times); break;
            case 8: MultiplyAdd<V256>(times); break;
            default: MultiplyAdd<V128>(times); break;
        }
    }

    private static double MultiplyAdds<V>(TimeSpan budget)
        where V : struct, ISimd<V> => 2.0 * Accumulators * V.Count / Fastest(MultiplyAdd<V>, budget);

    private static double Bandwidth(int kilobytes, TimeSpan budget)
    {
        var buffer = new AlignedBuffer(kilobytes * 1024 / sizeof(float));
        buffer.Span.Fill(1e-9f); // pages that were never written are all the same one, which is in the first level
        return kilobytes * 1024 / Fastest(
            Vector512.IsHardwareAccelerated ? times => Load<V512>(buffer, times)
            : Vector256.IsHardwareAccelerated ? times => Load<V256>(buffer, times)
            : times => Load<V128>(buffer, times),
            budget);
    }

    /// <summary>The least time of one repetition, in ns.</summary>
    private static double Fastest(Action<int> repeat, TimeSpan budget)
    {
        repeat(1); // compiles it
        int times = 1;
        while (Time(repeat, times) < s_sample)
        {
            times *= 2;
        }

        TimeSpan least = TimeSpan.MaxValue;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < budget)
        {
            TimeSpan time = Time(repeat, times);
            least = time < least ? time : least;
        }

        return least.TotalNanoseconds / times;
    }

    private static TimeSpan Time(Action<int> repeat, int times)
    {
        long start = Stopwatch.GetTimestamp();
        repeat(times);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>c += a·b in as many independent chains as hide the latency of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyAdd<V>(int times)
        where V : struct, ISimd<V>
    {
        V a = V.Create(1f), b = V.Create(1e-9f);
        V c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < times; i++)
        {
            c0 = V.MultiplyAdd(a, b, c0);
            c1 = V.MultiplyAdd(a, b, c1);
            c2 = V.MultiplyAdd(a, b, c2);
            c3 = V.MultiplyAdd(a, b, c3);
            c4 = V.MultiplyAdd(a, b, c4);
            c5 = V.MultiplyAdd(a, b, c5);
            c6 = V.MultiplyAdd(a, b, c6);
            c7 = V.MultiplyAdd(a, b, c7);
            c8 = V.MultiplyAdd(a, b, c8);
            c9 = V.MultiplyAdd(a, b, c9);
            c10 = V.MultiplyAdd(a, b, c10);
            c11 = V.MultiplyAdd(a, b, c11);
        }

        c0 = V.Add(V.Add(V.Add(c0, c1), V.Add(c2, c3)), V.Add(V.Add(c4, c5), V.Add(c6, c7)));
        V.Add(c0, V.Add(V.Add(c8, c9), V.Add(c10, c11))).Store(ref s_sum.Start, 0);
    }

    /// <summary>Walks the buffer from end to end, as a step walks its weights: each load is an operand of a multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load<V>(AlignedBuffer buffer, int times)
        where V : struct, ISimd<V>
    {
        nuint lanes = (nuint)V.Count, length = (nuint)buffer.Length;
        V a = V.Create(1e-9f);
        V c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a;
        for (int i = 0; i < times; i++)
        {
            ref float x = ref buffer.Start;
            for (nuint left = length; left > 0; left -= 8 * lanes, x = ref Unsafe.Add(ref x, 8 * lanes))
            {
                c0 = V.MultiplyAdd(a, V.Load(ref x, 0 * lanes), c0);
                c1 = V.MultiplyAdd(a, V.Load(ref x, 1 * lanes), c1);
                c2 = V.MultiplyAdd(a, V.Load(ref x, 2 * lanes), c2);
                c3 = V.MultiplyAdd(a, V.Load(ref x, 3 * lanes), c3);
                c4 = V.MultiplyAdd(a, V.Load(ref x, 4 * lanes), c4);
                c5 = V.MultiplyAdd(a, V.Load(ref x, 5 * lanes), c5);
                c6 = V.MultiplyAdd(a, V.Load(ref x, 6 * lanes), c6);
                c7 = V.MultiplyAdd(a, V.Load(ref x, 7 * lanes), c7);
            }
        }

        V.Add(V.Add(V.Add(c0, c1), V.Add(c2, c3)), V.Add(V.Add(c4, c5), V.Add(c6, c7))).Store(ref s_sum.Start, 0);
    }
}
