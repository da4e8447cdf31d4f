using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>Batch normalisation at every width of vectors, with what may lie behind a row.</summary>
public class BatchNormalizationTests
{
    private const double Epsilon = 1e-3;

    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int size in new[] { 1, 3, 4, 5, 8, 15, 16, 17, 33 })
            {
                foreach (int rows in new[] { 0, 1, 2, 7 })
                {
                    sizes.Add(rows, size);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_feature_has_its_averages(int rows, int size)
    {
        var inputs = new Inputs(rows, size);
        float[] y = EveryWidth.Run(new ForwardRun(inputs));

        int stride = Simd.Padded(size);
        for (int at = 0; at < rows * stride; at++)
        {
            int i = at % stride;
            double expected = i >= size ? 0 : (inputs.X.Span[at] - (double)inputs.Mean(i)) * inputs.Scale(i) + inputs.Bias(i);
            Assert.Equal(expected, y[at], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_gradient_is_scaled(int rows, int size)
    {
        var inputs = new Inputs(rows, size);
        foreach (bool add in new[] { false, true })
        {
            float[] dx = EveryWidth.Run(new BackwardRun(inputs, add));
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < size; i++)
                {
                    int at = (row * Simd.Padded(size)) + i;
                    Assert.Equal((inputs.X.Span[at] * inputs.Scale(i)) + (add ? 1 : 0), dx[at], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void A_mean_that_is_large_beside_the_deviation_costs_no_digits()
    {
        float[] parameters = [1, 0, 4096, 1e-6f], packed = new float[3 * Simd.MaxLanes], x = [4096.0078125f], y = new float[Simd.MaxLanes];
        BatchNormalization.Pack(ref parameters[0], 1e-5, ref packed[0], 1);
        BatchNormalization.Forward<V1>(ref x[0], ref packed[0], ref y[0], 1, 1);
        Assert.Equal(0.0078125 / Math.Sqrt(1.1e-5), y[0], 1e-6);
    }

    private sealed class Inputs
    {
        private readonly int _size;
        private readonly float[] _parameters; // weight | bias | μ | σ²

        public Inputs(int rows, int size)
        {
            (Rows, _size) = (rows, size);
            var random = new RandomSource(4);
            _parameters = [.. Enumerable.Range(0, 4 * size).Select(i => random.NextUniform(1) + (i < 3 * size ? 0 : 1.5f))];
            X = TestRows.Random(rows, size, 1);
            Packed = new AlignedBuffer(3 * Simd.Padded(size));
            BatchNormalization.Pack(ref _parameters[0], Epsilon, ref Packed.Start, size);
        }

        public int Rows { get; }

        public int Size => _size;

        public AlignedBuffer X { get; }

        public AlignedBuffer Packed { get; }

        public double Scale(int i) => _parameters[i] / Math.Sqrt(_parameters[(3 * _size) + i] + Epsilon);

        public float Bias(int i) => _parameters[_size + i];

        public float Mean(int i) => _parameters[(2 * _size) + i];
    }

    private sealed record ForwardRun(Inputs Inputs) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer x = Inputs.Rows == 0 ? Inputs.X : TestRows.Cut(Inputs.X, Inputs.Size), y = TestRows.Room(Inputs.Rows, Inputs.Size);
            BatchNormalization.Forward<V>(ref x.Start, ref Inputs.Packed.Start, ref y.Start, Inputs.Rows, Inputs.Size);
            return TestRows.Taken(y);
        }
    }

    private sealed record BackwardRun(Inputs Inputs, bool Add) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer dx = TestRows.Room(Inputs.Rows, Inputs.Size, 1);
            BatchNormalization.Backward<V>(ref Inputs.X.Start, ref Inputs.Packed.Start, ref dx.Start, Add, Inputs.Rows, Inputs.Size);
            return TestRows.Taken(dx);
        }
    }
}
