using System.Diagnostics;

namespace GruGen.Tool.Tests;

/// <summary>What tensors tell of a model, what a user says of the rest, and what is noted.</summary>
public sealed class StateDictionaryTests
{
    [Fact]
    public void Stacks_directions_and_other_layers_are_found_in_the_order_that_their_sizes_give()
    {
        ImportedModel model = Import(
            isOrdered: false,
            [
                .. Linear("fc", 8, 2), .. Gru("rnn", 4, 3, depth: 2, directions: 2), .. Linear("fc_in", 5, 4), .. Vector("norm", 6), Tensor("prelu.weight", 6),
                .. Linear("head", 6, 8),
            ],
            new ImportOptions());

        Assert.Equal(["dense1", "gru1", "gru2", "layernorm1", "prelu1", "dense2", "dense3"], model.Schema.Layers.Select(layer => layer.Name));
        Assert.Equal(5, model.Schema.InputSize);
        Assert.True(model.Schema.Layers[1].Options!.Bidirectional);
        Assert.Equal((SequenceOutput.EveryStep, SequenceOutput.Final), (model.Schema.Layers[1].Output, model.Schema.Layers[2].Output));
        Assert.Contains(model.Notes, note => note.Contains("final state", StringComparison.Ordinal));
        AssertAgrees(model);
    }

    [Fact]
    public void The_order_can_be_given_and_is_noted_if_it_is_not_the_only_one()
    {
        StoredTensor[] tensors = [.. Gru("gru", 4, 4), .. Linear("a", 4, 4), .. Linear("b", 4, 4)];

        Assert.Contains(Import(true, tensors, new ImportOptions()).Notes, note => note.Contains("order gru,a,b", StringComparison.Ordinal));
        ImportedModel given = Import(true, tensors, new ImportOptions { Order = ["b", "gru", "a"] });
        Assert.Equal(["dense1", "gru1", "dense2"], given.Schema.Layers.Select(layer => layer.Name));
        Assert.DoesNotContain(given.Notes, note => note.Contains("order", StringComparison.Ordinal));
        AssertAgrees(given);
        Assert.Contains("b (Linear", Refused(tensors, new ImportOptions { Order = ["gru", "a"] }), StringComparison.Ordinal);
        Assert.Contains("'c'", Refused(tensors, new ImportOptions { Order = ["gru", "a", "c"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_given_by_the_names_of_the_file_or_ours()
    {
        ImportedModel model = Import(
            true,
            [Tensor("emb.weight", 11, 4), .. Gru("gru", 4, 5), .. Linear("fc", 5, 3)],
            new ImportOptions
            {
                Output = SequenceOutput.EveryStep,
                Set = new Dictionary<string, string>
                {
                    ["fc.activation"] = "softmax",
                    ["gru1.activation"] = "relu",
                    ["gru.gate_activation"] = "hard_sigmoid_1/5",
                    ["*.update"] = "replace",
                    ["gru1.reset"] = "before",
                    ["embedding.padding_token"] = "0",
                },
            });

        Assert.Equal(
            ModelSchema.ForTokens(
                "Model",
                LayerSchema.Embedding(11, 4, paddingToken: 0),
                LayerSchema.Gru(5, SequenceOutput.EveryStep, new GruOptions
                {
                    ResetAfter = false,
                    UpdateGate = UpdateGate.Replace,
                    Activation = Activation.Relu,
                    GateActivation = GateActivation.HardSigmoidKeras2,
                }),
                LayerSchema.Dense(3, Activation.Softmax)).ToCSharp(),
            model.Schema.ToCSharp());
        Assert.Contains(model.Notes, note => note.Contains("add up", StringComparison.Ordinal));
        AssertAgrees(model);
    }

    [Theory]
    [InlineData("fc.activation", "sofmax", "sofmax")]
    [InlineData("fc.reset", "before", "'reset'")]
    [InlineData("nothing.activation", "tanh", "nothing.activation")]
    [InlineData("gru.direction", "both", "one direction")]
    [InlineData("gru.activation", "softmax", "Softmax")]
    [InlineData("gru.clip", "-1", "Clip")]
    public void A_wrong_option_is_refused(string key, string value, string message) => Assert.Contains(
        message,
        Refused([.. Gru("gru", 4, 5), .. Linear("fc", 5, 3)], new ImportOptions { Set = new Dictionary<string, string> { [key] = value } }),
        StringComparison.Ordinal);

    [Fact]
    public void What_is_no_gru_is_named()
    {
        Assert.Contains("an LSTM", Refused([Tensor("lstm.weight_ih_l0", 20, 3), Tensor("lstm.weight_hh_l0", 20, 5)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains("no gates", Refused([Tensor("rnn.weight_ih_l0", 5, 3), Tensor("rnn.weight_hh_l0", 5, 5)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains("'q'", Refused([.. Gru("gru", 4, 5), Tensor("q", 1, 2, 3, 4)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains("is [9], but [15] is expected", Refused([.. Gru("gru", 4, 5)[..2], Tensor("gru.bias_ih_l0", 9)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains("do not follow", Refused([.. Gru("gru", 4, 5), .. Linear("fc", 6, 3)], new ImportOptions()), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_and_short_names_are_read_and_parts_are_chosen()
    {
        StoredTensor[] tensors =
        [
            Tensor("enc_emb", 7, 4), Tensor("enc_w_ih", 15, 4), Tensor("enc_w_hh", 15, 5), Tensor("enc_b_ih", 15), Tensor("enc_b_hh", 15),
            Tensor("dec_emb", 9, 4), Tensor("dec_w_ih", 15, 4), Tensor("dec_w_hh", 15, 5), Tensor("fc_w", 9, 5), Tensor("fc_b", 9),
        ];
        ImportedModel encoder = Import(true, tensors, new ImportOptions { Parts = ["enc"] });
        ImportedModel decoder = Import(true, tensors, new ImportOptions { Parts = ["dec", "fc"], Output = SequenceOutput.EveryStep });

        Assert.Equal((7, 5, SequenceOutput.Final), (encoder.Schema.InputSize, encoder.Schema.OutputSize, encoder.Schema.Output));
        Assert.Equal((9, 9, SequenceOutput.EveryStep), (decoder.Schema.InputSize, decoder.Schema.OutputSize, decoder.Schema.Output));
        Assert.False(decoder.Schema.Layers[1].Options!.Bias);
        AssertAgrees(encoder);
        AssertAgrees(decoder);
        Assert.Contains("xyz", Refused(tensors, new ImportOptions { Parts = ["xyz"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_can_be_pooled()
    {
        ImportedModel model = Import(true, [.. Gru("gru", 4, 5), .. Linear("fc", 5, 3)], new ImportOptions { Pool = Pooling.Max });

        Assert.Equal([LayerKind.Gru, LayerKind.Pool, LayerKind.Dense], model.Schema.Layers.Select(layer => layer.Kind));
        AssertAgrees(model);
    }

    [Fact]
    public void A_table_of_vectors_is_known_by_what_reads_it()
    {
        StoredTensor[] encoder = [Tensor("lookup.weight", 11, 4), .. Gru("gru", 4, 4)], tied = [.. encoder, .. Linear("out", 4, 11)];
        foreach (bool isOrdered in new[] { true, false })
        {
            ImportedModel model = Import(isOrdered, tied, new ImportOptions());
            Assert.Equal((LayerKind.Embedding, 11), (model.Schema.Layers[0].Kind, model.Schema.InputSize));
            Assert.Contains(model.Notes, note => note.Contains("'lookup' is a table of 11 vectors", StringComparison.Ordinal));
            AssertAgrees(model);
        }

        Assert.Equal([LayerKind.Embedding, LayerKind.Gru], Import(true, encoder, new ImportOptions()).Schema.Layers.Select(layer => layer.Kind));
    }

    [Fact]
    public void A_table_of_vectors_can_be_given()
    {
        StoredTensor[] square = [Tensor("words.weight", 4, 4), .. Gru("gru", 4, 5)];
        ImportedModel assumed = Import(true, square, new ImportOptions()), given = Import(true, square, new ImportOptions { Tables = ["words"] });

        Assert.Equal((LayerKind.Dense, LayerKind.Embedding), (assumed.Schema.Layers[0].Kind, given.Schema.Layers[0].Kind));
        Assert.Contains(assumed.Notes, note => note.Contains("'--embedding words'", StringComparison.Ordinal));
        Assert.DoesNotContain(given.Notes, note => note.Contains("words", StringComparison.Ordinal));
        AssertAgrees(given);
        Assert.Contains("'gru'", Refused(square, new ImportOptions { Tables = ["gru"] }), StringComparison.Ordinal);
        Assert.Contains(
            "'--embedding a' says that 'a' or 'b' is a table",
            Refused([Tensor("a.weight", 9, 4), Tensor("b.weight", 7, 4), .. Linear("fc", 5, 3), .. Gru("gru", 4, 5)], new ImportOptions()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_of_a_convolution_are_given()
    {
        StoredTensor[] tensors = [.. Linear("fc_in", 3, 4), Tensor("conv.weight", 8, 2, 3), .. Gru("gru", 8, 5)];

        Assert.Contains("'--set conv.groups=2'", Refused(tensors, new ImportOptions()), StringComparison.Ordinal);
        ImportedModel model = Import(true, tensors, new ImportOptions { Set = new Dictionary<string, string> { ["conv.groups"] = "2" } });
        Assert.Equal([LayerKind.Dense, LayerKind.Conv1D, LayerKind.Gru], model.Schema.Layers.Select(layer => layer.Kind));
        AssertAgrees(model);
        float[] kernel = Cases.Compiled(model).Parameters["conv1.weight"].ToArray(); // [channels, inputs, taps]
        Assert.Equal([.. tensors[2].Singles()[..6], .. new float[6]], kernel[..12]);
        Assert.Equal([.. new float[6], .. tensors[2].Singles()[^6..]], kernel[^12..]);
        foreach (string groups in new[] { "3", "0", "two" })
        {
            Assert.Contains("groups", Refused(tensors, new ImportOptions { Set = new Dictionary<string, string> { ["conv.groups"] = groups } }), StringComparison.Ordinal);
        }

        Assert.Contains("by that name", Refused([.. tensors[2..3], .. Gru("gru", 8, 5)], new ImportOptions { Set = new Dictionary<string, string> { ["conv1.groups"] = "2" } }), StringComparison.Ordinal);
    }

    /// <summary>Names are looked up, not searched for: that would take half a minute here.</summary>
    [Fact]
    public void A_hundred_thousand_modules_are_refused_at_once()
    {
        var clock = Stopwatch.StartNew();
        string message = Refused([.. Enumerable.Range(0, 100_000).SelectMany(i => Linear($"layers.{i:d6}.fc", 1, 1))], new ImportOptions());
        Assert.Contains("100000 modules", message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
    }

    [Fact]
    public void What_the_tensors_do_not_tell_is_refused_or_noted()
    {
        StoredTensor[] gru = Gru("gru", 3, 4);

        Assert.Contains("'scale'", Refused([.. gru, Tensor("scale", 4)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains("1001 letters", Refused([.. gru, Tensor(new string('a', 1_001), 4)], new ImportOptions()), StringComparison.Ordinal);
        Assert.Contains(
            Import(true, [Tensor("conv.weight", 3, 5, 2), .. gru], new ImportOptions { Order = ["conv", "gru"] }).Notes,
            note => note.Contains("conv.padding", StringComparison.Ordinal));
        Assert.Contains(
            Import(true, [.. gru, Tensor("loss.weight", 4)], new ImportOptions()).Notes, note => note.Contains("'--ignore loss'", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Import(true, [.. gru, Tensor("prelu.weight", 4)], new ImportOptions()).Notes, note => note.Contains("PReLU", StringComparison.Ordinal));
    }

    /// <summary>What a model of this library says of itself comes back, but for what files leave out: dropout and initial draws.</summary>
    [Fact]
    public void Own_files_say_all_their_options()
    {
        ModelSchema[] schemas =
        [
            ModelSchema.ForTokens(
                "Own",
                LayerSchema.Embedding(9, 4, paddingToken: 2),
                LayerSchema.Gru(3, SequenceOutput.EveryStep, new GruOptions
                {
                    Bidirectional = true, Merge = Merge.Average, ResetAfter = false, Activation = Activation.Elu, ActivationAlpha = 0.5,
                    ReverseActivation = Activation.ScaledTanh, GateActivation = GateActivation.HardSigmoidKeras2, Clip = 2, InitialState = InitialState.Learned,
                }),
                LayerSchema.LayerNorm(0.01),
                LayerSchema.PReLU(),
                LayerSchema.Pool(Pooling.Mean),
                LayerSchema.Dense(3, Activation.Gelu, residual: true, bias: false),
                LayerSchema.Dense(2, Activation.Softmax)),
            ModelSchema.ForFeatures(
                "Own",
                3,
                LayerSchema.Conv1D(4, 3, Activation.Silu, dilation: 2, ConvPadding.Same),
                LayerSchema.Conv1D(4, 2, bias: false),
                LayerSchema.Gru(4, SequenceOutput.EveryStep, new GruOptions { Reverse = true, Residual = true, UpdateGate = UpdateGate.Replace, Bias = false }),
                LayerSchema.Gru(5, SequenceOutput.EveryStep)).WithMaskValue(0.25f).With(MaskedOutput.Repeat),
            ModelSchema.ForFeatures(
                "Own",
                3,
                LayerSchema.Gru(4, SequenceOutput.EveryStep) with { Name = "voice_gru" },
                LayerSchema.Dense(1, Activation.Sigmoid) with { Name = "voice", IsOutput = true },
                LayerSchema.Gru(3, SequenceOutput.EveryStep) with { From = ["voice_gru", "input"] },
                LayerSchema.Join() with { From = ["gru2", "input"], Combine = Combine.Sum },
                LayerSchema.Dense(2)),
            ModelSchema.ForTokens(
                "Own",
                LayerSchema.Embedding(7, 3) with { Name = "letters" },
                LayerSchema.Gru(4, SequenceOutput.Final) with { Name = "reader" },
                LayerSchema.Dense(2, Activation.Tanh)),
        ];
        foreach (ModelSchema schema in schemas)
        {
            CompiledModel model = CompiledModel.Of(schema.ToCSharp(), "Own.cs");
            string folder = Cases.NewFolder(), path = Path.Combine(folder, "own.safetensors");
            model.Save(path);
            ImportedModel read = WeightFiles.Open(path).Import(new ImportOptions { Name = "Own", Output = schema.Output });

            Assert.Equal(schema.ToCSharp(), read.Schema.ToCSharp());
            AssertAgrees(read);
            foreach (TensorSchema tensor in schema.Tensors)
            {
                Assert.Equal(model.Parameters[tensor.Name].ToArray(), Cases.Compiled(read).Parameters[tensor.Name].ToArray());
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertAgrees(ImportedModel model)
    {
        Comparison comparison = Comparison.Of(Cases.Compiled(model), model.Original!);
        Assert.InRange(comparison.Difference, 0, 2e-6 * Math.Max(1, comparison.Largest));
        Assert.True(comparison.Largest > 0);
    }

    private static ImportedModel Import(bool isOrdered, StoredTensor[] tensors, ImportOptions options) =>
        new StateDictionary(tensors, new Dictionary<string, string>(), isOrdered, "'file'").Import(options);

    private static string Refused(StoredTensor[] tensors, ImportOptions options) =>
        Assert.Throws<InvalidDataException>(() => Import(true, tensors, options)).Message;

    private static StoredTensor Tensor(string name, params int[] shape)
    {
        var random = new Random(name.Length + shape.Sum());
        return new StoredTensor(name, "F32", [.. shape], () => [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (double)(float)(random.NextDouble() - 0.5))]);
    }

    private static StoredTensor[] Linear(string name, int inputs, int outputs) => [Tensor(name + ".weight", outputs, inputs), Tensor(name + ".bias", outputs)];

    private static StoredTensor[] Vector(string name, int size) => [Tensor(name + ".weight", size), Tensor(name + ".bias", size)];

    private static StoredTensor[] Gru(string name, int inputs, int units, int depth = 1, int directions = 1) =>
    [
        .. from layer in Enumerable.Range(0, depth)
           from suffix in new[] { $"_l{layer}", $"_l{layer}_reverse" }.Take(directions)
           from tensor in new[]
           {
               Tensor($"{name}.weight_ih{suffix}", 3 * units, layer == 0 ? inputs : directions * units), Tensor($"{name}.weight_hh{suffix}", 3 * units, units),
               Tensor($"{name}.bias_ih{suffix}", 3 * units), Tensor($"{name}.bias_hh{suffix}", 3 * units),
           }
           select tensor,
    ];
}
