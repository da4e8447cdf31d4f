using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

public class BidirectionalMergeTests
{
    public static TheoryData<Merge, int, int[]> Cases
    {
        get
        {
            var cases = new TheoryData<Merge, int, int[]>();
            foreach (object[] item in TestRows.Cases)
            {
                foreach (Merge merge in Enum.GetValues<Merge>())
                {
                    cases.Add(merge, (int)item[0], (int[])item[1]);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_of_the_same_step_become_one(Merge merge, int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        AlignedBuffer forward = TestRows.Random(rows.Count, size, 1), reverse = TestRows.Random(rows.Count, size, 2);

        float[] y = EveryWidth.Run(new ForwardRun(merge, rows, size, forward, reverse));

        AssertMerged(merge, size, forward, reverse, rows.Count, rows.Reversed, y);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Final_states_become_one_without_turning(Merge merge, int size, int[] lengths)
    {
        int count = lengths.Length;
        AlignedBuffer forward = TestRows.Random(count, size, 1), reverse = TestRows.Random(count, size, 2);

        float[] y = EveryWidth.Run(new ForwardRun(merge, null, size, forward, reverse));

        AssertMerged(merge, size, forward, reverse, count, row => row, y);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_go_where_the_outputs_came_from(Merge merge, int size, int[] lengths)
    {
        var rows = new TestRows(lengths);
        AlignedBuffer forward = TestRows.Random(rows.Count, size, 1), reverse = TestRows.Random(rows.Count, size, 2);
        AlignedBuffer dy = TestRows.Random(rows.Count, merge == Merge.Concat ? 2 * size : size, 3);

        float[] d = EveryWidth.Run(new BackwardRun(merge, rows, size, forward, reverse, dy, float.NaN));

        AssertShared(merge, size, forward, reverse, dy, rows.Count, rows.Reversed, 0, d);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_final_states_are_added(Merge merge, int size, int[] lengths)
    {
        int count = lengths.Length;
        AlignedBuffer forward = TestRows.Random(count, size, 1), reverse = TestRows.Random(count, size, 2);
        AlignedBuffer dy = TestRows.Random(count, merge == Merge.Concat ? 2 * size : size, 3);

        float[] d = EveryWidth.Run(new BackwardRun(merge, null, size, forward, reverse, dy, 4));

        AssertShared(merge, size, forward, reverse, dy, count, row => row, 4, d);
    }

    private static void AssertMerged(Merge merge, int size, AlignedBuffer forward, AlignedBuffer reverse, int rows, Func<int, int> turned, float[] y)
    {
        int stride = Simd.Padded(size), wide = Simd.Padded(2 * size);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < size; i++)
            {
                float f = forward.Span[row * stride + i], b = reverse.Span[turned(row) * stride + i];
                if (merge == Merge.Concat)
                {
                    Assert.Equal((f, b), (y[row * wide + i], y[row * wide + size + i]));
                }
                else
                {
                    float expected = merge switch { Merge.Sum => f + b, Merge.Multiply => f * b, _ => (f + b) / 2 };
                    Assert.Equal(expected, y[row * stride + i]);
                }
            }

            for (int i = 2 * size; i < wide && merge == Merge.Concat; i++)
            {
                Assert.Equal(0, y[row * wide + i]);
            }
        }
    }

    private static void AssertShared(
        Merge merge, int size, AlignedBuffer forward, AlignedBuffer reverse, AlignedBuffer dy, int rows, Func<int, int> turned, float before, float[] d)
    {
        int stride = Simd.Padded(size), wide = Simd.Padded(2 * size), second = rows * stride;
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < size; i++)
            {
                int f = row * stride + i, b = turned(row) * stride + i;
                (float df, float db) = merge switch
                {
                    Merge.Concat => (dy.Span[row * wide + i], dy.Span[row * wide + size + i]),
                    Merge.Sum => (dy.Span[f], dy.Span[f]),
                    Merge.Multiply => (dy.Span[f] * reverse.Span[b], dy.Span[f] * forward.Span[f]),
                    _ => (dy.Span[f] / 2, dy.Span[f] / 2),
                };
                Assert.Equal((before + df, before + db), (d[f], d[second + b]));
            }
        }
    }

    /// <summary>Of steps, or, without rows, of final states.</summary>
    private sealed record ForwardRun(Merge Merge, TestRows? Rows, int Size, AlignedBuffer Forward, AlignedBuffer Reverse) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            int rows = Forward.Length / Simd.Padded(Size);
            AlignedBuffer y = TestRows.Room(rows, Merge == Merge.Concat ? 2 * Size : Size);
            if (Rows is null)
            {
                BidirectionalMerge.ForwardFinal<V>(Merge, ref Forward.Start, ref Reverse.Start, ref y.Start, rows, Size);
            }
            else
            {
                BidirectionalMerge.Forward<V>(Merge, ref Forward.Start, ref Reverse.Start, ref y.Start, Size, Rows.Places);
            }

            return TestRows.Taken(y);
        }
    }

    /// <summary>Gives dForward, and after it dReverse.</summary>
    private sealed record BackwardRun(
        Merge Merge, TestRows? Rows, int Size, AlignedBuffer Forward, AlignedBuffer Reverse, AlignedBuffer Dy, float Before) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            int rows = Forward.Length / Simd.Padded(Size);
            AlignedBuffer dForward = TestRows.Room(rows, Size, Before), dReverse = TestRows.Room(rows, Size, Before);
            if (Rows is null)
            {
                BidirectionalMerge.BackwardFinal<V>(Merge, ref Forward.Start, ref Reverse.Start, ref Dy.Start, ref dForward.Start, ref dReverse.Start, rows, Size);
            }
            else
            {
                BidirectionalMerge.Backward<V>(Merge, ref Forward.Start, ref Reverse.Start, ref Dy.Start, ref dForward.Start, ref dReverse.Start, Size, Rows.Places);
            }

            return [.. TestRows.Taken(dForward), .. TestRows.Taken(dReverse)];
        }
    }
}
