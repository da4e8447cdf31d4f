using System.Text.Json;

namespace GruGen.Tool;

/// <summary>Keras' activations by their names, which mean other numbers in Keras 2 and 3.</summary>
internal static class KerasActivations
{
    /// <summary>The name of an activation; <c>linear</c> if there is none.</summary>
    /// <exception cref="NotSupportedException">It is a function of a user.</exception>
    public static string Name(KerasNode node, string option, string otherwise = "linear") => node.Config.Find(option) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.String } name => name.GetString()!,
        _ => throw node.Unsupported($"has an '{option}' that is a function of its own, which is not run"),
    };

    /// <summary>The activation of a Dense layer or a convolution.</summary>
    public static Activation Of(KerasNode node, string name) => name switch
    {
        "linear" => Activation.Linear,
        "sigmoid" => Activation.Sigmoid,
        "tanh" => Activation.Tanh,
        "relu" => Activation.Relu,
        "softmax" => Activation.Softmax,
        "softsign" => Activation.Softsign,
        "silu" or "swish" => Activation.Silu,
        "elu" => Activation.Elu,
        "gelu" => Activation.Gelu,
        _ => throw node.Unsupported($"has the activation '{name}', which a layer here does not have"),
    };

    /// <summary>The activation of the new gate, with α.</summary>
    public static (Activation Activation, double? Alpha, double? Beta) NewGate(KerasNode node, bool isKeras2)
    {
        string name = Name(node, "activation", "tanh");
        return name switch
        {
            "hard_sigmoid" => (Activation.HardSigmoid, isKeras2 ? 0.2 : null, isKeras2 ? 0.5 : null),
            "leaky_relu" => (Activation.LeakyRelu, 0.2, null),
            _ when Of(node, name) is not (Activation.Softmax or Activation.Silu or Activation.Gelu) and var activation =>
                (activation, null, null),
            _ => throw node.Unsupported($"has the activation '{name}', which no recurrent layer here has"),
        };
    }

    /// <summary>The activation of the gates r and z, with α.</summary>
    public static (GateActivation Activation, double? Alpha) Gates(KerasNode node, bool isKeras2)
    {
        string name = Name(node, "recurrent_activation", isKeras2 ? "hard_sigmoid" : "sigmoid");
        return name switch
        {
            "hard_sigmoid" => (isKeras2 ? GateActivation.HardSigmoidKeras2 : GateActivation.HardSigmoid, null),
            "leaky_relu" => (GateActivation.LeakyRelu, 0.2),
            _ when Enum.TryParse(Of(node, name).ToString(), out GateActivation gates) => (gates, null),
            _ => throw node.Unsupported($"has the recurrent activation '{name}', which no recurrent layer here has"),
        };
    }
}
