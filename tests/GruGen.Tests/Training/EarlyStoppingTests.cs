namespace GruGen.Tests.Training;

/// <summary>Training that ends when it no longer becomes better.</summary>
public class EarlyStoppingTests
{
    [Fact]
    public void Early_stopping_gives_the_weights_of_the_best_epoch_back()
    {
        var stopping = new EarlyStopping { Patience = 3 };
        DynamicModel<int> model = TrainingTask.BinaryModel();
        var options = new TrainingOptions { Optimizer = new Sgd(25), Epochs = 60, BatchSize = 4, ValidationData = TrainingTask.BinaryData(20, seed: 9), Callbacks = [stopping] };
        History history = model.Fit(TrainingTask.BinaryData(40), options);
        IReadOnlyList<double> measured = history["val_loss"];
        int best = measured.Index().MinBy(pair => pair.Item).Index + 1;
        Assert.Equal((best, measured[best - 1]), (stopping.BestEpoch, stopping.BestValue));
        Assert.Equal(Math.Min(best + 3, 60), history.Epochs);
        Assert.True(history.Epochs < 60);
        Assert.Equal(stopping.BestValue, model.Evaluate(TrainingTask.BinaryData(20, seed: 9)).Loss);

        // as Keras by default: the weights of the last epoch stay
        DynamicModel<int> last = TrainingTask.BinaryModel();
        last.Fit(TrainingTask.BinaryData(40), options with { Callbacks = [new EarlyStopping { Patience = 3, RestoreBestWeights = false }] });
        Assert.Equal(measured[^1], last.Evaluate(TrainingTask.BinaryData(20, seed: 9)).Loss);
    }

    [Fact]
    public void A_cancelled_training_keeps_its_last_weights_and_goes_on_from_them()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        DynamicModel<int> whole = TrainingTask.BinaryModel(), parts = TrainingTask.BinaryModel();
        TrainingOptions Options(params TrainingCallback[] more) => new()
        {
            Optimizer = new Sgd(25),
            Epochs = 6,
            BatchSize = 8,
            Callbacks = [new EarlyStopping { Monitor = "loss", Patience = 9 }, .. more],
        };
        whole.Fit(data, Options());
        using var source = new CancellationTokenSource();
        using (Trainer<int> trainer = parts.BeginTraining(Options(new Recorder(run => CancelAt(run)))))
        {
            TrainingCanceledException canceled = Assert.Throws<TrainingCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
            Assert.Equal(2, canceled.History.Epochs);
            trainer.Fit(data);
        }

        Assert.Equal(whole.Parameters.All, parts.Parameters.All);

        void CancelAt(TrainingRun run)
        {
            if (run.StepCount == 10)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void The_best_weights_come_back_however_training_ends()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(32);
        foreach (Exception? cause in new Exception?[] { null, new IOException("full"), new NotFiniteNumberException("far") })
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            var stopping = new EarlyStopping { Monitor = "val_loss", Patience = 99 };
            using var source = new CancellationTokenSource();
            var options = new TrainingOptions
            {
                Optimizer = new Sgd(25),
                Epochs = 12,
                BatchSize = 8,
                ValidationData = data,
                Callbacks = [stopping, new Recorder(run => Interrupt(run))],
            };
            Exception thrown = Assert.ThrowsAny<Exception>(() => model.Fit(data, options, source.Token));
            Assert.Equal(cause?.GetType() ?? typeof(TrainingCanceledException), thrown.GetType());
            Assert.InRange(stopping.BestEpoch, 1, 9);
            Assert.Equal(stopping.BestValue, model.Evaluate(data).Loss);

            void Interrupt(TrainingRun run)
            {
                if (run.StepCount == 38)
                {
                    source.Cancel();
                    throw cause ?? new OperationCanceledException();
                }
            }
        }
    }

    [Theory]
    [InlineData("val_loss", "is not measured; measured are loss, accuracy")]
    [InlineData("acuracy", "is not measured")]
    [InlineData("own", "LargerIsBetter")]
    public void A_value_that_is_not_measured_or_not_understood_is_refused(string name, string expected)
    {
        var options = new TrainingOptions { Metrics = [Metric.Accuracy, new Own()], Callbacks = [new EarlyStopping { Monitor = name }] };
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), options)).Message, StringComparison.Ordinal);
        var larger = new EarlyStopping { Monitor = "own", LargerIsBetter = true, StartFromEpoch = 2 };
        TrainingTask.BinaryModel().Fit(TrainingTask.BinaryData(8), options with { Epochs = 5, Callbacks = [larger] });
        Assert.Equal((2, 1.0), (larger.BestEpoch, larger.BestValue));
    }

    [Fact]
    public void Two_models_that_learn_together_stop_early_too()
    {
        EncoderDecoder<int> models = ReversalTask.Models(seed: 3);
        int[][] sources = [.. Enumerable.Range(0, 12).Select(i => new[] { i % 10, i * 3 % 10, i / 10 })];
        PairDataset<int> data = ReversalTask.Pairs(models, sources[..8]), validation = ReversalTask.Pairs(models, sources[8..]);
        var stopping = new EarlyStopping { Patience = 2 };
        var options = new TrainingOptions { Optimizer = new Sgd(3), Epochs = 30, BatchSize = 4, ValidationData = validation, Callbacks = [stopping] };
        History history = models.Fit(data, options);
        Assert.InRange(history.Epochs, 3, 29);
        using (var trainer = new PairTrainer<int>(models, options))
        {
            Assert.Equal(stopping.BestValue, trainer.Evaluate(validation, 0, 4, CancellationToken.None).Loss);
        }

        Assert.Throws<ArgumentException>("options", () => models.Fit(data, options with { Callbacks = [new Checkpoint("x")] }));
    }

    private sealed class Own() : MeanMetric("own")
    {
        protected override double Sum(in OutputRows rows) => rows.Counted.Count;
    }
}
