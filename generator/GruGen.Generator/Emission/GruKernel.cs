using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <summary>Writes the kernel of a GRU layer: one step, a sequence, a batch of sequences, and backward through time.</summary>
internal static partial class GruKernel
{
    private const string Entry = "[MethodImpl(Optimized)]";
    private const string Tile = "[MethodImpl(Tile)]";

    public static string Write(GruPlan plan, string name, string owner) => Header(
        $"GRU {plan.InputSize} → {plan.HiddenSize}, reset {(plan.Variant.ResetAfter ? "after" : "before")}",
        owner,
        Equations(plan),
        plan) + $$"""

        namespace GruGen.Generated;

        using global::System;
        using global::System.Runtime.CompilerServices;
        using global::GruGen.Kernels;

        /// <summary>A GRU of {{plan.HiddenSize}} units on {{plan.InputSize}} inputs, forward and backward.</summary>
        [global::Microsoft.CodeAnalysis.Embedded]
        internal static class {{name}}<V>
            where V : struct, ISimd<V>
        {
            private const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization; // at once, not after many calls
            private const MethodImplOptions Tile = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

            {{Lines(4, [string.Join("\n\n", [.. Forward(plan), .. Backward(plan), .. Layouts(plan)])])}}
        }
        """;

    private static IEnumerable<string> Equations(GruPlan plan)
    {
        string gate = plan.Variant.Gates switch
        {
            GateCurve.Sigmoid => "σ",
            GateCurve.HardSigmoid => "σ₆",
            _ => "σ₅",
        };
        string f = plan.Variant.Activation switch
        {
            Curve.Linear => "",
            Curve.Sigmoid => "σ",
            Curve.Softsign => "softsign",
            { } curve => curve.ToString().ToLowerInvariant(),
        };
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
        if (plan.Variant.Gates != GateCurve.Sigmoid)
        {
            yield return Equation($"{gate}(a) = {(plan.Variant.Gates == GateCurve.HardSigmoid ? "a/6" : "a/5")} + ½, from 0 to 1", "hard sigmoid");
        }

        if (plan.Variant.Masked)
        {
            yield return "h in the products is mask ∘ h while training drops some of it";
        }

        static string Equation(string text, string meaning) => $"{text,-51}{meaning}";
    }

    /// <summary>A curve of the gates r and z on a sum.</summary>
    private static string Gate(GruPlan plan, string sum) => $"Curve.{plan.Variant.Gates}({sum})";

    /// <summary>The activation of the new gate on a sum.</summary>
    private static string New(GruPlan plan, string sum) => plan.Variant.Activation switch
    {
        Curve.Linear => sum,
        Curve.Relu => $"V.Positive({sum})",
        { } curve => $"Curve.{curve}({sum})",
    };

    private static IEnumerable<string> Layouts(GruPlan plan)
    {
        (int i, int h, int ip, int hp, bool after) = (plan.InputSize, plan.HiddenSize, plan.InputStride, plan.HiddenStride, plan.Variant.ResetAfter);
        string weights = after ? "[block][k][r | z | n][V.Count]" : "[block] of x[k][r | z | n], h[k][r | z], h[k][n], each by V.Count";
        string bias = after ? "[block][b_ir + b_hr | b_iz + b_hz | b_in | b_hn][V.Count]" : "[block][b_ir | b_iz | b_in][V.Count]";
        string biasHh = after ? "ref float biasHh, " : "", biasHhArgument = after ? "ref biasHh, " : "";
        yield return $$"""
            /// <summary>Packs the weights for the forward kernels at the width of <typeparamref name="V"/>.</summary>
            /// <param name="weightIh">W_ir, W_iz, W_in: [{{3L * h}}, {{i}}].</param>
            /// <param name="weightHh">W_hr, W_hz, W_hn: [{{3L * h}}, {{h}}].</param>
            /// <param name="biasIh">b_ir, b_iz, b_in: [{{3L * h}}], or a null reference.</param>{{(after ? $"\n/// <param name=\"biasHh\">b_hr, b_hz, b_hn: [{3L * h}], or a null reference.</param>" : "")}}
            /// <param name="update">1, or −1 to negate z.</param>
            /// <param name="weights">Receives {{weights}}, {{Literal(plan.WeightLength)}} floats.</param>
            /// <param name="bias">Receives {{bias}}, {{Literal(plan.BiasLength)}} floats.</param>
            internal static void Pack(ref float weightIh, ref float weightHh, ref float biasIh, {{biasHh}}float update, ref float weights, ref float bias) =>
                GruLayout.Pack{{(after ? "" : "ResetBefore")}}<V>(ref weightIh, ref weightHh, ref biasIh, {{biasHhArgument}}update, {{i}}, {{h}}, ref weights, ref bias);
            """;
        if (plan.Variant.Pairs)
        {
            yield return PackPairs(plan);
        }

        yield return $$"""
            /// <summary>
            /// Lays the weights out row by row for the backward kernels, in the order of the gates in dG: W_in, W_ir, W_iz in rows of {{plan.InputWeightStride}}, then
            /// W_hr, W_hz, W_hn in rows of {{plan.StateWeightStride}}.
            /// </summary>
            internal static void PackBackward(ref float weightIh, ref float weightHh, float update, ref float rows) =>
                GruLayout.PackBackward(ref weightIh, ref weightHh, update, {{i}}, {{h}}, ref rows);
            """;
        yield return $$"""
            /// <summary>
            /// Writes the sums that <see cref="Backward"/> made, dWeightIh[n | r | z, {{hp}}, {{ip}}], dWeightHh[r | z | n, {{hp}}, {{hp}}], dBias[n | r | z{{(after ? " | q" : "")}}, {{hp}}],
            /// as gradients in the shapes and the order of the parameters; biases may be null references.
            /// </summary>
            internal static void StoreGradients(ref float gradients, float update, ref float dWeightIh, ref float dWeightHh, ref float dBiasIh{{(after ? ", ref float dBiasHh" : "")}}) =>
                GruLayout.StoreGradients(ref gradients, update, {{i}}, {{h}}, ref dWeightIh, ref dWeightHh, ref dBiasIh, ref {{(after ? "dBiasHh" : "Unsafe.NullRef<float>()")}});
            """;
    }
}
