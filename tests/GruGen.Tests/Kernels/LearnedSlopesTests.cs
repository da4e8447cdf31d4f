using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>PReLU against its equations, at every width.</summary>
public class LearnedSlopesTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int size in new[] { 1, 3, 8, 15, 16, 17, 33, 64 })
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
    public void Below_zero_each_feature_has_its_slope(int rows, int size)
    {
        var inputs = new Inputs(rows, size);
        float[] y = EveryWidth.Run(new ForwardRun(inputs));

        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < size; i++)
            {
                int at = (row * Simd.Padded(size)) + i;
                float x = inputs.X.Span[at];
                Assert.Equal(x > 0 ? x : inputs.Weight.Span[i] * x, y[at]);
            }
        }

        Assert.All(y[(y.Length == 0 ? 0 : y.Length - Simd.Padded(size) + size)..], value => Assert.Equal(0, value)); // behind the last row
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_go_to_the_inputs_and_to_the_slopes(int rows, int size)
    {
        var inputs = new Inputs(rows, size);
        int stride = Simd.Padded(size);
        foreach ((bool wanted, bool add) in new[] { (true, false), (true, true), (false, false) })
        {
            float[] results = EveryWidth.Run(new BackwardRun(inputs, wanted, add));
            for (int i = 0; i < size; i++)
            {
                double slope = 1; // what is there before
                for (int row = 0; row < rows; row++)
                {
                    int at = (row * stride) + i;
                    float x = inputs.X.Span[at], dy = inputs.Dy.Span[at];
                    slope += dy * (double)Math.Min(0, x);
                    Assert.Equal(!wanted ? 1 : (x > 0 ? dy : inputs.Weight.Span[i] * dy) + (add ? 1 : 0), results[stride + at]);
                }

                Assert.Equal(slope, results[i], 1e-5);
            }
        }
    }

    [Fact]
    public void Zero_belongs_to_the_slope_and_infinities_and_NaN_stay()
    {
        float[] x = [0, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -1, 2], y = new float[16];
        float[] slopes = new float[16], dSlopes = new float[16], dx = new float[16], ones = [1, 1, 1, 1, 1, 1, .. new float[10]];
        Array.Fill(slopes, 0.5f);
        LearnedSlopes.Forward<V256>(ref x[0], ref slopes[0], ref y[0], 1, 6);
        Assert.Equal([0, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -0.5f, 2], y[..6]);

        float[] padded = [0, 3, -4, 0, -1, 2, .. new float[10]];
        LearnedSlopes.Backward<V256>(ref padded[0], ref slopes[0], ref ones[0], ref dx[0], inputs: true, add: false, ref dSlopes[0], 1, 6);
        Assert.Equal([0.5f, 1, 0.5f, 0.5f, 0.5f, 1], dx[..6]);
        Assert.Equal([0, 0, -4, 0, -1, 0], dSlopes[..6]);
    }

    private sealed record Inputs(int Rows, int Size)
    {
        public AlignedBuffer X { get; } = TestRows.Random(Rows, Size, 1);

        public AlignedBuffer Weight { get; } = TestRows.Random(1, Size, 2);

        public AlignedBuffer Dy { get; } = TestRows.Random(Rows, Size, 3);
    }

    private sealed record ForwardRun(Inputs Inputs) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer x = Inputs.Rows == 0 ? Inputs.X : TestRows.Cut(Inputs.X, Inputs.Size), y = TestRows.Room(Inputs.Rows, Inputs.Size);
            LearnedSlopes.Forward<V>(ref x.Start, ref Inputs.Weight.Start, ref y.Start, Inputs.Rows, Inputs.Size);
            return TestRows.Taken(y);
        }
    }

    private sealed record BackwardRun(Inputs Inputs, bool Wanted, bool Add) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer dx = TestRows.Room(Inputs.Rows, Inputs.Size, 1), dWeight = TestRows.Room(1, Inputs.Size, 1);
            LearnedSlopes.Backward<V>(
                ref Inputs.X.Start, ref Inputs.Weight.Start, ref Inputs.Dy.Start, ref dx.Start, Wanted, Add, ref dWeight.Start, Inputs.Rows, Inputs.Size);
            return [.. TestRows.Taken(dWeight), .. TestRows.Taken(dx)];
        }
    }
}
