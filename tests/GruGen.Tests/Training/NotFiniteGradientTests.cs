
namespace GruGen.Tests.Training;

/// <summary>A gradient can overflow where the loss does not: such a step is refused before any parameter has changed.</summary>
public class NotFiniteGradientTests
{
    /// <summary>
    /// All weights are zero, so h is, and the output is the last bias, 0. Beside a target of −10¹⁵ the loss is 10³⁰; the gradient of the
    /// state, 2·10¹⁵ times a weight of 10³⁰, is more than a float holds.
    /// </summary>
    [Fact]
    public void A_trainer_names_the_step_and_changes_nothing()
    {
        ModelSchema schema = ModelSchema.ForFeatures("Steep", 1, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(1));
        DynamicModel<float> model = Zeroed<float>(schema);
        model.Parameters.Set("dense1.weight", [1e30f, -1e30f, 0]);
        var data = new SequenceDataset<float>(schema);
        data.Add([1, 2], target: [-1e15f]);
        data.Add([1, 2], target: [0f]);
        float[] before = model.Parameters.All.ToArray();
        Assert.Equal(1e30, model.Evaluate(data.Take(1)).Loss, 1e24);

        using (Trainer<float> trainer = model.BeginTraining(new TrainingOptions { ClipNorm = 1 }))
        {
            string message = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [0])).Message;
            Assert.Contains("gradient's norm of step 1 (epoch 1)", message, StringComparison.Ordinal);
            Assert.Equal(0, trainer.StepCount);
            Assert.Equal(before, model.Parameters.All);

            // the step that was refused has left nothing behind
            Assert.Equal(0, trainer.Step(data, [1]));
            Assert.Equal(before, model.Parameters.All);
        }

        Assert.Throws<NotFiniteNumberException>(() => model.Fit(data.Take(1)));
        Assert.Equal(before, model.Parameters.All);
    }

    /// <summary>
    /// The gradient of the state is ¾ of the first row of weights and ¼ of three others, which have another sign: 1.5 times 3·10³⁸.
    /// </summary>
    [Fact]
    public void A_loop_of_ones_own_is_told_too()
    {
        DynamicModel<float> model = Zeroed<float>(ModelSchema.ForFeatures("Steep", 1, LayerSchema.Gru(3, SequenceOutput.Final), LayerSchema.Dense(4, Activation.Softmax)));
        model.Parameters.Set("dense1.weight", [-3e38f, 0, 0, 3e38f, 0, 0, 3e38f, 0, 0, 3e38f, 0, 0]);
        float[] before = model.Parameters.All.ToArray();
        SequencePass<float> pass = model.CreatePass(1, 2);
        using ParameterUpdater<float> updater = model.BeginUpdating();
        pass.Forward([1, 2], 1, 2, outputs: []);

        Assert.Equal(Math.Log(4), pass.BackwardFromLabels([0]), 1e-6);
        Assert.Contains("gradient's norm of step 1", Assert.Throws<NotFiniteNumberException>(() => updater.Update(pass)).Message, StringComparison.Ordinal);
        Assert.Equal(0, updater.StepCount);
        Assert.Equal(before, model.Parameters.All);
    }

    /// <summary>
    /// The decoder's gradients are finite, and those of the encoder, through weights of 10³⁰ above its embedding, are not: neither model
    /// changes.
    /// </summary>
    [Fact]
    public void Neither_of_two_chained_models_changes()
    {
        DynamicModel<int> encoder = Zeroed<int>(ModelSchema.ForTokens("Reader", LayerSchema.Embedding(4, 2), LayerSchema.Gru(3, SequenceOutput.Final)));
        DynamicModel<int> decoder = Zeroed<int>(ModelSchema.ForTokens(
            "Writer", LayerSchema.Embedding(4, 2), LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax)));
        encoder.Parameters.Set("gru1.weight_ih_l0", [.. Enumerable.Repeat(1e30f, 18)]); // the embedding is zero, so that it moves nothing
        decoder.Parameters.Set("dense1.weight", [1e15f, 0, 0, 0, 1e15f, 0, 0, 0, 1e15f]);
        var models = new EncoderDecoder<int>(encoder, decoder, startToken: 3, endToken: 2);
        PairDataset<int> data = models.CreateDataset();
        data.Add([1, 2, 3], [0, 1]);
        float[] before = [.. encoder.Parameters.All, .. decoder.Parameters.All];

        using (var trainer = new PairTrainer<int>(models, new TrainingOptions()))
        {
            string message = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(data, [0])).Message;
            Assert.Contains("gradient's norm of step 1 (epoch 1)", message, StringComparison.Ordinal);
            Assert.Equal(0, trainer.StepCount);
        }

        Assert.Equal(before, (float[])[.. encoder.Parameters.All, .. decoder.Parameters.All]);
    }

    private static DynamicModel<TInput> Zeroed<TInput>(ModelSchema schema)
        where TInput : unmanaged
    {
        var model = new DynamicModel<TInput>(schema);
        foreach (TensorSchema tensor in schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, new float[tensor.Length]);
        }

        return model;
    }
}
