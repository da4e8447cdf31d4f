namespace GruGen.Tests;

/// <content>Models of the activations that other frameworks' recurrent layers have, and their numbers.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> Activations()
    {
        yield return Five("gates tanh", Features(3, Gru(9, Plain with { GateActivation = GateActivation.Tanh })));
        yield return Five(
            "gates tanh, reset before, z replaces",
            Features(4, Last(5, Plain with { GateActivation = GateActivation.Tanh, ResetAfter = false, UpdateGate = UpdateGate.Replace })));
        yield return Five("gates relu", Features(3, Gru(9, Plain with { GateActivation = GateActivation.Relu })));
        yield return Five("gates relu, z replaces", Features(4, Gru(17, Plain with { GateActivation = GateActivation.Relu, UpdateGate = UpdateGate.Replace })));
        yield return Five("gates linear, reset before, clip", Features(3, Gru(9, Plain with { GateActivation = GateActivation.Linear, ResetAfter = false, Clip = 0.6 })));
        yield return Five("gates softsign, z replaces", Features(3, Last(5, Plain with { GateActivation = GateActivation.Softsign, UpdateGate = UpdateGate.Replace })));
        yield return Five("gates elu", Features(3, Gru(9, Plain with { GateActivation = GateActivation.Elu, GateActivationAlpha = 0.5 })));
        yield return Five(
            "gates leaky relu, reset before",
            Features(4, Last(5, Plain with { GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.3, ResetAfter = false })));
        yield return Five(
            "gates scaled tanh",
            Features(3, Gru(9, Plain with { GateActivation = GateActivation.ScaledTanh, GateActivationAlpha = 0.8, GateActivationBeta = 1.25 })));
        yield return Five(
            "gates affine that fall, clip, z replaces",
            Features(3, Gru(9, Plain with { GateActivation = GateActivation.Affine, GateActivationAlpha = -0.4, GateActivationBeta = 0.3, Clip = 0.7, UpdateGate = UpdateGate.Replace })));
        yield return Five(
            "hard gates of any slope, z replaces",
            Features(12, Gru(17, Plain with { GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.9, GateActivationBeta = 0.45, UpdateGate = UpdateGate.Replace })));
        yield return Five(
            "hard gates of any slope, reset before",
            Features(7, Last(5, Plain with { GateActivation = GateActivation.HardSigmoidKeras2, GateActivationAlpha = 0.8, ResetAfter = false, UpdateGate = UpdateGate.Replace })));
        yield return Five("elu of any number", Features(3, Gru(9, Plain with { Activation = Activation.Elu, ActivationAlpha = 0.7 })));
        yield return Five("leaky relu alone", Features(3, Gru(9, Plain with { Activation = Activation.LeakyRelu })));
        yield return Five(
            "leaky relu, reset before, clip",
            Features(4, Gru(17, Plain with { Activation = Activation.LeakyRelu, ActivationAlpha = 0.2, ResetAfter = false, Clip = 0.5 })));
        yield return Five("scaled tanh", Features(3, Gru(9, Plain with { Activation = Activation.ScaledTanh })));
        yield return Five(
            "scaled tanh that falls, clip",
            Features(3, Gru(9, Plain with { Activation = Activation.ScaledTanh, ActivationAlpha = -1.2, ActivationBeta = 0.9, Clip = 0.6 })));
        yield return Five("affine", Features(3, Gru(9, Plain with { Activation = Activation.Affine, ActivationAlpha = 0.5, ActivationBeta = 0.1 })));
        yield return Five("hard sigmoid", Features(3, Gru(9, Plain with { Activation = Activation.HardSigmoid })));
        yield return Five(
            "hard sigmoid of any slope, reset before",
            Features(4, Last(5, Plain with { Activation = Activation.HardSigmoid, ActivationAlpha = 0.9, ActivationBeta = 0.2, ResetAfter = false })));
        yield return Five("clip", Features(3, Gru(9, Plain with { Clip = 0.5 })));
        yield return Five("clip, reset before, z replaces", Features(4, Last(5, Plain with { Clip = 0.4, ResetAfter = false, UpdateGate = UpdateGate.Replace })));
        yield return Five("clip, relu", Features(3, Gru(9, Plain with { Clip = 0.5, Activation = Activation.Relu, GateActivation = GateActivation.HardSigmoid })));
        yield return Five("clip, linear, reset before", Features(3, Gru(9, Plain with { Clip = 0.5, Activation = Activation.Linear, ResetAfter = false })));
        yield return Five(
            "other activations backwards",
            Features(3, Gru(9, Plain with { Bidirectional = true, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = 0.5, ReverseActivation = Activation.ScaledTanh, ReverseActivationAlpha = 0.9, ReverseActivationBeta = 1.5, ReverseGateActivation = GateActivation.Sigmoid })));
        yield return Five(
            "other activations backwards, final state",
            Features(4, Last(5, Plain with { Bidirectional = true, Merge = Merge.Sum, UpdateGate = UpdateGate.Replace, ResetAfter = false, ReverseGateActivation = GateActivation.Tanh, Clip = 0.9 })));
        yield return Five(
            "other numbers backwards",
            Features(4, Gru(5, Plain with { Bidirectional = true, Activation = Activation.Elu, ActivationAlpha = 0.5, ReverseActivationAlpha = 0.25, GateActivation = GateActivation.HardSigmoid, ReverseGateActivationBeta = 0.4 })));
        yield return Five("numbers, tokens", Tokens(7, 3, Gru(9, Plain with { Activation = Activation.Elu, ActivationAlpha = 0.7, Clip = 0.8 })));
    }

    /// <summary>Layers whose steps sum in parts: too large to move every number of them.</summary>
    private static IEnumerable<Shape> LargeActivations()
    {
        yield return Five(
            "clip, large",
            Features(33, Gru(64, Plain with { Clip = 0.5, Activation = Activation.Elu, ActivationAlpha = 0.5, GateActivation = GateActivation.Elu, GateActivationAlpha = 0.25 })));
        yield return Five(
            "clip, large, reset before",
            Features(33, Gru(64, Plain with { Clip = 0.5, Activation = Activation.LeakyRelu, GateActivation = GateActivation.Tanh, ResetAfter = false })));
    }
}
