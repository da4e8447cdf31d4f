using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
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
            {{Lines(4, [string.Join("\n\n", [.. Forward(plan), .. Curves(plan), .. Backward(plan)])])}}
        }
        """);

    private static IEnumerable<string> Equations(GruPlan plan)
    {
        (string gate, string f) = (GateName(plan), NewName(plan));
        string update = plan.Variant.Replaces ? $"1 − {gate}" : gate;
        if (plan.Variant.ResetAfter)
        {
            yield return Equation($"r  = {gate}(W_ir·x + b_ir + W_hr·h + b_hr)", "reset gate");
            yield return Equation($"z  = {update}(W_iz·x + b_iz + W_hz·h + b_hz)", "update gate");
            yield return "q  =                   W_hn·h + b_hn";
            yield return Equation($"n  = {f}(W_in·x + b_in + r ∘ q)", "new gate");
        }
        else
        {
            yield return Equation($"r  = {gate}(W_ir·x + b_ir + W_hr·h)", "reset gate");
            yield return Equation($"z  = {update}(W_iz·x + b_iz + W_hz·h)", "update gate");
            yield return Equation($"n  = {f}(W_in·x + b_in + W_hn·(r ∘ h))", "new gate");
        }

        yield return Equation("h' = (1 − z) ∘ n + z ∘ h", "next state");
        foreach (string definition in Definitions(plan))
        {
            yield return definition;
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

    private static string Count(int count, string noun) => count == 1 ? "one " + noun : $"{count} {noun}s";
}
