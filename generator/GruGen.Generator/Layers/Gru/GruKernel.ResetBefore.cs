using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Reset before the product: W_hn·(r ∘ h) waits for r of all units, so a step goes over the units twice.</content>
internal static partial class GruKernel
{
    /// <summary>The places of the states' weights in a packed block: behind x[k][r | z | n], and behind h[k][r | z] after that.</summary>
    private static (long Gates, long New) StateWeights(GruPlan plan) =>
        (3L * plan.InputSize, (3L * plan.InputSize) + (2L * plan.HiddenSize));

    private static string StepResetBefore(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        return $$"""
            /// <summary>One step of one sequence: h' from x and h.</summary>
            /// <param name="x">x[{{plan.InputSize}}], the input of this step.</param>
            /// <param name="previous">h[{{hp}}], the state before.</param>
            /// <param name="h">Receives h'[{{hp}}], the state after; apart from the state before.</param>
            /// <param name="weights">The packed weights.</param>
            /// <param name="bias">The packed biases.</param>
            /// <param name="between">Memory for r ∘ h | z | n[3, {{hp}}].</param>
            {{Entry}}
            internal static void Step(ref float x, ref float previous, ref float h, ref float weights, ref float bias, ref float between)
            {
                {{Lines(4, [StepResetBeforeLoops(plan, projected: false)])}}
            }
            """;
    }

    /// <summary>Both rounds over the units of a step.</summary>
    private static string StepResetBeforeLoops(GruPlan plan, bool projected)
    {
        (int blocks, int hp) = (plan.StepBlocks, plan.HiddenStride);
        string start = projected ? "ref projected" : "ref bias";
        string flag = !plan.Hoisted ? "" : projected ? ", projected: true" : ", projected: false";
        string Gates(int count) =>
            $"StepGatesTile{count}(ref x, ref previous, ref Unsafe.Add(ref previous, unit), ref Unsafe.Add(ref between, unit),\n"
                + $"        ref Unsafe.Add(ref weights, unit * {Depth(plan)}), ref Unsafe.Add({start}, unit * 3){flag});";
        string New(int count) =>
            $"StepNewTile{count}(ref between, ref Unsafe.Add(ref between, unit), ref Unsafe.Add(ref previous, unit), "
                + "ref Unsafe.Add(ref h, unit),\n"
                + $"        ref Unsafe.Add(ref weights, (unit * {Depth(plan)}) + ({Literal(StateWeights(plan).New)} * (nuint)V.Count)));";
        return $"""
            {Loop(Gates)}

            // n waits for r of all units
            {Loop(New)}
            """;

        string Loop(Func<int, string> tile) => !plan.StepRemainder
            ? $$"""
            for (nuint unit = 0; unit < {{hp}}; unit += {{blocks}} * (nuint)V.Count)
            {
                {{tile(blocks)}}
            }
            """
            : $$"""
            for (nuint unit = 0, width; unit < {{hp}}; unit += width)
            {
                width = unit + ({{blocks}} * (nuint)V.Count) <= {{hp}} ? {{blocks}} * (nuint)V.Count : (nuint)V.Count;
                if (width > (nuint)V.Count)
                {
                    {{tile(blocks).Replace("\n", "\n    ")}}
                }
                else
                {
                    {{tile(1).Replace("\n", "\n    ")}}
                }
            }
            """;
    }

    private static IEnumerable<string> TilesResetBefore(GruPlan plan)
    {
        foreach (int blocks in plan.StepRemainder ? new[] { plan.StepBlocks, 1 } : [plan.StepBlocks])
        {
            yield return StepGatesTile(plan, blocks);
            yield return StepNewTile(plan, blocks);
        }

        yield return GatesTile(plan, plan.RowsTile);
        yield return GatesTile(plan, 1);
        yield return NewTile(plan, plan.NewTile);
        yield return NewTile(plan, plan.NewTile with { Rows = 1 });
    }

    /// <summary>One row, several blocks: r and z, and the inputs' part of n.</summary>
    private static string StepGatesTile(GruPlan plan, int blocks)
    {
        int hp = plan.HiddenStride;
        string inputs = Lines(plan.Hoisted ? 4 : 0, Sums("x", plan.InputSize, 3));
        string input = !plan.Hoisted
            ? $$"""
            // input projection: r, z, n += W_i·x
            {{inputs}}
            """
            : $$"""
            if (!projected)
            {
                // input projection: r, z, n += W_i·x
                {{inputs}}
            }
            else
            {
                {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, {Literal(3L * plan.InputSize)} * lanes);")}}
            }
            """;
        string hoisted = plan.Hoisted ? "; projected: bias holds the inputs' part" : "";
        string arguments = "ref float x, ref float h, ref float hTile, ref float between, ref float weights, ref float bias"
            + (plan.Hoisted ? ", bool projected" : "");
        return $$"""
            /// <summary>r, z and the inputs' part of n of one sequence for {{Count(blocks, "block")}} of units{{hoisted}}.</summary>
            {{Tile}}
            private static void StepGatesTile{{blocks}}({{arguments}})
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref weights;
                {{Lines(4, Enumerable.Range(1, blocks - 1)
                    .Select(b => $"ref float w{b} = ref Unsafe.Add(ref w{b - 1}, {Depth(plan)} * lanes);")
                    .Concat("rzn".Select((gate, g) =>
                        $"V {Each(blocks, ", ", b => $"{gate}{b} = V.Load(ref bias, {(3 * b) + g} * lanes)")};")))}}

                {{Lines(4, [input])}}

                // hidden projection: r, z += W_h·h
                {{Lines(4, Sums("h", plan.HiddenSize, 2))}}

                // gates, and r ∘ h for the product with W_hn
                {{Each(blocks, "  ", b => $"r{b} = {Gate(plan, $"r{b}")};")}}
                {{Each(blocks, "  ", b => $"z{b} = {Gate(plan, $"z{b}")};")}}
                {{Lines(4, Enumerable.Range(0, blocks).Select(b =>
                    $"V.Multiply(r{b}, V.Load(ref hTile, {b} * lanes)).Store(ref between, {b} * lanes);  "
                        + $"z{b}.Store(ref between, {hp} + ({b} * lanes));  n{b}.Store(ref between, {2 * hp} + ({b} * lanes));"))}}
            }
            """;

        IEnumerable<string> Sums(string source, int size, int gates) => DepthLoop.Write(
            size,
            plan.StepUnroll,
            (u, at) =>
            [
                $"V {source}{u} = V.Broadcast(ref {source}, {at});",
                .. "rzn".Substring(0, gates).SelectMany((gate, g) => Columns(blocks, b =>
                    $"{gate}{b} = V.MultiplyAdd({source}{u}, V.Load(ref w{b}, {(gates * u) + g} * lanes), {gate}{b});")),
            ],
            count => [NextWeights(blocks, gates * count)]);
    }

    /// <summary>One row, several blocks: n and h'.</summary>
    private static string StepNewTile(GruPlan plan, int blocks)
    {
        (int hp, int chains) = (plan.HiddenStride, plan.NewChains);
        const string Arguments = "ref float reset, ref float between, ref float hTile, ref float next, ref float weights";
        string split = chains == 1 ? "" : $"; each sum in {chains} chains that are added at the end";
        string Start(int block, int chain) =>
            chain == 0 ? $"n{block}0 = V.Load(ref between, {2 * hp} + ({block} * lanes))" : $"n{block}{chain} = V.Zero";
        string Sum(int block) => chains switch
        {
            1 => $"n{block}0",
            2 => $"V.Add(n{block}0, n{block}1)",
            _ => $"V.Add(V.Add(n{block}0, n{block}1), V.Add(n{block}2, n{block}3))",
        };
        return $$"""
            /// <summary>n and h' of one sequence for {{Count(blocks, "block")}} of units, from r ∘ h of all of them{{split}}.</summary>
            {{Tile}}
            private static void StepNewTile{{blocks}}({{Arguments}})
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref weights;
                {{Lines(4, Enumerable.Range(1, blocks - 1)
                    .Select(b => $"ref float w{b} = ref Unsafe.Add(ref w{b - 1}, {Depth(plan)} * lanes);")
                    .Concat(Enumerable.Range(0, blocks).Select(b => $"V {Each(chains, ", ", c => Start(b, c))};")))}}

                // n += W_hn·(r ∘ h)
                {{Lines(4, DepthLoop.Write(
                    plan.HiddenSize,
                    chains,
                    (u, at) => [$"V h{u} = V.Broadcast(ref reset, {at});  " + Each(blocks, "  ", b =>
                        $"n{b}{u} = V.MultiplyAdd(h{u}, V.Load(ref w{b}, {u} * lanes), n{b}{u});")],
                    count => [NextWeights(blocks, count)]))}}

                {{Lines(4, Enumerable.Range(0, blocks).Select(b => $"n{b}0 = {New(plan, Sum(b))};")
                    .Where(_ => chains > 1 || plan.Variant.Activation != Activation.Linear))}}

                // h' = (1 − z) ∘ n + z ∘ h
                {{Lines(4, Enumerable.Range(0, blocks).Select(b =>
                    $"V.Blend(V.Load(ref between, {hp} + ({b} * lanes)), n{b}0, V.Load(ref hTile, {b} * lanes))"
                        + $".Store(ref next, {b} * lanes);"))}}
            }
            """;
    }

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

                // gates, one after the other: the constants of one curve at a time stay in registers
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
                    .Where(_ => plan.Variant.Activation != Activation.Linear))}}
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
