namespace GruGen.Tests;

/// <summary>Descriptions of layers and models from numbers that no enum has, or from nothing.</summary>
public class SchemaArgumentTests
{
    [Fact]
    public void Values_that_an_enum_does_not_have_are_refused()
    {
        Refuses("activation", () => LayerSchema.Dense(3, (Activation)99));
        Refuses("activation", () => LayerSchema.Conv1D(3, 2, (Activation)99));
        Refuses("padding", () => LayerSchema.Conv1D(3, 2, padding: (ConvPadding)9));
        Refuses("pooling", () => LayerSchema.Pool((Pooling)9));
        Refuses("output", () => LayerSchema.Gru(3, (SequenceOutput)9));
        Refuses("Activation", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { Activation = (Activation)99 }));
        Refuses("GateActivation", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { GateActivation = (GateActivation)99 }));
        Refuses("ReverseActivation", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { ReverseActivation = (Activation)99 }));
        Refuses("ReverseGateActivation", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { ReverseGateActivation = (GateActivation)99 }));
        Refuses("Merge", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { Bidirectional = true, Merge = (Merge)9 }));
        Refuses("UpdateGate", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { UpdateGate = (UpdateGate)9 }));
        Refuses("InitialState", () => LayerSchema.Gru(3, SequenceOutput.Final, new GruOptions { InitialState = (InitialState)9 }));

        ModelSchema model = ModelSchema.ForFeatures("M", 2, LayerSchema.Gru(3, SequenceOutput.EveryStep), LayerSchema.Dense(1));
        Refuses("initialization", () => model.With((Initialization)9));
        Refuses("format", () => model.With((WeightFormat)9));
        Refuses("output", () => model.With((MaskedOutput)9));

        static void Refuses(string name, Action action) => Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(action).ParamName);
    }

    [Fact]
    public void Nothing_is_no_layer_and_no_name()
    {
        LayerSchema gru = LayerSchema.Gru(3, SequenceOutput.Final);
        Assert.Throws<ArgumentNullException>("layers", () => ModelSchema.ForFeatures("M", 2, null!));
        Assert.Throws<ArgumentNullException>("layers", () => ModelSchema.ForTokens("M", null!));
        Assert.Contains("Layer 1 is null", Assert.Throws<ArgumentException>("layers", () => ModelSchema.ForFeatures("M", 2, gru, null!)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("name", () => ModelSchema.ForFeatures(null!, 2, gru));
        Assert.Throws<ArgumentException>("name", () => ModelSchema.ForFeatures("", 2, gru));
    }
}
