using GruGen.Kernels;
using GruGen.Tests.Emitted;

namespace GruGen.Tests.Training;

/// <summary>The tensors of a batch normalisation stay as they are in training, whatever else it does, and files bring them.</summary>
public class BatchNormTests
{
    [Fact]
    public void No_training_changes_them_and_all_other_tensors_learn()
    {
        foreach (TrainingOptions options in (TrainingOptions[])
        [
            new() { Optimizer = new Adam(0.01) },
            new() { Optimizer = new Sgd(0.1) { Momentum = 0.9, L2 = 0.1, DecaysAll = true }, ClipNorm = 0.5 },
            new() { Optimizer = new AdamW(0.01) { WeightDecay = 0.1, DecaysAll = true }, AverageDecay = 0.9 },
            new() { ClipTensorNorm = 0.1, AccumulatedBatches = 2, MaxDegreeOfParallelism = 2 },
            new() { ClipValue = 0.01, FrozenLayers = ["batchnorm2"], ParameterGroups = [new ParameterGroup("batchnorm1") { LearningRateFactor = 2 }] },
        ])
        {
            WithBatchNorm before = Model(), model = Model();
            model.Fit(TrainingTask.Data<float>(model.Schema), options with { Epochs = 2, BatchSize = 4 });
            Assert.All(model.Schema.Tensors, tensor =>
            {
                Assert.Equal(tensor.Name.StartsWith("batchnorm", StringComparison.Ordinal), tensor.IsFrozen);
                Assert.Equal(tensor.IsFrozen, model.Parameters[tensor.Name].SequenceEqual(before.Parameters[tensor.Name]));
            });
        }
    }

    [Fact]
    public void Their_gradients_are_zeros_and_count_in_no_norm()
    {
        WithBatchNorm model = Model();
        SequencePass<float> pass = model.CreatePass(3, 4);
        var random = new RandomSource(2);
        float[] inputs = [.. Enumerable.Range(0, 3 * 4 * 5).Select(_ => random.NextUniform(1))], gradients = new float[inputs.Length];
        pass.Forward(inputs, 3, 4, []);
        pass.Backward([.. Enumerable.Repeat(1f, 9)], inputGradients: gradients);
        double sum = 0;
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double squares = pass.Gradient(tensor.Name).ToArray().Sum(value => (double)value * value);
            Assert.Equal(tensor.IsFrozen, squares == 0);
            sum += squares;
        }

        Assert.Equal(Math.Sqrt(sum), pass.GradientNorm, 1e-6);
        Assert.All(gradients, value => Assert.NotEqual(0, value)); // which have come through it
    }

    [Fact]
    public void A_check_of_gradients_leaves_them_out()
    {
        GradientCheck check = GradientCheck.Run(Model(), TrainingTask.Data<float>(Model().Schema), samples: 8);
        Assert.True(check.Passed(), check.ToString());
        Assert.Equal(Model().Schema.Tensors.Where(tensor => !tensor.IsFrozen).Select(tensor => tensor.Name).Order(), check.Tensors.Select(tensor => tensor.Name).Order());
    }

    [Fact]
    public void A_training_that_was_saved_goes_on_to_the_same_bits()
    {
        WithBatchNorm whole = Model(), half = Model();
        SequenceDataset<float> data = TrainingTask.Data<float>(whole.Schema);
        var options = new TrainingOptions { Optimizer = new Adam(0.01), BatchSize = 4, AverageDecay = 0.9 };
        using (Trainer<float> trainer = whole.BeginTraining(options))
        {
            trainer.RunEpoch(data);
            trainer.RunEpoch(data);
        }

        using var file = new MemoryStream();
        using (Trainer<float> trainer = half.BeginTraining(options))
        {
            trainer.RunEpoch(data);
            trainer.Save(file);
        }

        file.Position = 0;
        var other = new WithBatchNorm(seed: 8);
        using (Trainer<float> trainer = other.BeginTraining(options))
        {
            trainer.Restore(file);
            trainer.RunEpoch(data);
        }

        Assert.Equal(whole.Parameters.All, other.Parameters.All);
    }

    /// <summary>A module <c>bn</c> of PyTorch has a count of batches beside its averages.</summary>
    [Fact]
    public void A_state_dictionary_of_PyTorch_is_read_with_its_count_of_batches()
    {
        using var saved = new MemoryStream();
        WithBatchNorm model = Model(), read = new(seed: 5);
        model.Save(saved);
        byte[] bytes = saved.ToArray();
        int header = (int)BitConverter.ToInt64(bytes);
        string json = System.Text.Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' ');
        int data = bytes.Length - 8 - header;
        json = json.Replace("batchnorm1.", "bn.", StringComparison.Ordinal)[..^1]
            + $",\"bn.num_batches_tracked\":{{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[{data},{data + 8}]}}}}";
        json = System.Text.RegularExpressions.Regex.Replace(json, "\"__metadata__\":\\{[^}]*\\},", "");
        json = json.PadRight((json.Length + 7) / 8 * 8);
        byte[] file = [.. BitConverter.GetBytes((long)json.Length), .. System.Text.Encoding.UTF8.GetBytes(json), .. bytes.AsSpan(8 + header), .. BitConverter.GetBytes(7L)];

        TensorNames names = read.LoadParameters(file);

        Assert.Equal(model.Parameters.All, read.Parameters.All);
        Assert.Equal("bn.running_var", names["batchnorm1.running_var"]);
        string message = Assert.Throws<InvalidDataException>(() => new WithPReLU().LoadParameters(file)).Message;
        Assert.Contains("bn.num_batches_tracked", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_epsilon_is_refused()
    {
        using var saved = new MemoryStream();
        Model().Save(saved);
        string message = Assert.Throws<InvalidDataException>(() => WithOtherEpsilon.Load(saved.ToArray())).Message;
        Assert.Contains("'epsilon' of batchnorm2 is 0.001 in the file, but 1E-05 in the model", message, StringComparison.Ordinal);
    }

    /// <summary>A model with averages that are not those it starts with.</summary>
    private static WithBatchNorm Model()
    {
        var model = new WithBatchNorm(seed: 3);
        var random = new RandomSource(6);
        foreach (TensorSchema tensor in model.Schema.Tensors.Where(tensor => tensor.IsFrozen))
        {
            model.Parameters.Set(tensor.Name, [.. model.Parameters[tensor.Name].ToArray().Select(value => value + random.NextUniform(0.5f))]);
        }

        return model;
    }
}

[GruModel(inputSize: 5), BatchNorm, Gru(17), BatchNorm, Gru(6), BatchNorm, Dense(3)]
internal sealed partial class WithOtherEpsilon;
