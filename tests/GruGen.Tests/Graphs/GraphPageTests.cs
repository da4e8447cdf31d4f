namespace GruGen.Tests.Graphs;

/// <summary>The code of docs/graphs.md.</summary>
public class GraphPageTests
{
    [Fact]
    public void A_model_with_two_outputs_learns_both()
    {
        var random = new Random(0);

        SequenceDataset<float> data = Enhancer.CreateDataset();
        for (int i = 0; i < 60; i++)
        {
            (float[] frames, int[] isSpeech, float[] gains) = Record(random);
            data.AddTargets(frames, isSpeech, gains);
        }

        var model = new Enhancer(seed: 0);
        History history = model.Fit(data, new TrainingOptions
        {
            Epochs = 20,
            Optimizer = new Adam(0.01),
            Loss = new OutputLosses
            {
                Losses = new Dictionary<string, Loss> { ["gains"] = Loss.MeanAbsoluteError },
                Weights = new Dictionary<string, double> { ["voice"] = 0.5 },
            },
            Metrics = [Metric.Accuracy.Of("voice")],
        });

        Evaluation evaluation = model.Evaluate(data);
        double right = evaluation[Metric.Accuracy.Of("voice")], loss = evaluation["gains_loss"];

        float[] recording = Record(random).Frames;
        (float[] voice, float[] gain) = model.Predict(recording);

        float[] activity = new float[1], bands = new float[3];
        Enhancer.StepStream stream = model.OpenStream();
        stream.Step(recording.AsSpan(0, 4), activity, bands);

        Assert.True(history["voice_accuracy"][^1] > 0.9, $"The accuracy is {history["voice_accuracy"][^1]}.");
        Assert.Equal(0.5 * evaluation["voice_loss"] + loss, model.Evaluate(data, new OutputLosses { Weights = new Dictionary<string, double> { ["voice"] = 0.5 } }).Loss, 1e-9);
        Assert.InRange(right, 0.9, 1);
        Assert.Equal((20, 60), (voice.Length, gain.Length));
        Assert.Equal(voice[0], activity[0], 2e-6f);
        Assert.Equal(gain[2], bands[2], 2e-6f);
    }

    [Fact]
    public void The_input_can_be_added_to_the_output()
    {
        var model = new Wet(seed: 1);
        model.Parameters.SetAll(new float[model.Parameters.Count]);

        Assert.Equal([0.5f, -0.25f], model.Predict([0.5f, -0.25f]));
    }

    [Fact]
    public void A_schema_says_what_layers_read()
    {
        ModelSchema schema = new Enhancer().Schema;

        Assert.Equal(["voice", "gains"], schema.Outputs.Select(output => output.Name));
        Assert.Equal([(0, 1), (1, 3)], schema.Outputs.Select(output => (output.Offset, output.Size)));
        Assert.Equal("speech, input", string.Join(", ", schema.Layers[2].From));
        Assert.Contains("noise.weight_ih_l0", schema.Tensors.Select(tensor => tensor.Name));
    }

    private static (float[] Frames, int[] IsSpeech, float[] Gains) Record(Random random)
    {
        float[] frames = [.. Enumerable.Range(0, 80).Select(_ => (float)(random.NextDouble() - 0.5))];
        int[] isSpeech = [.. Enumerable.Range(0, 20).Select(t => frames[4 * t] + frames[(4 * t) + 1] > 0 ? 1 : 0)];
        float[] gains = [.. Enumerable.Range(0, 60).Select(i => isSpeech[i / 3] * (i % 3) / 2f)];
        return (frames, isSpeech, gains);
    }
}

/// <summary>Hears whether somebody speaks, and how much of each frequency band is speech.</summary>
[GruModel(inputSize: 4)]
[Gru(16, Name = "speech", Output = SequenceOutput.EveryStep)]
[Dense(1, Activation.Sigmoid, Name = "voice", IsOutput = true)]
[Gru(24, Name = "noise", From = ["speech", "input"], Output = SequenceOutput.EveryStep)]
[Dense(3, Activation.Sigmoid, Name = "gains")]
internal sealed partial class Enhancer;

/// <summary>What an amplifier adds to a signal.</summary>
[GruModel(inputSize: 1)]
[Gru(9, Output = SequenceOutput.EveryStep)]
[Dense(1, Name = "wet")]
[Join(From = ["wet", "input"], Combine = Combine.Sum)]
internal sealed partial class Wet;
