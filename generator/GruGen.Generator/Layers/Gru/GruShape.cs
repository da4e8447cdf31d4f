using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>A recurrent layer of <paramref name="HiddenSize"/> units on <paramref name="InputSize"/> inputs.</summary>
/// <param name="InputSize">The number of inputs.</param>
/// <param name="HiddenSize">The number of units.</param>
/// <param name="Variant">What its equations are.</param>
internal sealed record GruShape(int InputSize, int HiddenSize, GruVariant Variant)
    : LayerShape($"Gru{InputSize}x{HiddenSize}{Variant.Suffix}")
{
    /// <summary>PyTorch's and Keras' GRU.</summary>
    public GruShape(int inputSize, int hiddenSize)
        : this(inputSize, hiddenSize, GruVariant.Plain)
    {
    }

    /// <inheritdoc/>
    public override string WriteKernel(string owner) => GruKernel.Write(GruPlan.For(this), Name, owner);
}

/// <summary>
/// What sets the arithmetic of a recurrent layer apart. All else about it is a matter of packing, or of the loops around.
/// </summary>
/// <param name="ResetAfter">Whether the reset gate is applied after the product or before.</param>
/// <param name="Activation">The activation of the new gate.</param>
/// <param name="Gates">The activation of the gates r and z.</param>
/// <param name="Masked">Whether training sets some of the state to zero where it enters the products.</param>
/// <param name="Pairs">Whether steps read their weights as bfloat16, two in a float.</param>
/// <param name="Tokens">Whether it reads tokens, for each of which the inputs' part of the gates is known.</param>
internal readonly record struct GruVariant(
    bool ResetAfter, Activation Activation, GateActivation Gates, bool Masked, bool Pairs = false, bool Tokens = false)
{
    /// <summary>PyTorch's and Keras' GRU.</summary>
    public static GruVariant Plain { get; } = new(ResetAfter: true, Activation.Tanh, GateActivation.Sigmoid, Masked: false);

    /// <summary>α and β of the new gate's activation; none where it has its own.</summary>
    public ActivationParameters NewNumbers { get; init; }

    /// <summary>α and β of the gates' activation; none where it has its own.</summary>
    public ActivationParameters GateNumbers { get; init; }

    /// <summary>The largest argument of an activation, to either side; 0 if none is clipped.</summary>
    public double Clip { get; init; }

    /// <summary>
    /// Whether 1 − z is what the gate's activation gives: where z is what is replaced, and no other weights make what is kept of it.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>The same with these activations.</summary>
    public GruVariant With(GruActivations activations)
    {
        // a hard sigmoid has a function with its own numbers, and another one for any
        (Activation function, ActivationParameters numbers, GateActivation gates, ActivationParameters gateNumbers) = activations;
        bool isHard = gates is GateActivation.HardSigmoid or GateActivation.HardSigmoidKeras2;
        bool isOwn = gateNumbers == ActivationParameters.Of(gates);
        return this with
        {
            Activation = function,
            NewNumbers = function == Activation.HardSigmoid && numbers == ActivationParameters.Of(function) ? default : numbers,
            Gates = isHard && !isOwn ? GateActivation.HardSigmoid : gates,
            GateNumbers = isHard && isOwn ? default : gateNumbers,
        };
    }

    /// <summary>The activation of the new gate.</summary>
    public GruCurve NewCurve => new(Activation.ToString(), NewNumbers);

    /// <summary>The activation of the gates.</summary>
    public GruCurve GateCurve => new(Gates.ToString(), GateNumbers);

    /// <summary>What the names of kernels have behind their sizes; nothing for the plain one.</summary>
    public string Suffix => (ResetAfter ? "" : "ResetBefore")
        + (Activation == Activation.Tanh ? "" : (NewCurve.IsHardSigmoid ? "New" : "") + NewCurve.Suffix)
        + (Gates == GateActivation.Sigmoid ? "" : (GateCurve.HasNoTail ? "" : "Gates") + GateCurve.Suffix)
        + (Replaces ? "Replacing" : "")
        + (Clip > 0 ? "Clip" + GruCurve.Number(Clip) : "")
        + (Masked ? "Masked" : "")
        + (Pairs ? "BFloat16" : "")
        + (Tokens ? "Tokens" : "");
}
