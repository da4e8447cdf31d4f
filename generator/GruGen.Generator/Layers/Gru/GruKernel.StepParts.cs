using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>One step whose sums come in parts, of which the last read are the first of the next step.</content>
internal static partial class GruKernel
{
    /// <summary>The same for weights beyond L1, the newest of which are still there at the next step.</summary>
    private static string StepInParts(GruPlan plan)
    {
        (int blocks, int hp) = (plan.StepBlocks, plan.HiddenStride);
        string[] calls =
        [
            Part("x", 0, plan.InputSize, place: 0),
            .. Enumerable.Range(0, plan.StateParts)
                .Select(part => Part("h", plan.StatePart(part).From, plan.StatePart(part).Count, place: 1 + part)),
        ];
        const string Arguments = "ref float x, ref float h, ref float next, ref float weights, ref float bias, ref float sums, bool back";
        const string Next = "ref Unsafe.Add(ref h, unit), ref Unsafe.Add(ref next, unit), ref Unsafe.Add(ref bias, unit * 4)";
        return $$"""
            {{StepSummary(plan)}}
            /// <param name="sums">Memory for the sums of a tile, {{plan.StepSumsLength}} floats.</param>
            /// <param name="back">Whether the last tile comes first, and in a tile the last part; it changes no bit.</param>
            {{Entry}}
            internal static void Step({{Arguments}})
            {
                nuint lanes = (nuint)V.Count;
                for (nuint tile = 0; tile < {{hp}}; tile += {{blocks}} * lanes)
                {
                    nuint unit = back ? {{hp}} - ({{blocks}} * lanes) - tile : tile;
                    ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}});
                    if (back)
                    {
                        {{Lines(12, Enumerable.Reverse(calls))}}
                    }
                    else
                    {
                        {{Lines(12, calls)}}
                    }

                    NextTile{{blocks}}({{Next}}, ref sums);
                }
            }
            """;

        string Part(string input, int from, int count, int place)
        {
            string weights = At("w", 3 * ((place == 0 ? 0L : plan.InputSize) + from), " * lanes");
            return $"SumsTile{blocks}({At(input, from, "")}, {count}, {weights}, {At("sums", 3 * place, " * lanes")});";
        }

        static string At(string start, long offset, string unit) => offset == 0
            ? $"ref {start}"
            : $"ref Unsafe.Add(ref {start}, {offset}{unit})";
    }

    /// <summary>A part of the sums of a step, for either input.</summary>
    private static string SumsTile(GruPlan plan)
    {
        int blocks = plan.StepBlocks;
        return $$"""
            /// <summary>A part of r, z and n, or q, of {{blocks}} blocks of units: W·v, without biases.</summary>
            {{Tile}}
            private static void SumsTile{{blocks}}(ref float v, nuint depth, ref float weights, ref float sums)
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref weights{{OtherBlocks(plan, blocks)}};

                {{Lines(4, "rzn".Select(gate => $"V {Each(blocks, ", ", b => $"{gate}{b} = V.Zero")};"))}}
                for (nuint k = 0; k < depth; k++)
                {
                    V vk = V.Broadcast(ref v, k);
                    {{Lines(8, StepSums(blocks, 1, "vk", 0, "rzn"))}}
                    {{NextWeights(blocks)}}
                }

                {{Lines(4, Enumerable.Range(0, blocks)
                    .Select(b => Each(3, "  ", g => $"{"rzn"[g]}{b}.Store(ref sums, {Vectors((3 * plan.StepParts * b) + g)});")))}}
            }
            """;
    }

    /// <summary>What follows on the sums of a step.</summary>
    private static string NextTile(GruPlan plan)
    {
        int parts = plan.StepParts;
        string Sum(int gate, int from, int to, int bias) => Enumerable.Range(from, to - from)
            .Select(part => $"V.Load(ref sums, {Vectors((3 * part) + gate)})")
            .Append($"V.Load(ref bias, {Vectors(bias)})").Aggregate((sum, next) => $"V.Add({sum}, {next})");
        return $$"""
            /// <summary>h' of {{plan.StepBlocks}} blocks of units from the parts of their sums, always added in one order.</summary>
            {{Tile}}
            private static void NextTile{{plan.StepBlocks}}(ref float h, ref float next, ref float bias, ref float sums)
            {
                nuint lanes = (nuint)V.Count;
                for (nuint unit = 0; unit < {{plan.StepBlocks}} * lanes; unit += lanes)
                {
                    V r = {{Sum(0, 0, parts, 0)}};
                    V z = {{Sum(1, 0, parts, 1)}};
                    V n = {{Sum(2, 0, 1, 2)}};
                    V q = {{Sum(2, 1, parts, 3)}};

                    r = {{Gate(plan, "r")}};
                    z = {{Gate(plan, "z")}};
                    n = {{New(plan, "V.MultiplyAdd(r, q, n)")}};
                    V.Blend(z, n, V.Load(ref h, unit)).Store(ref next, unit);

                    sums = ref Unsafe.Add(ref sums, {{3 * parts}} * lanes);
                    bias = ref Unsafe.Add(ref bias, 4 * lanes);
                }
            }
            """;
    }
}
