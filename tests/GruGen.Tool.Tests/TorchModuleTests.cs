namespace GruGen.Tool.Tests;

/// <summary>Whole modules of PyTorch: their classes and options are read from the pickle, and what their code does is assumed.</summary>
public sealed class TorchModuleTests
{
    private static readonly string s_folder = Path.Combine(Cases.Folder, "modules");

    public static TheoryData<string, string[]> Files => new()
    {
        {
            "tagger",
            [
                "[Embedding(12, 5)]",
                "[Gru(4, Bidirectional = true)]",
                "[Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep)]",
                "[LayerNorm(Epsilon = 0.001)]",
                "[Dense(6, Activation.Silu)]",
                "[Dense(3, Activation.Softmax, Bias = false)]",
            ]
        },
        {
            "classifier",
            [
                "[Gru(5)]",
                "[Dense(5, Activation.Relu, Bias = false)]",
                "[Dense(4, Activation.Elu, Bias = false)]",
                "[Dense(2)]",
            ]
        },
        {
            "each_step",
            [
                "[Dense(6)]",
                "[LayerNorm]",
                "[Dense(6, Activation.Relu, Bias = false)]",
                "[Dense(4)]",
                "[PReLU]",
                "[Dense(2, Activation.Gelu)]",
                "[Dense(2, Activation.Tanh, Bias = false)]",
            ]
        },
        {
            "convolutions",
            [
                "[Conv1D(6, 3, Padding = ConvPadding.Same, Activation = Activation.Relu)]",
                "[Conv1D(4, 2, Dilation = 2, Padding = ConvPadding.Valid)]",
                "[BatchNorm(Epsilon = 0.001)]",
                "[Dense(4, Activation.Sigmoid, Bias = false)]",
                "[Conv1D(5, 3, Padding = ConvPadding.Same, Activation = Activation.LeakyRelu, Bias = false)]",
                "[Pool(Pooling.Max, Window = 2)]",
                "[Conv1D(3, 2, Padding = ConvPadding.Valid, Stride = 2, Activation = Activation.Softsign)]",
                "[Pool(Pooling.Mean)]",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_module_gives_what_it_gave_in_PyTorch(string name, string[] layers)
    {
        ImportedModel model = Cases.AssertGives(
            Path.Combine(s_folder, name + ".pt"), new ImportOptions { Output = name == "tagger" ? SequenceOutput.EveryStep : null });

        Assert.Equal(layers, Printed.Layers(model.Schema).Where(line => !line.StartsWith("[GruModel", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_assumed_of_code_is_noted_and_what_follows_from_classes_is_not()
    {
        Assert.Contains(
            "Assumed, since the code of Tagger is not in the file: its modules are applied in the order in which they are registered, "
                + "words, gru, norm, fc1 (silu), fc2 (softmax); '--order' and '--activation' say otherwise.",
            Import("tagger").Notes);
        Assert.Contains(Import("tagger").Notes, note => note.Contains("'--set words.padding_token=0'", StringComparison.Ordinal));
        Assert.Contains(Import("classifier").Notes, note => note.Contains("encoder, relu, head.0 (elu), head.3;", StringComparison.Ordinal));
        Assert.Contains(Import("convolutions").Notes, note => note.Contains("2 groups of '2'", StringComparison.Ordinal));
        Assert.DoesNotContain(Import("convolutions").Notes, note => note.Contains("Assumed", StringComparison.Ordinal));
        Assert.DoesNotContain(Import("each_step").Notes, note => note.Contains("Assumed", StringComparison.Ordinal));
    }

    [Fact]
    public void Words_of_the_command_line_win()
    {
        ImportedModel model = Import("tagger", new ImportOptions
        {
            Set = new Dictionary<string, string>
            {
                ["fc1.activation"] = "tanh",
                ["dense2.activation"] = "linear",
                ["norm.epsilon"] = "0.5",
                ["words.padding_token"] = "0",
            },
        });

        Assert.Equal((Activation.Tanh, Activation.Linear), (model.Schema.Layers[^2].Activation, model.Schema.Layers[^1].Activation));
        Assert.Equal((0.5, 0), (model.Schema.Layers[3].Epsilon, model.Schema.PaddingToken));
        Assert.Contains(model.Notes, note => note.Contains("fc1 (tanh)", StringComparison.Ordinal));
        Assert.DoesNotContain(model.Notes, note => note.Contains("padding_token", StringComparison.Ordinal));

        ImportedModel given = Import("classifier", new ImportOptions { Ignored = ["relu"], Order = ["encoder", "head.0", "head.3"] });
        Assert.Equal(["gru1", "dense1", "dense2"], given.Schema.Layers.Select(layer => layer.Name));
        Assert.Contains(given.Notes, note => note.Contains("in the order that is given", StringComparison.Ordinal));
        Assert.Equal(["dense1", "dense2"], Import("classifier", new ImportOptions { Parts = ["head."] }).Schema.Layers.Select(layer => layer.Name));
    }

    [Theory]
    [InlineData("activation.Softplus", "'1' in 'file', of the class Softplus, is not read; '--ignore 1' leaves it out.")]
    [InlineData("activation.LogSoftmax", "'--log-softmax-as-softmax'")]
    [InlineData("conv.ConvTranspose1d", "ConvTranspose1d, is not read")]
    [InlineData("flatten.Flatten", null)]
    [InlineData("loss.MSELoss", null)]
    public void What_no_layer_does_is_refused_by_name(string type, string? message)
    {
        ImportedModel import() => Sequence(new PickleGlobal("torch.nn.modules." + type.Split('.')[0], type.Split('.')[1]));
        if (message is null)
        {
            Assert.Equal(2, import().Schema.Layers.Length);
        }
        else
        {
            Assert.Contains(message, Assert.Throws<NotSupportedException>(import).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_class_of_a_user_without_tensors_is_refused_where_it_is_surely_applied()
    {
        Assert.Contains("nothing is known", Assert.Throws<NotSupportedException>(() => Sequence(new PickleGlobal("program", "Last"))).Message, StringComparison.Ordinal);
        Assert.Equal(2, Sequence(new PickleGlobal("program", "Last"), new ImportOptions { Ignored = ["1"] }).Schema.Layers.Length);
        ImportedModel model = Sequence(new PickleGlobal("torchmetrics", "Accuracy"), owner: new PickleGlobal("program", "Net"));
        Assert.Contains("Left out: '1', of the class Accuracy.", model.Notes);
    }

    [Theory]
    [InlineData(1, "same")]
    [InlineData(2, "causal")]
    [InlineData(3, null)]
    public void Zeros_on_both_sides_are_a_padding_of_a_layer_or_refused(int zeros, string? padding)
    {
        var state = new PickleDictionary();
        state.Set("padding", Tuple(zeros));
        ImportedModel import(ImportOptions options) => Sequence(new PickleGlobal("torch.nn.modules.conv", "Conv1d"), options, state, tensor: Tensor("1.weight", 5, 4, 3));
        if (padding is null)
        {
            Assert.Contains("3 steps on both sides", Assert.Throws<NotSupportedException>(() => import(new ImportOptions())).Message, StringComparison.Ordinal);
            ImportedModel model = import(new ImportOptions { Set = new Dictionary<string, string> { ["1.padding"] = "valid" } });
            Assert.Equal(ConvPadding.Valid, model.Schema.Layers[1].Padding);
        }
        else
        {
            Assert.Equal(padding, import(new ImportOptions()).Schema.Layers[1].Padding.ToString().ToLowerInvariant());
        }
    }

    [Fact]
    public void A_normalisation_without_averages_is_refused() => Assert.Contains(
        "running averages",
        Assert.Throws<NotSupportedException>(() =>
            Sequence(new PickleGlobal("torch.nn.modules.batchnorm", "BatchNorm1d"), tensor: Tensor("1.weight", 4))).Message,
        StringComparison.Ordinal);

    /// <summary>A Linear layer 3 to 4, a module, and a Linear layer to 2 of what there is then.</summary>
    private static ImportedModel Sequence(
        PickleGlobal type, ImportOptions? options = null, PickleDictionary? state = null, PickleGlobal? owner = null, StoredTensor? tensor = null)
    {
        var linear = new PickleGlobal("torch.nn.modules.linear", "Linear");
        var parts = new PickleDictionary();
        for (int i = 0; i < 3; i++)
        {
            parts.Set($"{i}", new PickleObject(linear));
        }

        var holderState = new PickleDictionary();
        holderState.Set("_modules", parts);
        var holder = new TorchModule("", owner ?? new PickleGlobal("torch.nn.modules.container", "Sequential"), holderState, null, "'file'");
        TorchModule part(int number, PickleGlobal of, PickleDictionary? own = null) =>
            new($"{number}", of, own ?? new PickleDictionary(), holder, "'file'");
        StoredTensor[] tensors = [Tensor("0.weight", 4, 3), .. tensor is null ? [] : new[] { tensor }, Tensor("2.weight", 2, tensor?.Shape is [var size, _, _] ? size : 4)];
        return new StateDictionary(tensors, new Dictionary<string, string>(), isOrdered: true, "'file'")
        {
            Modules = [holder, part(0, linear), part(1, type, state), part(2, linear)],
        }.Import(options ?? new ImportOptions());
    }

    private static PickleList Tuple(long value)
    {
        var tuple = new PickleList();
        tuple.Items.Add(value);
        return tuple;
    }

    private static StoredTensor Tensor(string name, params int[] shape) =>
        new(name, "F32", [.. shape], () => new double[shape.Aggregate(1, (a, b) => a * b)]);

    private static ImportedModel Import(string name, ImportOptions? options = null) =>
        WeightFiles.Open(Path.Combine(s_folder, name + ".pt")).Import(options ?? new ImportOptions());
}
