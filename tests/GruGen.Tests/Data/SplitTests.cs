using GruGen.Tests.Passes;

namespace GruGen.Tests.Data;

/// <summary>Parts of datasets: each sequence is in one of them, with its target and its weight.</summary>
public class SplitTests
{
    private static readonly ModelSchema Classifier = ModelSchema.ForFeatures(
        "Classifier", 1, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(4, Activation.Softmax));

    private static readonly ModelSchema Regression = ModelSchema.ForFeatures(
        "Regression", 1, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(1));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.29, 2)]
    [InlineData(0.5, 4)]
    [InlineData(1, 7)]
    public void In_order_the_first_part_comes_first(double fraction, int expected)
    {
        SequenceDataset<float> data = Labelled(0, 1, 2, 3, 0, 1, 2);
        (SequenceDataset<float> first, SequenceDataset<float> second) = data.SplitInOrder(fraction);
        Assert.Equal(Enumerable.Range(0, expected), Sequences(first));
        Assert.Equal(Enumerable.Range(expected, 7 - expected), Sequences(second));
        Assert.Equal(data.Targets[0].Weight(6, 0), expected == 7 ? first.Targets[0].Weight(6, 0) : second.Targets[0].Weight(6 - expected, 0));
    }

    /// <summary>The counts are those of scikit-learn's <c>train_test_split(stratify=y)</c> where no two remainders are equal.</summary>
    [Theory]
    [InlineData(new[] { 60, 30, 9, 1 }, 0.8, new[] { 48, 24, 7, 1 })]
    [InlineData(new[] { 33, 50, 0, 17 }, 0.25, new[] { 8, 13, 0, 4 })]
    [InlineData(new[] { 5, 2, 0, 0 }, 0.5, new[] { 3, 1, 0, 0 })]
    [InlineData(new[] { 3, 0, 0, 0 }, 1, new[] { 3, 0, 0, 0 })]
    [InlineData(new[] { 3, 4, 0, 0 }, 0, new[] { 0, 0, 0, 0 })]
    public void Stratified_parts_have_the_labels_in_the_same_proportions(int[] counts, double fraction, int[] expected)
    {
        int[] labels = [.. counts.SelectMany((count, label) => Enumerable.Repeat(label, count))];
        SequenceDataset<float> data = Labelled(labels);
        (SequenceDataset<float> first, SequenceDataset<float> second) = data.SplitStratified(fraction, seed: 3);
        Assert.Equal(expected, Counts(first));
        Assert.Equal(counts.Zip(expected, (all, part) => all - part), Counts(second));
        Complete(data, first, second);
        Assert.Equal(Sequences(first), Sequences(data.SplitStratified(fraction, seed: 3).First));
    }

    [Fact]
    public void Other_seeds_give_other_parts_and_labels_are_mixed()
    {
        SequenceDataset<float> data = Labelled([.. Enumerable.Range(0, 100).Select(i => i / 25)]);
        (SequenceDataset<float> first, _) = data.SplitStratified(0.6, seed: 0);
        Assert.NotEqual(Sequences(first).Order(), Sequences(data.SplitStratified(0.6, seed: 1).First).Order());
        Assert.NotEqual(Enumerable.Range(0, 60).Select(i => first.Label(i, 0)).Order(), Enumerable.Range(0, 60).Select(i => first.Label(i, 0)));
    }

    [Fact]
    public void Only_labels_of_sequences_are_stratified()
    {
        SequenceDataset<float> numbers = new(Regression), steps = new(new Tagger2().Schema);
        numbers.Add([1f], 0.5);
        steps.AddPerStep([1f, 2, 3], labels: [1]);
        Assert.Contains("numbers", Assert.Throws<InvalidOperationException>(() => numbers.SplitStratified(0.5, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("labels of steps", Assert.Throws<InvalidOperationException>(() => steps.SplitStratified(0.5, 0)).Message, StringComparison.Ordinal);
        (SequenceDataset<float> first, SequenceDataset<float> second) = new SequenceDataset<float>(Classifier).SplitStratified(0.5, 0);
        Assert.Equal((0, 0), (first.Count, second.Count));
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.75, 3)]
    [InlineData(0.1, 0)]
    [InlineData(1, 4)]
    public void A_group_is_on_one_side(double fraction, int groups)
    {
        string[] names = ["a", "b", "a", "c", "d", "d", "d", "b", "a"];
        SequenceDataset<float> data = Labelled([.. names.Select(name => name[0] - 'a')]);
        (SequenceDataset<float> first, SequenceDataset<float> second) = data.SplitByGroup(names, fraction, seed: 1);
        Assert.Equal(groups, Counts(first).Count(count => count > 0));
        Assert.All(Counts(first).Zip(Counts(second)), pair => Assert.True(pair.First == 0 || pair.Second == 0));
        Complete(data, first, second);
        Assert.Equal(Sequences(first), Sequences(data.SplitByGroup([.. names.Select(name => (int)name[0])], fraction, seed: 1).First));
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        SequenceDataset<float> data = Labelled(0, 1);
        Refused.Argument<ArgumentOutOfRangeException>("fraction", [1.5, "0 to 1"], () => data.SplitInOrder(1.5));
        Refused.Argument<ArgumentOutOfRangeException>("fraction", ["NaN"], () => data.SplitStratified(double.NaN, 0));
        Refused.Argument<ArgumentOutOfRangeException>("fraction", [-0.5], () => data.SplitByGroup([1, 2], -0.5, 0));
        Refused.Argument<ArgumentException>("groups", ["3 elements", 2], () => data.SplitByGroup([1, 2, 3], 0.5, 0));
    }

    /// <summary>The feature of a sequence is its number, and its weight is 1 more.</summary>
    private static SequenceDataset<float> Labelled(params int[] labels)
    {
        var data = new SequenceDataset<float>(Classifier);
        for (int i = 0; i < labels.Length; i++)
        {
            data.Add([i], labels[i], weight: i + 1);
        }

        return data;
    }

    private static int[] Counts(SequenceDataset<float> data) =>
        [.. Enumerable.Range(0, 4).Select(label => Enumerable.Range(0, data.Count).Count(i => data.Label(i, 0) == label))];

    private static int[] Sequences(SequenceDataset<float> data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)data.Input(i)[0])];

    private static void Complete(SequenceDataset<float> data, SequenceDataset<float> first, SequenceDataset<float> second)
    {
        Assert.Equal(Enumerable.Range(0, data.Count), Sequences(first).Concat(Sequences(second)).Order());
        foreach (SequenceDataset<float> part in new[] { first, second })
        {
            Assert.All(Sequences(part).Select((sequence, i) => (sequence, i)), pair =>
            {
                Assert.Equal(data.Label(pair.sequence, 0), part.Label(pair.i, 0));
                Assert.Equal(data.Targets[0].Weight(pair.sequence, 0), part.Targets[0].Weight(pair.i, 0));
            });
        }
    }
}
