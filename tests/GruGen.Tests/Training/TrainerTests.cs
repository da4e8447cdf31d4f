using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void A_step_takes_the_gradient_of_the_mean_loss_over_all_targets_that_count()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel(seed: 3);
        SequenceDataset<float> data = TrainingTask.TaggerData(9);
        var reference = ReferenceModel.Of(model);
        float[] before = model.Parameters.All.ToArray();
        int counted = Enumerable.Range(0, 9).Sum(data.CountedRows);
        double expected = 0;
        for (int i = 0; i < data.Count; i++)
        {
            double[][] x = [.. Enumerable.Range(0, data.Length(i)).Select(t => Batch.Doubles(data.Input(i).Slice(2 * t, 2)))];
            double[][] y = reference.Forward(x);
            double[][] dy = [.. y.Select(row => new double[3])];
            for (int t = 0; t < y.Length; t++)
            {
                int label = data.Label(i, t);
                if (label >= 0)
                {
                    expected -= Math.Log(y[t][label]) / counted;
                    dy[t][label] = -1 / (y[t][label] * counted);
                }
            }

            reference.Backward(dy);
        }

        using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1), BatchSize = 9 });
        double loss = trainer.Step(data, [8, 7, 6, 5, 4, 3, 2, 1, 0]);

        Assert.Equal(expected, loss, 2e-6);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] gradient = reference.Gradients[tensor.Name];
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.Equal(gradient[i], before[tensor.Offset + i] - model.Parameters[tensor.Name][i], 1e-6);
            }
        }
    }

    [Fact]
    public void A_limit_above_the_norm_changes_nothing()
    {
        SequenceDataset<float> data = TrainingTask.TaggerData(9);
        Assert.Equal(Step(limit: 0), Step(limit: 1e6));
        Assert.NotEqual(Step(limit: 0), Step(limit: 1e-3));

        float[] Step(double limit)
        {
            DynamicModel<float> model = TrainingTask.TaggerModel(seed: 3);
            using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1), BatchSize = 9, ClipNorm = limit });
            trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
            return [.. model.Parameters.All];
        }
    }

    [Fact]
    public void A_step_allocates_nothing_once_warm()
    {
        SequenceDataset<float> data = TrainingTask.TaggerData(64);
        foreach (Optimizer optimizer in new Optimizer[] { new Adam(), new Sgd { Momentum = 0.9 } })
        {
            using Trainer<float> trainer = TrainingTask.TaggerModel().BeginTraining(
                new TrainingOptions { Optimizer = optimizer, BatchSize = 16, ClipNorm = 1, Metrics = [Metric.Accuracy], FrozenLayers = ["dense1"] });
            int[] order = [.. Enumerable.Range(0, 64)];
            for (int warm = 0; warm < 8; warm++)
            {
                trainer.Step(data, order.AsSpan(warm * 4, 8 + warm));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int batch = 0; batch < 4; batch++)
            {
                trainer.Step(data, order.AsSpan(batch * 16, 16));
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void An_epoch_goes_through_all_data_in_an_order_of_its_own()
    {
        // learning at a rate of zero, the mean over an epoch is the loss of the data, whatever the order
        SequenceDataset<int> data = TrainingTask.BinaryData(23);
        DynamicModel<int> model = TrainingTask.BinaryModel();
        double expected = model.Evaluate(data).Loss;
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(0), BatchSize = 5 });
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            Assert.Equal(expected, trainer.RunEpoch(data).Loss, 1e-6);
            Assert.Equal(epoch, trainer.EpochCount);
            Assert.Equal(5 * epoch, trainer.StepCount);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(40);
        float[] first = Train(5), again = Train(5), other = Train(6);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        float[] Train(int seed)
        {
            DynamicModel<int> model = TrainingTask.BinaryModel();
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { BatchSize = 8, Seed = seed });
            trainer.RunEpoch(data);
            trainer.RunEpoch(data);
            return model.Parameters.All.ToArray();
        }
    }

    [Fact]
    public void Without_shuffling_batches_follow_the_data()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(10);
        DynamicModel<int> one = TrainingTask.BinaryModel(), other = TrainingTask.BinaryModel();
        using (Trainer<int> trainer = one.BeginTraining(new TrainingOptions { BatchSize = 4, Shuffle = false }))
        {
            trainer.RunEpoch(data);
        }

        using (Trainer<int> trainer = other.BeginTraining(new TrainingOptions { BatchSize = 4 }))
        {
            trainer.Step(data, [0, 1, 2, 3]);
            trainer.Step(data, [4, 5, 6, 7]);
            trainer.Step(data, [8, 9]);
        }

        Assert.Equal(one.Parameters.All, other.Parameters.All);
    }

    [Fact]
    public void Clipping_scales_the_gradient_to_the_limit()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        DynamicModel<int> free = TrainingTask.BinaryModel(), clipped = TrainingTask.BinaryModel();
        float[] before = free.Parameters.All.ToArray();
        double norm = Step(free, 0), limit = norm / 4;
        Assert.Equal(norm, Step(clipped, limit));
        for (int i = 0; i < before.Length; i++)
        {
            double moved = (free.Parameters.All[i] - before[i]) * limit / (norm + 1e-6);
            Assert.Equal(moved, clipped.Parameters.All[i] - before[i], 1e-6);
        }

        double Step(DynamicModel<int> model, double clipNorm)
        {
            using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1), ClipNorm = clipNorm });
            trainer.Step(data, [0, 1, 2, 3, 4, 5, 6, 7]);
            return trainer.GradientNorm;
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_the_step_and_changes_nothing()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = model.BeginTraining();
        trainer.Step(data, [0, 1, 2, 3]);
        model.Parameters.Set("dense1.bias", [float.NaN]);
        float[] before = model.Parameters.All.ToArray();

        string message = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [4, 5, 6, 7])).Message;
        Assert.Contains("loss of step 2 (epoch 1) is NaN", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.All);
        Assert.Equal(1, trainer.StepCount);

        model.Parameters.Set("dense1.bias", [0]);
        Assert.True(double.IsFinite(trainer.Step(data, [4, 5, 6, 7])));
    }

    [Fact]
    public void A_batch_in_which_nothing_counts_changes_nothing()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel();
        var data = new SequenceDataset<float>(TrainingTask.Tagger);
        data.AddPerStep([1, 2], [-1]);
        data.AddPerStep([], labels: []);
        float[] before = model.Parameters.All.ToArray();
        using Trainer<float> trainer = model.BeginTraining();
        Assert.Equal(0, trainer.Step(data, [0, 1]));
        Assert.Equal(0, trainer.StepCount);
        Assert.Equal(before, model.Parameters.All);
    }

    [Fact]
    public void Memory_grows_with_longer_sequences_and_larger_batches()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining();
        trainer.Step(data, [0]);
        data.Add(Enumerable.Repeat(1, 50).ToArray(), label: 1);
        Assert.True(double.IsFinite(trainer.Step(data, [0, 1, 2, 3, 8, 8, 8, 8, 8, 8, 8, 8])));
    }

    [Fact]
    public void A_model_has_one_trainer_at_a_time()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        Trainer<int> trainer = model.BeginTraining();
        Assert.Contains("Binary", Assert.Throws<InvalidOperationException>(() => model.BeginTraining()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.Fit(data));
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Step(data, [0]));
        Assert.Throws<ObjectDisposedException>(() => trainer.RunEpoch(data));
        model.Fit(data);
    }

    [Fact]
    public void Predictions_change_when_weights_are_published()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        float before = Predict();
        using (Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Optimizer = new Sgd(1) }))
        {
            trainer.Step(data, [0, 1, 2, 3]);
            Assert.Equal(before, Predict());
            trainer.Publish();
            float published = Predict();
            Assert.NotEqual(before, published);
            trainer.Step(data, [0, 1, 2, 3]);
            Assert.Equal(published, Predict());
            before = published;
        }

        Assert.NotEqual(before, Predict());

        float Predict()
        {
            float[] output = new float[1];
            model.Predict([1, 2, 3], output);
            return output[0];
        }
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(8);
        using Trainer<int> trainer = TrainingTask.BinaryModel().BeginTraining(new TrainingOptions { BatchSize = 2 });
        Assert.Equal("indices", Assert.Throws<ArgumentException>(() => trainer.Step(data, [])).ParamName);
        Assert.Equal("indices", Assert.Throws<ArgumentException>(() => trainer.Step(data, [0, 1, 2])).ParamName);
        Assert.Equal("indices", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(data, [8])).ParamName);
        Assert.Equal("indices", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(data, [-1])).ParamName);
        Assert.Equal("data", Assert.Throws<ArgumentException>(() => trainer.Step(new SequenceDataset<int>(TrainingTask.Binary), [0])).ParamName);
        Assert.Throws<ArgumentNullException>(() => trainer.Step(null!, [0]));
        Assert.Throws<ArgumentNullException>(() => ((SequenceModel<int>)null!).BeginTraining());
        Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.LearningRate = -1).ParamName);

        var other = new SequenceDataset<int>(ModelSchema.ForTokens("Other", LayerSchema.Embedding(7, 1), LayerSchema.Gru(1, SequenceOutput.Final)));
        other.Add([6], target: [1]);
        string message = Assert.Throws<ArgumentException>(() => trainer.Step(other, [0])).Message;
        Assert.Contains("vocabulary of 7", message, StringComparison.Ordinal);
        Assert.Contains("vocabulary of 6", message, StringComparison.Ordinal);
    }
}
