using GruGen.Generic;

namespace GruGen.Tests;

/// <summary>PyTorch's initial values: U(±1/√H) for a GRU, U(±1/√inputs) for a Dense layer, N(0, 1) for an embedding.</summary>
public class InitializerTests
{
    private static readonly ModelSchema Schema = ModelSchema.ForTokens(
        "Model", LayerSchema.Embedding(400, 32), LayerSchema.Gru(64, Steps.Every), LayerSchema.Gru(100, Steps.Last), LayerSchema.Dense(50));

    private static readonly GenericModel<int> Model = new(Schema, seed: 11);

    [Theory]
    [InlineData("gru1", 1.0 / 8)]
    [InlineData("gru2", 1.0 / 10)]
    [InlineData("dense1", 1.0 / 10)]
    public void A_layer_is_uniform_within_its_bound(string layer, double bound)
    {
        foreach (TensorSchema tensor in Schema.Tensors.Where(tensor => tensor.Name.StartsWith(layer + ".", StringComparison.Ordinal)))
        {
            double[] values = [.. Model.Parameters[tensor.Name].ToArray().Select(value => (double)value)];
            Assert.All(values, value => Assert.InRange(value, -bound, bound));
            AssertMean(values, 0, bound / Math.Sqrt(3));
            AssertMean([.. values.Select(value => value * value)], bound * bound / 3, bound * bound * Math.Sqrt(4.0 / 45));
            Assert.True(values.Length < 1000 || values.Max(Math.Abs) > 0.99 * bound, $"{tensor.Name} does not reach its bound.");
        }
    }

    [Fact]
    public void An_embedding_is_normal()
    {
        double[] values = [.. Model.Parameters["embedding.weight"].ToArray().Select(value => (double)value)];

        AssertMean(values, 0, 1);
        AssertMean([.. values.Select(value => value * value)], 1, Math.Sqrt(2));
        AssertMean([.. values.Select(value => Math.Pow(value, 4))], 3, Math.Sqrt(96));
    }

    [Fact]
    public void The_same_seed_gives_the_same_values_and_another_gives_others()
    {
        Assert.Equal(Model.Parameters.All, new GenericModel<int>(Schema, seed: 11).Parameters.All);
        GenericModel<int> other = new(Schema, seed: 12);
        foreach (TensorSchema tensor in Schema.Tensors)
        {
            Assert.NotEqual(Model.Parameters[tensor.Name].ToArray(), other.Parameters[tensor.Name].ToArray());
        }
    }

    [Fact]
    public void No_two_tensors_have_the_same_values()
    {
        float[] firsts = [.. Schema.Tensors.Select(tensor => Model.Parameters[tensor.Name][0])];
        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void Values_do_not_depend_on_the_machine()
    {
        // the bits of some values, written down: whoever changes the generator changes every seeded result
        var model = new GenericModel<int>(ModelSchema.ForTokens("M", LayerSchema.Embedding(2, 2), LayerSchema.Gru(1, Steps.Last)), seed: 1);
        uint[] bits =
        [
            0xC0233162, 0xBF0CF85D, 0xBF36C106, 0x3FA5BD8E, 0x3EB5C6CF, 0xBDC1512C, 0x3ECE46F1, 0x3F490971, 0xBEB8678D, 0xBF6D40E9,
            0xBF132E4D, 0x3DBCFD35, 0x3D7B10A3, 0x3F2E0D0D, 0xBF4F512D, 0xBEDA7AE4, 0xBE946338, 0x3E003B06, 0xBF6321AA,
        ];
        Assert.Equal(bits, model.Parameters.All.ToArray().Select(BitConverter.SingleToUInt32Bits));
    }

    /// <summary>Within five standard errors.</summary>
    private static void AssertMean(double[] values, double mean, double deviation) =>
        Assert.Equal(mean, values.Average(), 5 * deviation / Math.Sqrt(values.Length));
}
