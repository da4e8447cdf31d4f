using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using GruGen.Generic;
using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Kernels;

/// <summary>The curves against double precision over a dense sweep of all floats, and against themselves at every width.</summary>
public class ActivateTests
{
    private const uint Stride = 1009; // of the bit patterns; prime, so that every low bit is met in every binade

    public enum Function
    {
        Sigmoid,
        Tanh,
        Exp,
        Softsign,
        HardSigmoid,
        HardSigmoidKeras2,
        Silu,
        Gelu,
        Elu,
        LeakyRelu,
    }

    [Theory]
    [Trait("Subnormal", "themselves")] // which tests/flush-to-zero leaves out: some results are subnormal
    [InlineData(Function.Sigmoid, -10, 0, 5.5, 10)]
    [InlineData(Function.Sigmoid, 0, double.MaxValue, 1.9, 1.9)]
    [InlineData(Function.Sigmoid, -20, -10, 7.5, 18)]
    [InlineData(Function.Sigmoid, -88.3, -20, 22, 65)]
    [InlineData(Function.Tanh, -double.MaxValue, double.MaxValue, 5.6, 6.3)]
    [InlineData(Function.Exp, -10, 0, 3.3, 8.5)]
    [InlineData(Function.Exp, 0, 10, 5, 9.1)]
    [InlineData(Function.Exp, -87.3, 88.37, 21, 65)]
    [InlineData(Function.Softsign, -double.MaxValue, double.MaxValue, 1.5, 1.5)]
    [InlineData(Function.Silu, 0, double.MaxValue, 3.4, 3.4)]
    [InlineData(Function.Silu, -10, 0, 6, 11)]
    [InlineData(Function.Silu, -20, -10, 8.5, 20)]
    [InlineData(Function.Silu, -87.3, -20, 23, 66)]
    [InlineData(Function.Gelu, 0, double.MaxValue, 6.8, 6.8)]
    [InlineData(Function.Gelu, -3, 0, 9.5, 10)]
    [InlineData(Function.Gelu, -13.1, -3, 9.5, 105)]
    [InlineData(Function.Elu, -double.MaxValue, double.MaxValue, 5, 5)]
    [InlineData(Function.LeakyRelu, -double.MaxValue, double.MaxValue, 1, 1)]
    public void A_curve_is_as_exact_as_its_documentation_says(Function function, double from, double to, double fused, double unfused)
    {
        double ulp = Fma.IsSupported || AdvSimd.IsSupported ? fused : unfused;
        float[] x = [.. Sweep().Where(value => value >= from && value <= to)];
        float[] y = Apply<V256>(function, x);

        for (int i = 0; i < x.Length; i++)
        {
            double exact = Exact(function, x[i]);
            double error = Math.Abs(y[i] - exact) / UnitInTheLastPlace(exact);
            Assert.True(error <= ulp, $"{function}({x[i]:R}) is {y[i]:R}, {error:F2} ULP from {exact:R}.");
        }
    }

    [Theory]
    [InlineData(Function.Sigmoid)]
    [InlineData(Function.Tanh)]
    [InlineData(Function.Exp)]
    [InlineData(Function.Softsign)]
    [InlineData(Function.HardSigmoid)]
    [InlineData(Function.HardSigmoidKeras2)]
    [InlineData(Function.Silu)]
    [InlineData(Function.Gelu)]
    [InlineData(Function.Elu)]
    [InlineData(Function.LeakyRelu)]
    public void A_curve_gives_the_same_bits_at_every_width(Function function)
    {
        float[] x = [.. Sweep().Where((_, i) => i % 16 == 0), .. Specials];
        float[] scalar = Apply<V1>(function, x);

        AssertSame(x, scalar, Apply<V512>(function, x));
        AssertSame(x, scalar, Apply<V256>(function, x));
        AssertSame(x, scalar, Apply<V128>(function, x));
        AssertSame(x, scalar, Apply<VectorT>(function, x));
    }

    [Theory]
    [InlineData(Function.Sigmoid, 0, 1)]
    [InlineData(Function.Tanh, -1, 1)]
    [InlineData(Function.Exp, 0, float.PositiveInfinity)]
    [InlineData(Function.Softsign, -1, 1)]
    [InlineData(Function.HardSigmoid, 0, 1)]
    [InlineData(Function.HardSigmoidKeras2, 0, 1)]
    public void Infinities_give_the_limits_and_NaN_stays(Function function, float low, float high)
    {
        float[] y = Apply<V256>(function, [float.NegativeInfinity, float.PositiveInfinity, float.MinValue, float.MaxValue, float.NaN]);

        Assert.Equal([low, high, low, high, float.NaN], y);
    }

    [Theory]
    [InlineData(Function.Silu, 0, 0)]
    [InlineData(Function.Gelu, 0, 0)]
    [InlineData(Function.Elu, -1, -1)]
    [InlineData(Function.LeakyRelu, float.NegativeInfinity, float.MinValue * 0.01f)]
    public void A_curve_without_an_upper_limit_is_its_argument_there(Function function, float lowest, float low)
    {
        float[] y = Apply<V256>(function, [float.NegativeInfinity, float.PositiveInfinity, float.MinValue, float.MaxValue, float.NaN]);

        Assert.Equal([lowest, float.PositiveInfinity, low, float.MaxValue, float.NaN], y);
    }

    [Fact]
    [Trait("Subnormal", "themselves")]
    public void The_smallest_floats_are_no_trouble()
    {
        float[] x = [0f, -0f, float.Epsilon, -float.Epsilon, 1e-39f, -1e-39f];

        Assert.Equal(x.Select(BitConverter.SingleToInt32Bits), Apply<V256>(Function.Tanh, x).Select(BitConverter.SingleToInt32Bits));
        Assert.All(Apply<V256>(Function.Sigmoid, x), y => Assert.Equal(0.5f, y));
        Assert.All(Apply<V256>(Function.Exp, x), y => Assert.Equal(1f, y));
    }

    [Theory]
    [InlineData(Function.HardSigmoid)]
    [InlineData(Function.HardSigmoidKeras2)]
    public void A_hard_sigmoid_is_a_line_between_its_limits(Function function)
    {
        float[] x = [.. Sweep()], y = Apply<V256>(function, x);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(Exact(function, x[i]), y[i], 1.2e-7);
        }
    }

    [Fact]
    public void The_larger_is_the_larger_and_a_NaN_of_either_side_stays()
    {
        float[] a = [1, -2, float.NaN, 3, float.NegativeInfinity, -0f, float.NaN, float.PositiveInfinity];
        float[] b = [0, 5, 1, float.NaN, -7, 0f, float.NaN, float.MaxValue];
        float[] expected = [1, 5, float.NaN, float.NaN, -7, 0f, float.NaN, float.PositiveInfinity];
        AssertSame(expected, expected, Max<V512>());
        AssertSame(expected, expected, Max<V256>());
        AssertSame(expected, expected, Max<V128>());
        AssertSame(expected, expected, Max<V1>());
        AssertSame(expected, expected, Max<VectorT>());

        float[] Max<V>()
            where V : struct, ISimd<V>
        {
            float[] x = [.. a, .. new float[8]], y = [.. b, .. new float[8]];
            for (nuint i = 0; i < 16; i += (nuint)V.Count)
            {
                V.Max(V.Load(ref x[0], i), V.Load(ref y[0], i)).Store(ref x[0], i);
            }

            return x[..8];
        }
    }

    [Fact]
    public void Tanh_is_odd_and_no_curve_leaves_its_range_by_more_than_its_rounding()
    {
        const float One = 1 + 2 * 1.1920929e-7f; // tanh between 8.1 and 9
        float[] x = [.. Sweep()];
        float[] tanh = Apply<V256>(Function.Tanh, x), mirrored = Apply<V256>(Function.Tanh, [.. x.Select(value => -value)]);
        float[] sigmoid = Apply<V256>(Function.Sigmoid, x);

        Assert.Equal(tanh, mirrored.Select(value => -value));
        Assert.True(tanh.Max() <= One && tanh.Min() >= -One, $"tanh reaches {tanh.Min():R} and {tanh.Max():R}.");
        Assert.True(sigmoid.Max() <= 1 && sigmoid.Min() >= 0, $"The sigmoid reaches {sigmoid.Min():R} and {sigmoid.Max():R}.");
    }

    private static float[] Specials =>
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0f, -0f, float.Epsilon, -float.Epsilon, 9f, -9f,
        88.2f, -88.2f, 88.9f, -88.9f, 88.37626f, -88.37626f,
    ];

    /// <summary>Finite floats of both signs and every size.</summary>
    private static IEnumerable<float> Sweep()
    {
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            float value = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(value))
            {
                yield return value;
            }
        }
    }

    private static float[] Apply<V>(Function function, float[] x)
        where V : struct, ISimd<V>
    {
        float[] padded = new float[(x.Length + 15) / 16 * 16];
        x.CopyTo(padded, 0);
        ref float first = ref padded[0];
        for (nuint i = 0; i < (nuint)padded.Length; i += (nuint)V.Count)
        {
            V value = V.Load(ref first, i);
            V result = function switch
            {
                Function.Sigmoid => Activate.Sigmoid(value),
                Function.Tanh => Activate.Tanh(value),
                Function.Softsign => Activate.Softsign(value),
                Function.HardSigmoid => Activate.HardSigmoid(value),
                Function.HardSigmoidKeras2 => Activate.HardSigmoidKeras2(value),
                Function.Silu => Activate.Silu(value),
                Function.Gelu => Activate.Gelu(value),
                Function.Elu => Activate.Elu(value),
                Function.LeakyRelu => Activate.LeakyRelu(value),
                _ => Activate.Exp(value),
            };
            result.Store(ref first, i);
        }

        return padded[..x.Length];
    }

    private static double Exact(Function function, double x) => function switch
    {
        Function.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Function.Tanh => Math.Tanh(x),
        Function.Softsign => x / (1 + Math.Abs(x)),
        Function.HardSigmoid => Math.Clamp(x / 6 + 0.5, 0, 1),
        Function.HardSigmoidKeras2 => Math.Clamp(0.2 * x + 0.5, 0, 1),
        Function.Silu => x / (1 + Math.Exp(-x)),
        Function.Gelu => x * ReferenceCurve.Normal(x),
        Function.Elu => ReferenceCurve.Of(Activation.Elu, x),
        Function.LeakyRelu => x > 0 ? x : 0.01 * x,
        _ => Math.Exp(x),
    };

    /// <summary>The distance between the floats around a value.</summary>
    private static double UnitInTheLastPlace(double exact) =>
        Math.Abs(exact) < 1.1754943508222875e-38 ? float.Epsilon : Math.ScaleB(1, Math.ILogB(exact) - 23);

    private static void AssertSame(float[] x, float[] expected, float[] actual)
    {
        for (int i = 0; i < x.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]);
            Assert.True(same || (float.IsNaN(expected[i]) && float.IsNaN(actual[i])), $"At {x[i]:R} one width gives {expected[i]:R} and another {actual[i]:R}.");
        }
    }
}
