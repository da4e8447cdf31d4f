using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Many rows at once, with the reset before the product.</content>
internal static partial class GruKernel
{
    private static string StepRowsResetBefore(GruPlan plan)
    {
        (int hp, int rows, Tile tile) = (plan.HiddenStride, plan.RowsTile, plan.NewTile);
        string operand = plan.Variant.Masked ? "operand" : "previous";
        string gates =
            $"(ref Unsafe.Add(ref x, row * {plan.InputStride}), ref Unsafe.Add(ref {operand}, row * {hp}), "
            + $"ref Unsafe.Add(ref {operand}, (row * {hp}) + unit),\n"
            + $"                ref Unsafe.Add(ref reset, (row * {hp}) + unit), "
            + $"ref Unsafe.Add(ref saved, (row * {plan.SavedStride}) + unit), ref w, ref b);";
        string next =
            $"(ref Unsafe.Add(ref reset, row * {hp}), ref Unsafe.Add(ref previous, (row * {hp}) + unit), "
            + $"ref Unsafe.Add(ref h, (row * {hp}) + unit),\n"
            + $"                ref Unsafe.Add(ref saved, (row * {plan.SavedStride}) + unit), ref w);";
        string masked = plan.Variant.Masked ? "ref float operand, " : "", after = Literal(StateWeights(plan).New);
        return $$"""
            /// <summary>One step of many rows: blocks outside, so that a block's weights serve all rows; first r and z, then n.</summary>
            {{Entry}}
            private static void StepRows(
                ref float x, {{masked}}ref float previous, ref float h, ref float saved, ref float reset,
                ref float weights, ref float bias, nuint rows)
            {
                for (nuint unit = 0; unit < {{hp}}; unit += (nuint)V.Count)
                {
                    ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}}), b = ref Unsafe.Add(ref bias, unit * 3);
                    nuint row = 0;
                    for (; row + {{rows}} <= rows; row += {{rows}})
                    {
                        GatesTile{{rows}}{{gates}}
                    }

                    for (; row < rows; row++)
                    {
                        GatesTile1{{gates}}
                    }
                }

                for (nuint unit = 0; unit < {{hp}}; unit += {{(tile.Vectors == 1 ? "" : $"{tile.Vectors} * ")}}(nuint)V.Count)
                {
                    ref float w = ref Unsafe.Add(ref weights, (unit * {{Depth(plan)}}) + ({{after}} * (nuint)V.Count));
                    nuint row = 0;
                    for (; row + {{tile.Rows}} <= rows; row += {{tile.Rows}})
                    {
                        NewTile{{tile}}{{next}}
                    }

                    for (; row < rows; row++)
                    {
                        NewTile1x{{tile.Vectors}}{{next}}
                    }
                }
            }
            """;
    }

    /// <summary>Several rows, one block: a line is a row, and its columns are the gates.</summary>
    private static string GatesTile(GruPlan plan, int rows)
    {
        const string Arguments =
            "ref float x, ref float h, ref float hTile, ref float reset, ref float saved, ref float w, ref float bias";
        int hp = plan.HiddenStride;
        return $$"""
            /// <summary>r, z and the inputs' part of n of {{Count(rows, "row")}} for one block of units.</summary>
            {{Tile}}
            private static void GatesTile{{rows}}({{Arguments}})
            {
                nuint lanes = (nuint)V.Count;
                {{Bias(rows, 'r', 0)}}
                {{Bias(rows, 'z', 1)}}
                {{Bias(rows, 'n', 2)}}

                // input projection: r, z, n += W_i·x
                {{Lines(4, [Sums("x", plan.InputSize, plan.InputStride, 3)])}}

                // hidden projection: r, z += W_h·h
                {{Lines(4, [Sums("h", plan.HiddenSize, hp, 2)])}}

                // gates, one after the other: the constants of one activation at a time stay in registers
                {{Each(rows, "  ", row => $"r{row} = {Gate(plan, $"r{row}")};")}}
                {{Each(rows, "  ", row => $"z{row} = {Gate(plan, $"z{row}")};")}}
                {{Lines(4, Enumerable.Range(0, rows).Select(row =>
                    $"V.Multiply(r{row}, V.Load(ref hTile, {row * hp})).Store(ref reset, {row * hp});  "
                        + Each(3, "  ", g => $"{"rzn"[g]}{row}.Store(ref saved, {(3 * row * hp) + (g * hp)});")))}}
            }
            """;

        string Sums(string source, int size, int stride, int gates) => DepthLoop.Write(
            size,
            [
                $"V {Each(gates, ", ", g => $"w{"rzn"[g]} = V.Load(ref w, {Vectors(g)})")};",
                .. Enumerable.Range(0, rows).Select(row =>
                    $"V {source}{row} = V.Broadcast(ref {source}, {(row == 0 ? "k" : $"{row * stride} + k")});  "
                    + Each(gates, "  ", g => $"{"rzn"[g]}{row} = V.MultiplyAdd({source}{row}, w{"rzn"[g]}, {"rzn"[g]}{row});")),
                $"w = ref Unsafe.Add(ref w, {gates} * lanes);",
            ]);
    }

    /// <summary>Several rows and blocks: n and h'.</summary>
    private static string NewTile(GruPlan plan, Tile tile)
    {
        (int hp, int rows, int blocks) = (plan.HiddenStride, tile.Rows, tile.Vectors);
        return $$"""
            /// <summary>n and h' of {{Count(rows, "row")}} for {{Count(blocks, "block")}} of units, from r ∘ h of all of them.</summary>
            {{Tile}}
            private static void NewTile{{tile}}(ref float reset, ref float hTile, ref float next, ref float saved, ref float w0)
            {
                nuint lanes = (nuint)V.Count;
                {{Lines(4, Enumerable.Range(1, blocks - 1)
                    .Select(b => $"ref float w{b} = ref Unsafe.Add(ref w{b - 1}, {Depth(plan)} * lanes);")
                    .Concat(Enumerable.Range(0, rows).Select(row => "V " + Each(blocks, ", ", b =>
                        $"n{row}{b} = V.Load(ref saved, {Place((row * plan.SavedStride) + (2L * hp), b)})") + ";")))}}

                // n += W_hn·(r ∘ h)
                for (nuint k = 0; k < {{plan.HiddenSize}}; k++)
                {
                    V {{Each(blocks, ", ", b => $"v{b} = V.Load(ref w{b}, 0)")}};
                    {{Lines(8, Enumerable.Range(0, rows).Select(row =>
                        $"V h{row} = V.Broadcast(ref reset, {(row == 0 ? "k" : $"{row * hp} + k")});  "
                            + Each(blocks, "  ", b => $"n{row}{b} = V.MultiplyAdd(h{row}, v{b}, n{row}{b});")))}}
                    {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, lanes);")}}
                }

                {{Lines(4, Enumerable.Range(0, rows).Select(row => Each(blocks, "  ", b => $"n{row}{b} = {New(plan, $"n{row}{b}")};"))
                    .Where(_ => HasNewCurve(plan)))}}
                {{Lines(4, Enumerable.Range(0, rows)
                    .Select(row => Each(blocks, "  ", b => $"n{row}{b}.Store(ref saved, {Saved(row, 2, b)});")))}}

                // h' = (1 − z) ∘ n + z ∘ h
                {{Lines(4, Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, blocks).Select(b =>
                    $"V.Blend(V.Load(ref saved, {Saved(row, 1, b)}), n{row}{b}, V.Load(ref hTile, {State(row, b)}))"
                        + $".Store(ref next, {State(row, b)});")))}}
            }
            """;

        string Saved(int row, int gate, int block) => Place((row * plan.SavedStride) + ((long)gate * hp), block);

        string State(int row, int block) => Place((long)row * hp, block);
    }
}
