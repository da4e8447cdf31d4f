namespace GruGen.Tests.Data;

public class SequenceDatasetTests
{
    private static readonly ModelSchema Tokens = ModelSchema.ForTokens(
        "Sentiment", LayerSchema.Embedding(10, 2), LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));

    private static readonly ModelSchema Features = ModelSchema.ForFeatures(
        "Tagger", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(4, Activation.Softmax));

    private static readonly ModelSchema Regression = ModelSchema.ForFeatures("Regressor", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(2));

    [Fact]
    public void Sequences_of_different_lengths_come_back()
    {
        var data = new SequenceDataset<int>(Tokens);
        data.Add([1, 2, 3], label: 1);
        data.Add([], label: 0);
        data.Add([9], label: 1);

        Assert.Equal(3, data.Count);
        Assert.Equal(3, data.MaxLength);
        Assert.Equal([3, 0, 1], Enumerable.Range(0, 3).Select(data.Length));
        Assert.Equal([1, 2, 3], data.Input(0));
        Assert.Equal([], data.Input(1));
        Assert.Equal([9], data.Input(2));
        Assert.Equal([1, 0, 1], Enumerable.Range(0, 3).Select(i => data.Label(i, 0)));
        Assert.Equal(1, data.TargetsPerRow);
    }

    [Fact]
    public void A_target_can_be_numbers()
    {
        var data = new SequenceDataset<int>(Tokens);
        data.Add([1, 2], target: [0.3f]);
        int[] tokens = [4];
        data.Add(tokens, target: [0.7f]);

        Assert.Equal([0.3f], data.Values(0, 0));
        Assert.Equal([0.7f], data.Values(1, 0));
        Assert.Equal((0.3f, 0.7f), (data.Targets[0].SmallestValue, data.Targets[0].LargestValue));
    }

    [Fact]
    public void Steps_have_labels_of_which_some_do_not_count()
    {
        var data = new SequenceDataset<float>(Features);
        data.AddPerStep([1, 2, 3, 4], labels: [3, -1]);
        data.AddPerStep([5, 6], labels: [SequenceDataset.NotCounted]);
        data.AddPerStep([7, 8, 9, 10, 11, 12], labels: [0, 1, 2]);

        Assert.Equal([1, 0, 3], Enumerable.Range(0, 3).Select(data.CountedRows));
        Assert.Equal([7f, 8, 9, 10, 11, 12], data.Input(2));
        Assert.Equal(1, data.Label(2, 1));
        Assert.Equal(1, data.TargetsPerRow);
    }

    [Fact]
    public void Steps_have_numbers()
    {
        var data = new SequenceDataset<float>(Regression);
        data.AddPerStep([1, 2], targets: [0.1f, 0.2f]);
        data.AddPerStep([3, 4, 5, 6], targets: [0.3f, 0.4f, 0.5f, 0.6f]);

        Assert.Equal([0.5f, 0.6f], data.Values(1, 1));
        Assert.Equal(2, data.CountedRows(1));
        Assert.Equal(2, data.TargetsPerRow);
    }

    [Fact]
    public void A_subset_has_its_own_inputs_and_targets()
    {
        SequenceDataset<float> data = Numbered(6);
        SequenceDataset<float> subset = data.Subset([4, 1, 4]);
        Assert.Equal([4, 1, 4], Enumerable.Range(0, 3).Select(i => (int)subset.Input(i)[0]));
        Assert.Equal([4 % 4, 1, 4 % 4], Enumerable.Range(0, 3).Select(i => subset.Label(i, 0)));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => (int)data.Take(3).Input(i)[0]));
        Assert.Equal(6, data.Count);
    }

    [Fact]
    public void A_split_is_shuffled_complete_and_repeatable()
    {
        SequenceDataset<float> data = Numbered(100);
        (SequenceDataset<float> train, SequenceDataset<float> test) = data.Split(0.8, seed: 1);
        int[] first = Numbers(train), second = Numbers(test);

        Assert.Equal(80, first.Length);
        Assert.Equal(Enumerable.Range(0, 100), first.Concat(second).Order());
        Assert.NotEqual(first.Order(), first);
        Assert.Equal(first, Numbers(data.Split(0.8, seed: 1).First));
        Assert.NotEqual(first, Numbers(data.Split(0.8, seed: 2).First));
        Assert.Equal(0, data.Split(1, seed: 0).Second.Count);
    }

    [Theory]
    [InlineData(0.5, 1, 0)]
    [InlineData(0.5, 3, 2)]
    [InlineData(0.5, 5, 2)]
    [InlineData(0.5, 7, 4)]
    [InlineData(0.25, 10, 2)]
    [InlineData(0.75, 10, 8)]
    [InlineData(0.29, 100, 29)] // 28.999999999999996 in doubles
    [InlineData(0.8, 7, 6)]
    [InlineData(0.2, 7, 1)]
    [InlineData(0.099, 5, 0)]
    [InlineData(0, 5, 0)]
    [InlineData(1, 5, 5)]
    public void A_split_is_rounded_to_the_nearest_number_of_sequences_and_of_two_to_the_even_one(double fraction, int count, int expected)
    {
        (SequenceDataset<float> first, SequenceDataset<float> second) = Numbered(count).Split(fraction, seed: 3);
        Assert.Equal((expected, count - expected), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(0, count), Numbers(first).Concat(Numbers(second)).Order());
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_added()
    {
        var tokens = new SequenceDataset<int>(Tokens);
        var features = new SequenceDataset<float>(Features);
        var values = new SequenceDataset<float>(Regression);

        Refuses<ArgumentOutOfRangeException>(() => tokens.Add([1, 10], 1), "input", "step 1", "10", "0 to 9");
        Refuses<ArgumentOutOfRangeException>(() => tokens.Add([-1], 1), "input", "-1");
        Refuses<ArgumentOutOfRangeException>(() => tokens.Add([1], 2), "label", "2", "0 to 1");
        Refuses<ArgumentOutOfRangeException>(() => tokens.Add([1], -1), "label", "-1");
        Refuses<ArgumentException>(() => tokens.Add([1], [0.1f, 0.2f]), "target", "2 elements", "1 are expected");
        Refuses<ArgumentOutOfRangeException>(() => tokens.Add([1], [float.NaN]), "target", "NaN");
        Refuses<InvalidOperationException>(() => tokens.AddPerStep([1], [1]), null, "Sentiment", "Add");
        Refuses<ArgumentException>(() => features.AddPerStep([1, 2, 3], [1]), "input", "3 elements", "multiple of 2");
        Refuses<ArgumentOutOfRangeException>(() => features.AddPerStep([1, float.PositiveInfinity], [1]), "input", "step 0");
        Refuses<ArgumentException>(() => features.AddPerStep([1, 2], [1, 1]), "labels", "2 elements", "1 are expected");
        Refuses<ArgumentOutOfRangeException>(() => features.AddPerStep([1, 2], [4]), "labels", "step 0", "0 to 3");
        Refuses<ArgumentOutOfRangeException>(() => features.AddPerStep([1, 2], [-2]), "labels", "-2");
        Refuses<InvalidOperationException>(() => features.Add([1, 2], 1), null, "Tagger", "AddPerStep");
        Refuses<ArgumentException>(() => values.AddPerStep([1, 2], [0.5f]), "targets", "1 elements", "2 are expected");

        Assert.Equal(0, tokens.Count + features.Count + values.Count);
    }

    [Fact]
    public void A_dataset_has_one_kind_of_targets()
    {
        var data = new SequenceDataset<int>(Tokens);
        data.Add([1], label: 1);
        Refuses<InvalidOperationException>(() => data.Add([1], target: [1]), null, "labels");
    }

    [Fact]
    public void The_type_of_the_inputs_is_that_of_the_model()
    {
        Refuses<ArgumentException>(() => _ = new SequenceDataset<float>(Tokens), "schema", "tokens (int)", "Single");
        Refuses<ArgumentException>(() => _ = new SequenceDataset<int>(Features), "schema", "features (float)");
    }

    [Fact]
    public void There_are_no_other_sequences()
    {
        SequenceDataset<float> data = Numbered(2);
        Refuses<ArgumentOutOfRangeException>(() => data.Length(2), "index", "2");
        Refuses<ArgumentOutOfRangeException>(() => data.Input(-1).ToArray(), "index", "-1");
        Refuses<ArgumentOutOfRangeException>(() => data.Subset([0, 5]), "index", "5");
        Refuses<ArgumentOutOfRangeException>(() => data.Take(3), "count", "3");
        Refuses<ArgumentOutOfRangeException>(() => data.Split(1.1, 0), "fraction", "1.1");
        Refuses<ArgumentOutOfRangeException>(() => data.Split(double.NaN, 0), "fraction", "NaN");
    }

    private static SequenceDataset<float> Numbered(int count)
    {
        var data = new SequenceDataset<float>(Features);
        for (int i = 0; i < count; i++)
        {
            data.AddPerStep([i, 0], [i % 4]);
        }

        return data;
    }

    private static int[] Numbers(SequenceDataset<float> data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)data.Input(i)[0])];

    private static void Refuses<T>(Action action, string? parameter, params string[] words)
        where T : Exception
    {
        T exception = Assert.Throws<T>(action);
        Assert.Equal(parameter, (exception as ArgumentException)?.ParamName);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }
}
