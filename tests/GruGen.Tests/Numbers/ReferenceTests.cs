using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>What no framework wrote down, the reference does as it is worked out by hand; differences of its loss say the rest.</summary>
public class ReferenceTests
{
    private static readonly double[] F = [3, 1], B = [5, -4];

    [Theory]
    [InlineData(Merge.Concat, new double[] { 3, 1, 5, -4 })]
    [InlineData(Merge.Sum, new double[] { 8, -3 })]
    [InlineData(Merge.Multiply, new double[] { 15, -4 })]
    [InlineData(Merge.Average, new[] { 4, -1.5 })]
    public void Two_directions_become_one(Merge merge, double[] expected) => Assert.Equal(expected, ReferenceMerge.Forward(merge, [F, B]));

    [Fact]
    public void Normalised_numbers_have_the_mean_0_and_the_biased_variance_1_but_for_ε()
    {
        // μ = 4, σ² = 4, and √(4 + 5) = 3
        var layer = new ReferenceLayerNorm(LayerSchema.LayerNorm(epsilon: 5), [3, 6], [0, 1], [0, 0], [0, 0]);

        Assert.Equal([[2, -3]], layer.Forward([[6, 2]]));
    }

    [Theory]
    [InlineData(Pooling.Last, new double[] { 3, 0 }, new double[] { 0, 0 }, new double[] { 0, 0 }, new double[] { 0, 0 }, new double[] { 8, 4 })]
    [InlineData(Pooling.Mean, new double[] { 3, 3 }, new double[] { 2, 1 }, new double[] { 2, 1 }, new double[] { 2, 1 }, new double[] { 2, 1 })]
    [InlineData(Pooling.Max, new double[] { 4, 7 }, new double[] { 0, 0 }, new double[] { 8, 4 }, new double[] { 0, 0 }, new double[] { 0, 0 })]
    public void Steps_are_pooled_and_the_first_of_equal_maxima_has_the_gradient(Pooling pooling, double[] y, params double[][] dx)
    {
        ReferencePool layer = Pool(pooling);

        Assert.Equal([y], layer.Forward([[1, 4], [4, 7], [4, 1], [3, 0]]));
        Assert.Equal(dx, layer.Backward([[8, 4]]));
    }

    [Theory]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Max)]
    public void No_steps_are_pooled_to_zeros(Pooling pooling)
    {
        ReferencePool layer = Pool(pooling);

        Assert.Equal([[0, 0]], layer.Forward([]));
        Assert.Empty(layer.Backward([[6, 3]]));
    }

    /// <summary>A model with its padding is the model without, run on the tokens that are left.</summary>
    [Theory]
    [InlineData("padding")]
    [InlineData("padding, every step")]
    [InlineData("padding, both ways")]
    [InlineData("padding, pooled")]
    public void Padding_is_as_good_as_not_there(string name)
    {
        Shape shape = Shape.ByName(name);
        ReferenceModel model = Random(shape.Schema);
        Batch batch = shape.RandomBatch();
        for (int b = 0; b < shape.Batch; b++)
        {
            double[][] tokens = [.. batch.Inputs.AsSpan(b * shape.Steps, shape.Steps).ToArray().Select(token => new[] { token })];
            bool[] isText = [.. tokens.Select(token => token[0] != shape.Schema.PaddingToken)];
            double[][] padded = model.Forward(tokens), text = model.Forward([.. tokens.Where((_, t) => isText[t])]);

            bool every = shape.Schema.Output == SequenceOutput.EveryStep;
            Assert.Equal(text, every ? [.. padded.Where((_, t) => isText[t])] : padded);
            Assert.All(padded.Where((_, t) => every && !isText[t]), step => Assert.All(step, number => Assert.Equal(0, number)));
        }

        Results results = batch.Run(model);
        Assert.All(
            results["grad.embedding.weight"].Chunk(shape.Schema.Layers[0].OutputSize).ElementAt(shape.Schema.PaddingToken),
            gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void The_states_of_nothing_but_padding_are_those_it_started_from()
    {
        Shape shape = Shape.ByName("padding, states");
        Batch batch = shape.RandomBatch();
        const int Row = 3; // see Batch.Random

        Results results = batch.Run(Random(shape.Schema));

        Assert.All(batch.Inputs.AsSpan(Row * shape.Steps, shape.Steps).ToArray(), token => Assert.Equal(shape.Schema.PaddingToken, token));
        Assert.Equal(batch.Row(new(new() { ["h_n"] = batch.InitialStates! }), Row)["h_n"], batch.Row(results, Row)["h_n"]);
    }

    [Fact]
    public void A_learned_state_has_the_gradients_of_all_sequences_that_start_from_it()
    {
        Shape shape = Shape.ByName("learned state");
        Batch batch = shape.RandomBatch();
        ReferenceModel model = Random(shape.Schema);

        Results learned = batch.Run(model);
        double[] state = model.Parameters["gru1.initial_state_l0"];
        Results given = (batch with { InitialStates = [.. Enumerable.Repeat(state, batch.Size).SelectMany(value => value)] }).Run(model);

        Assert.Equal(given["output"], learned["output"]);
        Assert.Equal(given["grad.h0"], learned["grad.h0"]);
        Assert.All(given["grad.gru1.initial_state_l0"], gradient => Assert.Equal(0, gradient));
        double[] sum = [.. state.Select((_, i) => learned["grad.h0"].Chunk(state.Length).Sum(row => row[i]))];
        Assert.All(sum.Zip(learned["grad.gru1.initial_state_l0"]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static ReferenceModel Random(ModelSchema schema)
    {
        var random = new RandomSource(2);
        return new ReferenceModel(
            schema, name => [.. Enumerable.Range(0, (int)schema.Tensors.First(tensor => tensor.Name == name).Length).Select(_ => 2 * random.NextDouble() - 1)]);
    }

    /// <summary>A pooling layer above two numbers a step.</summary>
    private static ReferencePool Pool(Pooling pooling) =>
        new(ModelSchema.ForFeatures("Pooled", 2, LayerSchema.Gru(2, SequenceOutput.EveryStep), LayerSchema.Pool(pooling)).Layers[1]);
}
