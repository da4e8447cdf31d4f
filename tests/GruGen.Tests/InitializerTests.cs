
namespace GruGen.Tests;

/// <summary>Initial values: PyTorch's, U(±1/√H) for a GRU, U(±1/√inputs) for a Dense layer, N(0, 1) for an embedding; and Keras'.</summary>
public class InitializerTests
{
    private static readonly ModelSchema Schema = ModelSchema.ForTokens(
        "Model", LayerSchema.Embedding(400, 32), LayerSchema.Gru(64, SequenceOutput.EveryStep), LayerSchema.Gru(100, SequenceOutput.Final), LayerSchema.Dense(50));

    private static readonly DynamicModel<int> Model = new(Schema, seed: 11);

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
        Assert.Equal(Model.Parameters.All, new DynamicModel<int>(Schema, seed: 11).Parameters.All);
        DynamicModel<int> other = new(Schema, seed: 12);
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
        var model = new DynamicModel<int>(ModelSchema.ForTokens("M", LayerSchema.Embedding(2, 2), LayerSchema.Gru(1, SequenceOutput.Final)), seed: 1);
        uint[] bits =
        [
            0xC0233162, 0xBF0CF85D, 0xBF36C106, 0x3FA5BD8E, 0x3EB5C6CF, 0xBDC1512C, 0x3ECE46F1, 0x3F490971, 0xBEB8678D, 0xBF6D40E9,
            0xBF132E4D, 0x3DBCFD35, 0x3D7B10A3, 0x3F2E0D0D, 0xBF4F512D, 0xBEDA7AE4, 0xBE946338, 0x3E003B06, 0xBF6321AA,
        ];
        Assert.Equal(bits, model.Parameters.All.ToArray().Select(BitConverter.SingleToUInt32Bits));
    }

    [Theory]
    [InlineData("gru1.weight_ih_l0", 28 + 3 * 82)]
    [InlineData("gru1.weight_ih_l0_reverse", 28 + 3 * 82)]
    [InlineData("dense1.weight", 2 * 82 + 50)]
    [InlineData("embedding.weight", 2400)] // U(±0.05), which has nothing to do with sizes
    public void Keras_weights_are_uniform_within_Glorots_bound(string name, int inputsAndOutputs)
    {
        double bound = Math.Sqrt(6.0 / inputsAndOutputs);
        double[] values = [.. Initial(Keras, name).Select(value => (double)value)];
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        values = [.. values.Where(value => value != 0)]; // but those of the padding token
        AssertMean(values, 0, bound / Math.Sqrt(3));
        AssertMean([.. values.Select(value => value * value)], bound * bound / 3, bound * bound * Math.Sqrt(4.0 / 45));
        Assert.True(values.Max(Math.Abs) > 0.99 * bound, $"{name} does not reach its bound.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(33)]
    [InlineData(100)]
    public void Keras_hidden_weights_have_orthonormal_columns(int hidden)
    {
        float[] w = Initial(ModelSchema.ForFeatures("M", 2, LayerSchema.Gru(hidden, SequenceOutput.Final)).With(Initialization.Keras), "gru1.weight_hh_l0");
        for (int i = 0; i < hidden; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = Enumerable.Range(0, 3 * hidden).Sum(row => (double)w[row * hidden + i] * w[row * hidden + j]);
                Assert.Equal(i == j ? 1 : 0, dot, 2e-7);
            }
        }
    }

    [Fact]
    public void Orthonormal_columns_point_anywhere()
    {
        // each number of a column of n rows has the mean 0 and the variance 1/n, whatever its row and its column
        double[][] draws = [.. Enumerable.Range(0, 2000).Select(seed =>
        {
            float[] w = new float[9 * 3];
            Orthogonal.Fill(w, 9, 3, new RandomSource((ulong)seed));
            return w.Select(value => (double)value).ToArray();
        })];
        for (int i = 0; i < 27; i++)
        {
            AssertMean([.. draws.Select(w => w[i])], 0, 1 / 3.0);
            AssertMean([.. draws.Select(w => w[i] * w[i])], 1 / 9.0, Math.Sqrt(2) / 9);
        }
    }

    [Fact]
    public void Orthonormal_columns_do_not_depend_on_the_machine()
    {
        float[] w = new float[6 * 2];
        Orthogonal.Fill(w, 6, 2, new RandomSource(1));
        uint[] bits =
        [
            0xBF4DFF77, 0x3E517733, 0xBE31F23B, 0x3E21F866, 0xBE66B097, 0x3F240004, 0x3ED136B3, 0x3F2769DF, 0x3E5CF658, 0x3E9DC432, 0x3E76A0C7, 0x3C3798AE,
        ];
        Assert.Equal(bits, w.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void A_large_matrix_does_not_take_long()
    {
        float[] w = new float[3 * 512 * 512];
        long begun = System.Diagnostics.Stopwatch.GetTimestamp();
        Orthogonal.Fill(w, 3 * 512, 512, new RandomSource(1));
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(Initialization.PyTorch)]
    [InlineData(Initialization.Keras)]
    public void Normalisation_starts_as_nothing_else_and_states_and_padding_as_zeros(Initialization initialization)
    {
        ModelSchema schema = Family.With(initialization);
        Assert.All(Initial(schema, "layernorm1.weight"), value => Assert.Equal(1, value));
        Assert.All(Initial(schema, "layernorm1.bias"), value => Assert.Equal(0, value));
        Assert.All(Initial(schema, "gru1.initial_state_l0"), value => Assert.Equal(0, value));
        Assert.All(Initial(schema, "gru1.initial_state_l0_reverse"), value => Assert.Equal(0, value));
        float[] embedding = Initial(schema, "embedding.weight");
        Assert.Equal([7], Enumerable.Range(0, 400).Where(token => embedding.AsSpan(token * 28, 28).IndexOfAnyExcept(0f) < 0));
    }

    [Fact]
    public void Keras_biases_are_zero_and_PyTorchs_are_not()
    {
        foreach (string name in Family.Tensors.Select(tensor => tensor.Name).Where(name => name.Contains(".bias", StringComparison.Ordinal) && !name.StartsWith("layernorm", StringComparison.Ordinal)))
        {
            Assert.All(Initial(Keras, name), value => Assert.Equal(0, value));
            Assert.Contains(Initial(Family, name), value => value != 0);
        }
    }

    [Fact]
    public void A_bidirectional_layer_is_bounded_by_the_size_of_its_state()
    {
        Assert.InRange(Initial(Family, "gru1.weight_hh_l0").Max(Math.Abs), 0.99 / Math.Sqrt(82), 1 / Math.Sqrt(82));
    }

    [Fact]
    public void The_slopes_of_a_PReLU_start_as_a_quarter_and_change_no_other_tensor()
    {
        LayerSchema[] layers = [LayerSchema.Gru(5, SequenceOutput.Final), LayerSchema.Dense(3)];
        ModelSchema sloped = ModelSchema.ForFeatures("Sloped", 4, [.. layers, LayerSchema.PReLU()]);

        Assert.Equal([0.25f, 0.25f, 0.25f], Initial(sloped, "prelu1.weight"));
        Assert.Equal([0.25f, 0.25f, 0.25f], Initial(sloped.With(Initialization.Keras), "prelu1.weight"));
        Assert.Equal(Initial(ModelSchema.ForFeatures("Plain", 4, layers), "dense1.bias"), Initial(sloped, "dense1.bias"));
    }

    [Fact]
    public void The_same_seed_gives_the_same_Keras_values_and_another_gives_others()
    {
        Assert.Equal(Filled(Keras, 3).All, Filled(Keras, 3).All);
        Assert.NotEqual(Filled(Keras, 3)["gru1.weight_hh_l0"].ToArray(), Filled(Keras, 4)["gru1.weight_hh_l0"].ToArray());
        Assert.NotEqual(Filled(Keras, 3)["gru1.weight_hh_l0"].ToArray(), Filled(Keras, 3)["gru1.weight_hh_l0_reverse"].ToArray());
    }

    private static readonly ModelSchema Family = ModelSchema.ForTokens(
        "Family",
        LayerSchema.Embedding(400, 28, paddingToken: 7),
        LayerSchema.Gru(82, SequenceOutput.EveryStep, new GruOptions { Bidirectional = true, InitialState = InitialState.Learned }),
        LayerSchema.LayerNorm(),
        LayerSchema.Pool(Pooling.Mean),
        LayerSchema.Dense(50));

    private static readonly ModelSchema Keras = Family.With(Initialization.Keras);

    private static float[] Initial(ModelSchema schema, string name) => Filled(schema, 5)[name].ToArray();

    private static ParameterSet Filled(ModelSchema schema, ulong seed)
    {
        var parameters = new ParameterSet(schema);
        Initializer.Fill(parameters, seed);
        return parameters;
    }

    /// <summary>Within five standard errors.</summary>
    private static void AssertMean(double[] values, double mean, double deviation) =>
        Assert.Equal(mean, values.Average(), 5 * deviation / Math.Sqrt(values.Length));

    /// <summary>
    /// PyTorch's <c>nn.Conv1d</c> draws within 1/√(inputs · taps), Keras' <c>Conv1D</c> counts each tap as inputs and as outputs.
    /// </summary>
    [Theory]
    [InlineData(Initialization.PyTorch, 0.1)]
    [InlineData(Initialization.Keras, 0.12909944487358055)]
    public void A_convolution_is_uniform_within_its_bound(Initialization initialization, double bound)
    {
        ModelSchema schema = ModelSchema.ForFeatures("Model", 20, LayerSchema.Conv1D(52, 5)).With(initialization);
        var parameters = new ParameterSet(schema);
        Initializer.Fill(parameters, seed: 3);

        double[] weights = [.. parameters["conv1.weight"].ToArray().Select(value => (double)value)];
        Assert.Equal(52 * 20 * 5, weights.Length);
        Assert.All(weights, value => Assert.InRange(value, -bound, bound));
        Assert.True(weights.Max(Math.Abs) > 0.99 * bound);
        AssertMean([.. weights.Select(value => value * value)], bound * bound / 3, bound * bound * Math.Sqrt(4.0 / 45));
        Assert.All(parameters["conv1.bias"].ToArray(), value => Assert.True(initialization == Initialization.Keras ? value == 0 : Math.Abs(value) <= bound));
    }
}
