using GruGen.Tests.Training;

namespace GruGen.Tests;

/// <summary>What the README and some pages of docs show that no sample does.</summary>
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
    public void A_trace_shows_what_a_model_keeps()
    {
        var model = new Motion(seed: 1);
        float[] movement = [0.1f, 0, 9.8f, 0.2f, 0, 9.7f];

        ModelTrace trace = model.Trace(movement);
        GateTrace gates = trace["gru1"].Gates[0]; // of a bidirectional layer there are two
        for (int t = 0; t < trace.Steps.Count; t++)
        {
            ReadOnlySpan<float> state = gates.States[t], kept = gates.Update[t]; // z: how much of the state before stays, unit by unit
            Console.WriteLine($"step {t}: unit 0 is {state[0]:F2}, of what it was {kept[0]:P0} stays");
        }

        Assert.Equal(2, trace.Steps.Count);
        Assert.Equal(model.Schema.Layers[0].HiddenSize, gates.States.Size);
    }

    [Fact]
    public void A_text_is_traced()
    {
        var model = new DynamicModel<int>(ModelSchema.ForTokens(
            "Names", LayerSchema.Embedding(3, 8), LayerSchema.Gru(16, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid)))
        {
            Vocabulary = new Vocabulary(["a", "n", "o"], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null }),
        };

        ModelTrace letters = model.Trace("anna"); // of a model with a vocabulary
        Console.WriteLine(letters); // Names, 4 steps: embedding [4, 8], gru1 [1, 16], dense1 [1, 1]

        Assert.Equal("Names, 4 steps: embedding [4, 8], gru1 [1, 16], dense1 [1, 1]", letters.ToString());
    }

    [Fact]
    public void Sizes_may_be_known_only_at_run_time()
    {
        using var folder = new Folder();
        string path = folder.File("motion.safetensors");
        var declared = new Motion(seed: 1);
        declared.Save(path);
        int units = declared.Schema.Layers[0].HiddenSize;
        float[] movement = [0.1f, 0, 9.8f, 0.2f, 0, 9.7f], probabilities = new float[2], expected = new float[2];
        declared.Predict(movement, expected);

        LayerSchema[] layers = [LayerSchema.Gru(units, SequenceOutput.Final), LayerSchema.Dense(2, Activation.Softmax)];
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Motion", 3, layers));
        model.LoadParameters(path); // or Fit, as with any other model
        model.Predict(movement, probabilities);

        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
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

    [Fact]
    public void Padding_is_no_step()
    {
        var model = new Tagger(seed: 1);

        SequenceDataset<int> sentences = Tagger.CreateDataset();
        sentences.AddPerStep([42, 7, 13, 0, 0], labels: [3, 1, 5, 0, 0]); // 0 only fills: three steps, three labels
        float[] tags = new float[5 * 9];
        model.Predict([42, 7, 13, 0, 0], tags); // zeros at the last two

        Assert.Equal(3, sentences.Length(0));
        Assert.Equal(3, tags.Sum(), 1e-5f);
        Assert.Equal(new float[2 * 9], tags[^18..]);
    }

    [Fact]
    public void Many_are_predicted_at_once()
    {
        var model = new Motion(seed: 1);
        float[][] movements = [[0.1f, 0, 9.8f, 0.2f, 0, 9.7f], [1, 2, 3]];

        int label = model.PredictLabel(movements[0]); // the most probable class
        float[][] each = model.Predict(movements, new PredictOptions { MaxDegreeOfParallelism = 4 });
        int[] labels = model.PredictLabels(movements);

        Assert.Equal(label, labels[0]);
        Assert.Equal([2, 2], each.Select(outputs => outputs.Length));
    }

    [Fact]
    public void What_was_learned_is_kept()
    {
        var model = new Motion(seed: 1);
        SequenceDataset<float> otherData = Motion.CreateDataset();
        otherData.Add([1, 2, 3, 4, 5, 6], label: 1);
        float[] before = model.Parameters["gru1.weight_hh_l0"].ToArray();

        model.Fit(otherData, new TrainingOptions { FrozenLayers = ["gru1"], Epochs = 5 }); // only dense1 learns

        Assert.Equal(before, model.Parameters["gru1.weight_hh_l0"]);
    }
}

/// <summary>Two kinds of movement, from an acceleration along three axes.</summary>
[GruModel(inputSize: 3)]
[Gru(12)]
[Dense(2, Activation.Softmax)]
internal sealed partial class Motion;

/// <summary>A tag for each word of a sentence.</summary>
[GruModel(Initialization = Initialization.Keras)]
[Embedding(100, 24, PaddingToken = 0)]
[Dropout(0.2)]
[Gru(16, Bidirectional = true, RecurrentDropout = 0.1)]
[LayerNorm]
[Gru(16, Bidirectional = true, Residual = true, Output = SequenceOutput.EveryStep)]
[Dense(9, Activation.Softmax)]
internal sealed partial class Tagger;
