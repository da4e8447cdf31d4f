using GruGen.Tests.Training;

namespace GruGen.Tests.Emitted;

/// <summary>What one may do with a model while it is trained, and what one may not.</summary>
public class FitTests
{
    private static readonly int[] Sequence = [1, 5, 2, 0, 3];

    private static readonly TrainingOptions Options = new() { Optimizer = new Adam(0.05), Epochs = 20, BatchSize = 8 };

    private static readonly SequenceDataset<int> Data = TrainingTask.BinaryData(64);

    [Fact]
    public async Task Predictions_on_another_thread_use_the_weights_of_the_end_of_an_epoch()
    {
        var model = new Trained(seed: 1);
        HashSet<float> one = [], many = [];
        List<float> published = [model.Predict(Sequence)], publishedMany = [PredictMany(model)];
        int count = 0;
        using CancellationTokenSource ended = new();
        Task predictor = Task.Run(() =>
        {
            for (; !ended.IsCancellationRequested; Interlocked.Increment(ref count))
            {
                one.Add(model.Predict(Sequence));
                many.Add(PredictMany(model));
            }
        });

        Listener publish = OnEpochEnd(() =>
        {
            published.Add(model.Predict(Sequence));
            publishedMany.Add(PredictMany(model));
            int before = Volatile.Read(ref count);
            SpinWait.SpinUntil(() => Volatile.Read(ref count) > before || predictor.IsCompleted);
        });
        model.Fit(Data, Options with { Progress = publish });
        float final = model.Predict(Sequence), finalMany = PredictMany(model);
        await ended.CancelAsync();
        await predictor;

        Assert.Equal(Options.Epochs + 1, published.Distinct().Count());
        Assert.All([.. published, .. publishedMany], value => Assert.InRange(value, 0, 1));
        Assert.Subset(published.ToHashSet(), one);
        Assert.Subset(publishedMany.ToHashSet(), many);
        Assert.Equal((published[^1], publishedMany[^1]), (final, finalMany));
        Assert.Equal((model.Clone().Predict(Sequence), PredictMany(model.Clone())), (final, finalMany));
    }

    [Fact]
    public void A_model_is_trained_once_at_a_time()
    {
        Trained model = new(seed: 1), undisturbed = new(seed: 1);
        byte[] file = FileTests.Save(new Trained(seed: 2));
        undisturbed.Fit(Data, Options);

        Listener trainAgain = OnEpochEnd(() =>
        {
            AssertIsTrained(() => model.Fit(Data, Options));
            AssertIsTrained(() => model.BeginTraining().Dispose());
            AssertIsTrained(() => model.LoadParameters(file));
            AssertIsTrained(() => Task.Run(() => model.Fit(Data, Options)).GetAwaiter().GetResult());
        });
        model.Fit(Data, Options with { Progress = trainAgain });

        Assert.Equal(undisturbed.Parameters.All, model.Parameters.All);
        model.Fit(Data, Options with { Epochs = 1 });

        static void AssertIsTrained(Action action) =>
            Assert.Equal("Trained is being trained already.", Assert.Throws<InvalidOperationException>(action).Message);
    }

    [Fact]
    public void A_stream_keeps_the_weights_it_was_opened_with()
    {
        var model = new Trained(seed: 1);
        Trained.StepStream stream = model.OpenStream(), untrained = new Trained(seed: 1).OpenStream();

        model.Fit(Data, Options with { Progress = OnEpochEnd(() => Assert.Equal(untrained.Step(4), stream.Step(4))) });
        Assert.Equal(untrained.Step(2), stream.Step(2));

        // the new weights, on the state so far
        float[] state = new float[stream.StateSize];
        stream.CopyStateTo(state);
        Trained.StepStream trained = model.OpenStream();
        trained.SetState(state);
        stream.Refresh();
        Assert.Equal(trained.Step(2), stream.Step(2));

        // and from zero states
        stream.Reset();
        Assert.Equal(model.OpenStream().Step(2), stream.Step(2));
        Assert.NotEqual(new Trained(seed: 1).OpenStream().Step(2), model.OpenStream().Step(2));
    }

    [Fact]
    public void After_a_training_that_was_cancelled_predictions_are_those_of_what_was_learned()
    {
        var model = new Trained(seed: 1);
        using CancellationTokenSource cancellation = new();

        var cancel = new Listener(progress =>
        {
            if (progress is { Epoch: 2, Batch: 3 })
            {
                cancellation.Cancel();
            }
        });

        Assert.Throws<TrainingCanceledException>(() => model.Fit(Data, Options with { Progress = cancel }, cancellation.Token));

        Assert.Equal(model.Clone().Predict(Sequence), model.Predict(Sequence));
        Assert.NotEqual(new Trained(seed: 1).Predict(Sequence), model.Predict(Sequence));
    }

    private static float PredictMany(Trained model)
    {
        float[] output = new float[1];
        model.Predict([Sequence], output);
        return output[0];
    }

    private static Listener OnEpochEnd(Action action) => new(progress =>
    {
        if (progress.IsEpochEnd)
        {
            action();
        }
    });

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}

/// <summary>A model for the data of <see cref="TrainingTask"/>.</summary>
[GruModel, Embedding(6, 4), Gru(8), Dense(1, Activation.Sigmoid)]
internal sealed partial class Trained;
