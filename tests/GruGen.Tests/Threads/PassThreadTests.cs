using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Threads;

/// <summary>A pass gives the same bits on any number of threads: every layer of every kind, forward and backward.</summary>
public sealed class PassThreadTests : IDisposable
{
    private readonly ThreadTeam[] _teams = [new(2), new(3), new(8)];

    public static TheoryData<string> Shapes => [.. Shape.Names.Where(name => ModelFactory.IsDeclared(Shape.ByName(name).Schema))];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_number_of_threads_gives_the_same_bits(string name)
    {
        Shape shape = Shape.ByName(name);
        int steps = Math.Max(shape.Steps, 1);
        foreach (int size in new[] { 1, 5, 37 })
        {
            // none, all and every other number of steps
            int[] lengths = [.. Enumerable.Range(0, size).Select(i => (i * 5 + steps) % (steps + 1))];
            AssertSame(shape, Batch.Random(shape.Schema, size, steps, lengths));
            AssertSame(shape, Batch.Random(shape.Schema, size, steps));
        }
    }

    public void Dispose() => Array.ForEach(_teams, team => team.Dispose());

    private void AssertSame(Shape shape, Batch batch)
    {
        if (shape.Schema.ReadsTokens)
        {
            AssertSame<int>(shape, batch);
        }
        else
        {
            AssertSame<float>(shape, batch);
        }
    }

    private void AssertSame<TInput>(Shape shape, Batch batch)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(ModelFactory.EmittedNames.First(), seed: 8);
        Results expected = Run(team: null);
        foreach (ThreadTeam team in _teams)
        {
            Run(team).AssertSame(expected);
        }

        Results Run(ThreadTeam? team)
        {
            SequencePass<TInput> pass = model.CreatePass(batch.Size, batch.Steps, team);
            pass.Threads.SmallHead = 0;
            pass.UseDropout(seed: 1, step: 2);
            return batch.Run(pass);
        }
    }
}
