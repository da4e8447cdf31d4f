using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>Activations with α and β, and their slopes, against double precision, at every width.</summary>
public class NumberedActivationTests
{
    public enum Function
    {
        Elu,
        LeakyRelu,
        ScaledTanh,
        Affine,
        HardSigmoid,
    }

    public static TheoryData<Function, float, float> Functions => new()
    {
        { Function.Elu, 1, 0 }, { Function.Elu, 0.7f, 0 }, { Function.Elu, 0, 0 },
        { Function.LeakyRelu, 0.01f, 0 }, { Function.LeakyRelu, 1.5f, 0 }, { Function.LeakyRelu, 0, 0 },
        { Function.ScaledTanh, 1.7159f, 2f / 3 }, { Function.ScaledTanh, -0.5f, 1.25f },
        { Function.Affine, 0.5f, 0.1f }, { Function.Affine, -2, 0 },
        { Function.HardSigmoid, 0.3f, 0.45f }, { Function.HardSigmoid, -1, 0.5f },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_curve_is_exact_to_a_few_bits_of_its_largest_number(Function function, float alpha, float beta)
    {
        float[] x = [.. Enumerable.Range(-2000, 4001).Select(i => i / 100f + 1e-4f), 1e-20f, -1e-20f, 88, -88, 1e10f, -1e10f];
        float[] y = EveryWidth.Run(new ValueRun(function, alpha, beta, x));

        for (int i = 0; i < x.Length; i++)
        {
            double exact = Curve(function, alpha, beta, x[i]);
            Assert.Equal(exact, y[i], 4e-7 * Math.Max(1, Math.Abs(exact)));
        }
    }

    /// <summary>e^x − 1 has all of its digits where it is small.</summary>
    [Fact]
    public void Elu_is_exact_near_zero()
    {
        float[] x = [.. Enumerable.Range(1, 60).Select(i => -MathF.ScaleB(1.1f, -i))];
        float[] y = EveryWidth.Run(new ValueRun(Function.Elu, 1, 0, x));

        for (int i = 0; i < x.Length; i++)
        {
            double exact = x[i] > -1e-3 ? x[i] + (double)x[i] * x[i] / 2 + Math.Pow(x[i], 3) / 6 : Math.Exp(x[i]) - 1;
            Assert.Equal(1, y[i] / exact, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_slope_is_that_of_its_curve(Function function, float alpha, float beta)
    {
        double[] x = [.. Enumerable.Range(-320, 641).Select(i => i / 64.0 + 1e-3)];
        float[] slopes = EveryWidth.Run(new SlopeRun(function, alpha, beta, [.. x.Select(value => (float)Curve(function, alpha, beta, value))]));

        for (int i = 0; i < x.Length; i++)
        {
            double exact = (Curve(function, alpha, beta, x[i] + 1e-6) - Curve(function, alpha, beta, x[i] - 1e-6)) / 2e-6;
            Assert.Equal(exact, slopes[i], 2e-6);
        }
    }

    [Fact]
    public void A_NaN_stays_and_limits_are_reached()
    {
        float[] ends = [float.NegativeInfinity, float.PositiveInfinity, float.NaN];
        Assert.Equal([-0.7f, float.PositiveInfinity, float.NaN], EveryWidth.Run(new ValueRun(Function.Elu, 0.7f, 0, ends)));
        Assert.Equal([-0.7f, 0.7f, float.NaN], EveryWidth.Run(new ValueRun(Function.ScaledTanh, 0.7f, 1, ends)));
        Assert.Equal([0, 1, float.NaN], EveryWidth.Run(new ValueRun(Function.HardSigmoid, 0.3f, 0.45f, ends)));
        Assert.Equal([float.PositiveInfinity, float.NaN], EveryWidth.Run(new ValueRun(Function.LeakyRelu, 0.3f, 0, ends[1..])));
    }

    [Fact]
    public void Where_a_curve_is_flat_the_slope_is_zero()
    {
        Assert.Equal([0, 0, 0.3f], EveryWidth.Run(new SlopeRun(Function.HardSigmoid, 0.3f, 0, [0, 1, 0.5f])));
        Assert.Equal([0, 0], EveryWidth.Run(new SlopeRun(Function.ScaledTanh, 0.7f, 1, [0.7f, -0.7f])));
        Assert.Equal([0, 1], EveryWidth.Run(new SlopeRun(Function.LeakyRelu, 0, 0, [0, 1])));
    }

    /// <summary>A gate of less than 2⁻³¹ would make a subnormal number of what it is multiplied by.</summary>
    [Fact]
    public void A_gate_is_zero_or_large_enough()
    {
        float[] gates = [MathF.ScaleB(1, -31), MathF.ScaleB(1, -31) * 0.999999f, -MathF.ScaleB(1, -31), 1e-30f, -1e-30f, 0, 0.3f, -0.7f, 1e30f, float.PositiveInfinity, float.NaN];
        float[] expected = [gates[0], 0, gates[2], 0, 0, 0, 0.3f, -0.7f, 1e30f, float.PositiveInfinity, float.NaN];

        Assert.Equal(expected, EveryWidth.Run(new GateRun(gates)));
    }

    [Fact]
    public void Between_two_numbers_there_is_a_slope() =>
        Assert.Equal([0, 0, 3, 3, 0, 0], EveryWidth.Run(new BetweenRun([-2, -1, -0.999f, 0.999f, 1, 2])));

    private static double Curve(Function function, double alpha, double beta, double x) => function switch
    {
        Function.Elu => x > 0 ? x : alpha * (Math.Exp(x) - 1),
        Function.LeakyRelu => x > 0 ? x : alpha * x,
        Function.ScaledTanh => alpha * Math.Tanh(beta * x),
        Function.Affine => alpha * x + beta,
        _ => Math.Clamp(alpha * x + beta, 0, 1),
    };

    private static float[] Each<V>(float[] values, Func<V, V> function)
        where V : struct, ISimd<V>
    {
        float[] padded = new float[Simd.Padded(values.Length)];
        values.CopyTo(padded, 0);
        for (nuint i = 0; i < (nuint)padded.Length; i += (nuint)V.Count)
        {
            function(V.Load(ref padded[0], i)).Store(ref padded[0], i);
        }

        return padded[..values.Length];
    }

    private sealed record ValueRun(Function Function, float Alpha, float Beta, float[] X) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V> => Each<V>(X, x => Function switch
            {
                Function.Elu => Activate.Elu(x, Alpha),
                Function.LeakyRelu => Activate.LeakyRelu(x, Alpha),
                Function.ScaledTanh => Activate.ScaledTanh(x, Alpha, Beta),
                Function.Affine => Activate.Affine(x, Alpha, Beta),
                _ => Activate.HardSigmoid(x, Alpha, Beta),
            });
    }

    private sealed record SlopeRun(Function Function, float Alpha, float Beta, float[] Y) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V> => Each<V>(Y, y => Function switch
            {
                Function.Elu => Derivative.Elu(y, Alpha),
                Function.LeakyRelu => Derivative.LeakyRelu(y, Alpha),
                Function.ScaledTanh => Derivative.ScaledTanh(y, Alpha, Beta),
                Function.Affine => Derivative.Affine(y, Alpha),
                _ => Derivative.HardSigmoid(y, Alpha),
            });
    }

    private sealed record GateRun(float[] Gates) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V> => Each<V>(Gates, Activate.AsGate);
    }

    private sealed record BetweenRun(float[] Y) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V> => Each<V>(Y, y => Derivative.Between(y, V.Create(-1), V.Create(1), V.Create(3)));
    }
}
