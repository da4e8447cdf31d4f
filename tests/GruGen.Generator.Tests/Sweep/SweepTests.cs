using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>Models of random awkward shapes and options, from their declaration to every number they compute.</summary>
public sealed class SweepTests
{
    private static readonly Activation[] s_curves = [Activation.Linear, Activation.Sigmoid, Activation.Tanh, Activation.Relu, Activation.Softsign];
    private static readonly GateActivation[] s_gates = [GateActivation.Sigmoid, GateActivation.HardSigmoid, GateActivation.HardSigmoidKeras2];

    public static TheoryData<string> Models => SweepModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_has_the_layers_it_was_declared_with(string name)
    {
        (ModelSchema declared, ModelSchema emitted) = (SweepModels.ByName(name).Schema, SweepModels.Create(name).Schema);

        Assert.Equal(declared.Layers.AsEnumerable(), emitted.Layers);
        Assert.Equal((declared.InputSize, declared.PaddingToken), (emitted.InputSize, emitted.PaddingToken));
        Assert.Equal((declared.MaskValue, declared.MaskedOutput), (emitted.MaskValue, emitted.MaskedOutput));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_computes_what_the_reference_computes(string name) =>
        Agreement.WithReference(SweepModels.Create(name), SweepModels.Batches(name));

    [Theory]
    [MemberData(nameof(Models))]
    public void The_ways_through_a_model_agree(string name)
    {
        Subject model = SweepModels.Create(name);
        Batch batch = SweepModels.Batches(name).Single(batch => batch.Size == 17);
        int longest = Array.IndexOf(batch.Lengths!, batch.Steps);

        Agreement.OfBlocks(model, batch);
        Agreement.OfSequencesAndReference(model, batch);
        Agreement.OfPartsAndWhole(model, batch, longest);
        if (model.Schema.CanStream)
        {
            Agreement.OfStreamAndSequence(model, batch, longest);
        }
    }

    /// <summary>What other frameworks have comes before the product and after it, and in either direction.</summary>
    [Fact]
    public void Every_activation_is_drawn_often()
    {
        GruOptions[] options = [.. SweepModels.All.SelectMany(model => model.Schema.Layers).Where(layer => layer.Options is not null).Select(layer => layer.Options!)];
        foreach (bool resetAfter in new[] { true, false })
        {
            GruOptions[] some = [.. options.Where(each => each.ResetAfter == resetAfter)];
            Assert.Equal(Enum.GetValues<Activation>().Where(curve => curve != Activation.Softmax && !curve.NeedsArgument()), some.Select(each => each.Activation).Distinct().Order());
            Assert.Equal(Enum.GetValues<GateActivation>(), some.Select(each => each.GateActivation).Distinct().Order());
            Assert.Contains(some, each => each.ActivationAlpha is not null && each.ActivationBeta is not null);
            Assert.Contains(some, each => each.GateActivationAlpha is not null && each.GateActivationBeta is not null);
            Assert.Contains(some, each => each.Clip > 0);
            Assert.Contains(some, each => each.ReverseActivation is not null && each.ReverseGateActivation is not null);
            Assert.Contains(some, each => each.UpdateGate == UpdateGate.Replace && each.GateActivation > GateActivation.HardSigmoidKeras2);
        }
    }

    [Fact]
    public void Masks_are_drawn_often()
    {
        ModelSchema[] schemas = [.. SweepModels.All.Select(model => model.Schema)];
        Assert.InRange(schemas.Count(schema => schema.MaskValue is not null), 10, schemas.Length);
        Assert.Contains(schemas, schema => schema is { ReadsTokens: true, MaskedOutput: MaskedOutput.Repeat });
        Assert.Contains(schemas, schema => schema is { ReadsTokens: false, MaskedOutput: MaskedOutput.Repeat, CanStream: true });
        Assert.Contains(schemas, schema => schema is { ReadsTokens: false, MaskedOutput: MaskedOutput.Repeat, CanStream: false });
    }

    /// <summary>The sweep has every option in it, and next to every other one that goes with it.</summary>
    [Fact]
    public void Every_option_is_drawn_often()
    {
        LayerSchema[] layers = [.. SweepModels.All.SelectMany(model => model.Schema.Layers)];
        GruOptions[] options = [.. layers.Where(layer => layer.Options is not null).Select(layer => layer.Options!)];
        (string Name, Func<GruOptions, bool> Holds)[] choices =
        [
            ("both ways", each => each.Bidirectional),
            ("backwards", each => each.Reverse),
            ("reset before", each => !each.ResetAfter),
            ("z replaces", each => each.UpdateGate == UpdateGate.Replace),
            ("no bias", each => !each.Bias),
            ("learned", each => each.InitialState == InitialState.Learned),
            ("dropout", each => each.Dropout > 0),
            ("recurrent dropout", each => each.RecurrentDropout > 0),
            ("residual", each => each.Residual),
            .. s_curves.Select(curve => ($"{curve}", (Func<GruOptions, bool>)(each => each.Activation == curve))),
            .. s_gates.Select(curve => ($"gates {curve}", (Func<GruOptions, bool>)(each => each.GateActivation == curve))),
        ];
        Assert.All(
            from one in choices from other in choices where Array.IndexOf(choices, one) < Array.IndexOf(choices, other) select (one, other),
            pair =>
            {
                bool excluded = (pair.one.Name, pair.other.Name) is ("both ways", "backwards")
                    || (Enum.TryParse<Activation>(pair.one.Name, out _) && Enum.TryParse<Activation>(pair.other.Name, out _))
                    || (pair.one.Name.StartsWith("gates", StringComparison.Ordinal) && pair.other.Name.StartsWith("gates", StringComparison.Ordinal));
                Assert.True(excluded || options.Any(each => pair.one.Holds(each) && pair.other.Holds(each)), $"{pair.one.Name} never comes with {pair.other.Name}.");
            });
        Assert.Equal(
            Enum.GetValues<Merge>(), options.Where(each => each.Bidirectional).Select(each => each.Merge).Distinct().Order());
        Assert.Equal(
            from kind in Enum.GetValues<LayerKind>() from output in Enum.GetValues<SequenceOutput>() where CanBe(kind, output) select (kind, output),
            layers.Select(layer => (layer.Kind, layer.Output)).Distinct().Order());
        Assert.Equal(Enum.GetValues<Pooling>(), layers.Where(layer => layer.Kind == LayerKind.Pool).Select(layer => layer.Pooling).Distinct().Order());
        Assert.Contains(layers, layer => layer is { Kind: LayerKind.Dense, Residual: true, Output: SequenceOutput.Final });
        Assert.Contains(layers, layer => layer is { Kind: LayerKind.Dense, Residual: true, Output: SequenceOutput.EveryStep });
        Assert.Contains(layers, layer => layer is { Kind: LayerKind.Dense, Bias: false, Residual: true });
        Assert.Contains(layers, layer => layer is { Kind: LayerKind.Dense, Bias: false, Residual: false });
        Assert.Contains(layers, layer => layer.PaddingToken >= 0);
        Assert.Equal(
            Enum.GetValues<Activation>().Where(curve => !ActivationParameters.AreOfRecurrentLayers(curve)),
            layers.Where(layer => layer.Kind == LayerKind.Dense).Select(layer => layer.Activation).Distinct().Order());

        LayerSchema[] convolutions = [.. layers.Where(layer => layer.Kind == LayerKind.Conv1D)];
        Assert.Equal(
            from padding in Enum.GetValues<ConvPadding>() from i in Enumerable.Range(0, 4) select (padding, i >= 2, i % 2 == 1),
            convolutions.Select(layer => (layer.Padding, layer.Dilation > 1, layer.Bias)).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<Activation>().Except([Activation.ScaledTanh, Activation.Affine, Activation.HardSigmoid]),
            convolutions.Select(layer => layer.Activation).Distinct().Order());

        static bool CanBe(LayerKind kind, SequenceOutput output) =>
            (kind, output) is not (LayerKind.Embedding or LayerKind.Conv1D, SequenceOutput.Final);
    }
}
