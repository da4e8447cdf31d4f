using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <summary>Writes the kernel of a GRU layer: one step, a sequence, a batch of sequences, and backward through time.</summary>
internal static partial class GruKernel
{
    private const string Entry = "[@MethodImpl(Optimized)]";
    private const string Tile = "[@MethodImpl(Tile)]";

    public static string Write(GruPlan plan, string name, string owner) => Header(
        $"GRU {plan.InputSize} → {plan.HiddenSize}, reset {(plan.Variant.ResetAfter ? "after" : "before")}",
        owner,
        Equations(plan),
        plan) + KernelNames.Around($$"""
        /// <summary>A GRU of {{plan.HiddenSize}} units on {{plan.InputSize}} inputs, forward and backward.</summary>
        [global::Microsoft.CodeAnalysis.Embedded]
        internal static class {{name}}<V>
            where V : struct, ISimd<V>
        {
            {{Lines(4, [string.Join("\n\n", [.. Forward(plan), .. Backward(plan)])])}}
        }
        """);

    private static IEnumerable<string> Equations(GruPlan plan)
    {
        (string gate, string f) = (GateName(plan), ActivationName(plan));
        if (plan.Variant.ResetAfter)
        {
            yield return Equation($"r  = {gate}(W_ir·x + b_ir + W_hr·h + b_hr)", "reset gate");
            yield return Equation($"z  = {gate}(W_iz·x + b_iz + W_hz·h + b_hz)", "update gate");
            yield return "q  =                   W_hn·h + b_hn";
            yield return Equation($"n  = {f}(W_in·x + b_in + r ∘ q)", "new gate");
        }
        else
        {
            yield return Equation($"r  = {gate}(W_ir·x + b_ir + W_hr·h)", "reset gate");
            yield return Equation($"z  = {gate}(W_iz·x + b_iz + W_hz·h)", "update gate");
            yield return Equation($"n  = {f}(W_in·x + b_in + W_hn·(r ∘ h))", "new gate");
        }

        yield return Equation("h' = (1 − z) ∘ n + z ∘ h", "next state");
        if (plan.Variant.Gates != GateActivation.Sigmoid)
        {
            yield return Equation($"{gate}(a) = {(plan.Variant.Gates == GateActivation.HardSigmoid ? "a/6" : "a/5")} + ½, from 0 to 1",
                "hard sigmoid");
        }

        if (plan.Variant.Masked)
        {
            yield return "h in the products is mask ∘ h while training drops some of it";
        }

        yield return "";
        foreach (string equation in BackwardEquations(plan))
        {
            yield return equation;
        }
    }

    private static string Equation(string text, string meaning) => $"{text,-51}{meaning}";

    private static string GateName(GruPlan plan) => plan.Variant.Gates switch
    {
        GateActivation.Sigmoid => "σ",
        GateActivation.HardSigmoid => "σ₆",
        _ => "σ₅",
    };

    private static string ActivationName(GruPlan plan) => plan.Variant.Activation switch
    {
        Activation.Linear => "",
        Activation.Sigmoid => "σ",
        Activation.Softsign => "softsign",
        { } activation => activation.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// The activation of the gates r and z on a sum. What a state is multiplied by must not be so small that the product is subnormal; r
    /// after the product is only multiplied and added at once.
    /// </summary>
    private static string Gate(GruPlan plan, string sum) =>
        plan.Variant.Gates == GateActivation.Sigmoid && (sum[0] == 'z' || !plan.Variant.ResetAfter)
            ? $"SigmoidGate({sum})"
            : $"{plan.Variant.Gates}({sum})";

    private static string Count(int count, string noun) => count == 1 ? "one " + noun : $"{count} {noun}s";

    /// <summary>The activation of the new gate on a sum.</summary>
    private static string New(GruPlan plan, string sum) => plan.Variant.Activation switch
    {
        Activation.Linear => sum,
        Activation.Relu => $"V.Positive({sum})",
        Activation.Sigmoid => $"SigmoidGate({sum})",
        { } other => $"{other}({sum})",
    };
}
