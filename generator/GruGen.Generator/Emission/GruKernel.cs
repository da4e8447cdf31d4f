using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <summary>Writes the kernel of a GRU layer: one step, a sequence, a batch of sequences, and backward through time.</summary>
internal static partial class GruKernel
{
    private const string Entry = "[MethodImpl(Optimized)]";
    private const string Tile = "[MethodImpl(Tile)]";

    public static string Write(GruPlan plan, string name, string owner) => Header(
        $"GRU {plan.InputSize} → {plan.HiddenSize}, reset after",
        owner,
        [
            "r  = σ(W_ir·x + b_ir + W_hr·h + b_hr)              reset gate",
            "z  = σ(W_iz·x + b_iz + W_hz·h + b_hz)              update gate",
            "q  =                   W_hn·h + b_hn",
            "n  = tanh(W_in·x + b_in + r ∘ q)                   new gate",
            "h' = (1 − z) ∘ n + z ∘ h                           next state",
        ],
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

    private static IEnumerable<string> Layouts(GruPlan plan)
    {
        (int i, int h, int ip, int hp) = (plan.InputSize, plan.HiddenSize, plan.InputStride, plan.HiddenStride);
        string stateRows = Offset(3L * h * ip), stateGradients = Offset(3L * hp * ip), biasGradients = Offset(3L * hp * ((long)ip + hp));
        yield return $$"""
            /// <summary>Packs the weights for the forward kernels at the width of <typeparamref name="V"/>.</summary>
            /// <param name="weightIh">W_ir, W_iz, W_in: [{{3L * h}}, {{i}}].</param>
            /// <param name="weightHh">W_hr, W_hz, W_hn: [{{3L * h}}, {{h}}].</param>
            /// <param name="biasIh">b_ir, b_iz, b_in: [{{3L * h}}].</param>
            /// <param name="biasHh">b_hr, b_hz, b_hn: [{{3L * h}}].</param>
            /// <param name="weights">Receives [block][k][r | z | n][V.Count], {{Literal(plan.WeightLength)}} floats.</param>
            /// <param name="bias">Receives [block][b_ir + b_hr | b_iz + b_hz | b_in | b_hn][V.Count], {{Literal(plan.BiasLength)}} floats.</param>
            internal static void Pack(ref float weightIh, ref float weightHh, ref float biasIh, ref float biasHh, ref float weights, ref float bias) =>
                Packing.Gru<V>(ref weightIh, ref weightHh, ref biasIh, ref biasHh, {{i}}, {{h}}, ref weights, ref bias);
            """;
        yield return $$"""
            /// <summary>Lays the weights out row by row for the backward kernels, in the order of the gates in dG.</summary>
            /// <param name="weightIh">W_ir, W_iz, W_in: [{{3L * h}}, {{i}}].</param>
            /// <param name="weightHh">W_hr, W_hz, W_hn: [{{3L * h}}, {{h}}].</param>
            /// <param name="rows">Receives W_in, W_ir, W_iz in rows of {{ip}}, then W_hr, W_hz, W_hn in rows of {{hp}}.</param>
            internal static void PackBackward(ref float weightIh, ref float weightHh, ref float rows)
            {
                Packing.CopyRows(ref Unsafe.Add(ref weightIh, {{Offset(2L * h * i)}}), {{i}}, ref rows, {{ip}}, {{h}}, {{i}});
                Packing.CopyRows(ref weightIh, {{i}}, ref Unsafe.Add(ref rows, {{Offset((long)h * ip)}}), {{ip}}, {{2L * h}}, {{i}});
                Packing.CopyRows(ref weightHh, {{h}}, ref Unsafe.Add(ref rows, {{stateRows}}), {{hp}}, {{3L * h}}, {{h}});
            }
            """;
        yield return $$"""
            /// <summary>Writes the sums that <see cref="Backward"/> made as gradients in the shapes of the parameters.</summary>
            /// <param name="gradients">dWeightIh[n | r | z, {{hp}}, {{ip}}], dWeightHh[r | z | n, {{hp}}, {{hp}}], dBias[n | r | z | q, {{hp}}].</param>
            /// <param name="dWeightIh">Receives [{{3L * h}}, {{i}}] in the order r, z, n.</param>
            /// <param name="dWeightHh">Receives [{{3L * h}}, {{h}}].</param>
            /// <param name="dBiasIh">Receives [{{3L * h}}].</param>
            /// <param name="dBiasHh">Receives [{{3L * h}}].</param>
            internal static void StoreGradients(ref float gradients, ref float dWeightIh, ref float dWeightHh, ref float dBiasIh, ref float dBiasHh)
            {
                Packing.CopyGates(ref Unsafe.Add(ref gradients, {{Offset((long)hp * ip)}}), ref gradients, {{hp}}, {{ip}}, ref dWeightIh, {{h}}, {{i}});
                Packing.CopyGates(ref Unsafe.Add(ref gradients, {{stateGradients}}), ref Unsafe.Add(ref gradients, {{Offset((3L * hp * ip) + (2L * hp * hp))}}), {{hp}}, {{hp}}, ref dWeightHh, {{h}}, {{h}});

                ref float dBias = ref Unsafe.Add(ref gradients, {{biasGradients}});
                Packing.CopyGates(ref Unsafe.Add(ref dBias, {{hp}}), ref dBias, {{hp}}, 1, ref dBiasIh, {{h}}, 1);
                Packing.CopyGates(ref Unsafe.Add(ref dBias, {{hp}}), ref Unsafe.Add(ref dBias, {{3L * hp}}), {{hp}}, 1, ref dBiasHh, {{h}}, 1);
            }
            """;
    }
}
