using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Kernels;

/// <summary>Slopes against differences of the curves in double precision, at every width.</summary>
public class DerivativeTests
{
    public enum Function
    {
        Linear,
        Sigmoid,
        Tanh,
        Relu,
        Softsign,
        HardSigmoid,
        HardSigmoidKeras2,
        Silu,
        Gelu,
        Elu,
        LeakyRelu,
    }

    public static TheoryData<Function> Functions => [.. Enum.GetValues<Function>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_slope_is_that_of_its_curve(Function function)
    {
        double[] x = [.. Enumerable.Range(-320, 641).Select(i => i / 64.0 + 1e-3)];
        float[] slopes = EveryWidth.Run(new SlopeRun(function, [.. x.Select(value => (float)(IsOfArgument(function) ? value : Curve(function, value)))]));

        for (int i = 0; i < x.Length; i++)
        {
            double exact = (Curve(function, x[i] + 1e-6) - Curve(function, x[i] - 1e-6)) / 2e-6;
            Assert.Equal(exact, slopes[i], 5e-7);
        }
    }

    [Fact]
    public void Where_a_curve_is_flat_the_slope_is_zero()
    {
        Assert.Equal([0, 0], EveryWidth.Run(new SlopeRun(Function.HardSigmoid, [0, 1])));
        Assert.Equal([0, 0], EveryWidth.Run(new SlopeRun(Function.HardSigmoidKeras2, [0, 1])));
        Assert.Equal([0, 0], EveryWidth.Run(new SlopeRun(Function.Relu, [0, -0f])));
        Assert.Equal([0, 0, 1], EveryWidth.Run(new SlopeRun(Function.Softsign, [1, -1, 0])));
    }

    [Fact]
    public void A_layer_applies_Softsign_and_its_slope()
    {
        AlignedBuffer y = TestRows.Random(3, 17, 1), dy = TestRows.Random(3, 17, 2), x = new(y.Length), d = new(y.Length);
        y.Span.CopyTo(x.Span);
        dy.Span.CopyTo(d.Span);
        Activations.Apply<V256>(Activation.Softsign, ref y.Start, 3, 17);
        Activations.Backward<V256>(Activation.Softsign, ref y.Start, ref dy.Start, 3, 17);

        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(Curve(Function.Softsign, x.Span[i]), y.Span[i], 1e-7);
            Assert.Equal(d.Span[i] / Math.Pow(1 + Math.Abs(x.Span[i]), 2), dy.Span[i], 5e-7);
        }
    }

    /// <summary>Values and slopes with the digits of a computation in forty.</summary>
    [Theory]
    [InlineData(Activation.Silu, -3, -0.14227761953270034, -0.088104106015169617)]
    [InlineData(Activation.Silu, -0.75, -0.24061597561845527, 0.1574000555032465)]
    [InlineData(Activation.Silu, 0.5, 0.31122966560092728, 0.73996118730265181)]
    [InlineData(Activation.Silu, 9, 8.9988894488161239, 1.0009870195718974)]
    [InlineData(Activation.Gelu, -10, -7.6198530241605261e-23, -7.6184000964648141e-22)]
    [InlineData(Activation.Gelu, -3, -0.0040496940948902836, -0.011945647204183927)]
    [InlineData(Activation.Gelu, -0.75, -0.16997051428265115, 0.00077427826076489563)]
    [InlineData(Activation.Gelu, 0.5, 0.34573123063700655, 0.86749512465616284)]
    [InlineData(Activation.Gelu, 2, 1.9544997361036416, 1.0852318010781969)]
    public void The_reference_is_exact(Activation activation, double x, double value, double slope)
    {
        Assert.Equal(1, ReferenceCurve.Of(activation, x) / value, 1e-13);
        Assert.Equal(1, ReferenceCurve.SlopeAt(activation, x) / slope, 1e-12);
    }

    [Theory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.Elu)]
    [InlineData(Activation.LeakyRelu)]
    public void A_layer_applies_an_activation_and_its_slope(Activation activation)
    {
        AlignedBuffer x = TestRows.Random(3, 17, 1), dy = TestRows.Random(3, 17, 2), y = new(x.Length), kept = new(x.Length), d = new(x.Length);
        x.Span.CopyTo(y.Span);
        dy.Span.CopyTo(d.Span);
        Activations.Apply<V256>(activation, ref y.Start, ref kept.Start, save: true, 3, 17);
        Activations.Backward<V256>(activation, ref activation.NeedsArgument() ? ref kept.Start : ref y.Start, ref d.Start, 3, 17);

        Assert.Equal(x.Span, kept.Span);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(ReferenceCurve.Of(activation, x.Span[i]), y.Span[i], 2e-7);
            Assert.Equal(dy.Span[i] * ReferenceCurve.SlopeAt(activation, x.Span[i]), d.Span[i], 1e-6);
        }
    }

    private static double Curve(Function function, double x) => function switch
    {
        Function.Linear => x,
        Function.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Function.Tanh => Math.Tanh(x),
        Function.Relu => Math.Max(x, 0),
        Function.Softsign => x / (1 + Math.Abs(x)),
        Function.HardSigmoid => Math.Clamp(x / 6 + 0.5, 0, 1),
        Function.Silu => x / (1 + Math.Exp(-x)),
        Function.Gelu => x * ReferenceCurve.Normal(x),
        Function.Elu => x > 0 ? x : Math.Exp(x) - 1,
        Function.LeakyRelu => x > 0 ? x : 0.01 * x,
        _ => Math.Clamp(0.2 * x + 0.5, 0, 1),
    };

    /// <summary>Whether its slope is computed from the argument, and not from the value.</summary>
    private static bool IsOfArgument(Function function) => function is Function.Silu or Function.Gelu;

    private sealed record SlopeRun(Function Function, float[] Y) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            float[] padded = new float[Simd.Padded(Y.Length)];
            Y.CopyTo(padded, 0);
            for (nuint i = 0; i < (nuint)padded.Length; i += (nuint)V.Count)
            {
                V y = V.Load(ref padded[0], i);
                V slope = Function switch
                {
                    Function.Linear => Derivative.Linear(y),
                    Function.Sigmoid => Derivative.Sigmoid(y),
                    Function.Tanh => Derivative.Tanh(y),
                    Function.Relu => Derivative.Relu(y),
                    Function.Softsign => Derivative.Softsign(y),
                    Function.HardSigmoid => Derivative.HardSigmoid(y),
                    Function.Silu => Derivative.Silu(y),
                    Function.Gelu => Derivative.Gelu(y),
                    Function.Elu => Derivative.Elu(y),
                    Function.LeakyRelu => Derivative.LeakyRelu(y),
                    _ => Derivative.HardSigmoidKeras2(y),
                };
                slope.Store(ref padded[0], i);
            }

            return padded[..Y.Length];
        }
    }
}
