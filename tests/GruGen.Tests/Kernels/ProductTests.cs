using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>
/// The products of the backward pass are sums in the order of their definition, to the bit, with every tile on every vector.
/// </summary>
public class ProductTests
{
    private static readonly int[] s_counts = [1, 3, 8, 13];

    private static readonly (int Segments, int Depth, int SegmentStride, bool Add)[] s_depths = [(1, 1, 16, false), (3, 5, 16, true), (1, 48, 48, true), (2, 20, 32, false)];

    public static TheoryData<ProductTile, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<ProductTile, int, int>();
            foreach ((ProductTile tile, int[] columns) in new (ProductTile, int[])[]
            {
                (ProductTile.Of8x1, [16, 80]),
                (ProductTile.Of4x2, [32, 48, 64, 80]),
                (ProductTile.Of4x3, [48, 64, 80, 96]),
            })
            {
                foreach (int count in columns)
                {
                    foreach (int rows in new[] { 0, 1, 2, 4, 5, 7, 8, 9, 19 })
                    {
                        cases.Add(tile, count, rows);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_inputs_are_sums_over_the_gates(ProductTile tile, int columns, int rows)
    {
        foreach ((int segments, int depth, int segmentStride, bool add) in s_depths)
        {
            var run = new InputRun(tile, columns, rows, segments, depth, segmentStride, add);

            float[] d = EveryWidth.Run(run);

            for (int i = 0; i < d.Length; i++)
            {
                (int row, int column) = (i / columns, i % columns);
                float sum = 0;
                for (int k = 0; k < segments * depth; k++)
                {
                    float g = run.G.Span[(row * run.Stride) + (k / depth * segmentStride) + (k % depth)];
                    sum = float.MultiplyAddEstimate(g, run.W.Span[(k * run.WeightStride) + column], sum);
                }

                Assert.Equal(add ? InputRun.Before + sum : sum, d[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_weights_are_sums_over_the_rows(ProductTile tile, int columns, int rows)
    {
        // reaching back is nothing for sums that are read and written: the vectors divide the columns
        int vectors = tile == ProductTile.Of8x1 ? 1 : tile == ProductTile.Of4x2 ? 2 : 3;
        foreach (int count in s_counts.Where(_ => columns % (16 * vectors) == 0))
        {
            var run = new WeightRun(tile, count, columns, rows);

            float[] dw = EveryWidth.Run(run);

            for (int i = 0; i < count * columns; i++)
            {
                float sum = WeightRun.Before;
                for (int row = 0; row < rows; row++)
                {
                    sum = float.MultiplyAddEstimate(run.Left.Span[(row * 16) + (i / columns)], run.Right.Span[(row * columns) + (i % columns)], sum);
                }

                Assert.Equal(sum, dw[i]);
            }
        }
    }

    /// <summary>d = g·W, where g is followed by rows that are no numbers.</summary>
    private sealed record InputRun(ProductTile Tile, int Columns, int Rows, int Segments, int Depth, int SegmentStride, bool Add) : IRun
    {
        public const float Before = 0.75f;

        public AlignedBuffer G { get; } = Followed(Rows, Segments * SegmentStride);

        public AlignedBuffer W { get; } = TestRows.Random(Segments * Depth, Columns, 2);

        public int Stride => Segments * SegmentStride;

        public int WeightStride => Columns;

        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer d = TestRows.Room(Rows, Columns, Before);
            InputGradient.Multiply<V>(
                Tile, ref G.Start, (nuint)Stride, (nuint)Segments, (nuint)Depth, (nuint)SegmentStride,
                ref W.Start, (nuint)WeightStride, ref d.Start, (nuint)Columns, (nuint)Rows, Add);
            return TestRows.Taken(d);
        }

        private static AlignedBuffer Followed(int rows, int stride)
        {
            AlignedBuffer g = new((rows + Simd.TileRows) * stride);
            TestRows.Random(rows, stride, 1).Span[..(rows * stride)].CopyTo(g.Span);
            g.Span[(rows * stride)..].Fill(float.NaN);
            return g;
        }
    }

    /// <summary>dW += leftᵀ·right, where left has 16 columns, of which some count.</summary>
    private sealed record WeightRun(ProductTile Tile, int Count, int Columns, int Rows) : IRun
    {
        public const float Before = 0.5f;

        public AlignedBuffer Left { get; } = TestRows.Random(Rows, 16, 1);

        public AlignedBuffer Right { get; } = TestRows.Random(Rows, Columns, 2);

        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer dw = TestRows.Room(16, Columns, Before);
            WeightGradient.Add<V>(
                Tile, ref Left.Start, 16, (nuint)Count, ref Right.Start, (nuint)Columns, (nuint)Columns,
                ref dw.Start, (nuint)Columns, (nuint)Rows, new Share());
            return TestRows.Taken(dw)[..(Count * Columns)];
        }
    }
}
