using GruGen.Tests.Reference;
using Regression;

namespace GruGen.Tests.Samples;

/// <summary>The sample's model, trained as the sample does, has the losses that PyTorch had.</summary>
public class RegressionTests
{
    [Fact]
    public void Losses_are_those_of_PyTorch_at_every_epoch() => Train(new Regressor());

    [Fact]
    public void So_are_those_of_the_generic_code() => Train(new DynamicModel<float>(new Regressor().Schema));

    private static void Train(SequenceModel<float> model)
    {
        ReferenceFile torch = ReferenceFile.OfCase("torch_regression");
        foreach (TensorSchema tensor in model.Parameters.Tensors)
        {
            model.Parameters.Set(tensor.Name, torch[tensor.Name].Floats);
        }

        var data = new SequenceDataset<float>(model.Schema);
        data.AddRange(torch["inputs"].Floats, torch["inputs"].Shape[1], torch["targets"].Floats);
        var options = new TrainingOptions { Loss = Loss.MeanSquaredError, Optimizer = new Adam(0.01), BatchSize = data.Count, Epochs = 100 };
        IReadOnlyList<double> losses = model.Fit(data, options)["loss"];
        double[] expected = torch["losses"].Values;
        Assert.Equal(100, expected.Length);
        for (int epoch = 0; epoch < expected.Length; epoch++)
        {
            Assert.Equal(expected[epoch], losses[epoch], 1e-5);
        }
    }
}
