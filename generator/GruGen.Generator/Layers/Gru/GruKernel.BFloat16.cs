using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Steps that read their weights as bfloat16: half the bytes, which is what a step beyond the first level of the cache waits
/// for.</content>
internal static partial class GruKernel
{
    private static string StepPairs(GruPlan plan)
    {
        (int blocks, int hp) = (plan.StepBlocks, plan.HiddenStride);
        string Call(int count) =>
            $"PairTile{count}(ref x, ref h, ref Unsafe.Add(ref h, unit), ref Unsafe.Add(ref next, unit),\n"
                + $"        ref Unsafe.Add(ref weights, unit * {plan.PairRows}), ref Unsafe.Add(ref bias, unit * 4));";
        string rest = !plan.StepRemainder ? "" : $$"""


            for (; unit < {{hp}}; unit += lanes)
            {
                {{Call(1)}}
            }
            """;
        string loop = $$"""
            nuint lanes = (nuint)V.Count, unit = 0;
            for (; unit + ({{blocks}} * lanes) <= {{hp}}; unit += {{blocks}} * lanes)
            {
                {{Call(blocks)}}
            }
            """ + rest;
        return $$"""
            /// <summary>One step of one sequence from weights in bfloat16: h' from x and h.</summary>
            /// <param name="x">x[{{plan.InputSize}}], the input of this step.</param>
            /// <param name="h">h[{{hp}}], the state before.</param>
            /// <param name="next">Receives h'[{{hp}}], the state after; apart from h.</param>
            /// <param name="weights">Packed two in a float: [block][k/2][r | z | n][V.Count].</param>
            /// <param name="bias">The packed biases.</param>
            {{Entry}}
            internal static void Step(ref float x, ref float h, ref float next, ref float weights, ref float bias)
            {
                {{Lines(4, [loop])}}
            }
            """;
    }

    private static string PairTile(GruPlan plan, int blocks)
    {
        const string Arguments = "ref float x, ref float h, ref float hTile, ref float next, ref float pairs, ref float bias";
        return $$"""
            /// <summary>One step of one sequence for {{Count(blocks, "block")}} of units, from pairs of weights.</summary>
            {{Tile}}
            private static void PairTile{{blocks}}({{Arguments}})
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref pairs;
                {{Lines(4, Enumerable.Range(1, blocks - 1)
                    .Select(b => $"ref float w{b} = ref Unsafe.Add(ref w{b - 1}, {plan.PairRows} * lanes);").Concat(Starts(blocks)))}}

                // input projection: r, z, n += W_i·x
                {{Lines(4, Sums("x", plan.InputSize, "rzn"))}}

                // hidden projection: r, z, q += W_h·h; q stays apart from n, because r scales it
                {{Lines(4, Sums("h", plan.HiddenSize, "rzq"))}}

                {{Lines(4, Gates(plan, blocks))}}
            }
            """;

        IEnumerable<string> Sums(string source, int size, string gates)
        {
            int whole = size / 2 * 2;
            if (whole > 0)
            {
                yield return $$"""
                    for (nuint k = 0; k < {{Literal(whole)}}; k += 2)
                    {
                        V {{source}}0 = V.Broadcast(ref {{source}}, k), {{source}}1 = V.Broadcast(ref {{source}}, k + 1), w;
                        {{Lines(4, Enumerable.Range(0, blocks).SelectMany(b => gates.Select((gate, g) =>
                            $"w = V.Load(ref w{b}, {g} * lanes);  "
                                + $"{gate}{b} = V.MultiplyAdd({source}1, V.HighHalf(w), "
                                + $"V.MultiplyAdd({source}0, V.LowHalf(w), {gate}{b}));")))}}
                        {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, 3 * lanes);")}}
                    }
                    """;
            }

            if (size > whole)
            {
                yield return $$"""
                    {
                        V {{source}}0 = V.Broadcast(ref {{source}}, {{whole}});
                        {{Lines(4, Enumerable.Range(0, blocks)
                            .SelectMany(b => gates.Select((gate, g) =>
                                $"{gate}{b} = V.MultiplyAdd({source}0, V.LowHalf(V.Load(ref w{b}, {g} * lanes)), {gate}{b});")))}}
                        {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, 3 * lanes);")}}
                    }
                    """;
            }
        }
    }
}
