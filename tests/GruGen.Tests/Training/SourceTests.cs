namespace GruGen.Tests.Training;

/// <summary>Data that is read anew in each epoch, on another thread.</summary>
public class SourceTests
{
    private static readonly SequenceDataset<int> s_data = TrainingTask.BinaryData(30);

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void The_bits_are_those_of_the_same_order_in_memory(int count)
    {
        DynamicModel<int> memory = TrainingTask.BinaryModel(), read = TrainingTask.BinaryModel();
        var options = new TrainingOptions { Epochs = 3, BatchSize = 4, Shuffle = false, Metrics = [Metric.Accuracy], ValidationData = TrainingTask.BinaryData(9, seed: 4) };
        int batches = -1;
        History expected = memory.Fit(s_data, options), actual = read.Fit(Source(count), options with { OnEpochEnd = progress => batches = progress.Batches });
        Assert.Equal(memory.Parameters.All, read.Parameters.All);
        Assert.All(expected.Names, name => Assert.Equal(expected[name], actual[name]));
        Assert.Equal(count == 0 ? 0 : 8, batches);
    }

    [Fact]
    public void Each_epoch_is_shuffled_in_the_buffer_by_the_seed()
    {
        int[][] orders = Orders(seed: 1, buffer: 10), again = Orders(seed: 1, buffer: 10), others = Orders(seed: 2, buffer: 10);
        Assert.Equal(orders, again);
        Assert.NotEqual(orders, others);
        Assert.NotEqual(orders[0], orders[1]);
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 30), order.Order()));
        Assert.All(orders[0].Index(), pair => Assert.True(pair.Item <= pair.Index + 10)); // nothing is drawn before it is read
        Assert.All(Orders(seed: 1, buffer: 1), order => Assert.Equal(Enumerable.Range(0, 30), order));
        Assert.Equal(Enumerable.Range(0, 30), Orders(seed: 1, buffer: 100)[0].Order());
    }

    [Fact]
    public void Items_may_be_left_out_but_have_one_sequence_at_most()
    {
        var even = new SequenceSource<int, int>(() => Enumerable.Range(0, 30), (batch, i) => Add(batch, i, times: (i + 1) % 2)) { ShuffleBuffer = 1 };
        var every = new SequenceSource<int, int>(() => Enumerable.Range(0, 15), (batch, i) => Add(batch, 2 * i, times: 1)) { ShuffleBuffer = 1 };
        (DynamicModel<int> some, DynamicModel<int> all) = (TrainingTask.BinaryModel(), TrainingTask.BinaryModel());
        some.Fit(even, new TrainingOptions { BatchSize = 4 });
        all.Fit(every, new TrainingOptions { BatchSize = 4 });
        Assert.Equal(all.Parameters.All, some.Parameters.All);

        var twice = new SequenceSource<int, int>(() => Enumerable.Range(0, 30), (batch, i) => Add(batch, i, times: 2));
        Assert.Contains("2 sequences were added", Assert.Throws<InvalidOperationException>(() => some.Fit(twice)).Message, StringComparison.Ordinal);
        var none = new SequenceSource<int, int>(() => [], (batch, i) => Add(batch, i, times: 1));
        Assert.Contains("no sequences", Assert.Throws<InvalidOperationException>(() => some.Fit(none)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_source_throws_the_training_throws()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        Assert.Equal("broken", Assert.Throws<IOException>(() => model.Fit(new SequenceSource<int, int>(Broken, (batch, i) => Add(batch, i, times: 1)))).Message);
        var bad = new SequenceSource<int, int>(() => Enumerable.Range(0, 30), (batch, i) => batch.Add([i], label: 1));
        Assert.Throws<ArgumentOutOfRangeException>("input", () => model.Fit(bad));
        model.Fit(Source(0)); // and the model is free again

        static IEnumerable<int> Broken()
        {
            yield return 1;
            throw new IOException("broken");
        }
    }

    [Fact]
    public void A_training_that_stops_reads_no_further()
    {
        int read = 0;
        var endless = new SequenceSource<int, int>(Endless, (batch, i) => Add(batch, i % 30, times: 1));
        TrainingTask.BinaryModel().Fit(endless, new TrainingOptions { BatchSize = 2, Shuffle = false, Callbacks = [new Recorder(run => Stop(run))] });
        int after = read;
        Thread.Sleep(20);
        Assert.Equal(after, read);
        Assert.InRange(after, 20, 40);

        static void Stop(TrainingRun run)
        {
            if (run.StepCount == 10)
            {
                run.Stop();
            }
        }

        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return read++;
            }
        }
    }

    [Fact]
    public void A_source_that_does_not_come_back_is_left_behind()
    {
        using var source = new CancellationTokenSource();
        using var comesBack = new ManualResetEventSlim();
        DynamicModel<int> model = TrainingTask.BinaryModel();
        source.CancelAfter(50);
        Assert.Throws<TrainingCanceledException>(() => model.Fit(
            new SequenceSource<int, int>(Waiting, (batch, i) => Add(batch, i, times: 1)), new TrainingOptions { BatchSize = 1, Shuffle = false }, source.Token));
        model.Fit(s_data); // and the model is free
        comesBack.Set();

        IEnumerable<int> Waiting()
        {
            yield return 1;
            comesBack.Wait();
            yield return 2;
        }
    }

    [Fact]
    public void A_step_allocates_nothing_on_the_thread_that_trains()
    {
        var allocated = new List<long>(400);
        var source = new SequenceSource<int, int>(() => Enumerable.Range(0, 300), (batch, i) => Add(batch, i % 30, times: 1));
        TrainingTask.BinaryModel().Fit(source, new TrainingOptions
        {
            BatchSize = 3,
            Epochs = 2,
            Callbacks = [new Recorder(run => allocated.Add(GC.GetAllocatedBytesForCurrentThread()))],
        });
        long[] steps = [.. allocated.Zip(allocated.Skip(1), (before, after) => after - before)];
        Assert.Equal(199, steps.Length);
        Assert.All(steps.Skip(120), bytes => Assert.Equal(0, bytes)); // in the second epoch, past its first batches
    }

    [Fact]
    public void Options_that_need_the_whole_data_are_refused()
    {
        foreach (TrainingOptions options in new TrainingOptions[] { new() { ValidationSplit = 0.1 }, new() { SamplingWeights = [1] }, new() { GroupByLength = true } })
        {
            Assert.Throws<ArgumentException>("options", () => TrainingTask.BinaryModel().Fit(Source(0), options));
        }

        Assert.Throws<ArgumentNullException>("items", () => new SequenceSource<int, int>(null!, (batch, i) => Add(batch, i, 1)));
        Assert.Throws<ArgumentNullException>("add", () => new SequenceSource<int, int>(() => [1], null!));
        Assert.Throws<ArgumentOutOfRangeException>("Count", () => new SequenceSource<int, int>(() => [1], (batch, i) => Add(batch, i, 1)) { Count = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("ShuffleBuffer", () => new SequenceSource<int, int>(() => [1], (batch, i) => Add(batch, i, 1)) { ShuffleBuffer = 0 });
    }

    private static SequenceSource<int, int> Source(int count) => new(() => Enumerable.Range(0, 30), (batch, i) => Add(batch, i, times: 1)) { Count = count };

    private static void Add(SequenceDataset<int> batch, int index, int times)
    {
        for (int i = 0; i < times; i++)
        {
            batch.Add(s_data.Input(index), s_data.Label(index, 0));
        }
    }

    private static int[][] Orders(int seed, int buffer)
    {
        var orders = new List<int>();
        var source = new SequenceSource<int, int>(() => Enumerable.Range(0, 30), (batch, i) => Keep(batch, i)) { ShuffleBuffer = buffer };
        TrainingTask.BinaryModel().Fit(source, new TrainingOptions { Epochs = 2, Seed = seed });
        return [.. orders.Chunk(30)];

        void Keep(SequenceDataset<int> batch, int i)
        {
            orders.Add(i);
            Add(batch, i, times: 1);
        }
    }
}

/// <summary>Orders of sequences in memory that are neither random nor that of the data.</summary>
public class SamplingTests
{
    [Fact]
    public void Sequences_of_a_batch_are_about_equally_long()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(403);
        var batches = new DatasetBatches<SequenceDataset<int>>(data, data.Count, new TrainingOptions { BatchSize = 4, GroupByLength = true });
        int[][] first = Epoch(batches, 0), second = Epoch(batches, 1);
        Assert.Equal(Enumerable.Range(0, 403), first.SelectMany(batch => batch).Order());
        Assert.Equal(101, first.Length);
        Assert.Single(first, batch => batch.Length == 3);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Epoch(batches, 0));
        Assert.True(first.Count(batch => batch.Select(data.Length).Distinct().Count() == 1) > 80); // of five lengths
        Assert.NotEqual(first.Select(batch => data.Length(batch[0])).Order(), first.Select(batch => data.Length(batch[0])));

        // all of one part, whose batches are shuffled, too
        SequenceDataset<int> few = TrainingTask.BinaryData(100);
        int[][] part = Epoch(new DatasetBatches<SequenceDataset<int>>(few, 100, new TrainingOptions { BatchSize = 4, GroupByLength = true }), 0);
        Assert.NotEqual(part.Select(batch => few.Length(batch[0])).Order(), part.Select(batch => few.Length(batch[0])));

        // without shuffling each part is sorted, and stays in its place
        int[][] sorted = Epoch(new DatasetBatches<SequenceDataset<int>>(data, data.Count, new TrainingOptions { BatchSize = 4, GroupByLength = true, Shuffle = false }), 0);
        int[] whole = [.. sorted.SelectMany(batch => batch)];
        Assert.Equal(Enumerable.Range(0, 200).OrderBy(data.Length), whole[..200]);
        Assert.Equal(Enumerable.Range(400, 3).OrderBy(data.Length), whole[400..]);
    }

    [Fact]
    public void Sequences_are_drawn_as_often_as_their_weights_say()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(5);
        var batches = new DatasetBatches<SequenceDataset<int>>(data, 5, new TrainingOptions { BatchSize = 2, SamplingWeights = [0, 1, 0, 3, 0] });
        int[] drawn = [.. Enumerable.Range(0, 1000).SelectMany(epoch => Epoch(batches, epoch)).SelectMany(batch => batch)];
        Assert.Equal(5000, drawn.Length);
        Assert.Equal([1, 3], drawn.Distinct().Order());
        Assert.InRange(drawn.Count(i => i == 3), 3600, 3900); // 3750 ± 5 standard deviations
        Assert.Throws<ArgumentException>("options", () => TrainingTask.BinaryModel().Fit(data, new TrainingOptions { SamplingWeights = [1, 2] }));
        Assert.Throws<ArgumentException>("SamplingWeights", () => new TrainingOptions { SamplingWeights = [0, 0] });
        Assert.Throws<ArgumentOutOfRangeException>("SamplingWeights[1]", () => new TrainingOptions { SamplingWeights = [1, -1] });
        Assert.Throws<ArgumentOutOfRangeException>("SamplingWeights[0]", () => new TrainingOptions { SamplingWeights = [double.NaN] });
    }

    private static int[][] Epoch(DatasetBatches<SequenceDataset<int>> batches, int epoch)
    {
        var all = new List<int[]>();
        for (batches.Begin(seed: 3, epoch, skip: 0); batches.MoveNext(CancellationToken.None);)
        {
            all.Add(batches.Indices.ToArray());
        }

        return [.. all];
    }
}
