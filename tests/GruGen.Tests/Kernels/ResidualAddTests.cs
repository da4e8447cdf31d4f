using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class ResidualAddTests
{
    [Theory]
    [MemberData(nameof(TestRows.Cases), MemberType = typeof(TestRows))]
    public void The_sum_is_that_of_every_number(int size, int[] lengths)
    {
        int rows = lengths.Sum(), stride = Simd.Padded(size);
        AlignedBuffer x = TestRows.Random(rows, size, 1), y = TestRows.Random(rows, size, 2);

        float[] sum = EveryWidth.Run(new AddRun(rows, size, rows == 0 ? x : TestRows.Cut(x, size), y));

        for (int i = 0; i < sum.Length; i++)
        {
            Assert.True(i % stride >= size || sum[i] == x.Span[i] + y.Span[i]);
        }
    }

    private sealed record AddRun(int Rows, int Size, AlignedBuffer X, AlignedBuffer Y) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer sum = TestRows.Room(Rows, Size);
            ResidualAdd.Forward<V>(ref X.Start, ref Y.Start, ref sum.Start, Rows, Size);
            return TestRows.Taken(sum);
        }
    }
}
