using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Graphs;

/// <summary>The graph of RNNoise, with two outputs: the numbers that PyTorch has for it, and those of its own weights.</summary>
public class NoiseTests
{
    private static readonly string? s_models = SharedFolder.Find("models");

    [Theory]
    [InlineData("rnnoise_small")]
    [InlineData("rnnoise_small_before")]
    public void Outputs_losses_and_gradients_are_PyTorchs(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        SequenceModel<float> model = name.EndsWith("before", StringComparison.Ordinal) ? new SmallNoiseBefore() : new SmallNoise();
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, Batch.Floats(file[$"param.{InFile(tensor.Name)}"].Values));
        }

        int[] shape = file["input"].Shape;
        (int batch, int steps) = (shape[0], shape[1]);
        var data = new SequenceDataset<float>(model.Schema);
        for (int i = 0; i < batch; i++)
        {
            data.AddTargets(Row("input", i), Row("target_vad", i), Row("target_gains", i));
        }

        var losses = new LossParts(
            new OutputLosses
            {
                Losses = new Dictionary<string, Loss> { ["denoise_output"] = new GainLoss() },
                Weights = new Dictionary<string, double> { ["vad_output"] = 0.5, ["denoise_output"] = 10 },
            },
            model.Schema);
        int[] indices = [.. Enumerable.Range(0, batch)];
        SequencePass<float> pass = model.CreatePass(batch, steps);
        losses.Begin(data, indices);
        pass.RunForward(data, indices);
        pass.BeginGradients();
        double loss = pass.RunLoss(losses, backward: true, data, indices);
        pass.FinishGradients();

        Assert.Equal(file["loss_total"].Values[0], loss, 1e-5);
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] expected = file[$"grad_total.{InFile(tensor.Name)}"].Values;
            double tolerance = Results.GradientTolerance * expected.Max(Math.Abs);
            Assert.All(expected.Zip(pass.Gradient(tensor.Name).ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }

        var outputs = new float[batch * steps * model.Schema.OutputSize];
        pass.Forward(Batch.Floats(file["input"].Values), batch, steps, outputs);
        for (int row = 0; row < batch * steps; row++)
        {
            Assert.Equal(file["vad"].Values[row], outputs[row * 5], Results.OutputTolerance);
            Assert.All(
                Enumerable.Range(0, 4),
                band => Assert.Equal(file["gains"].Values[(row * 4) + band], outputs[(row * 5) + 1 + band], Results.OutputTolerance));
        }

        float[] Row(string tensor, int i)
        {
            int size = file[tensor].Values.Length / batch;
            return Batch.Floats(file[tensor].Values[(i * size)..((i + 1) * size)]);
        }
    }

    [ModelFact]
    public void Its_own_weights_run_as_one_model()
    {
        ReferenceFile file = ReferenceFile.Read(File.ReadAllBytes(Path.Combine(s_models!, "rnnoise", "rnnoise_v01.safetensors")));
        var model = new RnNoise();
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, Batch.Floats(KerasWeights.Of(tensor.Name, (layer, name, _) => Scaled(file[$"{layer}.{name}"]))));
        }

        Batch batch = Batch.Random(model.Schema, size: 3, steps: 40, lengths: [40, 0, 17]);
        batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)), outputs: 1e-5);

        float[] frames = batch.InputsAs<float>()[..(40 * 42)];
        (float[] voice, float[] gains) = model.Predict(frames);
        RnNoise.StepStream stream = model.OpenStream();
        float[] activity = new float[1], bands = new float[22];
        for (int t = 0; t < 40; t++)
        {
            stream.Step(frames.AsSpan(t * 42, 42), activity, bands);
            Assert.Equal(voice[t], activity[0], Results.OutputTolerance);
            Assert.All(Enumerable.Range(0, 22), band => Assert.Equal(gains[(t * 22) + band], bands[band], Results.OutputTolerance));
        }

        static ReferenceFile.Tensor Scaled(ReferenceFile.Tensor tensor) => tensor with { Values = [.. tensor.Values.Select(value => value / 256)] };
    }

    [ModelTheory]
    [InlineData("funbox_Model1")]
    [InlineData("funbox_Model2")]
    public void An_amplifier_adds_its_input(string name)
    {
        Amplifier model = Amplifier.Load(Path.Combine(s_models!, "funbox", name + ".safetensors"));
        Batch batch = Batch.Random(model.Schema, size: 1, steps: 200);

        batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)), outputs: 1e-5);

        float[] signal = batch.InputsAs<float>();
        Amplifier.StepStream stream = model.OpenStream();
        Assert.All(signal.Zip(model.Predict(signal)), pair => Assert.Equal(pair.Second, stream.Step([pair.First]), Results.OutputTolerance));
    }

    private static string InFile(string tensor) => tensor.Replace("_l0", "", StringComparison.Ordinal);

    /// <summary>RNNoise's loss of gains, (√g − √t)², and nothing of a band without a target, which is −1.</summary>
    private sealed class GainLoss() : RowLoss("gains")
    {
        protected internal override void Compute(in OutputRows rows)
        {
            rows.Activate();
            foreach (int row in rows.Counted)
            {
                double loss = 0;
                ReadOnlySpan<float> gains = rows.Outputs(row), targets = rows.Targets(row);
                Span<float> gradients = rows.Gradients(row);
                for (int i = 0; i < gains.Length; i++)
                {
                    double root = Math.Sqrt(gains[i]), difference = targets[i] < 0 ? 0 : root - Math.Sqrt(targets[i]);
                    loss += difference * difference;
                    gradients[i] = (float)(difference / root * rows.GradientScale(row));
                }

                rows.SetLoss(row, loss);
            }

            rows.BackwardThroughActivation();
        }
    }
}

/// <summary>A test that reads public models from outside the repository; it is reported as skipped where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ModelFactAttribute : FactAttribute
{
    public ModelFactAttribute() => Skip = SharedFolder.Find("models") is null ? "The public models are not here (../shared/models)." : null;
}

/// <inheritdoc cref="ModelFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ModelTheoryAttribute : TheoryAttribute
{
    public ModelTheoryAttribute() => Skip = SharedFolder.Find("models") is null ? "The public models are not here (../shared/models)." : null;
}
