using GruGen.Generic;

namespace GruGen.Tests.Passes;

/// <summary>What models, streams, parameters and schemas refuse.</summary>
public class ModelArgumentTests
{
    private static readonly string[] Names = ["5 to 17", "tokens", "tokens, every step"];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_prediction_of_one_sequence(string factory, string name)
    {
        ModelSchema schema = Shape.ByName(name).Schema;
        if (schema.ReadsTokens)
        {
            SequenceModel<int> model = ModelFactory.ByName(factory).Create<int>(schema);
            int expected = schema.Output == SequenceOutput.EveryStep ? 2 * schema.OutputSize : schema.OutputSize;
            Refused.Argument<ArgumentException>("output", [expected + 1, expected], () => model.Predict([0, 1], new float[expected + 1]));
            Refused.Argument<ArgumentOutOfRangeException>("input", [-1, schema.InputSize - 1, "step 1"], () => model.Predict([0, -1], new float[expected]));
            Refused.Argument<ArgumentOutOfRangeException>(
                "input", [schema.InputSize, schema.InputSize - 1, "step 0"], () => model.Predict([schema.InputSize, 0], new float[expected]));
        }
        else
        {
            SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(schema);
            Refused.Argument<ArgumentException>("input", [6, schema.InputSize], () => model.Predict(new float[6], new float[17]));
            Refused.Argument<ArgumentException>("output", [16, 17], () => model.Predict(new float[schema.InputSize], new float[16]));
        }
    }

    [Fact]
    public void A_prediction_of_many_sequences()
    {
        var model = new DynamicModel<int>(Shape.ByName("tokens").Schema);
        var features = new DynamicModel<float>(Shape.ByName("5 to 17").Schema);
        Refused.Argument<ArgumentNullException>("inputs", [], () => model.Predict((IReadOnlyList<int[]>)null!, new float[1]));
        Refused.Argument<ArgumentException>("inputs", ["Sequence 1"], () => model.Predict([[1], null!], new float[2]));
        Refused.Argument<ArgumentException>("outputs", [3, 2], () => model.Predict([[1], [2]], new float[3]));
        Refused.Argument<ArgumentOutOfRangeException>("inputs", [11, 10], () => model.Predict([[1], [11]], new float[2]));
        Refused.Argument<ArgumentException>("inputs", [7, 5], () => features.Predict([new float[5], new float[7]], new float[34]));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_step_of_a_stream(string factory, string name)
    {
        ModelSchema schema = Shape.ByName(name).Schema;
        float[] output = new float[schema.OutputSize];
        if (schema.ReadsTokens)
        {
            SequenceStream<int> stream = Opened.Stream(ModelFactory.ByName(factory).Create<int>(schema));
            Refused.Argument<ArgumentException>("input", [2, 1], () => stream.Step([0, 1], output));
            Refused.Argument<ArgumentException>("input", [0, 1], () => stream.Step([], output));
            Refused.Argument<ArgumentException>("output", [output.Length + 1, output.Length], () => stream.Step([0], new float[output.Length + 1]));
            string token = stream is GenericStream<int> ? "input" : "token"; // emitted streams have a Step of one token that this one calls
            Refused.Argument<ArgumentOutOfRangeException>(token, [-1, schema.InputSize - 1], () => stream.Step([-1], output));
            Refused.Argument<ArgumentOutOfRangeException>(token, [schema.InputSize, schema.InputSize - 1], () => stream.Step([schema.InputSize], output));
        }
        else
        {
            SequenceStream<float> stream = Opened.Stream(ModelFactory.ByName(factory).Create<float>(schema));
            Refused.Argument<ArgumentException>("input", [schema.InputSize - 1, schema.InputSize], () => stream.Step(new float[schema.InputSize - 1], output));
            Refused.Argument<ArgumentException>("output", [0, output.Length], () => stream.Step(new float[schema.InputSize], []));
        }
    }

    [Fact]
    public void The_state_of_a_stream()
    {
        SequenceStream<float> stream = new DynamicModel<float>(Shape.ByName("stack").Schema).OpenStream();
        Assert.Equal(53, stream.StateSize);
        Refused.Argument<ArgumentException>("destination", [52, 53], () => stream.CopyStateTo(new float[52]));
        Refused.Argument<ArgumentException>("state", [54, 53], () => stream.SetState(new float[54]));
    }

    [Fact]
    public void Parameters()
    {
        ParameterSet parameters = new DynamicModel<float>(Shape.ByName("5 to 3").Schema).Parameters;
        Refused.Argument<ArgumentException>("values", [44, 45], () => parameters.Set("gru1.weight_ih_l0", new float[44]));
        Assert.Contains("'gru2.weight'", Assert.Throws<KeyNotFoundException>(() => parameters.Set("gru2.weight", [])).Message, StringComparison.Ordinal);
        Assert.Contains("gru1.bias_hh_l0", Assert.Throws<KeyNotFoundException>(() => parameters["gru2.weight"].ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_of_a_schema()
    {
        Refused.Argument<ArgumentOutOfRangeException>("hiddenSize", [0], () => LayerSchema.Gru(0, SequenceOutput.Final));
        Refused.Argument<ArgumentOutOfRangeException>("hiddenSize", [65_537, 65_536], () => LayerSchema.Gru(65_537, SequenceOutput.Final));
        Refused.Argument<ArgumentOutOfRangeException>("units", [-1], () => LayerSchema.Dense(-1));
        Refused.Argument<ArgumentOutOfRangeException>("units", [1_048_577, 1_048_576], () => LayerSchema.Dense(1_048_577));
        Refused.Argument<ArgumentOutOfRangeException>("vocabulary", [16_777_217, 16_777_216], () => LayerSchema.Embedding(16_777_217, 2));
        Refused.Argument<ArgumentOutOfRangeException>("size", [0], () => LayerSchema.Embedding(2, 0));

        LayerSchema gru = LayerSchema.Gru(1, SequenceOutput.Final);
        Refused.Argument<ArgumentOutOfRangeException>("inputSize", [0], () => ModelSchema.ForFeatures("M", 0, gru));
        Refused.Argument<ArgumentOutOfRangeException>("inputSize", [65_537, 65_536], () => ModelSchema.ForFeatures("M", 65_537, gru));
    }

    [Fact]
    public void Layers_that_are_no_model()
    {
        LayerSchema embedding = LayerSchema.Embedding(3, 2), last = LayerSchema.Gru(2, SequenceOutput.Final), dense = LayerSchema.Dense(2);
        Refused.Argument<ArgumentException>("layers", ["layer"], () => ModelSchema.ForFeatures("M", 1));
        Refused.Argument<ArgumentException>("layers", ["embedding"], () => ModelSchema.ForFeatures("M", 1, embedding, last));
        Refused.Argument<ArgumentException>("layers", ["embedding"], () => ModelSchema.ForTokens("M", last));
        Refused.Argument<ArgumentException>("layers", ["Layer 1"], () => ModelSchema.ForTokens("M", embedding, embedding, last));
        Refused.Argument<ArgumentException>("layers", ["dense1", "gru2", "a GRU"], () => ModelSchema.ForFeatures("M", 1, last, dense, last));
        Refused.Argument<ArgumentException>("layers", ["gru1", "conv1", "a convolution"], () => ModelSchema.ForFeatures("M", 1, last, LayerSchema.Conv1D(2, 3)));
        Refused.Argument<ArgumentOutOfRangeException>("channels", [0], () => LayerSchema.Conv1D(0, 3));
        Refused.Argument<ArgumentOutOfRangeException>("kernelSize", [0], () => LayerSchema.Conv1D(2, 0));
        Refused.Argument<ArgumentOutOfRangeException>("dilation", [65_537, 65_536], () => LayerSchema.Conv1D(2, 3, dilation: 65_537));
        Refused.Argument<ArgumentOutOfRangeException>("kernelSize", [258, 257], () => LayerSchema.Conv1D(2, 258, dilation: 65_536));
        Refused.Argument<ArgumentException>(
            "layers", ["conv1", 16_777_216], () => ModelSchema.ForFeatures("M", 2, LayerSchema.Conv1D(2, 257, dilation: 65_536)));
        Refused.Argument<ArgumentException>("layers", ["'Own'", "lower-case"], () => ModelSchema.ForFeatures("M", 1, last with { Name = "Own" }));
        Refused.Argument<ArgumentException>("layers", ["'input'"], () => ModelSchema.ForFeatures("M", 1, last with { Name = "input" }));
        Refused.Argument<ArgumentException>("layers", ["'a'"], () => ModelSchema.ForFeatures("M", 1, dense with { Name = "a" }, last with { Name = "a" }));
        Refused.Argument<ArgumentException>("layers", ["gru1", "'b'", "input"], () => ModelSchema.ForFeatures("M", 1, last with { From = ["b"] }));
        Refused.Argument<ArgumentException>("layers", ["gru1", "'dense1'", "stands after"], () => ModelSchema.ForFeatures("M", 1, last with { From = ["dense1"] }, dense));
        Refused.Argument<ArgumentException>("layers", ["twice"], () => ModelSchema.ForFeatures("M", 1, last with { From = ["input", "input"] }));
        Refused.Argument<ArgumentException>("layers", ["Nobody reads dense1"], () => ModelSchema.ForFeatures("M", 1, dense, last with { From = ["input"] }));
        Refused.Argument<ArgumentException>("layers", ["gru1", "sum", 2, 1], () => ModelSchema.ForFeatures("M", 1, dense, last with { From = ["dense1", "input"], Combine = Combine.Sum }));
        Refused.Argument<ArgumentException>("layers", ["dense1", "every step"], () => ModelSchema.ForFeatures("M", 1, last, dense with { From = ["gru1", "input"] }));
        Refused.Argument<ArgumentException>("layers", ["tokens", "embedding"], () => ModelSchema.ForTokens("M", embedding, last with { From = ["input"] }));
        Refused.Argument<ArgumentException>("layers", ["dense1", "gru1", "every step"], () => ModelSchema.ForFeatures("M", 1, dense with { IsOutput = true }, last));
    }

    [Fact]
    public void A_generic_model_of_the_wrong_input()
    {
        Refused.Argument<ArgumentNullException>("schema", [], () => _ = new DynamicModel<float>(null!));
        Refused.Argument<ArgumentException>("schema", ["tokens", "Single"], () => _ = new DynamicModel<float>(Shape.ByName("tokens").Schema));
        Refused.Argument<ArgumentException>("schema", ["features", "Int32"], () => _ = new DynamicModel<int>(Shape.ByName("stack").Schema));
        Refused.Argument<ArgumentException>("schema", ["features", "Double"], () => _ = new DynamicModel<double>(Shape.ByName("stack").Schema));
    }
}
