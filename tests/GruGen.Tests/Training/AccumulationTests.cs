using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

[GruModel(6), Gru(14, Output = SequenceOutput.Final), Dense(1)]
internal sealed partial class AccumulatedRegression;

[GruModel, Embedding(24, 8), Gru(14, Output = SequenceOutput.EveryStep), Dense(24, Activation.Softmax)]
internal sealed partial class AccumulatedLanguage;

[GruModel, Embedding(6, 8), Dropout(0.5), Gru(8, Output = SequenceOutput.Final), Dense(1, Activation.Sigmoid)]
internal sealed partial class AccumulatedDropout;

/// <summary>Steps along the mean gradient of several batches.</summary>
public class AccumulationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_regression_goes_as_with_PyTorch(bool emitted)
    {
        ReferenceFile file = ReferenceFile.OfCase("train_accumulation");
        SequenceModel<float> model = emitted ? new AccumulatedRegression() : new DynamicModel<float>(new AccumulatedRegression().Schema);
        var data = new SequenceDataset<float>(model.Schema);
        for (int i = 0; i < 32; i++)
        {
            data.Add(file["x"].Floats.AsSpan(i * 54, 54), file["y"].Floats.AsSpan(i, 1));
        }

        Compare(model, data, file, new Adam(0.01), clipNorm: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_language_model_goes_as_with_PyTorch_and_the_norm_is_that_of_the_mean(bool emitted)
    {
        ReferenceFile file = ReferenceFile.OfCase("train_accumulation_clip");
        SequenceModel<int> model = emitted ? new AccumulatedLanguage() : new DynamicModel<int>(new AccumulatedLanguage().Schema);
        var data = new SequenceDataset<int>(model.Schema);
        for (int i = 0; i < 16; i++)
        {
            data.AddPerStep(file["x"].Integers.AsSpan(i * 9, 9), file["y"].Integers.AsSpan(i * 9, 9));
        }

        Compare(model, data, file, new Sgd(0.5), clipNorm: 0.4);
    }

    [Fact]
    public void Several_batches_are_one_that_is_so_many_times_as_large()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(24);
        (DynamicModel<int> some, DynamicModel<int> one) = (TrainingTask.BinaryModel(), TrainingTask.BinaryModel());
        var options = new TrainingOptions { Optimizer = new Sgd(0.3), Epochs = 4, Shuffle = false, BatchSize = 4, AccumulatedBatches = 3, ClipNorm = 0.2 };
        History ofSome = some.Fit(data, options), ofOne = one.Fit(data, options with { BatchSize = 12, AccumulatedBatches = 1 });
        AssertNear(one.Parameters.All, some.Parameters.All);
        Assert.Equal(ofOne["loss"][3], ofSome["loss"][3], 1e-6);
    }

    [Fact]
    public void The_last_batches_of_an_epoch_make_a_step_however_few_they_are()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(20);
        (DynamicModel<int> some, DynamicModel<int> one) = (TrainingTask.BinaryModel(), TrainingTask.BinaryModel());
        var options = new TrainingOptions { Optimizer = new Sgd(0.3), Shuffle = false, BatchSize = 4, AccumulatedBatches = 3 };
        some.Fit(data, options);
        using (Trainer<int> trainer = one.BeginTraining(options with { BatchSize = 12, AccumulatedBatches = 1 }))
        {
            trainer.Step(data, [.. Enumerable.Range(0, 12)]);
            trainer.Step(data, [.. Enumerable.Range(12, 8)]);
        }

        AssertNear(one.Parameters.All, some.Parameters.All);
    }

    [Fact]
    public void Batches_that_wait_make_a_step_when_they_are_told_to_and_none_on_other_data()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(12), other = TrainingTask.BinaryData(4, seed: 9);
        DynamicModel<int> model = TrainingTask.BinaryModel(), expected = TrainingTask.BinaryModel();
        var options = new TrainingOptions { Optimizer = new Sgd(0.1), BatchSize = 4, AccumulatedBatches = 3, Shuffle = false };
        using (Trainer<int> trainer = model.BeginTraining(options))
        {
            trainer.CompleteStep();
            trainer.Step(data, [0, 1, 2, 3]);
            Assert.Equal(0, trainer.StepCount);
            trainer.CompleteStep();
            Assert.Equal(1, trainer.StepCount);
        }

        using (Trainer<int> trainer = expected.BeginTraining(options with { AccumulatedBatches = 1 }))
        {
            trainer.Step(data, [0, 1, 2, 3]);
        }

        Assert.Equal(expected.Parameters.All, model.Parameters.All);

        // an epoch that was cancelled leaves nothing to one on other data
        DynamicModel<int> canceled = TrainingTask.BinaryModel(), alone = TrainingTask.BinaryModel();
        using var source = new CancellationTokenSource();
        using (Trainer<int> trainer = canceled.BeginTraining(options with { Callbacks = [new Recorder(_ => source.Cancel())] }))
        {
            Assert.Throws<TrainingCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
            trainer.RunEpoch(other);
        }

        using (Trainer<int> trainer = alone.BeginTraining(options))
        {
            trainer.RunEpoch(other);
        }

        Assert.Equal(alone.Parameters.All, canceled.Parameters.All);
    }

    [Fact]
    public void Every_batch_has_dropout_of_its_own()
    {
        SequenceDataset<int> data = AccumulatedDropout.CreateDataset();
        data.Add([1, 2, 3, 4], label: 1);
        using Trainer<int> trainer = new AccumulatedDropout().BeginTraining(new TrainingOptions { AccumulatedBatches = 3 });
        double[] losses = [trainer.Step(data, [0]), trainer.Step(data, [0])];
        Assert.NotEqual(losses[0], losses[1]);
        Assert.Equal(0, trainer.StepCount);
        trainer.Step(data, [0]);
        Assert.Equal(1, trainer.StepCount);
    }

    [Fact]
    public void Two_models_that_learn_together_accumulate_together()
    {
        EncoderDecoder<int> Models() => ReversalTask.Models(seed: 3);
        (EncoderDecoder<int> some, EncoderDecoder<int> one) = (Models(), Models());
        int[][] sources = [.. Enumerable.Range(0, 14).Select(i => new[] { i % 10, i * 3 % 10, i / 10 })];
        var options = new TrainingOptions { Optimizer = new Sgd(0.3), Epochs = 2, Shuffle = false, BatchSize = 4, AccumulatedBatches = 3, ClipNorm = 0.5 };
        some.Fit(ReversalTask.Pairs(some, sources[..12]), options);
        one.Fit(ReversalTask.Pairs(one, sources[..12]), options with { BatchSize = 12, AccumulatedBatches = 1 });
        AssertNear(one.Encoder.Parameters.All, some.Encoder.Parameters.All);
        AssertNear(one.Decoder.Parameters.All, some.Decoder.Parameters.All);
    }

    [Fact]
    public void What_is_not_finite_is_forgotten_with_the_batches_before_it()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(4);
        var loss = new Steep();
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Loss = loss, Optimizer = new Sgd(0.01), AccumulatedBatches = 2 });
        float[] before = model.Parameters.All.ToArray();
        trainer.Step(data, [0]);
        loss.Slope = 3e38f;
        Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [1, 2]));
        Assert.Equal(before, model.Parameters.All);
        loss.Slope = 0.1f;
        trainer.Step(data, [0]);
        Assert.Equal(0, trainer.StepCount);
        trainer.Step(data, [1]);
        Assert.Equal(1, trainer.StepCount);
    }

    private sealed class Steep() : RowLoss("Steep")
    {
        public float Slope { get; set; } = 0.1f;

        protected internal override void Compute(in OutputRows rows)
        {
            foreach (int row in rows.Counted)
            {
                rows.SetLoss(row, 1);
                rows.Gradients(row)[0] = Slope;
            }
        }
    }

    private static void Compare<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data, ReferenceFile file, Optimizer optimizer, double clipNorm)
        where TInput : unmanaged
    {
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, file[$"init.{TorchName(tensor.Name)}"].Floats);
        }

        (int batch, int batches, int many) = (file.Number("batch"), file.Number("batches"), file.Number("accumulate"));
        double[] losses = file["losses"].Values, norms = file["grad_norms"].Values;
        using (Trainer<TInput> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer, BatchSize = batch, AccumulatedBatches = many, ClipNorm = clipNorm }))
        {
            for (int step = 0, k = 0; step < losses.Length; step++)
            {
                double loss = 0;
                for (int i = 0; i < many; i++, k++)
                {
                    loss += trainer.Step(data, [.. Enumerable.Range(k % batches * batch, batch)]) / many;
                }

                Assert.Equal(step + 1, trainer.StepCount);
                Assert.Equal(losses[step], loss, 1e-5 * losses[step]);
                Assert.Equal(norms[step], trainer.GradientNorm, 1e-4 * norms[step]);
            }
        }

        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] expected = file[$"final.{TorchName(tensor.Name)}"].Values;
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], model.Parameters[tensor.Name][i], 1e-4 * expected.Max(Math.Abs));
            }
        }
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-6);
        }
    }

    /// <summary>gru1 is gru there.</summary>
    private static string TorchName(string name) => name.Replace("1.", ".", StringComparison.Ordinal);
}
