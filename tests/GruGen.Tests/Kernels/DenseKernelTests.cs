using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>A Dense layer and an embedding, to the bit, with every tile on every vector.</summary>
public class DenseKernelTests
{
    public static TheoryData<ProductTile, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<ProductTile, int, int>();
            foreach ((ProductTile tile, int units) in new[]
            {
                (ProductTile.Of2x1, 16), (ProductTile.Of8x1, 80), (ProductTile.Of4x2, 32), (ProductTile.Of4x2, 64), (ProductTile.Of4x3, 48), (ProductTile.Of4x3, 144),
            })
            {
                foreach (int inputs in new[] { 1, 2, 3, 4, 5, 8, 10, 11, 33 })
                {
                    cases.Add(tile, units, inputs);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_are_sums_over_the_inputs(ProductTile tile, int units, int inputs)
    {
        foreach (int rows in new[] { 0, 1, 2, 3, 4, 5, 8, 9, 17 })
        {
            var run = new ForwardRun(tile, units, inputs, rows);

            float[] y = EveryWidth.Run(run);

            for (int i = 0; i < y.Length; i++)
            {
                Assert.Equal(run.Sum(i / units, i % units), y[i]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(33)]
    public void Rows_of_a_table_are_copied_and_their_gradients_added_to_it(int size)
    {
        var run = new EmbeddingRun(size);

        float[] results = EveryWidth.Run(run);

        int stride = Simd.Padded(size);
        for (int i = 0; i < EmbeddingRun.Tokens.Length * stride; i++)
        {
            Assert.Equal(i % stride < size ? run.Table.Span[(EmbeddingRun.Tokens[i / stride] * size) + (i % stride)] : EmbeddingRun.Before, results[i]);
        }

        for (int i = 0; i < EmbeddingRun.Vocabulary * size; i++)
        {
            float sum = EmbeddingRun.Before;
            for (int row = 0; row < EmbeddingRun.Tokens.Length; row++)
            {
                sum += EmbeddingRun.Tokens[row] == i / size ? run.Dx.Span[(row * stride) + (i % size)] : 0;
            }

            Assert.Equal(sum, results[(EmbeddingRun.Tokens.Length * stride) + i]);
        }
    }

    private sealed record ForwardRun(ProductTile Tile, int Units, int Inputs, int Rows) : IRun
    {
        private readonly AlignedBuffer _x = TestRows.Random(Rows, Inputs, 1);
        private readonly AlignedBuffer _weight = TestRows.Random(Units, Inputs, 2);
        private readonly AlignedBuffer _bias = TestRows.Random(1, Units, 3);

        /// <summary>One sum, or, of one block, four over every fourth input.</summary>
        public float Sum(int row, int unit)
        {
            int stride = Simd.Padded(Inputs);
            float[] chains = [_bias.Span[unit], 0, 0, 0];
            for (int k = 0; k < Inputs; k++)
            {
                ref float sum = ref chains[Tile == ProductTile.Of2x1 ? k % 4 : 0];
                sum = float.MultiplyAddEstimate(_x.Span[(row * stride) + k], _weight.Span[(unit * Inputs) + k], sum);
            }

            return Tile == ProductTile.Of2x1 ? chains[0] + chains[1] + (chains[2] + chains[3]) : chains[0];
        }

        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = TestRows.Room(Rows, Units), weights = new(Units * Inputs), bias = new(Units);
            Packing.Dense<V>(ref _weight.Start, ref _bias.Start, Inputs, Units, ref weights.Start, ref bias.Start);
            DenseKernel.Forward<V>(
                Tile, ref _x.Start, (nuint)Simd.Padded(Inputs), (nuint)Inputs, ref y.Start, (nuint)Units, Rows, ref weights.Start, ref bias.Start);
            return TestRows.Taken(y);
        }
    }

    private sealed record EmbeddingRun(int Size) : IRun
    {
        public const int Vocabulary = 4;
        public const float Before = 0.5f;

        public static readonly int[] Tokens = [3, 0, 3, 1, 3];

        public AlignedBuffer Table { get; } = TestRows.Random(Vocabulary, Size, 1);

        public AlignedBuffer Dx { get; } = TestRows.Random(Tokens.Length, Size, 2);

        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            int[] tokens = Tokens;
            AlignedBuffer x = TestRows.Room(tokens.Length, Size, Before), dTable = TestRows.Room(Vocabulary, Size, Before);
            EmbeddingKernel.Gather(ref tokens[0], ref Table.Start, ref x.Start, tokens.Length, Size, Simd.Padded(Size));
            EmbeddingKernel.Scatter<V>(ref tokens[0], ref Dx.Start, ref dTable.Start, tokens.Length, Size, Simd.Padded(Size));
            return [.. TestRows.Taken(x), .. TestRows.Taken(dTable)[..(Vocabulary * Size)]];
        }
    }
}
