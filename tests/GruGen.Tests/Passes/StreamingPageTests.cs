using System.Runtime.InteropServices;
using GruGen.Tests.Data;
using GruGen.Tests.Training;

namespace GruGen.Tests.Passes;

/// <summary>The snippets of docs/streaming.md.</summary>
public class StreamingPageTests
{
    private static readonly float[][] s_steps = [[0.1f, 0, 9.8f], [0.2f, 0, 9.7f], [0.4f, -0.1f, 9.9f], [0.3f, 0.2f, 9.8f]];

    [Fact]
    public void One_stream()
    {
        var model = new Motion(seed: 1);
        float[] expected = new float[2];
        model.Predict([.. s_steps.SelectMany(step => step)], expected);

        Motion.StepStream stream = model.OpenStream(); // once for a sequence, not for each step
        float[] probabilities = new float[2];
        foreach (float[] features in s_steps)
        {
            stream.Step(features, probabilities); // the output after the steps so far
        }

        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));

        stream.Reset(); // the next sequence

        stream.Step(s_steps[0], probabilities);
        model.Predict(s_steps[0], expected);
        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    [Fact]
    public void Some_steps_have_no_output()
    {
        int answers = 0;
        Front.StepStream stream = new Front(seed: 1).OpenStream(); // a convolution of 4 taps, every 2 steps
        float[] probabilities = new float[2];
        foreach (float[] features in s_steps)
        {
            if (stream.TryStep(features, probabilities))
            {
                answers++; // after the 4th, the 6th, the 8th step, …
            }
        }

        Assert.Equal(1, answers);
        Assert.Equal(1, probabilities.Sum(), 1e-6f);
    }

    [Fact]
    public void A_state_is_kept_and_goes_on()
    {
        using var folder = new Folder();
        string path = folder.File("client17.state");
        var model = new Motion(seed: 1);
        Motion.StepStream stream = model.OpenStream();
        float[] probabilities = new float[2], again = new float[2];
        stream.Step(s_steps[0], probabilities);

        float[] state = new float[stream.StateSize]; // 12 floats: the units of the GRU
        stream.CopyStateTo(state);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(state));

        Motion.StepStream later = model.OpenStream(); // days later, in another process, with the same weights
        later.SetState(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)));

        Assert.Equal(12, state.Length);
        stream.Step(s_steps[1], probabilities);
        later.Step(s_steps[1], again);
        Assert.Equal(probabilities, again);
    }

    [Fact]
    public void Streams_take_and_give_scaled_numbers()
    {
        var model = new Salary(seed: 1)
        {
            InputScaler = FeatureScaler.Standard([10f, 200, 1, 12, 220, 0, 14, 180, 2], features: 3),
            OutputScaler = FeatureScaler.MinMax([1000f, 3000], features: 1),
        };
        float[] reading = [16, 190, 0], scaled = new float[3], output = new float[1];
        Salary.StepStream stream = model.OpenStream();

        model.InputScaler.Transform(reading, scaled);
        stream.Step(scaled, output);
        model.OutputScaler.InverseTransform(output, output); // now in the units of the data

        Assert.Equal(model.PredictUnscaled(reading)[0], output[0], 0.01f);
    }

    [Fact]
    public void New_weights_are_taken_when_a_stream_asks_for_them()
    {
        using var folder = new Folder();
        string newFile = folder.File("new.safetensors");
        new Motion(seed: 2).Save(newFile);
        var model = new Motion(seed: 1);
        Motion.StepStream stream = model.OpenStream(), old = new Motion(seed: 1).OpenStream();
        float[] probabilities = new float[2], expected = new float[2];
        old.Step(s_steps[0], expected);

        model.LoadParameters(newFile); // open streams keep the weights they were opened with

        stream.Step(s_steps[0], probabilities);
        Assert.Equal(expected, probabilities);

        stream.Refresh(); // from here on the new ones; the state stays

        stream.Step(s_steps[1], probabilities);
        old.Step(s_steps[1], expected);
        Assert.NotEqual(expected, probabilities);
    }

    /// <summary>Whoever else a client is stepped with, it gets the bits that it gets alone.</summary>
    [Fact]
    public async Task Clients_are_stepped_together()
    {
        const int Clients = 20;
        var model = new Motion(seed: 1);
        using var stop = new CancellationTokenSource();

        var server = new MotionServer(model, Clients);
        Task running = server.RunAsync(stop.Token);
        float[] answer = await server.StepAsync(client: 17, [0.1f, 0, 9.8f]);

        Assert.Equal(Alone([0.1f, 0, 9.8f]), answer);
        await Task.WhenAll(Enumerable.Range(0, Clients - 5).Select(client => Task.Run(async () =>
        {
            StreamGroup<float> own = model.OpenStreams(1);
            float[] output = new float[2];
            for (int t = 0; t < 30; t++)
            {
                float[] features = [client, t, client * t / 100f];
                own.Step(features, output);
                Assert.Equal(output, await server.StepAsync(client, features));
            }
        })));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        float[] Alone(float[] features)
        {
            float[] output = new float[2];
            model.OpenStreams(1).Step(features, output);
            return output;
        }
    }
}

[GruModel(inputSize: 3)]
[Conv1D(8, 4, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Relu)]
[Gru(12)]
[Dense(2, Activation.Softmax)]
internal sealed partial class Front;
