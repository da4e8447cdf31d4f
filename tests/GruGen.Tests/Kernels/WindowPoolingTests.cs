using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>Pooling over windows of steps at every width of vectors: windows side by side, apart and overlapping, and sequences too short for one.</summary>
public class WindowPoolingTests
{
    public static TheoryData<Pooling, int, int> Windows
    {
        get
        {
            var windows = new TheoryData<Pooling, int, int>();
            foreach (Pooling pooling in Enum.GetValues<Pooling>())
            {
                foreach ((int window, int step) in new[] { (1, 1), (2, 2), (3, 1), (2, 3), (1, 2), (9, 4) })
                {
                    windows.Add(pooling, window, step);
                }
            }

            return windows;
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Each_window_gives_one_step(Pooling pooling, int window, int step)
    {
        foreach (Case given in Cases(pooling, window, step))
        {
            float[] y = EveryWidth.Run(new ForwardRun(given));
            for (int row = 0; row < given.Outputs.Count; row++)
            {
                (int b, int j) = given.Outputs.Steps[row];
                for (int i = 0; i < given.Size; i++)
                {
                    double[] values = [.. Enumerable.Range(0, window).Select(k => (double)given.X.Span[(given.Inputs.Row(b, (j * step) + k) * given.Stride) + i])];
                    double expected = pooling switch { Pooling.Last => values[^1], Pooling.Mean => values.Average(), _ => values.Max() };
                    Assert.Equal(expected, y[(row * given.Stride) + i], 1e-6);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Gradients_go_to_the_steps_of_each_window(Pooling pooling, int window, int step)
    {
        foreach (Case given in Cases(pooling, window, step))
        {
            foreach (bool add in new[] { false, true })
            {
                double[] expected = [.. Enumerable.Repeat(add ? 1.0 : 0, given.Inputs.Count * given.Stride)];
                for (int row = 0; row < given.Outputs.Count; row++)
                {
                    (int b, int j) = given.Outputs.Steps[row];
                    for (int i = 0; i < given.Size; i++)
                    {
                        int[] places = [.. Enumerable.Range(0, window).Select(k => (given.Inputs.Row(b, (j * step) + k) * given.Stride) + i)];
                        float max = places.Max(place => given.X.Span[place]);
                        double dy = given.Dy.Span[(row * given.Stride) + i];
                        foreach (int place in pooling switch { Pooling.Last => [places[^1]], Pooling.Mean => places, _ => [places.First(at => given.X.Span[at] == max)] })
                        {
                            expected[place] += pooling == Pooling.Mean ? dy / window : dy;
                        }
                    }
                }

                float[] dx = EveryWidth.Run(new BackwardRun(given, add));
                for (int at = 0; at < expected.Length; at++)
                {
                    if (at % given.Stride < given.Size)
                    {
                        Assert.Equal(expected[at], dx[at], 2e-6);
                    }
                }
            }
        }
    }

    /// <summary>As many windows as end within the steps.</summary>
    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(7, 1, 1, 7)]
    [InlineData(7, 1, 3, 3)]
    [InlineData(2, 3, 5, 0)]
    [InlineData(3, 3, 5, 1)]
    [InlineData(7, 3, 5, 1)]
    [InlineData(8, 3, 5, 2)]
    [InlineData(int.MaxValue, 65_536, 1, int.MaxValue - 65_535)]
    public void Windows_are_counted(int steps, int window, int step, int expected) => Assert.Equal(expected, WindowPooling.Windows(steps, window, step));

    private static IEnumerable<Case> Cases(Pooling pooling, int window, int step)
    {
        foreach (int size in new[] { 1, 5, 16, 17 })
        {
            foreach (int[] lengths in new int[][] { [9, 5, 3, 1, 0], [4, 4, 4], [1], [12] })
            {
                yield return new Case(pooling, window, step, size, lengths);
            }
        }
    }

    private sealed class Case(Pooling pooling, int window, int step, int size, int[] lengths)
    {
        public Pooling Pooling => pooling;

        public int Window => window;

        public int Step => step;

        public int Size => size;

        public int Stride { get; } = Simd.Padded(size);

        public TestRows Inputs { get; } = new(lengths);

        public TestRows Outputs { get; } = new([.. lengths.Select(length => WindowPooling.Windows(length, window, step))]);

        public AlignedBuffer X { get; } = Few(TestRows.Random(lengths.Sum(), size, 1));

        public AlignedBuffer Dy { get; } = TestRows.Random(lengths.Sum(), size, 2);

        /// <summary>Numbers of which many are equal.</summary>
        private static AlignedBuffer Few(AlignedBuffer rows)
        {
            foreach (ref float value in rows.Span)
            {
                value = MathF.Round(2 * value) / 2;
            }

            return rows;
        }
    }

    private sealed record ForwardRun(Case Given) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = TestRows.Room(Given.Outputs.Count, Given.Size);
            WindowPooling.Forward<V>(
                Given.Pooling, Given.Window, Given.Step, ref Given.X.Start, ref y.Start, Given.Stride, Given.Inputs.Places, Given.Outputs.Places);
            return TestRows.Taken(y);
        }
    }

    private sealed record BackwardRun(Case Given, bool Add) : IRun
    {
        public float[] Run<V>()
            where V : struct, ISimd<V>
        {
            AlignedBuffer y = TestRows.Room(Given.Outputs.Count, Given.Size), dx = TestRows.Room(Given.Inputs.Count, Given.Size, 1);
            WindowPooling.Forward<V>(
                Given.Pooling, Given.Window, Given.Step, ref Given.X.Start, ref y.Start, Given.Stride, Given.Inputs.Places, Given.Outputs.Places);
            WindowPooling.Backward<V>(
                Given.Pooling, Given.Window, Given.Step, ref Given.X.Start, ref y.Start, ref Given.Dy.Start, ref dx.Start, Add, Given.Stride,
                Given.Inputs.Places, Given.Outputs.Places);
            return TestRows.Taken(dx);
        }
    }
}
