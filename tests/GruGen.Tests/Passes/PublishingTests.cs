using System.Collections.Concurrent;
using GruGen.Kernels;

namespace GruGen.Tests.Passes;

/// <summary>
/// Weights for those who predict: a table that nobody changes is there once, and one that training changes twice, however often it is
/// published; and whoever predicts meanwhile sees what was published, whole.
/// </summary>
public class PublishingTests
{
    private const long Table = 4L * LargeTable.InputSize * 16; // bytes, nearly all of the model

    private static readonly int[] Sequence = [.. Enumerable.Range(0, 500).Select(i => i * 97 % LargeTable.InputSize)];

    [Fact]
    public void Loading_takes_the_memory_of_the_model_once()
    {
        var model = new LargeTable(seed: 1);
        using var file = new MemoryStream();
        model.Save(file);
        file.Position = 0;
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, file.ToArray());
        try
        {
            LargeTable? fromStream = null, fromPath = null, clone = null;

            Assert.InRange(Allocated(() => fromStream = LargeTable.Load(file)), Table, 1.1 * Table);
            Assert.InRange(Allocated(() => fromPath = LargeTable.Load(path)), Table, 1.1 * Table);
            Assert.InRange(Allocated(() => clone = model.Clone()), Table, 1.1 * Table);
            Assert.All([fromStream!, fromPath!, clone!], copy => Assert.Equal(model.Parameters.All, copy.Parameters.All));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Predictions_read_the_table_where_it_is()
    {
        var model = new LargeTable(seed: 1);

        Assert.InRange(Allocated(() => model.Predict(Sequence)), 0, 0.1 * Table);
        Assert.InRange(Allocated(() => model.OpenStreams(10).Step(Sequence.AsSpan(0, 10), new float[10])), 0, 0.1 * Table);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_epoch_takes_no_memory_for_the_table(bool validates)
    {
        var model = new LargeTable(seed: 1);
        SequenceDataset<int> data = Data();
        long few = Allocated(() => Fit(epochs: 2)), many = Allocated(() => Fit(epochs: 12));

        Assert.InRange(few, 2 * Table, 2.2 * Table); // gradients, and what is published
        Assert.InRange(many - few, -0.1 * Table, 0.1 * Table);

        void Fit(int epochs) => model.Fit(
            data, new TrainingOptions { Optimizer = new Sgd(0.1), Epochs = epochs, BatchSize = 4, ValidationSplit = validates ? 0.5 : 0 });
    }

    [Fact]
    public void What_reads_the_table_keeps_it_when_it_changes()
    {
        LargeTable model = new(seed: 1), twin = new(seed: 1);
        LargeTable.StepStream stream = model.OpenStream(), expected = twin.OpenStream();
        StreamGroup<int> group = model.OpenStreams(1), expectedGroup = twin.OpenStreams(1);
        float before = twin.Predict(Sequence);
        Assert.Equal(before, model.Predict(Sequence));

        model.Parameters.Set("embedding.weight", new float[LargeTable.InputSize * 16]);
        AssertSteps();
        Assert.NotEqual(before, model.Predict(Sequence));

        model.LoadParameters(new MemoryStream(Saved(twin)));
        AssertSteps();
        Assert.Equal(before, model.Predict(Sequence));

        List<float>[] seen = [[], [], []]; // in epoch 1 and 2, and at their ends
        model.Fit(Data(), new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 4,
            Progress = new Listener(progress => seen[progress.IsEpochEnd ? progress.Epoch : progress.Epoch - 1].Add(model.Predict(Sequence))),
        });
        AssertSteps();
        float after = model.Predict(Sequence);
        Assert.Equal([before, after], [Assert.Single(seen[0].Distinct()), Assert.Single(seen[2])]);
        Assert.DoesNotContain(Assert.Single(seen[1].Distinct()), (float[])[before, after]);

        stream.Reset();
        Assert.Equal(LargeTable.Load(Saved(model)).OpenStream().Step(7), stream.Step(7));

        void AssertSteps()
        {
            for (int i = 0; i < 20; i++)
            {
                float[] output = new float[1], expectedOutput = new float[1];
                group.Step([Sequence[i]], output);
                expectedGroup.Step([Sequence[i]], expectedOutput);
                Assert.Equal(expectedOutput, output);
                Assert.Equal(expected.Step(Sequence[i]), stream.Step(Sequence[i]));
            }
        }
    }

    [Fact]
    public void A_table_is_written_again_only_where_nobody_reads_it()
    {
        var model = new LargeTable(seed: 1);
        SequenceDataset<int> data = Data();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { BatchSize = 4 });
        PackedWeights first = model.Weights.Enter();
        float[] values = first.Table.Span.ToArray();
        PackedWeights second = Published();
        Assert.NotSame(first.Table, second.Table);

        first.Leave();
        second.Leave();
        PackedWeights third = Published();
        Assert.Same(second.Table, third.Table);
        Assert.False(second.TryEnter());
        Assert.False(second.TryKeep());
        Assert.Equal(values, first.Table.Span.ToArray());

        third.Leave();
        Assert.Same(third, model.Weights.Current()); // for good
        Assert.NotSame(third.Table, Published().Table);
        Assert.True(third.TryEnter());

        PackedWeights Published()
        {
            trainer.Step(data, [0, 1, 2, 3]);
            trainer.Publish();
            return model.Weights.Enter();
        }
    }

    public static TheoryData<Optimizer, bool> Optimizers => new()
    {
        { new Adam(0.01) { Lazy = true }, true }, { new Sgd(0.1), true }, { new Adam(0.01), false }, { new Sgd(0.1) { Momentum = 0.9 }, false },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_table_of_which_few_rows_change_is_published_by_these(Optimizer optimizer, bool fewRows)
    {
        var model = new LargeTable(seed: 1);
        SequenceDataset<int> data = Data();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, BatchSize = 4 });
        using var file = new MemoryStream();
        trainer.Save(file);
        const int Unused = 16 * (LargeTable.InputSize - 1); // the vector of a token that no batch has
        Assert.DoesNotContain(LargeTable.InputSize - 1, Sequence);
        for (int i = 0; i < 6; i++)
        {
            trainer.Step(data, [i, i + 1]);
            trainer.Step(data, [i + 2]);
            if (i == 2)
            {
                model.Parameters.Set("embedding.weight", [.. model.Parameters["embedding.weight"].ToArray().Reverse()]);
            }

            if (i == 4)
            {
                file.Position = 0;
                trainer.Restore(file); // which publishes
            }

            AssertPublished(keepsRows: i != 2);
        }

        void AssertPublished(bool keepsRows)
        {
            Span<float> table = Entered().Table.Span;
            float before = table[Unused];
            table[Unused] = 7; // which stays where the row is not copied
            trainer.Publish();
            table = Entered().Table.Span;
            if (fewRows && keepsRows)
            {
                Assert.Equal(7, table[Unused]);
                table[Unused] = before;
            }

            Assert.Equal(model.Parameters["embedding.weight"], table[..(LargeTable.InputSize * 16)]);
        }

        PackedWeights Entered()
        {
            PackedWeights weights = model.Weights.Enter();
            weights.Leave();
            return weights;
        }
    }

    [Fact]
    public async Task Predictions_between_two_publications_are_of_the_first()
    {
        var model = new LargeTable(seed: 1);
        SequenceDataset<int> data = Data();
        var published = new ConcurrentDictionary<float, bool> { [One()] = true };
        var seen = new ConcurrentBag<float>();
        using var stop = new CancellationTokenSource();
        using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 4 }))
        {
            Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    seen.Add(One());
                }
            }))];
            for (int i = 0; i < 60; i++)
            {
                trainer.Step(data, [0, 1, 2, 3]);
                float before = One();
                Assert.True(published.ContainsKey(before), "A step shows before it is published.");
                trainer.Publish();
                published[One()] = true;
            }

            SpinWait.SpinUntil(() => !seen.IsEmpty); // on a busy machine the readers may begin late
            await stop.CancelAsync();
            await Task.WhenAll(readers);
        }

        Assert.Equal(61, published.Count);
        Assert.NotEmpty(seen);
        Assert.All(seen.Distinct(), output => Assert.True(published.ContainsKey(output), "A prediction is of no publication."));

        float One()
        {
            float[] output = new float[1];
            model.Predict([Sequence], output);
            return output[0];
        }
    }

    private static SequenceDataset<int> Data()
    {
        SequenceDataset<int> data = LargeTable.CreateDataset();
        for (int i = 0; i < 16; i++)
        {
            data.Add(Sequence.AsSpan(i, 50), label: i % 2);
        }

        return data;
    }

    private static byte[] Saved(LargeTable model)
    {
        using var file = new MemoryStream();
        model.Save(file);
        return file.ToArray();
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}

/// <summary>A model that is little but its table.</summary>
[GruModel]
[Embedding(50_000, 16)]
[Gru(4)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class LargeTable;
