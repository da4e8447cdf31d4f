using System.Numerics;
using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The project's own random numbers, the same on every machine: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64.
/// </summary>
internal sealed class RandomSource
{
    // The initial values take the streams from 0 on.
    public const ulong ShuffleStream = 1UL << 32; // and the number of the epoch
    public const ulong SplitStream = 1UL << 33;
    public const ulong GradientCheckStream = 1UL << 34;
    public const ulong DropoutStream = 1UL << 35;
    public const ulong SamplingStream = 1UL << 40; // and the index of the prompt

    private const ulong Golden = 0x9E3779B97F4A7C15UL;

    private ulong _s0, _s1, _s2, _s3;

    public RandomSource(ulong seed, ulong stream = 0)
    {
        ulong state = seed ^ BitOperations.RotateLeft((stream + 1) * 0xD1342543DE82EF95UL, 32);
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public float NextUniform(double bound) => (float)((2 * NextDouble() - 1) * bound);

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1, without bias.</summary>
    public int NextInt32(int bound)
    {
        // Lemire 2019, "Fast random integer generation in an interval"
        ulong product = (Next() >> 32) * (uint)bound;
        uint threshold = (uint)-bound % (uint)bound;
        while ((uint)product < threshold)
        {
            product = (Next() >> 32) * (uint)bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double NextNormal()
    {
        while (true)
        {
            double u = 2 * NextDouble() - 1, v = 2 * NextDouble() - 1, s = u * u + v * v;
            if (s is > 0 and < 1)
            {
                return u * Math.Sqrt(-2 * Portable.Log(s) / s);
            }
        }
    }

    /// <summary>A random order of <paramref name="items"/> (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>
    /// 64 random bits that depend on <paramref name="state"/> and <paramref name="number"/> alone: what SplitMix64 gives at that place of
    /// its sequence from that state. They may be the state of another chain.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public static ulong Chain(ulong state, ulong number)
    {
        ulong z = state + (number + 1) * Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong bits = Chain(state, 0);
        state += Golden;
        return bits;
    }
}
