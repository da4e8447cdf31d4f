using System.Globalization;

namespace GruGen.Tool;

/// <summary>
/// The options of a layer in the words that files of this library have (docs/files.md). Each word is used up by the option that reads it;
/// what is left is not known.
/// </summary>
/// <param name="layer">The layer, for messages.</param>
/// <param name="words">Its words.</param>
internal sealed class LayerWords(string layer, IReadOnlyDictionary<string, string> words)
{
    private static readonly Dictionary<string, Activation> s_activations = new(StringComparer.Ordinal)
    {
        ["linear"] = Activation.Linear,
        ["sigmoid"] = Activation.Sigmoid,
        ["tanh"] = Activation.Tanh,
        ["relu"] = Activation.Relu,
        ["softsign"] = Activation.Softsign,
        ["softmax"] = Activation.Softmax,
        ["silu"] = Activation.Silu,
        ["elu"] = Activation.Elu,
        ["leaky_relu"] = Activation.LeakyRelu,
        ["gelu"] = Activation.Gelu,
        ["scaled_tanh"] = Activation.ScaledTanh,
        ["affine"] = Activation.Affine,
        ["hard_sigmoid"] = Activation.HardSigmoid,
        ["hard_sigmoid_1/6"] = Activation.HardSigmoid,
        ["hard_sigmoid_1/5"] = Activation.HardSigmoid,
    };

    private readonly Dictionary<string, string> _left = new(words, StringComparer.Ordinal);

    /// <summary>Whether an option is given that nobody has read yet.</summary>
    public bool Has(string option) => _left.ContainsKey(option);

    /// <summary>An option that is one of some words.</summary>
    public T Word<T>(string option, T otherwise, params ReadOnlySpan<(string Word, T Value)> known)
    {
        if (!_left.Remove(option, out string? word))
        {
            return otherwise;
        }

        foreach ((string name, T value) in known)
        {
            if (name == word)
            {
                return value;
            }
        }

        string[] names = new string[known.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = known[i].Word;
        }

        throw Wrong(option, word, string.Join(", ", names));
    }

    /// <summary>An option that is true or false.</summary>
    public bool Truth(string option, bool otherwise = false) => Word(option, otherwise, ("true", true), ("false", false));

    /// <summary>An option that is a number.</summary>
    public double? Number(string option) => !_left.Remove(option, out string? word) ? null
        : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw Wrong(option, word, "a number");

    /// <summary>An option that is a whole number, or <c>none</c>.</summary>
    public int Whole(string option, int otherwise) => !_left.Remove(option, out string? word) || word == "none" ? otherwise
        : int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value
        : throw Wrong(option, word, "a whole number");

    /// <summary>The activation of a layer.</summary>
    public Activation Function(string option = "activation", Activation otherwise = Activation.Linear) =>
        !_left.Remove(option, out string? word) ? otherwise
        : s_activations.TryGetValue(word, out Activation activation) && !word.StartsWith("hard_sigmoid_1", StringComparison.Ordinal)
            ? activation
        : throw Wrong(option, word, string.Join(", ", s_activations.Keys));

    /// <summary>The activation of the new gate, with α and β; null if nothing is said.</summary>
    public (Activation Activation, double? Alpha, double? Beta)? NewGate(string prefix)
    {
        string option = prefix + "activation";
        (double? alpha, double? beta) = (Number(option + "_alpha"), Number(option + "_beta"));
        return !_left.Remove(option, out string? word) ? alpha is null && beta is null ? null : (Activation.Tanh, alpha, beta)
            : !s_activations.TryGetValue(word, out Activation activation) ? throw Wrong(option, word, string.Join(", ", s_activations.Keys))
            : word == "hard_sigmoid_1/5" ? (activation, 0.2, 0.5)
            : (activation, Other(alpha, ActivationParameters.Of(activation).Alpha), Other(beta, ActivationParameters.Of(activation).Beta));
    }

    /// <summary>The activation of the gates r and z, with α and β; null if nothing is said.</summary>
    public (GateActivation Activation, double? Alpha, double? Beta)? Gates(string prefix)
    {
        string option = prefix + "gate_activation";
        (double? alpha, double? beta) = (Number(option + "_alpha"), Number(option + "_beta"));
        if (!_left.Remove(option, out string? word))
        {
            return alpha is null && beta is null ? null : (GateActivation.Sigmoid, alpha, beta);
        }

        return word == "hard_sigmoid_1/5" ? (GateActivation.HardSigmoidKeras2, null, null)
            : s_activations.TryGetValue(word, out Activation activation) && Enum.TryParse(activation.ToString(), out GateActivation gates)
                ? (gates, Other(alpha, ActivationParameters.Of(gates).Alpha), Other(beta, ActivationParameters.Of(gates).Beta))
            : throw Wrong(option, word, string.Join(", ", s_activations.Keys));
    }

    /// <summary>Checks that every word was used.</summary>
    public void CheckAllUsed()
    {
        if (_left.Count > 0)
        {
            throw new InvalidDataException($"{layer} has no option {string.Join(" or ", _left.Keys.Select(option => $"'{option}'"))}.");
        }
    }

    /// <summary>α or β, unless it is the one that need not be given.</summary>
    private static double? Other(double? given, double? usual) => (float?)given == (float?)usual ? null : given;

    private InvalidDataException Wrong(string option, string word, string known) =>
        new($"'{option}' of {layer} is '{word}', but one of these is expected: {known}.");
}
