using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>Backward through time.</content>
internal static partial class GruKernel
{
    private static IEnumerable<string> Backward(GruPlan plan)
    {
        yield return Walk(plan);
        yield return GateGradients(plan);
        yield return BiasGradient(plan);
        yield return Products.InputGradient(plan.StateProduct, "d = dG·W, which carries dG back");
        yield return Products.WeightGradient(plan.StateWeights);
        if (plan.InputProduct != plan.StateProduct)
        {
            yield return Products.InputGradient(plan.InputProduct, $"<see cref=\"Gradient{plan.StateProduct.Tile}\"/> for the few columns of the inputs", parameters: false);
            yield return Products.WeightGradient(plan.InputWeights, $"<see cref=\"WeightGradient{plan.StateWeights.Tile}\"/> for the few columns of the inputs", parameters: false);
        }
    }

    private static string Walk(GruPlan plan)
    {
        (int ip, int hp) = (plan.InputStride, plan.HiddenStride);
        return $$"""
            /// <summary>Backward through time, from the last step of a batch to its first.</summary>
            /// <param name="x">x[rows, {{ip}}].</param>
            /// <param name="initial">h[sequences, {{hp}}], the states before the first step.</param>
            /// <param name="h">h[rows, {{hp}}], the states after each step.</param>
            /// <param name="saved">saved[rows, r | z | n | q, {{hp}}].</param>
            /// <param name="dOutput">dh[rows, {{hp}}] that comes from above at each step, if <paramref name="everyStep"/>.</param>
            /// <param name="everyStep">Whether anything but the final states was handed on.</param>
            /// <param name="dh">dh[sequences, {{hp}}]: on entry the gradient of the final states, on exit that of the initial ones.</param>
            /// <param name="dx">Receives dx[rows, {{ip}}], if <paramref name="inputs"/>.</param>
            /// <param name="inputs">Whether the gradient of the inputs is wanted.</param>
            /// <param name="dGates">Memory for dG[gateRows, dn | dr | dz | dq], {{plan.GateStride}} a row.</param>
            /// <param name="gateRows">{{plan.ChunkRows}} more than there are sequences; behind them lie {{Planning.InputProduct.MaxRows}} more.</param>
            /// <param name="gradients">Gains the sums that <see cref="StoreGradients"/> reads.</param>
            /// <param name="weights">From <see cref="PackBackward"/>.</param>
            /// <param name="active">The number of sequences that still run at each step.</param>
            {{Entry}}
            internal static void Backward(
                ref float x, ref float initial, ref float h, ref float saved, ref float dOutput, bool everyStep, ref float dh, ref float dx, bool inputs,
                ref float dGates, nuint gateRows, ref float gradients, ref float weights, ReadOnlySpan<int> active)
            {
                ref float weightHh = ref Unsafe.Add(ref weights, {{Offset(3L * plan.HiddenSize * ip)}});
                ref float dWeightHh = ref Unsafe.Add(ref gradients, {{Offset(3L * hp * ip)}});
                ref float dBias = ref Unsafe.Add(ref gradients, {{Offset(3L * hp * ((long)ip + hp))}});

                nint first = 0; // the first row of the step at hand
                foreach (int rows in active)
                {
                    first += rows;
                }

                nuint chunk = 0; // rows whose weight gradients wait to be summed
                for (int t = active.Length - 1; t >= 0; t--)
                {
                    nuint rows = (nuint)active[t];
                    first -= active[t];
                    chunk += rows;
                    ref float previous = ref t == 0 ? ref initial : ref Unsafe.Add(ref h, (first - active[t - 1]) * {{hp}});
                    ref float dG = ref Unsafe.Add(ref dGates, (gateRows - chunk) * {{plan.GateStride}});
                    GateGradients(ref dh, ref Unsafe.Add(ref dOutput, everyStep ? first * {{hp}} : 0), everyStep, ref Unsafe.Add(ref saved, first * {{plan.SavedStride}}), ref previous, ref dG, rows);

                    // dh += dr·W_hr + dz·W_hz + dq·W_hn
                    Gradient{{plan.StateProduct.Tile}}(ref Unsafe.Add(ref dG, {{hp}}), ref weightHh, ref dh, {{hp}}, rows, add: true);

                    // the step before joins the chunk if its states follow on those of the step before it
                    if (t >= 2 && active[t - 2] == active[t - 1] && chunk + (nuint)active[t - 1] <= {{plan.ChunkRows}})
                    {
                        continue;
                    }

                    BiasGradient(ref dG, ref dBias, chunk);
                    WeightGradient{{plan.InputWeights.Tile}}(ref dG, ref Unsafe.Add(ref x, first * {{ip}}), ref gradients, {{ip}}, chunk);
                    WeightGradient{{plan.StateWeights.Tile}}(ref Unsafe.Add(ref dG, {{hp}}), ref previous, ref dWeightHh, {{hp}}, chunk);
                    if (inputs)
                    {
                        // dx = dn·W_in + dr·W_ir + dz·W_iz
                        Gradient{{plan.InputProduct.Tile}}(ref dG, ref weights, ref Unsafe.Add(ref dx, first * {{ip}}), {{ip}}, chunk, add: false);
                    }

                    chunk = 0;
                }
            }
            """;
    }

    private static string GateGradients(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        return $$"""
            /// <summary>dG of one step from dh, which keeps what goes straight to the states before.</summary>
            {{Tile}}
            private static void GateGradients(ref float dh, ref float dOutput, bool everyStep, ref float saved, ref float previous, ref float dG, nuint rows)
            {
                for (; rows > 0; rows--)
                {
                    for (nuint unit = 0; unit < {{hp}}; unit += (nuint)V.Count)
                    {
                        V r = V.Load(ref saved, unit), z = V.Load(ref saved, {{hp}} + unit), n = V.Load(ref saved, {{2 * hp}} + unit), q = V.Load(ref saved, {{3 * hp}} + unit);
                        V d = V.Load(ref dh, unit);
                        if (everyStep)
                        {
                            d = V.Add(d, V.Load(ref dOutput, unit));
                        }

                        // h' = (1 − z) ∘ n + z ∘ h
                        V dz1 = V.Multiply(d, z);
                        V dn = V.Multiply(V.Subtract(d, dz1), V.Multiply(V.Subtract(1f, n), V.Add(V.Create(1f), n)));
                        V dz = V.Multiply(V.Subtract(V.Load(ref previous, unit), n), V.Multiply(dz1, V.Subtract(1f, z)));
                        V dq = V.Multiply(dn, r);
                        V dr = V.Multiply(V.Multiply(dq, q), V.Subtract(1f, r));

                        dz1.Store(ref dh, unit);
                        dn.Store(ref dG, unit);
                        dr.Store(ref dG, {{hp}} + unit);
                        dz.Store(ref dG, {{2 * hp}} + unit);
                        dq.Store(ref dG, {{3 * hp}} + unit);
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

    private static string BiasGradient(GruPlan plan) => $$"""
        /// <summary>dBias += dG, row after row.</summary>
        {{Tile}}
        private static void BiasGradient(ref float dG, ref float dBias, nuint rows)
        {
            nuint lanes = (nuint)V.Count;
            for (nuint unit = 0; unit < {{4 * plan.HiddenStride}}; unit += 4 * lanes)
            {
                ref float sum = ref Unsafe.Add(ref dBias, unit), d = ref Unsafe.Add(ref dG, unit);
                V d0 = V.Load(ref sum, 0), d1 = V.Load(ref sum, lanes), d2 = V.Load(ref sum, 2 * lanes), d3 = V.Load(ref sum, 3 * lanes);
                for (nuint row = 0; row < rows; row++, d = ref Unsafe.Add(ref d, {{plan.GateStride}}))
                {
                    d0 = V.Add(d0, V.Load(ref d, 0));  d1 = V.Add(d1, V.Load(ref d, lanes));
                    d2 = V.Add(d2, V.Load(ref d, 2 * lanes));  d3 = V.Add(d3, V.Load(ref d, 3 * lanes));
                }

                d0.Store(ref sum, 0);  d1.Store(ref sum, lanes);
                d2.Store(ref sum, 2 * lanes);  d3.Store(ref sum, 3 * lanes);
            }
        }
        """;
}
