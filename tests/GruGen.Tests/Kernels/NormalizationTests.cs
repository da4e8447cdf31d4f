using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class NormalizationTests
{
    private const float Epsilon = 1e-5f;

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (int size in new[] { 1, 3, 5, 16, 17, 33 })
            {
                foreach (int rows in new[] { 0, 1, 6 })
                {
                    cases.Add(rows, size);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_row_is_normalised_for_itself(int rows, int size)
    {
        int stride = Simd.Padded(size);
        var inputs = new Inputs(rows, size);

        float[] y = EveryWidth.Run(new ForwardRun(inputs, Save: true));

        for (int row = 0; row < rows; row++)
        {
            Reference reference = new(inputs, row);
            for (int i = 0; i < size; i++)
            {
                double expected = reference.Normal[i] * inputs.Weight.Span[i] + inputs.Bias.Span[i];
                Assert.Equal(expected, y[row * stride + i], 1e-5);
            }

            Assert.Equal(reference.Mean, y[rows * stride + 2 * row], 1e-6);
            Assert.Equal(reference.Scale, y[rows * stride + 2 * row + 1], 1e-6 * reference.Scale);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Without_saving_the_outputs_are_the_same_and_there_are_no_statistics(int rows, int size)
    {
        var inputs = new Inputs(rows, size);
        float[] saved = EveryWidth.Run(new ForwardRun(inputs, Save: true)), plain = EveryWidth.Run(new ForwardRun(inputs, Save: false));

        Assert.Equal(saved[..(rows * Simd.Padded(size))], plain[..(rows * Simd.Padded(size))]);
        Assert.All(plain[(rows * Simd.Padded(size))..], value => Assert.Equal(-1, value));
    }

    [Fact]
    public void A_large_mean_does_not_drown_the_variance()
    {
        AlignedBuffer x = new(16), weight = new(16), bias = new(16), y = new(16);
        for (int i = 0; i < 16; i++)
        {
            x.Span[i] = 100_000 + i % 2;
        }

        weight.Span.Fill(1);
        Normalization.Forward<V256>(ref x.Start, ref weight.Start, ref bias.Start, Epsilon, ref y.Start, ref y.Start, 1, 16, save: false);
        Assert.All(y.Span.ToArray(), value => Assert.Equal(1, Math.Abs(value), 1e-3));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_the_equation(int rows, int size)
    {
        int stride = Simd.Padded(size);
        var inputs = new Inputs(rows, size);
        double[] dWeight = new double[size], dBias = new double[size];
        double[] dx = new double[rows * stride];
        for (int row = 0; row < rows; row++)
        {
            Reference reference = new(inputs, row);
            double[] dy = [.. Enumerable.Range(0, size).Select(i => (double)inputs.Dy.Span[row * stride + i])];
            double[] g = [.. dy.Select((d, i) => d * inputs.Weight.Span[i])];
            double mean = g.Average(), moment = g.Zip(reference.Normal).Average(pair => pair.First * pair.Second);
            for (int i = 0; i < size; i++)
            {
                dx[row * stride + i] = reference.Scale * (g[i] - mean - reference.Normal[i] * moment);
                dWeight[i] += dy[i] * reference.Normal[i];
                dBias[i] += dy[i];
            }
        }

        float[] plain = EveryWidth.Run(new BackwardRun(inputs, WithInputs: true, Add: false));
        float[] added = EveryWidth.Run(new BackwardRun(inputs, WithInputs: true, Add: true));
        float[] without = EveryWidth.Run(new BackwardRun(inputs, WithInputs: false, Add: false));

        for (int i = 0; i < size; i++)
        {
            for (int row = 0; row < rows; row++)
            {
                int at = row * stride + i;
                double scale = new Reference(inputs, row).Scale;
                Assert.Equal(dx[at], plain[at], 2e-5 + 1e-6 * scale);
                Assert.Equal(2 + dx[at], added[at], 2e-5 + 1e-6 * scale);
                Assert.Equal(2, without[at]);
            }

            int parameters = rows * stride;
            Assert.Equal(1 + dWeight[i], plain[parameters + i], 1e-5);
            Assert.Equal(1 + dBias[i], plain[parameters + stride + i], 1e-5);
        }

        Assert.Equal(plain[(rows * stride)..], added[(rows * stride)..]);
        Assert.Equal(plain[(rows * stride)..], without[(rows * stride)..]);
    }

    [Fact]
    public void Gradients_are_the_slopes_of_the_outputs()
    {
        // the equation above, once against differences in double precision
        var inputs = new Inputs(1, 5);
        float[] dx = EveryWidth.Run(new BackwardRun(inputs, WithInputs: true, Add: false));
        for (int i = 0; i < 5; i++)
        {
            double slope = (Loss(i, 1e-6) - Loss(i, -1e-6)) / 2e-6;
            Assert.Equal(slope, dx[i], 1e-5);
        }

        double Loss(int changed, double by)
        {
            double[] x = [.. inputs.X.Span[..5].ToArray().Select((value, i) => i == changed ? value + by : value)];
            double mean = x.Average(), scale = 1 / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + Epsilon);
            return x.Select((value, i) => ((value - mean) * scale * inputs.Weight.Span[i] + inputs.Bias.Span[i]) * inputs.Dy.Span[i]).Sum();
        }
    }

    private sealed class Inputs(int rows, int size)
    {
        public int Rows => rows;

        public int Size => size;

        public AlignedBuffer X { get; } = TestRows.Random(rows, size, 1);

        public AlignedBuffer Weight { get; } = ZeroPadded(TestRows.Random(1, size, 2), size);

        public AlignedBuffer Bias { get; } = TestRows.Random(1, size, 3);

        public AlignedBuffer Dy { get; } = TestRows.Random(rows, size, 4);

        private static AlignedBuffer ZeroPadded(AlignedBuffer row, int size)
        {
            row.Span[size..].Clear();
            return row;
        }
    }

    /// <summary>One row in double precision.</summary>
    private sealed class Reference
    {
        public Reference(Inputs inputs, int row)
        {
            double[] x = [.. inputs.X.Span.Slice(row * Simd.Padded(inputs.Size), inputs.Size).ToArray().Select(value => (double)value)];
            Mean = x.Average();
            Scale = 1 / Math.Sqrt(x.Average(value => (value - Mean) * (value - Mean)) + Epsilon);
            Normal = [.. x.Select(value => (value - Mean) * Scale)];
        }

        public double Mean { get; }

        public double Scale { get; }

        public double[] Normal { get; }
    }

    /// <summary>Gives y, and after it the statistics.</summary>
    private sealed record ForwardRun(Inputs Inputs, bool Save) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer x = Inputs.Rows == 0 ? Inputs.X : TestRows.Cut(Inputs.X, Inputs.Size), y = TestRows.Room(Inputs.Rows, Inputs.Size);
            float[] statistics = [.. Enumerable.Repeat(-1f, 2 * Inputs.Rows + 1)];
            Normalization.Forward<V>(
                ref x.Start, ref Inputs.Weight.Start, ref Inputs.Bias.Start, Epsilon, ref y.Start, ref statistics[0], Inputs.Rows, Inputs.Size, Save);
            return [.. TestRows.Taken(y), .. statistics];
        }
    }

    /// <summary>Gives dx, and after it dWeight and dBias.</summary>
    private sealed record BackwardRun(Inputs Inputs, bool WithInputs, bool Add) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = new(Inputs.X.Length), statistics = new(2 * Inputs.Rows), dx = TestRows.Room(Inputs.Rows, Inputs.Size, 2);
            AlignedBuffer dWeight = TestRows.Room(1, Inputs.Size, 1), dBias = TestRows.Room(1, Inputs.Size, 1);
            Normalization.Forward<V>(
                ref Inputs.X.Start, ref Inputs.Weight.Start, ref Inputs.Bias.Start, Epsilon, ref y.Start, ref statistics.Start, Inputs.Rows, Inputs.Size, save: true);
            Normalization.Backward<V>(
                ref Inputs.X.Start, ref statistics.Start, ref Inputs.Weight.Start, ref Inputs.Dy.Start, ref dx.Start, WithInputs, Add, ref dWeight.Start, ref dBias.Start, Inputs.Rows, Inputs.Size);
            return [.. TestRows.Taken(dx), .. TestRows.Taken(dWeight), .. TestRows.Taken(dBias)];
        }
    }
}
