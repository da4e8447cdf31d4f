using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;

namespace GruGen.Generator.Layers;

/// <content>Activations: their names in equations, and the calls of them and of their derivatives.</content>
internal static partial class GruKernel
{
    private static string NewName(GruPlan plan) => NameOf(plan.Variant.NewCurve);

    private static string GateName(GruPlan plan) =>
        NameOf(plan.Variant.GateCurve) + (plan.Variant is { GateNumbers.Alpha: not null } and { GateCurve: var gate, NewCurve: var other }
            && gate.Name == other.Name && gate != other ? "₂" : "");

    private static string NameOf(GruCurve curve) => curve switch
    {
        { Name: nameof(Activation.Linear) } => "",
        { Name: nameof(Activation.Sigmoid) } => "σ",
        { Name: nameof(Activation.HardSigmoid), Numbers.Alpha: null } => "σ₆",
        { Name: nameof(GateActivation.HardSigmoidKeras2) } => "σ₅",
        { Name: nameof(Activation.HardSigmoid) } => "hard",
        { Name: nameof(Activation.LeakyRelu) } => "leaky",
        { Name: nameof(Activation.ScaledTanh) } => "stanh",
        _ => curve.Name.ToLowerInvariant(),
    };

    /// <summary>What the names of activations stand for, where they do not say it.</summary>
    private static IEnumerable<string> Definitions(GruPlan plan) =>
        new[] { Definition(GateName(plan), plan.Variant.GateCurve), Definition(NewName(plan), plan.Variant.NewCurve) }
            .Append(plan.Variant.Clip is var clip and > 0 ? $"arguments of activations are clipped to ±{Real(clip)}" : "")
            .Where(line => line.Length > 0)
            .Distinct();

    private static string Definition(string name, GruCurve curve)
    {
        (string alpha, string beta) = (Text(curve.Numbers.Alpha), Text(curve.Numbers.Beta));
        return curve.Name switch
        {
            nameof(Activation.HardSigmoid) when alpha.Length == 0 => Equation($"{name}(a) = a/6 + ½, from 0 to 1", "hard sigmoid"),
            nameof(Activation.HardSigmoid) => Equation($"{name}(a) = {alpha}·a + {beta}, from 0 to 1", "hard sigmoid"),
            nameof(GateActivation.HardSigmoidKeras2) => Equation($"{name}(a) = a/5 + ½, from 0 to 1", "hard sigmoid"),
            nameof(Activation.Elu) => Equation($"{name}(a) = a, and {alpha}·(eᵃ − 1) below 0", "exponential linear unit"),
            nameof(Activation.LeakyRelu) => Equation($"{name}(a) = a, and {alpha}·a below 0", "leaky ReLU"),
            nameof(Activation.ScaledTanh) => $"{name}(a) = {alpha}·tanh({beta}·a)",
            nameof(Activation.Affine) => $"{name}(a) = {alpha}·a + {beta}",
            _ => "",
        };

        static string Text(double? number) => number is { } given ? Real(given) : "";
    }

    /// <summary>
    /// The activation of the gates r and z on a sum. What a state is multiplied by must not be so small that the product is subnormal; r
    /// after the product is only multiplied and added at once.
    /// </summary>
    private static string Gate(GruPlan plan, string sum) => Called(plan, sum[0], sum);

    /// <summary>The activation of the new gate on a sum.</summary>
    private static string New(GruPlan plan, string sum) => Called(plan, 'n', sum);

    /// <summary>What is more than a call of a function of its argument stands in a method of its own.</summary>
    private static string Called(GruPlan plan, char gate, string argument) =>
        IsMethod(plan, gate) ? $"{MethodOf(gate)}({argument})" : ValueOf(plan, gate, argument);

    private static bool IsMethod(GruPlan plan, char gate) =>
        plan.Variant.Clip > 0 || ValueOf(plan, gate, "").Count(letter => letter is '(' or ',') > 1;

    private static string MethodOf(char gate) => gate switch { 'r' => "ResetGate", 'z' => "UpdateGate", _ => "NewGate" };

    /// <summary>The methods of the activations that have one.</summary>
    private static IEnumerable<string> Curves(GruPlan plan) => "rzn".Where(gate => IsMethod(plan, gate)).Select(gate =>
    {
        string argument = plan.Variant.Clip is var clip and > 0 ? $"V.Clamp(a, -{Real(clip)}f, {Real(clip)}f)" : "a";
        return $$"""
            /// <summary>{{gate}} from what its activation is applied to.</summary>
            [@MethodImpl(Inline)]
            private static V {{MethodOf(gate)}}(V a) => {{ValueOf(plan, gate, argument)}};
            """;
    });

    /// <summary>The gate r or z, or the new gate, of an argument.</summary>
    private static string ValueOf(GruPlan plan, char gate, string argument)
    {
        GruCurve curve = gate == 'n' ? plan.Variant.NewCurve : plan.Variant.GateCurve;
        bool isText = curve.Name != nameof(Activation.Linear);
        bool multiplies = gate == 'z' || (gate == 'r' && (!plan.Variant.ResetAfter || !isText));
        return curve.Name == nameof(Activation.Sigmoid) && (multiplies || gate == 'n') ? $"SigmoidGate({argument})"
            : gate == 'z' && plan.Variant.Replaces ? $"V.Subtract(1f, {Value(curve, argument)})"
            : multiplies && !curve.HasNoTail ? $"AsGate({Value(curve, argument)})"
            : Value(curve, argument);
    }

    /// <summary>Whether the new gate is anything but its sum.</summary>
    private static bool HasNewCurve(GruPlan plan) => New(plan, "n") != "n";

    private static string Value(GruCurve curve, string argument) => curve.Name switch
    {
        nameof(Activation.Linear) => argument,
        nameof(Activation.Relu) => $"V.Positive({argument})",
        _ => $"{curve.Name}({argument}{Constant(curve.Numbers.Alpha)}{Constant(curve.Numbers.Beta)})",
    };

    /// <summary>The derivative of the new gate at n.</summary>
    private static string NewDerivative(GruPlan plan) => WhereNotClipped(plan, "n", Derivative(plan.Variant.NewCurve, "n"));

    /// <summary>The derivative of the activation that gave the gate r or z; of a z that is 1 minus it, with the other sign.</summary>
    private static string GateDerivativeCall(GruPlan plan, string gate) => WhereNotClipped(
        plan, gate, Derivative(plan.Variant.GateCurve, gate == "z" && plan.Variant.Replaces ? "V.Subtract(1f, z)" : gate));

    private static string WhereNotClipped(GruPlan plan, string gate, string derivative) =>
        plan.Variant.Clip > 0 ? $"Derivative.Between({gate}, {gate}Low, {gate}High, {derivative})" : derivative;

    /// <summary>What gates are that were clipped on either side: the derivative is 0 from there on.</summary>
    private static IEnumerable<string> ClippedGates(GruPlan plan, string gates) => plan.Variant.Clip is not (var clip and > 0)
        ? []
        : gates.Select(gate =>
        {
            bool falls = gate == 'n' ? plan.Variant.NewCurve.Falls : plan.Variant.GateCurve.Falls != (gate == 'z' && plan.Variant.Replaces);
            return $"V {gate}Low = {At(falls ? clip : -clip)}, {gate}High = {At(falls ? -clip : clip)};";

            string At(double end) => Called(plan, gate, $"V.Create({Real(end)}f)");
        }).Prepend("// where arguments were clipped, the derivative is 0").Append("");

    private static string Derivative(GruCurve curve, string value) =>
        $"Derivative.{curve.Name}({value}{Constant(curve.Numbers.Alpha)}"
            + $"{(curve.Name == nameof(Activation.ScaledTanh) ? Constant(curve.Numbers.Beta) : "")})";

    private static string Constant(double? number) => number is { } given ? $", {Real(given)}f" : "";
}
