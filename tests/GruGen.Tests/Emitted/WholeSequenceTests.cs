using System.Reflection;
using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

/// <summary>Models that need the end of a sequence before they give anything, on sequences of very different lengths.</summary>
public class WholeSequenceTests
{
    private static readonly int[] Lengths = [3, 0, 1000, 1, 17, 0, 250, 64, 1, 1000];

    public static TheoryData<string> Shapes =>
        ["both ways", "both ways, final state", "backwards, final state", "each way", "pooled to the mean", "pooled to the max, both ways"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Many_sequences_give_what_each_gives_alone(string name)
    {
        SequenceModel<float> model = Shape.ByName(name).Model<float>(ModelFactory.EmittedNames.First(), seed: 2);
        ModelSchema schema = model.Schema;
        bool every = schema.Output == SequenceOutput.EveryStep;
        Batch batch = Batch.Random(schema, Lengths.Length, Lengths.Max(), Lengths);
        float[] features = batch.InputsAs<float>(), rows = new float[batch.OutputGradients.Length];
        model.CreatePass(Lengths.Length, Lengths.Max()).Forward(features, Lengths.Length, Lengths.Max(), rows, Lengths);
        float[][] sequences = [.. features.Chunk(Lengths.Max() * schema.InputSize).Zip(Lengths, (row, length) => row[..(length * schema.InputSize)])];
        float[] many = new float[Lengths.Sum(length => schema.OutputSize * (every ? length : 1))];

        model.Predict(sequences, many);

        int place = 0, room = rows.Length / Lengths.Length;
        for (int b = 0; b < Lengths.Length; b++)
        {
            float[] one = new float[schema.OutputSize * (every ? Lengths[b] : 1)];
            model.Predict(sequences[b], one);
            Assert.Equal(rows.AsSpan(b * room, one.Length), many.AsSpan(place, one.Length));
            Assert.All(one.Zip(many[place..]), pair => Assert.Equal(pair.Second, pair.First, (float)Results.OutputTolerance));
            place += one.Length;
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_sequences()
    {
        Allocated(6400); // what is compiled on the way counts too
        Assert.InRange(Least(6400), 0, Least(64) + 1000);

        // a collection in between can put the count off, so the least counts
        static long Least(int count) => Enumerable.Range(0, 3).Min(_ => Allocated(count));

        static long Allocated(int count)
        {
            var model = new PooledToTheMeanBothWays();
            float[][] sequences = [.. Enumerable.Repeat(new float[200 * 3], count)];
            float[] outputs = new float[count * 8];
            long before = GC.GetAllocatedBytesForCurrentThread();
            model.Predict(sequences, outputs);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_the_longest_sequence_was_there()
    {
        var model = new PooledToTheMeanBothWays();
        float[][] one = [new float[10_000 * 3]], many = [.. Enumerable.Repeat(new float[5 * 3], 100), new float[7000 * 3]];
        float[] output = new float[8], outputs = new float[101 * 8];
        Allocated.Nothing("Predict of a long one and of many short ones in turns", () =>
        {
            model.Predict(one, output);
            model.Predict(many, outputs);
        });
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Streams_are_refused_with_the_way_out(string name)
    {
        SequenceModel<float> model = Shape.ByName(name).Model<float>(ModelFactory.EmittedNames.First(), seed: 2);
        Exception[] exceptions =
        [
            Assert.Throws<TargetInvocationException>(() => Opened.Stream(model)).InnerException!,
            Assert.Throws<NotSupportedException>(() => model.OpenStreams(3)),
        ];
        Assert.All(exceptions, exception =>
        {
            Assert.IsType<NotSupportedException>(exception);
            Assert.StartsWith(model.Schema.Name + " takes whole sequences, because ", exception.Message, StringComparison.Ordinal);
            Assert.EndsWith("use Predict.", exception.Message, StringComparison.Ordinal);
        });
    }
}
