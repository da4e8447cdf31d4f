using System.Reflection;

namespace GruGen.Tests.Training;

/// <summary>
/// A training that is saved at any moment and goes on in another trainer ends in the bits of one that was never interrupted.
/// </summary>
public class ResumeTests
{
    private const int Epochs = 2;

    /// <summary>All that the library has, with their defaults, and some that keep more.</summary>
    private static readonly Optimizer[] s_optimizers =
    [
        .. typeof(Optimizer).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Optimizer)))
            .Select(type => (Optimizer)type.GetConstructors()[0].Invoke(BindingFlags.OptionalParamBinding, null, [Type.Missing], null)),
        new Sgd(0.1) { Momentum = 0.9 }, new RmsProp { Momentum = 0.5, Centered = true }, new Adam(0.01) { Lazy = true },
    ];

    public static TheoryData<string> Optimizers => [.. s_optimizers.Select(optimizer => optimizer.ToString()!)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Streams_with_accumulation_go_on_at_any_batch(string optimizer)
    {
        SequenceModel<int> Model() => new DynamicModel<int>(new TruncatedTwo().Schema, seed: 2);
        SequenceModel<int> model = Model();
        SequenceDataset<int> data = model.CreateStreamDataset([.. Enumerable.Range(0, 120).Select(i => i * i % 13)], streams: 2, steps: 6);
        AssertGoesOn(Model, data, Options(optimizer) with { AccumulatedBatches = 3, ClipNorm = 0.5 });
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Sequences_in_a_random_order_go_on_at_any_batch(string optimizer) =>
        AssertGoesOn(() => TrainingTask.BinaryModel(seed: 2), TrainingTask.BinaryData(30), Options(optimizer) with { BatchSize = 4, GroupByLength = true, Metrics = [Metric.Accuracy] });

    [Fact]
    public void So_do_drawn_sequences_and_sources_and_dropout()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(30);
        TrainingOptions options = Options(new Adam().ToString()!) with { BatchSize = 4, AccumulatedBatches = 2 };
        AssertGoesOn(() => new AccumulatedDropout(seed: 1), data, options with { SamplingWeights = [.. Enumerable.Range(0, 30).Select(i => i % 4)] });
        var source = new SequenceSource<int, int>(() => Enumerable.Range(0, 30), (batch, i) => batch.Add(data.Input(i), data.Label(i, 0))) { ShuffleBuffer = 7 };
        AssertGoesOn(() => new AccumulatedDropout(seed: 1), (trainer, token) => trainer.Fit(source, cancellationToken: token), options);
    }

    [Fact]
    public void A_file_is_for_the_batches_that_it_was_saved_among()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(30);
        byte[] file = SavedAfter(2, () => TrainingTask.BinaryModel(), (trainer, token) => trainer.Fit(data, cancellationToken: token), Options(new Adam().ToString()!) with { BatchSize = 4 });
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions { Optimizer = new Adam(), BatchSize = 5 });
        trainer.Restore(new MemoryStream(file));
        Assert.Contains("30 sequences, 4 a batch", Assert.Throws<InvalidOperationException>(() => trainer.RunEpoch(data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_epoch_goes_on_with_the_same_data_and_begins_anew_with_other_data()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(30);
        using var source = new CancellationTokenSource();
        int batches = 0;
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions
        {
            BatchSize = 4,
            Epochs = 2,
            Callbacks = [new Recorder(run => CancelAfter(3))],
        });
        Assert.Throws<TrainingCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        Assert.Equal((3, 0), (trainer.StepCount, trainer.EpochCount));
        trainer.RunEpoch(data);
        Assert.Equal((8, 1), (trainer.StepCount, trainer.EpochCount));
        trainer.RunEpoch(TrainingTask.BinaryData(8));
        Assert.Equal((10, 2), (trainer.StepCount, trainer.EpochCount));

        void CancelAfter(int count)
        {
            if (++batches == count)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void A_bit_that_has_turned_over_is_noticed()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(30);
        TrainingOptions options = Options(new Adam().ToString()!) with { BatchSize = 4, Metrics = [Metric.Accuracy] };
        byte[] file = SavedAfter(2, () => TrainingTask.BinaryModel(), (trainer, token) => trainer.Fit(data, cancellationToken: token), options);
        using Trainer<int> trainer = TrainingTask.BinaryModel(seed: 5).BeginTraining(options);
        byte[] before = Saved(trainer);
        var random = new RandomSource(7);
        int header = (int)BitConverter.ToInt64(file);
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. file];
            int place = i % 2 == 0 ? random.NextInt32(file.Length) : 8 + random.NextInt32(header);
            damaged[place] ^= (byte)(1 << random.NextInt32(8));
            try
            {
                trainer.Restore(new MemoryStream(damaged));
            }
            catch (InvalidDataException)
            {
                Assert.Equal(before, Saved(trainer));
                continue;
            }

            Assert.Fail($"The change of byte {place}, '{(char)file[place]}' to '{(char)damaged[place]}', went unnoticed.");
        }
    }

    [Fact]
    public void What_no_trainer_writes_is_refused_and_nothing_changes()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(30);
        TrainingOptions options = Options(new Adam().ToString()!) with { BatchSize = 4, AccumulatedBatches = 3, Metrics = [Metric.Accuracy] };
        byte[] file = SavedAfter(2, () => TrainingTask.BinaryModel(), (trainer, token) => trainer.Fit(data, cancellationToken: token), options);
        using Trainer<int> trainer = TrainingTask.BinaryModel(seed: 5).BeginTraining(options);
        byte[] before = Saved(trainer);
        foreach ((string key, string value) in new[]
        {
            ("epoch", "-1"), ("epoch", "x"), ("seed", ""), ("position", "1 2"), ("position", "-1 30 4"), ("position", "1e99 30 4"), ("metrics", "mae"),
            ("losses", "1"), ("losses", "1 1 -5"), ("history.loss", "1 2 3"), ("accumulated", "0"), ("accumulated", "3 1"), ("accumulated", "1 6"), ("accumulated", "1 2 2"),
            ("accumulated", ""), ("step", "-1"), ("learning_rate", "NaN"), ("callback.EarlyStopping.0", "loss 1 2"), ("callback.EarlyStopping.0", "loss x y z"),
        })
        {
            Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(With(file, key, value))));
            Assert.Equal(before, Saved(trainer));
        }

        trainer.Restore(new MemoryStream(file));
        Assert.NotEqual(before, Saved(trainer));
    }

    private static TrainingOptions Options(string optimizer) => new()
    {
        Optimizer = s_optimizers.First(candidate => candidate.ToString() == optimizer),
        Epochs = Epochs,
        Seed = 4,
        Callbacks = [new EarlyStopping { Monitor = "loss", Patience = 5 }],
    };

    private static void AssertGoesOn(Func<SequenceModel<int>> model, SequenceDataset<int> data, TrainingOptions options) =>
        AssertGoesOn(model, (trainer, token) => trainer.Fit(data, cancellationToken: token), options);

    private static void AssertGoesOn(Func<SequenceModel<int>> model, Func<Trainer<int>, CancellationToken, History> fit, TrainingOptions options)
    {
        (byte[] expected, History history, int batches) = Train(model(), fit, options, saved: null);
        Assert.True(batches > 8);
        for (int at = 1; at < batches; at++)
        {
            byte[] file = SavedAfter(at, model, fit, options);
            (byte[] actual, History own, int rest) = Train(model(), fit, options with { Seed = 77 }, file);
            Assert.Equal(batches, at + rest);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"Other bits after going on at batch {at}.");
            Assert.All(history.Names, name => Assert.Equal(history[name], own[name]));
        }
    }

    /// <summary>Trains to the end. Returns the parameters.</summary>
    private static (byte[] Parameters, History History, int Batches) Train(
        SequenceModel<int> model, Func<Trainer<int>, CancellationToken, History> fit, TrainingOptions options, byte[]? saved)
    {
        int batches = 0;
        History history;
        using (Trainer<int> trainer = model.BeginTraining(options with { Callbacks = [Fresh(), new Recorder(_ => batches++)] }))
        {
            if (saved is not null)
            {
                trainer.Restore(new MemoryStream(saved));
            }

            history = fit(trainer, CancellationToken.None);
        }

        return (System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters.All).ToArray(), history, batches);
    }

    private static byte[] SavedAfter(int batches, Func<SequenceModel<int>> model, Func<Trainer<int>, CancellationToken, History> fit, TrainingOptions options)
    {
        using var source = new CancellationTokenSource();
        int left = batches;
        byte[] file = [];
        Trainer<int>? trainer = null;
        using (trainer = model().BeginTraining(options with { Callbacks = [Fresh(), new Recorder(_ => SaveAtLast())] }))
        {
            Assert.Throws<TrainingCanceledException>(() => fit(trainer, source.Token));
        }

        return file;

        void SaveAtLast()
        {
            if (--left == 0)
            {
                file = Saved(trainer!);
                source.Cancel();
            }
        }
    }

    private static EarlyStopping Fresh() => new() { Monitor = "loss", Patience = 5 };

    private static byte[] Saved(Trainer<int> trainer)
    {
        using var stream = new MemoryStream();
        trainer.Save(stream);
        return stream.ToArray();
    }

    private static byte[] With(byte[] bytes, string key, string value)
    {
        SafetensorsFile file = SafetensorsFile.Read(bytes);
        Dictionary<string, string> metadata = new(file.Metadata, StringComparer.Ordinal) { [key] = value };
        using var stream = new MemoryStream();
        EditedFile.Save(stream, file.Tensors, metadata);
        return stream.ToArray();
    }
}
