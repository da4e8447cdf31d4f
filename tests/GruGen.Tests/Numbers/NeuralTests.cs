using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// Convolutions of RTNeural's tests give what PyTorch gave there, and one that was trained what the reference makes of it.
/// </summary>
public class NeuralTests
{
    [NeuralFact]
    public void A_convolution_gives_what_PyTorch_gives_from_the_step_on_where_its_window_is_full()
    {
        (double[] weight, double[] bias, double[] x, double[][] y) = NeuralCase.Convolution();
        var model = new NeuralConv();
        model.Parameters.Set("conv1.weight", Batch.Floats(weight));
        model.Parameters.Set("conv1.bias", Batch.Floats(bias));
        NeuralConv.StepStream stream = model.OpenStream();
        float[] steps = Batch.Floats(x), outputs = model.Predict(steps), output = new float[y.Length];

        Assert.Equal(x.Length - 4, y[0].Length);
        for (int t = 0; t < steps.Length; t++)
        {
            stream.Step(steps.AsSpan(t, 1), output);
            for (int channel = 0; channel < output.Length && t >= 4; channel++)
            {
                Assert.Equal(y[channel][t - 4], outputs[(t * output.Length) + channel], Results.OutputTolerance);
                Assert.Equal(y[channel][t - 4], output[channel], Results.OutputTolerance);
            }
        }
    }

    [NeuralFact]
    public void A_convolution_with_a_stride_gives_what_PyTorch_gives()
    {
        (double[] weight, double[] bias, double[] x, double[][] y) = NeuralCase.Convolution("_stride_3");
        var model = new NeuralConvStride();
        model.Parameters.Set("conv1.weight", Batch.Floats(weight));
        model.Parameters.Set("conv1.bias", Batch.Floats(bias));
        float[] outputs = model.Predict(Batch.Floats(x));

        Assert.Equal(model.Schema.OutputSteps(x.Length), y[0].Length);
        Assert.Equal(y.Length * y[0].Length, outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.Equal(y[i % y.Length][i / y.Length], outputs[i], Results.OutputTolerance);
        }
    }

    [NeuralFact]
    public void A_model_that_was_trained_gives_what_the_reference_gives()
    {
        (Func<string, double[]> parameter, double[] x) = NeuralCase.FullModel();
        var model = new NeuralFullModel();
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, Batch.Floats(parameter(tensor.Name)));
        }

        var batch = new Batch(model.Schema, 1, x.Length, x, [.. x.Select(_ => 1.0)]);

        batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }
}
