#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The activations of one direction of a GRU, with the numbers that are computed with.</summary>
/// <param name="New">That of the new gate n.</param>
/// <param name="NewParameters">Its α and β.</param>
/// <param name="Gates">That of the gates r and z.</param>
/// <param name="GateParameters">Its α and β.</param>
internal readonly record struct GruActivations(
    Activation New, ActivationParameters NewParameters, GateActivation Gates, ActivationParameters GateParameters)
{
    /// <summary>Those of a layer's first direction.</summary>
    public static GruActivations Of(GruOptions options) => new(
        options.Activation,
        ActivationParameters.Of(options.Activation).With(options.ActivationAlpha, options.ActivationBeta),
        options.GateActivation,
        ActivationParameters.Of(options.GateActivation).With(options.GateActivationAlpha, options.GateActivationBeta));

    /// <summary>Those of its second direction: what is not given is as in the first one.</summary>
    public static GruActivations OfReverse(GruOptions options)
    {
        (Activation function, ActivationParameters numbers, GateActivation gates, ActivationParameters gateNumbers) = Of(options);
        if (options.ReverseActivation is { } other)
        {
            (function, numbers) = (other, ActivationParameters.Of(other));
        }

        if (options.ReverseGateActivation is { } otherGates)
        {
            (gates, gateNumbers) = (otherGates, ActivationParameters.Of(otherGates));
        }

        return new(
            function,
            numbers.With(options.ReverseActivationAlpha, options.ReverseActivationBeta),
            gates,
            gateNumbers.With(options.ReverseGateActivationAlpha, options.ReverseGateActivationBeta));
    }

    /// <summary>The numbers that a layer's options give to its activations.</summary>
    public static IEnumerable<GivenNumber> NumbersOf(GruOptions options)
    {
        (GruActivations first, GruActivations second) = (Of(options), OfReverse(options));
        IEnumerable<GivenNumber?> numbers =
        [
            Alpha(nameof(options.ActivationAlpha), options.ActivationAlpha, first),
            Beta(nameof(options.ActivationBeta), options.ActivationBeta, first),
            GateAlpha(nameof(options.GateActivationAlpha), options.GateActivationAlpha, first),
            GateBeta(nameof(options.GateActivationBeta), options.GateActivationBeta, first),
            .. !options.Bidirectional ? [] : new[]
            {
                Alpha(nameof(options.ReverseActivationAlpha), options.ReverseActivationAlpha, second),
                Beta(nameof(options.ReverseActivationBeta), options.ReverseActivationBeta, second),
                GateAlpha(nameof(options.ReverseGateActivationAlpha), options.ReverseGateActivationAlpha, second),
                GateBeta(nameof(options.ReverseGateActivationBeta), options.ReverseGateActivationBeta, second),
            },
            GivenNumber.FromZero(nameof(options.Clip), options.Clip),
        ];
        return numbers.OfType<GivenNumber>();

        static GivenNumber? Alpha(string name, double? given, GruActivations of) =>
            GivenNumber.Alpha(name, given, of.New.ToString(), of.NewParameters);

        static GivenNumber? Beta(string name, double? given, GruActivations of) => GivenNumber.Beta(name, given, of.NewParameters);

        static GivenNumber? GateAlpha(string name, double? given, GruActivations of) =>
            GivenNumber.Alpha(name, given, of.Gates.ToString(), of.GateParameters);

        static GivenNumber? GateBeta(string name, double? given, GruActivations of) => GivenNumber.Beta(name, given, of.GateParameters);
    }
}

/// <summary>A number that options give to an activation.</summary>
/// <param name="Name">The option.</param>
/// <param name="Value">The number.</param>
/// <param name="IsUsed">Whether the activation has such a number.</param>
/// <param name="Range">What the number must be.</param>
/// <param name="IsInRange">Whether it is.</param>
internal sealed record GivenNumber(string Name, double Value, bool IsUsed, string Range, bool IsInRange)
{
    /// <summary>
    /// α of an activation; null if it is not given. The derivative is computed from what the activation gave: that must tell on which side
    /// of 0 its argument was, so α is not negative where it is the slope or the depth of one side.
    /// </summary>
    public static GivenNumber? Alpha(string name, double? given, string activation, ActivationParameters parameters) => activation switch
    {
        nameof(Activation.Elu) or nameof(Activation.LeakyRelu) =>
            Of(name, given, parameters.Alpha, FromZeroOn, value => value >= 0),
        nameof(Activation.ScaledTanh) => Of(name, given, parameters.Alpha, "a finite number other than 0, as a float", value => value != 0),
        _ => Of(name, given, parameters.Alpha, AnyNumber, _ => true),
    };

    /// <summary>β of an activation; null if it is not given.</summary>
    public static GivenNumber? Beta(string name, double? given, ActivationParameters parameters) =>
        Of(name, given, parameters.Beta, AnyNumber, _ => true);

    /// <summary>A number from 0 on that belongs to any activation.</summary>
    public static GivenNumber? FromZero(string name, double given) => Of(name, given, used: given, FromZeroOn, value => value >= 0);

    private const string AnyNumber = "a finite number, as a float", FromZeroOn = "a finite number from 0 on, as a float";

    private static GivenNumber? Of(string name, double? given, double? used, string range, Func<float, bool> isIn)
    {
        if (given is not { } value)
        {
            return null;
        }

        bool isFinite = !float.IsNaN((float)value) && !float.IsInfinity((float)value);
        return new(name, value, used is not null, range, isFinite && isIn((float)value));
    }
}
