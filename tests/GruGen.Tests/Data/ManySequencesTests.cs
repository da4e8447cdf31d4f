using GruGen.Tests.Passes;

namespace GruGen.Tests.Data;

/// <summary>Many sequences in one call are those that are added one by one.</summary>
public class ManySequencesTests
{
    private static readonly ModelSchema Classifier = ModelSchema.ForFeatures(
        "Classifier", 2, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(3, Activation.Softmax));

    private static readonly ModelSchema Tagger = ModelSchema.ForFeatures(
        "Tagger", 2, LayerSchema.Gru(2, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax));

    private static readonly ModelSchema Regression = ModelSchema.ForFeatures(
        "Regression", 2, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(1));

    private static readonly ModelSchema Follower = ModelSchema.ForFeatures(
        "Follower", 2, LayerSchema.Gru(2, SequenceOutput.EveryStep), LayerSchema.Dense(3));

    private static readonly ModelSchema Words = ModelSchema.ForTokens(
        "Words", LayerSchema.Embedding(9, 2), LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));

    private static readonly float[][] Inputs = [[1, 2, 3, 4], [], [5, 6]];

    private static readonly double[][] Doubles = [[1, 2, 3, 4], [], [5, 6]];

    [Fact]
    public void Labels_of_sequences_and_of_steps()
    {
        SequenceDataset<float> expected = new(Classifier), data = new(Classifier), doubles = new(Classifier);
        for (int i = 0; i < 3; i++)
        {
            expected.Add(Inputs[i], 2 - i);
        }

        data.AddRange(Inputs.Zip([2, 1, 0]));
        doubles.AddRange(Doubles.Select((input, i) => (input, 2 - i)));
        Same(expected, data);
        Same(expected, doubles);

        SequenceDataset<float> steps = new(Tagger), stepsOfDoubles = new(Tagger);
        int[][] labels = [[0, -1], [], [2]];
        steps.AddRange(Inputs.Zip(labels));
        stepsOfDoubles.AddRange(Doubles.Zip(labels));
        Same(steps, stepsOfDoubles);
        Assert.Equal((0, -1, 2, 1), (steps.Label(0, 0), steps.Label(0, 1), steps.Label(2, 0), steps.CountedRows(0)));

        var tokens = new SequenceDataset<int>(Words);
        tokens.AddRange([([1, 2, 3], 1), ([8], 0)]);
        Assert.Equal([8], tokens.Input(1));
    }

    [Fact]
    public void Numbers_of_sequences_and_of_steps()
    {
        SequenceDataset<float> expected = new(Regression), data = new(Regression), doubles = new(Regression), arrays = new(Regression);
        for (int i = 0; i < 3; i++)
        {
            expected.Add(Inputs[i], 0.1 * i);
        }

        data.AddRange(Inputs.Select((input, i) => (input, 0.1 * i)));
        doubles.AddRange(Doubles.Select((input, i) => (input, 0.1 * i)));
        arrays.AddRange(Doubles.Select((input, i) => (input, new[] { 0.1 * i })));
        Same(expected, data);
        Same(expected, doubles);
        Same(expected, arrays);

        SequenceDataset<float> halves = new(Regression), singles = new(Regression);
        halves.AddRange(Inputs.Zip([0.5, 1.5, 2.5]));
        singles.AddRange(Inputs.Zip([0.5f, 1.5f, 2.5f]));
        Same(halves, singles);

        SequenceDataset<float> steps = new(Follower), stepsOfDoubles = new(Follower);
        steps.AddRange(Inputs.Select(input => (input, input.SelectMany(x => new[] { x, x + 1, -x }).Take(input.Length / 2 * 3).ToArray())));
        stepsOfDoubles.AddRange(Doubles.Select(input => (input, input.SelectMany(x => new[] { x, x + 1, -x }).Take(input.Length / 2 * 3).ToArray())));
        Same(steps, stepsOfDoubles);
        Assert.Equal([2, 3, -2], steps.Values(0, 1));
    }

    [Fact]
    public void Rectangular_arrays()
    {
        float[] inputs = [.. Enumerable.Range(0, 3 * 2 * 2)]; // [count, steps, features]
        double[] doubles = [.. inputs];
        float[][] rows = [.. inputs.Chunk(4)];

        SequenceDataset<float> expected = new(Classifier), data = new(Classifier), other = new(Classifier);
        expected.AddRange(rows.Zip([2, 0, 1]));
        data.AddRange(inputs, 2, [2, 0, 1]);
        other.AddRange(doubles, 2, [2, 0, 1]);
        Same(expected, data);
        Same(expected, other);

        (expected, data, other) = (new(Tagger), new(Tagger), new(Tagger));
        expected.AddRange(rows.Zip(new int[][] { [2, 0], [1, -1], [0, 0] }));
        data.AddRange(inputs, 2, [2, 0, 1, -1, 0, 0]);
        other.AddRange(doubles, 2, [2, 0, 1, -1, 0, 0]);
        Same(expected, data);
        Same(expected, other);

        (expected, data, other) = (new(Regression), new(Regression), new(Regression));
        expected.AddRange(rows.Zip([0.5, 1.5, 2.5]));
        data.AddRange(inputs, 2, [0.5f, 1.5f, 2.5f]);
        other.AddRange(doubles, 2, [0.5, 1.5, 2.5]);
        Same(expected, data);
        Same(expected, other);

        (expected, data, other) = (new(Follower), new(Follower), new(Follower));
        double[] targets = [.. Enumerable.Range(0, 3 * 2 * 3).Select(i => i / 8.0)]; // [count, steps, outputs]
        expected.AddRange(rows.Zip(targets.Select(x => (float)x).Chunk(6)));
        data.AddRange(inputs, 2, [.. targets.Select(x => (float)x)]);
        other.AddRange(doubles, 2, targets);
        Same(expected, data);
        Same(expected, other);

        var tokens = new SequenceDataset<int>(Words);
        tokens.AddRange([1, 2, 3, 4, 5, 6], 3, [0, 1]);
        Assert.Equal([4, 5, 6], tokens.Input(1));
        tokens.AddRange([], 3, ReadOnlySpan<int>.Empty);
        Assert.Equal(2, tokens.Count);
    }

    [Fact]
    public void What_is_refused_is_named_with_its_sequence()
    {
        SequenceDataset<float> data = new(Classifier), steps = new(Tagger), numbers = new(Regression);
        Refused.Argument<ArgumentException>("sequences", ["Sequence 1", 3, "labels 0 to 2"], () => data.AddRange(Inputs.Zip([0, 3, 1])));
        Assert.Equal(1, data.Count);
        Refused.Argument<ArgumentException>("sequences", ["Sequence 2", "3 elements", "multiple of 2"], () => data.AddRange([.. Inputs.Take(2).Zip([0, 1]), ([1, 2, 3], 0)]));
        Refused.Argument<ArgumentException>("sequences", ["Sequence 0", "Input"], () => data.AddRange([((float[])null!, 0)]));
        Refused.Argument<ArgumentException>("sequences", ["Sequence 0", "Input"], () => data.AddRange([((double[])null!, 0)]));
        Refused.Argument<ArgumentException>("sequences", ["Sequence 0", "Labels"], () => steps.AddRange([(Inputs[0], (int[])null!)]));
        Refused.Argument<ArgumentNullException>("sequences", [], () => data.AddRange((IEnumerable<(float[], int)>)null!));
        Refused.Argument<ArgumentNullException>("sequences", [], () => data.AddRange((IEnumerable<(double[], int)>)null!));
        Refused.Argument<ArgumentException>("sequences", ["Sequence 2", "no target"], () => numbers.AddRange(Doubles.Zip([1, 2, 1e39])));

        Refused.Argument<ArgumentException>("inputs", ["7 elements", "multiple of 6"], () => data.AddRange(new float[7], 3, [1]));
        Refused.Argument<ArgumentException>("labels", ["1 elements", "2 are expected"], () => data.AddRange(new float[12], 3, [1]));
        Refused.Argument<ArgumentException>("labels", ["2 elements", "6 are expected"], () => steps.AddRange(new float[12], 3, [1, 1]));
        Refused.Argument<ArgumentException>("targets", ["3 elements", "2 are expected"], () => numbers.AddRange(new float[12], 3, [1f, 1, 1]));
        Refused.Argument<ArgumentOutOfRangeException>("steps", [0], () => data.AddRange(new float[12], 0, [1, 1]));
        Refused.Argument<ArgumentException>("inputs", ["Sequence 1", "Feature 1 of step 0", "NaN"], () => data.AddRange([1, 2, 3, float.NaN], 1, [1, 1]));
        Refused.Argument<ArgumentException>("labels", ["Sequence 1", "The label is 5"], () => data.AddRange([1f, 2, 3, 4], 1, [1, 5]));
        Refused.Argument<ArgumentException>("targets", ["Sequence 0", "NaN"], () => numbers.AddRange([1f, 2], 1, [float.NaN]));
        Assert.Throws<InvalidOperationException>(() => numbers.AddRange([1f, 2], 1, labels: [1]));
        Assert.Throws<InvalidOperationException>(() => data.AddRange(Inputs.Zip([1.0, 2, 3])));
    }

    private static void Same(SequenceDataset<float> expected, SequenceDataset<float> actual)
    {
        Assert.Equal((expected.Count, expected.Kind), (actual.Count, actual.Kind));
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Input(i), actual.Input(i));
            Assert.Equal((expected.Rows(i), expected.CountedRows(i)), (actual.Rows(i), actual.CountedRows(i)));
            for (int row = 0; row < expected.Rows(i); row++)
            {
                Assert.Equal(expected.Label(i, row), actual.Label(i, row));
                if (expected.Kind == TargetKind.Values)
                {
                    Assert.Equal(expected.Values(i, row), actual.Values(i, row));
                }
            }
        }
    }
}
