namespace GruGen.Tests.Subnormals;

/// <summary>
/// Outputs that are sure of themselves: losses and their gradients span all magnitudes, down to where a float is subnormal.
/// </summary>
public class LossTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(87.5f)]
    [InlineData(1000)]
    public void No_gradient_of_a_sure_binary_output_is_subnormal(float logit) => Train<int>("tokens", Loss.BinaryCrossEntropy, logit, (data, x) => data.Add(x, label: 1));

    [Theory]
    [InlineData(30)]
    [InlineData(87.5f)]
    [InlineData(1000)]
    public void Nor_of_sure_classes(float logit) => Train<int>("tokens, classes", Loss.CategoricalCrossEntropy, logit, (data, x) => data.Add(x, label: 1));

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e-39f)]
    [InlineData(1)]
    public void Nor_of_a_difference_that_is_tiny(float bias) => Train<float>("stack, final state", Loss.MeanSquaredError, bias, (data, x) => data.Add(x, target: [1e-39f]));

    /// <summary>A model whose last weights are zero, so that its outputs are the biases: the first one as given, the others 0.</summary>
    private static void Train<TInput>(string name, Loss loss, float bias, Action<SequenceDataset<TInput>, TInput[]> add)
        where TInput : unmanaged
    {
        foreach (string factory in new[] { "generic", "emitted, 256 bit" })
        {
            SequenceModel<TInput> model = Shape.ByName(name).Model<TInput>(factory, seed: 1);
            model.Parameters.Set("dense1.weight", new float[model.Parameters["dense1.weight"].Length]);
            float[] biases = new float[model.Schema.OutputSize];
            biases[0] = bias;
            model.Parameters.Set("dense1.bias", biases);
            var data = new SequenceDataset<TInput>(model.Schema);
            for (int i = 0; i < 4; i++)
            {
                add(data, new TInput[3 * (model.Schema.ReadsTokens ? 1 : model.Schema.InputSize)]);
            }

            using Trainer<TInput> trainer = model.BeginTraining(new TrainingOptions { Loss = loss, Optimizer = new Sgd(1e-12), BatchSize = 4 });
            for (int i = 0; i < 3; i++)
            {
                trainer.Step(data, [0, 1, 2, 3]);
            }

            Subnormals.AssertNoneIn(trainer);
            Subnormals.AssertNoneIn(model);
        }
    }
}
