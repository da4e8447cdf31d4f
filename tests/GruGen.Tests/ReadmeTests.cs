namespace GruGen.Tests;

/// <summary>What the README shows that no sample does.</summary>
public class ReadmeTests
{
    [Fact]
    public void Gradients_are_checked()
    {
        var model = new Motion(seed: 1);
        SequenceDataset<float> data = Motion.CreateDataset();
        for (int i = 0; i < 20; i++)
        {
            data.Add([i / 20f, 0.1f, -0.3f, 0.5f, i / 10f, -1], label: i % 2);
        }

        GradientCheck check = GradientCheck.Run(model, data.Take(8));
        Console.WriteLine(check); // a row for each tensor, the largest error first
        Assert.True(check.Passed());
    }

    [Fact]
    public void Clients_step_side_by_side()
    {
        var model = new Motion(seed: 1);
        float[] features = [.. Enumerable.Range(0, 3000).Select(i => i / 3000f)], outputs = new float[2000];
        float[] twoFeatures = [1, 2, 3, 4, 5, 6], twoOutputs = new float[4];

        StreamGroup<float> clients = model.OpenStreams(1000);
        clients.Step(features, outputs); // all of them: [1000, 3] to [1000, 2]
        clients.Step([17, 4], twoFeatures, twoOutputs); // these two: [2, 3] to [2, 2]
        clients.Reset(17); // someone else takes this place

        Assert.Equal(1, outputs[0] + outputs[1], 1e-6f);
        Assert.Equal(1, twoOutputs[2] + twoOutputs[3], 1e-6f);
    }
}

/// <summary>Two kinds of movement, from an acceleration along three axes.</summary>
[GruModel(inputSize: 3)]
[Gru(12)]
[Dense(2, Activation.Softmax)]
internal sealed partial class Motion;
