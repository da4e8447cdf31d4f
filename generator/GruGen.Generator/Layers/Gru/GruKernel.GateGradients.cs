using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Backward through the gates of one step, and what they write as equations.</content>
internal static partial class GruKernel
{
    /// <summary>
    /// The backward pass of one step in the order of the code; dh is what comes to the state after it, dh₋₁ to the one before.
    /// </summary>
    private static IEnumerable<string> BackwardEquations(GruPlan plan)
    {
        yield return Equation(NewGradient(plan), "^: before the activation");
        yield return UpdateGradient(plan);
        if (plan.Variant.ResetAfter)
        {
            yield return "dq = dn̂ ∘ r";
            yield return ResetGradient(plan);
            yield return Equation("dh₋₁ = dh ∘ z + W_hᵀ·[dr̂ | dẑ | dq]", "to the state before");
        }
        else
        {
            yield return Equation("ds = W_hnᵀ·dn̂", "s = r ∘ h");
            yield return ResetGradient(plan);
            yield return Equation("dh₋₁ = dh ∘ z + ds ∘ r + W_hᵀ·[dr̂ | dẑ]", "to the state before");
        }

        yield return Equation("dx = W_iᵀ·[dn̂ | dr̂ | dẑ]", $"dG = [dn̂ | dr̂ | dẑ{(plan.Variant.ResetAfter ? " | dq" : "")}]");
    }

    private static string NewGradient(GruPlan plan) =>
        $"dn̂ = dh ∘ (1 − z){(plan.Variant.Activation == Activation.Linear ? "" : $" ∘ {NewName(plan)}'(n)")}";

    private static string UpdateGradient(GruPlan plan) => plan.Variant.Replaces
        ? $"dẑ = dh ∘ (n − h){GateDerivative(plan, "1 − z")}"
        : $"dẑ = dh ∘ (h − n){GateDerivative(plan, "z")}";

    private static string ResetGradient(GruPlan plan) =>
        $"dr̂ = {(plan.Variant.ResetAfter ? "dn̂ ∘ q" : "ds ∘ h")}{GateDerivative(plan, "r")}";

    private static string GateDerivative(GruPlan plan, string gate) => plan.Variant.Gates switch
    {
        GateActivation.Sigmoid => $" ∘ {gate} ∘ (1 − {gate})",
        GateActivation.Linear => "",
        _ => $" ∘ {GateName(plan)}'({gate})",
    };

    private static string GateGradients(GruPlan plan)
    {
        (int hp, bool after) = (plan.HiddenStride, plan.Variant.ResetAfter);
        string through = plan.Variant is { Activation: Activation.Linear, Clip: 0 }
            ? "V.Subtract(dState, dhDirect)"
            : $"V.Multiply(V.Subtract(dState, dhDirect), {NewDerivative(plan)})";
        string change = plan.Variant.Replaces ? "V.Subtract(n, h)" : "V.Subtract(h, n)";
        string loadReset = !after ? "" : $"V r = V.Load(ref saved, unit), q = V.Load(ref saved, {3 * hp} + unit);\n            ";
        string reset = !after ? "" : $$"""


            // dq = dn̂ ∘ r
            V dq = V.Multiply(dn, r);

            // {{ResetGradient(plan)}}
            V dr = V.Multiply(V.Multiply(dn, q), {{GateDerivativeCall(plan, "r")}});
            """;
        string storeReset = !after ? "" : $$"""

            dr.Put(ref dG, {{hp}} + unit);
            dq.Put(ref dG, {{3 * hp}} + unit);
            """;
        return $$"""
            /// <summary>{{(after ? "dG" : "dn̂ and dẑ")}} of one step from dh, in whose place dh ∘ z stays, a part of dh₋₁.</summary>
            {{Tile}}
            private static void GateGradients(
                ref float dh, ref float dOutput, bool everyStep, ref float saved, ref float previous, ref float dG, nuint rows)
            {
                {{Lines(4, ClippedGates(plan, after ? "rzn" : "zn").Append(Rows))}}
                {
                    for (nuint unit = 0; unit < {{hp}}; unit += (nuint)V.Count)
                    {
                        V z = V.Load(ref saved, {{hp}} + unit), n = V.Load(ref saved, {{2 * hp}} + unit), h = V.Load(ref previous, unit);
                        {{loadReset}}V dState = V.Load(ref dh, unit);
                        if (everyStep)
                        {
                            dState = V.Add(dState, V.Load(ref dOutput, unit));
                        }

                        // {{NewGradient(plan)}}, where dh ∘ (1 − z) is dh − dh ∘ z; a gradient that fades ends at 0
                        V dhDirect = V.Multiply(dState, z);
                        V dn = V.Flush({{through}});

                        // {{UpdateGradient(plan)}}
                        V dz = V.Multiply(V.Multiply(dState, {{change}}), {{GateDerivativeCall(plan, "z")}});{{Lines(12, [reset])}}

                        dhDirect.Store(ref dh, unit);
                        dn.Store(ref dG, unit);
                        dz.Put(ref dG, {{2 * hp}} + unit);{{Lines(12, [storeReset])}}
                    }

                    dh = ref Unsafe.Add(ref dh, {{hp}});
                    dOutput = ref Unsafe.Add(ref dOutput, everyStep ? {{hp}} : 0);
                    saved = ref Unsafe.Add(ref saved, {{plan.SavedStride}});
                    previous = ref Unsafe.Add(ref previous, {{hp}});
                    dG = ref Unsafe.Add(ref dG, {{plan.GateStride}});
                }
            }
            """;
    }

    private const string Rows = "for (; rows > 0; rows--)";

    /// <summary>dr̂ of one step, and what goes through r ∘ h to the states.</summary>
    private static string ResetGradients(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        return $$"""
            /// <summary>dr̂ of one step from ds, and the part of dh₋₁ that comes through s = r ∘ h.</summary>
            {{Tile}}
            private static void ResetGradients(ref float dReset, ref float saved, ref float h, ref float dG, ref float dh, nuint rows)
            {
                {{Lines(4, ClippedGates(plan, "r").Append(Rows))}}
                {
                    for (nuint unit = 0; unit < {{hp}}; unit += (nuint)V.Count)
                    {
                        V ds = V.Load(ref dReset, unit), r = V.Load(ref saved, unit);

                        // {{ResetGradient(plan)}}
                        V.Multiply(V.Multiply(ds, V.Load(ref h, unit)), {{GateDerivativeCall(plan, "r")}}).Put(ref dG, {{hp}} + unit);

                        // dh₋₁ += ds ∘ r
                        V.MultiplyAdd(ds, r, V.Load(ref dh, unit)).Store(ref dh, unit);
                    }

                    dReset = ref Unsafe.Add(ref dReset, {{hp}});
                    saved = ref Unsafe.Add(ref saved, {{plan.SavedStride}});
                    h = ref Unsafe.Add(ref h, {{hp}});
                    dG = ref Unsafe.Add(ref dG, {{plan.GateStride}});
                    dh = ref Unsafe.Add(ref dh, {{hp}});
                }
            }
            """;
    }
}
