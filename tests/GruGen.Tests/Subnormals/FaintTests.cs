using GruGen.Generic;
using GruGen.Kernels;
using GruGen.Tests.Kernels;

namespace GruGen.Tests.Subnormals;

/// <summary>The thresholds, float by float.</summary>
public class FaintTests
{
    private static readonly float s_threshold = MathF.ScaleB(1, -95);

    private static readonly float[] s_numbers =
    [
        0, -0f, float.Epsilon, -float.Epsilon, MathF.ScaleB(1, -127), MathF.ScaleB(1, -126), -MathF.ScaleB(1, -126), MathF.BitDecrement(s_threshold), -MathF.BitDecrement(s_threshold),
        s_threshold, -s_threshold, MathF.ScaleB(1, -64), MathF.BitDecrement(MathF.ScaleB(1, -63)), MathF.ScaleB(1, -63), 1, -1, float.MaxValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN,
    ];

    // from their bits: where subnormal numbers are switched off, the runtime reads a constant of one as zero
    private static readonly uint[] s_faintBits = [1, 0x8FFFFFFF, 0x006CE3EE];
    private static readonly float[] s_faint = [.. s_faintBits.Select(BitConverter.UInt32BitsToSingle)];

    [Theory]
    [InlineData(Faint.Bits, -95)]
    [InlineData(Faint.SquareBits, -63)]
    [InlineData(Faint.SubnormalBits, -126)]
    public void What_is_below_a_threshold_becomes_zero_and_nothing_else_changes(int bits, int exponent)
    {
        float threshold = MathF.ScaleB(1, exponent);
        Assert.Equal(
            s_numbers.Select(x => BitConverter.SingleToInt32Bits(MathF.Abs(x) < threshold ? 0 : x)),
            EveryWidth.Run(new Flushes(bits)).Take(s_numbers.Length).Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_state_becomes_zero_where_it_and_the_new_gate_are_below_the_threshold()
    {
        float[] z = [0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0, 1, float.NaN, 0.25f, 0.5f], small = [MathF.BitDecrement(s_threshold)];
        float[] n = [small[0], small[0], 1e-3f, -0f, float.NaN, small[0], small[0], 0, 0.5f, s_threshold];
        float[] h = [small[0], 0.5f, small[0], 0, 0, small[0], small[0], 0, -0.5f, 0];
        float[] next = EveryWidth.Run(new Blends(z, n, h));

        for (int i = 0; i < z.Length; i++)
        {
            float expected = MathF.Abs(n[i]) < s_threshold && MathF.Abs(h[i]) < s_threshold && !float.IsNaN(z[i])
                ? 0
                : float.MultiplyAddEstimate(1 - z[i], n[i], z[i] * h[i]);
            Assert.Equal(expected, next[i]);
        }
    }

    [Fact]
    public void A_gate_is_the_sigmoid_but_zero_below_two_to_the_minus_31()
    {
        float[] x = [.. Enumerable.Range(-1200, 2400).Select(i => i / 12f), float.NegativeInfinity, float.PositiveInfinity, float.NaN];
        float[] gate = EveryWidth.Run(new Gates(x, Floor: true)), sigmoid = EveryWidth.Run(new Gates(x, Floor: false));

        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(x[i] < -21.48f ? 0 : sigmoid[i], gate[i]);
        }

        Assert.True(gate.Where(y => y > 0).Min() >= MathF.ScaleB(1, -31));
    }

    [Fact]
    public void Faint_numbers_are_found_wherever_they_stand()
    {
        for (int length = 1; length <= 40; length++)
        {
            float[] numbers = [.. Enumerable.Range(0, length).Select(i => i % 3 == 0 ? 0f : i % 3 == 1 ? -1f : s_threshold)];
            Assert.False(Faint.IsIn(ref numbers[0], length));
            for (int place = 0; place < length; place++)
            {
                foreach (float faint in s_faint)
                {
                    float before = numbers[place];
                    numbers[place] = faint;
                    Assert.True(Faint.IsIn(ref numbers[0], length));
                    numbers[place] = before;
                }
            }
        }

        float[] special = [float.NaN, float.PositiveInfinity, -0f, 0, float.MinValue, 1, 2, 3, 4];
        Assert.False(Faint.IsIn(ref special[0], special.Length));
        Assert.False(Faint.IsIn(ref special[0], 0));
    }

    /// <summary>The script tests/flush-to-zero says that it has switched the processor; whoever else runs the tests has not.</summary>
    [Fact]
    public void The_processor_is_in_the_mode_that_the_tests_are_told()
    {
        float[] numbers = [1e-38f, 0.1f];
        bool flushes = numbers[0] * numbers[1] == 0;
        Assert.Equal(Environment.GetEnvironmentVariable("GRUGEN_FLUSHES_TO_ZERO") == "1", flushes);
    }

    private readonly record struct Flushes(int Bits) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            float[] x = [.. s_numbers, .. new float[32 - s_numbers.Length]];
            for (nuint i = 0; i < 32; i += (nuint)V.Count)
            {
                V.Flush(V.Load(ref x[0], i), Bits).Store(ref x[0], i);
            }

            return x;
        }
    }

    private readonly record struct Blends(float[] Z, float[] N, float[] H) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            float[] z = [.. Z, .. new float[16 - Z.Length]], n = [.. N, .. new float[16 - N.Length]], h = [.. H, .. new float[16 - H.Length]];
            for (nuint i = 0; i < 16; i += (nuint)V.Count)
            {
                V.Blend(V.Load(ref z[0], i), V.Load(ref n[0], i), V.Load(ref h[0], i)).Store(ref z[0], i);
            }

            return z;
        }
    }

    private readonly record struct Gates(float[] X, bool Floor) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            float[] y = [.. X, .. new float[Simd.Padded(X.Length) - X.Length]];
            for (nuint i = 0; i < (nuint)y.Length; i += (nuint)V.Count)
            {
                V x = V.Load(ref y[0], i);
                (Floor ? Activate.SigmoidGate(x) : Activate.Sigmoid(x)).Store(ref y[0], i);
            }

            return y[..X.Length];
        }
    }
}
