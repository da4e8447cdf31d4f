using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>The inputs' part of all gates apart from the states': of many steps, or of each token.</content>
internal static partial class GruKernel
{
    private static string Project(GruPlan plan)
    {
        (string summary, string access, string rows) = plan.Variant.Tokens
            ? (
                $"""
                /// <summary>The biases of tokens from their vectors, W_i·x + b: a block's weights serve all of them.</summary>
                /// <param name="x">x[tokens, xStride], of which {plan.InputSize} a token are its vector.</param>
                /// <param name="xStride">From one vector to the next.</param>
                /// <param name="projected">Receives [tokens, {plan.ProjectedStride}]; whole tiles of {plan.RowsTile} are written.</param>
                /// <param name="tokens">The number of tokens.</param>
                /// <param name="weights">The packed weights.</param>
                /// <param name="bias">The packed biases.</param>
                """,
                "internal",
                "tokens")
            : ("/// <summary>The inputs' part of all gates for many steps: a block's weights serve all of them.</summary>",
                "private",
                "steps");
        string projected = $"((nuint)t * {plan.ProjectedStride}) + (unit * {plan.BiasRows})";
        return $$"""
            {{summary}}
            {{Entry}}
            {{access}} static void Project(ref float x, nint xStride, ref float projected, nint {{rows}}, ref float weights, ref float bias)
            {
                for (nuint unit = 0; unit < {{plan.HiddenStride}}; unit += (nuint)V.Count)
                {
                    ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}});
                    ref float b = ref Unsafe.Add(ref bias, unit * {{plan.BiasRows}});
                    for (nint t = 0; t < {{rows}}; t += {{plan.RowsTile}})
                    {
                        ProjectTile{{plan.RowsTile}}(
                            ref Unsafe.Add(ref x, t * xStride), xStride, {{rows}} - t,
                            ref Unsafe.Add(ref projected, {{projected}}), ref w, ref b);
                    }
                }
            }
            """;
    }

    /// <summary>The first half of a tile of many rows, for rows of any stride.</summary>
    private static string ProjectTile(GruPlan plan)
    {
        (int rows, string steps) = (plan.RowsTile, plan.Variant.Tokens ? "token" : "step");
        (string with, string load) = plan.Variant.ResetAfter
            ? ("; q = b_hn goes with them", "V q = V.Load(ref bias, 3 * lanes);\n")
            : ("", "");
        string sums = RowLoop(plan.InputSize, rows, row => $"V v{row} = V.Broadcast(ref x{row}, k);  " + RowSums($"v{row}", row, "n"));
        string arguments = $"ref float x, nint xStride, nint {steps}s, ref float projected, ref float w, ref float bias";
        return $$"""
            /// <summary>r, z, n = W_i·x + b of {{rows}} {{steps}}s for one block of units{{with}}.</summary>
            /// <remarks>Past the last {{steps}} it is projected again.</remarks>
            {{Tile}}
            private static void ProjectTile{{rows}}({{arguments}})
            {
                nuint lanes = (nuint)V.Count;
                ref float x0 = ref x{{string.Concat(Enumerable.Range(1, rows - 1)
                    .Select(row => $", x{row} = ref Unsafe.Add(ref x{row - 1}, {steps}s > {row} ? xStride : 0)"))}};
                {{Lines(4, "rzn".Select((gate, g) => Bias(rows, gate, g)))}}
                {{Lines(4, [load + sums])}}

                {{Lines(4, Enumerable.Range(0, rows)
                    .Select(row => Each(plan.BiasRows, "  ", g =>
                        $"{(g == 3 ? "q" : "rzn"[g].ToString() + row)}.Store(ref projected, {Place(row * plan.ProjectedStride, g)});")))}}
            }
            """;
    }
}
