using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Backward through time.</content>
internal static partial class GruKernel
{
    private static IEnumerable<string> Backward(GruPlan plan)
    {
        yield return Walk(plan);
        yield return GateGradients(plan);
        if (!plan.Variant.ResetAfter)
        {
            yield return ResetGradients(plan);
        }

        if (plan.Variant.Tokens)
        {
            yield return TokenGradient(plan);
        }
    }

    private static string Walk(GruPlan plan)
    {
        (int ip, int hp, bool after, bool masked) = (plan.InputStride, plan.HiddenStride, plan.Variant.ResetAfter, plan.Variant.Masked);
        string saved = after
            ? $"/// <param name=\"saved\">saved[rows, r | z | n | q, {hp}].</param>"
            : $"/// <param name=\"saved\">saved[rows, r | z | n, {hp}].</param>\n/// <param name=\"reset\">r ∘ h[rows, {hp}].</param>";
        string masks = !masked ? ""
            : $"\n/// <param name=\"mask\">mask[sequences, {hp}], as the forward pass had it.</param>\n"
                + $"/// <param name=\"masked\">mask ∘ h[rows, {hp}], as the forward pass left it.</param>\n"
                + "/// <param name=\"drop\">Whether there is a mask.</param>";
        string memory = (after ? "" : $"\n/// <param name=\"dReset\">Memory for d(r ∘ h)[sequences, {hp}].</param>")
            + (masked ? $"\n/// <param name=\"dMasked\">Memory for d(mask ∘ h)[sequences, {hp}].</param>" : "");
        string parameters = (after ? "" : "ref float reset, ") + (masked ? "ref float mask, ref float masked, bool drop, " : "");
        string scratch = (after ? "" : "ref float dReset, ") + (masked ? "ref float dMasked, " : "");
        string dStates = masked ? "dOperand" : "dh";
        (string inputs, string dInputs, string input, string dInput, string dTokens) = plan.Variant.Tokens
            ? (
                $"/// <param name=\"tokens\">tokens[rows], as the forward pass had them.</param>\n"
                    + $"/// <param name=\"x\">x[count, {ip}], the vectors of the tokens.</param>\n"
                    + "/// <param name=\"count\">The number of tokens.</param>",
                $"/// <param name=\"dx\">Receives dx[count, {ip}].</param>",
                "ref int tokens, ref float x, nuint count",
                "ref float dx",
                "ref float dTokens, ")
            : (
                $"/// <param name=\"x\">x[rows, {ip}].</param>",
                $"/// <param name=\"dx\">Receives or gains dx[rows, {ip}], if <paramref name=\"inputs\"/>.</param>\n"
                    + "/// <param name=\"inputs\">Whether the gradient of the inputs is wanted.</param>\n"
                    + "/// <param name=\"add\">Whether it is added to what dx holds.</param>",
                "ref float x",
                "ref float dx, bool inputs, bool add",
                "");
        memory += plan.Variant.Tokens
            ? $"\n/// <param name=\"dTokens\">Gains the sums of dG of each token, {plan.GateStride} a token; "
                + $"behind them lie {Simd.TileRows} more.</param>"
            : "";
        IEnumerable<string> own = (after ? Enumerable.Empty<string>() : ["dReset"]).Concat(masked ? ["mask", "dMasked"] : []);
        string whole = !plan.Variant.Tokens ? "" : $$"""


            // a token has the same vector at every step, so one product with the sum of its dG is enough
            {{InputWeightGradient(plan, "dTokens", "x", "count")}}

            // dx = W_iᵀ·[dn̂ | dr̂ | dẑ]
            {{InputGradient(plan, "dTokens", "dx", "count, add: false, share")}}
            share.Wait();
            """;
        return $$"""
            /// <summary>Backward through time, from the last step of a batch to its first.</summary>
            {{inputs}}
            /// <param name="initial">h[sequences, {{hp}}], the states before the first step.</param>
            /// <param name="h">h[rows, {{hp}}], the states after each step.</param>
            {{saved}}{{masks}}
            /// <param name="dOutput">dh[rows, {{hp}}] that comes from above at each step, if <paramref name="everyStep"/>.</param>
            /// <param name="everyStep">Whether anything but the final states was handed on.</param>
            /// <param name="dh">dh[sequences, {{hp}}]: on entry the gradient of the final states, on exit that of the initial ones.</param>
            {{dInputs}}
            /// <param name="dGates">Memory for dG[gateRows, {{(after ? "dn | dr | dz | dq" : "dn | dr | dz")}}], {{plan.GateStride}} a row.</param>
            /// <param name="gateRows">{{plan.ChunkRows}} more than there are sequences; behind them lie {{Simd.TileRows}} more.</param>{{memory}}
            /// <param name="gradients">Gains the transposes of dWeightIh, [{{ip}}, n | r | z, {{hp}}], and dWeightHh, [{{hp}}, r | z | n, {{hp}}], and dBias[n | r | z{{(after ? " | q" : "")}}, {{hp}}].</param>
            /// <param name="weights">W_in, W_ir, W_iz in rows of {{plan.InputWeightStride}}, then W_hr, W_hz, W_hn in rows of {{plan.StateWeightStride}}.</param>
            /// <param name="active">How many sequences still run at each step.</param>
            /// <param name="share">Whose sequences it is about, and of the sums over rows which part; all shares return together.</param>
            {{Entry}}
            internal static void Backward(
                {{input}}, ref float initial, ref float h, ref float saved, {{parameters}}ref float dOutput, bool everyStep, ref float dh, {{dInput}},
                ref float dGates, nuint gateRows, {{scratch}}{{dTokens}}ref float gradients, ref float weights, global::System.ReadOnlySpan<int> active, Share share)
            {
                ref float weightHh = ref Unsafe.Add(ref weights, {{Offset(3L * plan.HiddenSize * plan.InputWeightStride)}}){{(after ? "" : $", weightHn = ref Unsafe.Add(ref weightHh, {Offset(2L * plan.HiddenSize * plan.StateWeightStride)})")}};
                ref float dWeightHh = ref Unsafe.Add(ref gradients, {{Offset(3L * hp * ip)}}){{(after ? "" : $", dWeightHn = ref Unsafe.Add(ref dWeightHh, {2 * hp})")}};
                ref float dBias = ref Unsafe.Add(ref gradients, {{Offset(3L * hp * ((long)ip + hp))}});

                nint from = share.From, first = 0; // the first row of the step at hand
                dh = ref Unsafe.Add(ref dh, from * {{hp}});{{string.Concat(own.Select(name =>
                    $"\n    {name} = ref Unsafe.Add(ref {name}, from * {hp});"))}}
                foreach (int rows in active)
                {
                    first += rows;
                }

                nuint chunk = 0; // rows whose weight gradients wait to be summed
                for (int t = active.Length - 1; t >= 0; t--)
                {
                    nuint rows = (nuint)share.Rows(active[t]);
                    first -= active[t];
                    chunk += (nuint)active[t];
                    ref float previous = ref t == 0 ? ref initial : ref Unsafe.Add(ref h, (first - active[t - 1]) * {{hp}});
                    ref float dG = ref Unsafe.Add(ref dGates, (gateRows - chunk) * {{plan.GateStride}}), dGRows = ref Unsafe.Add(ref dG, from * {{plan.GateStride}});
                    ref float savedRows = ref Unsafe.Add(ref saved, (first + from) * {{plan.SavedStride}}), hRows = ref Unsafe.Add(ref previous, from * {{hp}});
                    {{Lines(8, [Operand(plan) + $"GateGradients(ref dh, ref Unsafe.Add(ref dOutput, everyStep ? (first + from) * {hp} : 0), everyStep, ref savedRows, ref hRows, ref dGRows, rows);"])}}

                    {{Lines(8, [StateGradient(plan, dStates)])}}

                    // the step before joins the chunk if its states follow on those of the step before it
                    if (t >= 2 && active[t - 2] == active[t - 1] && chunk + (nuint)active[t - 1] <= {{plan.ChunkRows}})
                    {
                        continue;
                    }

                    share.Wait();

                    // db += dG, dW_iᵀ += xᵀ·dG, dW_hᵀ += hᵀ·dG
                    ColumnSums.Add<V>(ref dG, {{plan.GateStride}}, chunk, ref dBias, {{plan.GateGradients * plan.HiddenStride}}, share);
                    {{Lines(8, WeightGradients(plan))}}

                    share.Wait(); // the next chunk takes the memory of dG
                    chunk = 0;
                }{{Lines(4, [whole])}}
            }
            """;
    }

    /// <summary>What the products of a step read, and where its gradient goes, where that is not the state itself.</summary>
    private static string Operand(GruPlan plan) => !plan.Variant.Masked ? "" : $$"""
        ref float operand = ref drop ? ref Unsafe.Add(ref masked, first * {{plan.HiddenStride}}) : ref previous;
        ref float dOperand = ref drop ? ref dMasked : ref dh;
        if (drop)
        {
            Packing.Clear(ref dMasked, (nint)rows * {{plan.HiddenStride}});
        }


        """;

    private static string StateGradient(GruPlan plan, string dStates)
    {
        int hp = plan.HiddenStride;
        string unmask = !plan.Variant.Masked ? "" : $$"""

            if (drop)
            {
                DropoutMask.AddProduct<V>(ref dMasked, ref mask, ref dh, (nint)rows * {{hp}});
            }
            """;
        string Product(int gates, string from, string weights, string to, bool add) => Products.InputGradient(
            plan.StateProduct, gates, from, (weights, plan.StateWeightStride), (to, hp), $"rows, add: {(add ? "true" : "false")}");
        string resets = $"Unsafe.Add(ref dGRows, {hp})";
        return plan.Variant.ResetAfter
            ? $$"""
            // dh₋₁ = dh ∘ z + W_hᵀ·[dr̂ | dẑ | dq], of which dh ∘ z is there
            {{Product(3, resets, "weightHh", dStates, add: true)}}{{unmask}}
            """
            : $$"""
            // ds = W_hnᵀ·dn̂, of which r has a part and h the other
            {{Product(1, "dGRows", "weightHn", "dReset", add: false)}}
            ResetGradients(ref dReset, ref savedRows, ref {{(plan.Variant.Masked ? $"Unsafe.Add(ref operand, from * {hp})" : "hRows")}}, ref dGRows, ref {{dStates}}, rows);

            // dh₋₁ = dh ∘ z + ds ∘ r + W_hᵀ·[dr̂ | dẑ], of which the first two are there
            {{Product(2, resets, "weightHh", dStates, add: true)}}{{unmask}}
            """;
    }

    private static IEnumerable<string> WeightGradients(GruPlan plan)
    {
        (int ip, int hp, string states) = (plan.InputStride, plan.HiddenStride, plan.Variant.Masked ? "operand" : "previous");
        yield return plan.Variant.Tokens
            ? "TokenGradient(ref dG, ref Unsafe.Add(ref tokens, first), ref dTokens, chunk, share);"
            : InputWeightGradient(plan, "dG", $"Unsafe.Add(ref x, first * {ip})", "chunk");
        string resets = $"Unsafe.Add(ref dG, {hp})";
        if (plan.Variant.ResetAfter)
        {
            yield return StateWeightGradient(states, resets, 3, "dWeightHh");
        }
        else
        {
            yield return StateWeightGradient(states, resets, 2, "dWeightHh");
            yield return StateWeightGradient($"Unsafe.Add(ref reset, first * {hp})", "dG", 1, "dWeightHn");
        }

        if (!plan.Variant.Tokens)
        {
            yield return $$"""
                if (inputs)
                {
                    // dx = W_iᵀ·[dn̂ | dr̂ | dẑ]
                    {{Lines(4, [InputGradient(plan, "dG", $"Unsafe.Add(ref dx, first * {ip})", "chunk, add, share")])}}
                }
                """;
        }

        string StateWeightGradient(string from, string dG, int gates, string to) =>
            Products.WeightGradient(plan.Weights, (from, hp, plan.HiddenSize), (dG, gates * hp), to, "chunk");
    }

    private static string InputWeightGradient(GruPlan plan, string dG, string x, string rows) =>
        Products.WeightGradient(plan.Weights, (x, plan.InputStride, plan.InputSize), (dG, 3 * plan.HiddenStride), "gradients", rows);

    private static string InputGradient(GruPlan plan, string dG, string dx, string rest) =>
        Products.InputGradient(plan.InputProduct, 3, dG, ("weights", plan.InputWeightStride), (dx, plan.InputStride), rest);
}
