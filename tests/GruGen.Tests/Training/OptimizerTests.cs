using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>Optimisers against their formulas in double precision, and against themselves at every vector width.</summary>
public class OptimizerTests
{
    private const int Count = 37; // no multiple of any vector

    private const int Steps = 20;

    [Fact]
    public void Sgd_follows_its_formula()
    {
        double[] w = Doubles(Initial());
        for (int step = 1; step <= Steps; step++)
        {
            float[] g = Gradient(step);
            for (int i = 0; i < Count; i++)
            {
                w[i] -= 0.1 * g[i];
            }
        }

        AssertClose(w, Run(new Sgd(0.1)));
    }

    [Fact]
    public void Sgd_with_momentum_follows_its_formula()
    {
        double[] w = Doubles(Initial()), buffer = new double[Count];
        for (int step = 1; step <= Steps; step++)
        {
            float[] g = Gradient(step);
            for (int i = 0; i < Count; i++)
            {
                buffer[i] = step == 1 ? g[i] : 0.9 * buffer[i] + g[i];
                w[i] -= 0.05 * buffer[i];
            }
        }

        AssertClose(w, Run(new Sgd(0.05) { Momentum = 0.9 }));
    }

    [Theory]
    [InlineData(0.9, 0.999, 1e-8)]
    [InlineData(0.5, 0.9, 1e-3)]
    [InlineData(0, 0.99, 1e-8)]
    public void Adam_follows_its_formula(double beta1, double beta2, double epsilon)
    {
        double[] w = Doubles(Initial()), m = new double[Count], v = new double[Count];
        for (int step = 1; step <= Steps; step++)
        {
            float[] g = Gradient(step);
            for (int i = 0; i < Count; i++)
            {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double mean = m[i] / (1 - Math.Pow(beta1, step)), square = v[i] / (1 - Math.Pow(beta2, step));
                w[i] -= 0.01 * mean / (Math.Sqrt(square) + epsilon);
            }
        }

        AssertClose(w, Run(new Adam(0.01) { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon }));
    }

    [Theory]
    [InlineData(0.99, 0, false)]
    [InlineData(0.9, 0.8, false)]
    [InlineData(0.9, 0, true)]
    [InlineData(0.95, 0.5, true)]
    public void RmsProp_follows_its_formula(double alpha, double momentum, bool centered)
    {
        double[] w = Doubles(Initial()), v = new double[Count], mean = new double[Count], buffer = new double[Count];
        for (int step = 1; step <= Steps; step++)
        {
            float[] g = Gradient(step);
            for (int i = 0; i < Count; i++)
            {
                v[i] = alpha * v[i] + (1 - alpha) * g[i] * g[i];
                mean[i] = alpha * mean[i] + (1 - alpha) * g[i];
                double direction = g[i] / (Math.Sqrt(centered ? v[i] - mean[i] * mean[i] : v[i]) + 1e-3);
                buffer[i] = momentum * buffer[i] + direction;
                w[i] -= 0.01 * buffer[i];
            }
        }

        AssertClose(w, Run(new RmsProp(0.01) { Alpha = alpha, Momentum = momentum, Centered = centered, Epsilon = 1e-3 }));
    }

    /// <summary>Where all gradients are equal, v and the square of their mean are too, but for rounding.</summary>
    [Fact]
    public void A_deviation_of_zero_is_no_root_of_a_negative_number()
    {
        var parameters = new AlignedBuffer(16);
        var gradients = new AlignedBuffer(16);
        AlignedBuffer[] moments = [new(16), new(16)];
        for (int step = 1; step <= 3000; step++)
        {
            gradients.Span.Fill(0.3f);
            new RmsProp { Centered = true, Alpha = 0.5 }.Run(new ParameterUpdate(parameters, gradients, moments, step, 1e-9, 1, Simd.Lanes));
        }

        Assert.All(parameters.Span.ToArray(), value => Assert.True(float.IsFinite(value) && value < 0));
    }

    [Fact]
    public void Gradients_are_scaled_before_anything_else()
    {
        Assert.All(EveryOptimizer.All, optimizer => Assert.Equal(Run(optimizer, factor: 0.25f), Run(optimizer, scale: 0.25)));
    }

    /// <summary>
    /// A square that would be subnormal is none: √(1 − β₂)·g counts as 0 below 2⁻⁶³, also beside a v that is a normal number.
    /// </summary>
    [Fact]
    public void The_square_of_a_faint_gradient_is_zero()
    {
        AlignedBuffer parameters = new(16), gradients = new(16);
        foreach ((Optimizer optimizer, AlignedBuffer[] moments) in new (Optimizer, AlignedBuffer[])[]
        {
            (new Adam { Beta2 = 0.5 }, [new(16), new(16)]),
            (new RmsProp { Alpha = 0.5 }, [new(16)]), (new Adam { Beta2 = 0.5, Amsgrad = true }, [new(16), new(16), new(16)]),
            (new NAdam { Beta2 = 0.5 }, [new(16), new(16)]), (new RAdam { Beta2 = 0.5 }, [new(16), new(16)]),
        })
        {
            moments[^1].Span.Fill(MathF.ScaleB(1, -124));
            gradients.Span.Fill(MathF.ScaleB(1, -63)); // times √½ it is 2^−63.5, with a square of 2^−127
            optimizer.Run(new ParameterUpdate(parameters, gradients, moments, step: 1, learningRate: 0, gradientScale: 1, Simd.Lanes));
            Assert.All(moments[^1].Span.ToArray(), square => Assert.Equal(MathF.ScaleB(1, optimizer is AdamBase { Amsgrad: true } ? -124 : -125), square));
        }
    }

    [Fact]
    public void Every_vector_width_gives_the_same_bits()
    {
        foreach (Optimizer optimizer in EveryOptimizer.All)
        {
            float[] scalar = Run(optimizer, lanes: 1);
            foreach (int lanes in Simd.Choices)
            {
                Assert.Equal(scalar, Run(optimizer, lanes: lanes));
            }
        }
    }

    [Fact]
    public void Bad_numbers_are_refused_by_name()
    {
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(-0.1)).ParamName);
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(double.NaN)).ParamName);
        Assert.Equal("Momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Momentum = 1 }).ParamName);
        Assert.Equal("Beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Beta1 = -0.1 }).ParamName);
        Assert.Equal("Beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Beta2 = 1 }).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Epsilon = 0 }).ParamName);
        Assert.Equal("Alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Alpha = 1 }).ParamName);
        Assert.Equal("Momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Momentum = -1 }).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Epsilon = 0 }).ParamName);
        Assert.Equal("Dampening", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Dampening = 1 }).ParamName);
        Assert.Equal("WeightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { WeightDecay = -1 }).ParamName);
        Assert.Equal("L2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { L2 = double.NaN }).ParamName);
        Assert.Equal("LearningRateDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad { LearningRateDecay = -1 }).ParamName);
        Assert.Equal("InitialAccumulator", Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad { InitialAccumulator = -1 }).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad { Epsilon = 0 }).ParamName);
        Assert.Equal("Rho", Assert.Throws<ArgumentOutOfRangeException>(() => new Adadelta { Rho = 1 }).ParamName);
        Assert.Equal("Epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adadelta { Epsilon = 0 }).ParamName);
        Assert.Equal("Beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adamax { Beta1 = 1 }).ParamName);
        Assert.Equal("Beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new NAdam { Beta2 = 1 }).ParamName);
        Assert.Equal("MomentumDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new NAdam { MomentumDecay = -1 }).ParamName);
        Assert.Equal("Beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new RAdam { Beta2 = -1 }).ParamName);
    }

    [Fact]
    public void An_optimiser_is_a_value()
    {
        Assert.Equal(new Adam(0.01), new Adam(0.01));
        Assert.NotEqual(new Adam(0.01), new Adam(0.01) { Beta1 = 0.8 });
        Assert.NotEqual(new Adam(0.01), new Adam(0.01) { Lazy = true });
        Assert.NotEqual<Optimizer>(new Adam { WeightDecay = 0.01 }, new AdamW());
        Assert.Equal(0.01, new AdamW().WeightDecay);
        Assert.Equal(0, (new AdamW() with { WeightDecay = 0 }).WeightDecay);
        Assert.Equal(0.5, (new Adam(0.01) with { LearningRate = 0.5 }).LearningRate);
    }

    private static float[] Run(Optimizer optimizer, int? lanes = null, double scale = 1, float factor = 1)
    {
        var parameters = new AlignedBuffer(Count);
        var gradients = new AlignedBuffer(Count);
        AlignedBuffer[] moments = [.. optimizer.MomentNames.Select(_ => new AlignedBuffer(Count))];
        Initial().CopyTo(parameters.Span);
        for (int step = 1; step <= Steps; step++)
        {
            Gradient(step).Select(g => g * factor).ToArray().CopyTo(gradients.Span);
            optimizer.Run(new ParameterUpdate(parameters, gradients, moments, step, optimizer.LearningRate, scale, lanes ?? Simd.Lanes)
            {
                PreparedBuffer = optimizer.L2 > 0 ? new AlignedBuffer(Count) : null,
                L2 = optimizer.L2,
                WeightDecay = optimizer.WeightDecay,
            });
        }

        return parameters.Span.ToArray();
    }

    private static float[] Initial() => Random(0);

    private static float[] Gradient(int step) => Random((ulong)step);

    private static float[] Random(ulong seed)
    {
        var random = new RandomSource(7, seed);
        return [.. Enumerable.Range(0, Count).Select(_ => random.NextUniform(1))];
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static void AssertClose(double[] expected, float[] actual)
    {
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-6);
        }
    }
}
