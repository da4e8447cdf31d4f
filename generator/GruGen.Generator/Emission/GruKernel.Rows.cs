using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>Many rows at once: batches of sequences, and the inputs' part of many steps.</content>
internal static partial class GruKernel
{
    private static string Batch(GruPlan plan)
    {
        (int hp, GruVariant variant) = (plan.HiddenStride, plan.Variant);
        string reset = variant.ResetAfter ? "" : $"ref Unsafe.Add(ref reset, kept * {hp}), ";
        (string inputs, string from, string bias) = variant.Tokens
            ? ($"/// <param name=\"tokens\">tokens[rows], {StepByStep}: whose biases each reads.</param>", "ref Unsafe.Add(ref tokens, first)", BiasOfTokens)
            : ($"/// <param name=\"x\">x[rows, {plan.InputStride}], {StepByStep}.</param>", $"ref Unsafe.Add(ref x, first * {plan.InputStride})", "The packed biases.");
        string memory = variant.ResetAfter
            ? $"/// <param name=\"saved\">Receives saved[rows, r | z | n | q, {hp}] for the backward pass, if <paramref name=\"save\"/>.</param>"
            : $"/// <param name=\"saved\">Receives saved[rows, r | z | n, {hp}]; if not <paramref name=\"save\"/>, memory for one step of it.</param>\n"
                + $"/// <param name=\"reset\">Receives r ∘ h[rows, {hp}]; if not <paramref name=\"save\"/>, memory for one step of it.</param>";
        string masks = !variant.Masked ? ""
            : $"\n/// <param name=\"mask\">mask[sequences, {hp}] of what the products read of the states.</param>"
                + $"\n/// <param name=\"masked\">Receives mask ∘ h[rows, {hp}], the states before each step.</param>"
                + "\n/// <param name=\"drop\">Whether there is a mask.</param>";
        string masking = !variant.Masked ? "" : $$"""
            ref float operand = ref previous;
            if (drop)
            {
                operand = ref Unsafe.Add(ref masked, first * {{hp}});
                Dropping.Multiply<V>(ref previous, ref Unsafe.Add(ref mask, share.From * {{hp}}), ref operand, rows * {{hp}});
            }


            """;
        return $$"""
            /// <summary>A batch of sequences, the longest first: at each step, those that still run.</summary>
            {{inputs}}
            /// <param name="initial">h[sequences, {{hp}}], the states before the first step.</param>
            /// <param name="h">Receives h[rows, {{hp}}], the states after each step.</param>
            {{memory}}{{masks}}
            /// <param name="weights">The packed weights.</param>
            /// <param name="bias">{{bias}}</param>
            /// <param name="active">How many sequences still run at each step.</param>
            /// <param name="save">Whether a backward pass follows.</param>
            /// <param name="share">Whose sequences it is about.</param>
            {{Entry}}
            internal static void Forward(
                {{(variant.Tokens ? "ref int tokens" : "ref float x")}}, ref float initial, ref float h, ref float saved, {{(variant.ResetAfter ? "" : "ref float reset, ")}}{{(variant.Masked ? "ref float mask, ref float masked, bool drop, " : "")}}ref float weights, ref float bias, ReadOnlySpan<int> active, bool save, Share share)
            {
                ref float previous = ref Unsafe.Add(ref initial, share.From * {{hp}});
                nint first = share.From; // the first row of the step at hand
                foreach (int running in active)
                {
                    nint rows = share.Rows(running);
                    ref float next = ref Unsafe.Add(ref h, first * {{hp}});
                    nint kept = save ? first : share.From;
                    {{Lines(8, [masking + $"StepRows(\n    {from}, {(variant.Masked ? "ref operand, " : "")}ref previous, ref next, ref Unsafe.Add(ref saved, kept * {plan.SavedStride}), {reset}ref weights, ref bias, (nuint)rows{(variant.ResetAfter ? ", save" : "")});"])}}
                    previous = ref next;
                    first += running;
                }
            }
            """;
    }

    private static string StepRows(GruPlan plan)
    {
        int rows = plan.RowsTile;
        string operand = plan.Variant.Masked ? "operand" : "previous";
        (string input, string ofTile, string ofRow, string biasOfRow) = plan.Variant.Tokens
            ? ("ref int tokens", "ref Unsafe.Add(ref tokens, row), ", "", $"ref Unsafe.Add(ref b, (nint)Unsafe.Add(ref tokens, row) * {plan.ProjectedStride})")
            : ("ref float x", $"ref Unsafe.Add(ref x, row * {plan.InputStride}), ", $"ref Unsafe.Add(ref x, row * {plan.InputStride}), ", "ref b");
        string Arguments(string inputs, string bias) =>
            inputs + $"ref Unsafe.Add(ref {operand}, row * {plan.HiddenStride}), ref Unsafe.Add(ref previous, (row * {plan.HiddenStride}) + unit),\n"
            + $"                ref Unsafe.Add(ref h, (row * {plan.HiddenStride}) + unit), ref Unsafe.Add(ref saved, (row * {plan.SavedStride}) + unit), ref w, {bias}, save";
        return $$"""
            /// <summary>One step of many rows: blocks outside, so that a block's weights serve all rows.</summary>
            {{Entry}}
            private static void StepRows(
                {{input}}, {{(plan.Variant.Masked ? "ref float operand, " : "")}}ref float previous, ref float h, ref float saved, ref float weights, ref float bias, nuint rows, bool save)
            {
                for (nuint unit = 0; unit < {{plan.HiddenStride}}; unit += (nuint)V.Count)
                {
                    ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}}), b = ref Unsafe.Add(ref bias, unit * {{plan.BiasRows}});
                    nuint row = 0;
                    for (; row + {{rows}} <= rows; row += {{rows}})
                    {
                        RowsTile{{rows}}({{Arguments(ofTile, "ref b")}});
                    }

                    for (; row < rows; row++)
                    {
                        RowsTile1({{Arguments(ofRow, biasOfRow)}});
                    }
                }
            }
            """;
    }

    private static string Project(GruPlan plan)
    {
        (string summary, string access, string rows) = plan.Variant.Tokens
            ? (
                $"""
                /// <summary>The biases of tokens from their vectors, W_i·x + b: a block's weights serve all of them.</summary>
                /// <param name="x">x[tokens, xStride], of which {plan.InputSize} a token are its vector.</param>
                /// <param name="xStride">From one vector to the next.</param>
                /// <param name="projected">Receives [tokens, {plan.ProjectedStride}]; as many as a multiple of {plan.RowsTile} has are written.</param>
                /// <param name="tokens">The number of tokens.</param>
                /// <param name="weights">The packed weights.</param>
                /// <param name="bias">The packed biases.</param>
                """,
                "internal",
                "tokens")
            : ("/// <summary>The inputs' part of all gates for many steps: a block's weights serve all of them.</summary>", "private", "steps");
        return $$"""
            {{summary}}
            {{Entry}}
            {{access}} static void Project(ref float x, nint xStride, ref float projected, nint {{rows}}, ref float weights, ref float bias)
            {
                for (nuint unit = 0; unit < {{plan.HiddenStride}}; unit += (nuint)V.Count)
                {
                    ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}}), b = ref Unsafe.Add(ref bias, unit * {{plan.BiasRows}});
                    for (nint t = 0; t < {{rows}}; t += {{plan.RowsTile}})
                    {
                        ProjectTile{{plan.RowsTile}}(ref Unsafe.Add(ref x, t * xStride), xStride, {{rows}} - t, ref Unsafe.Add(ref projected, ((nuint)t * {{plan.ProjectedStride}}) + (unit * {{plan.BiasRows}})), ref w, ref b);
                    }
                }
            }
            """;
    }

    /// <summary>The first half of a tile of many rows, for rows of any stride.</summary>
    private static string ProjectTile(GruPlan plan)
    {
        (int rows, string steps) = (plan.RowsTile, plan.Variant.Tokens ? "token" : "step");
        return $$"""
            /// <summary>r, z, n = W_i·x + b of {{rows}} {{steps}}s for one block of units{{(plan.Variant.ResetAfter ? "; q = b_hn goes with them" : "")}}. Past the last {{steps}} it is projected again.</summary>
            {{Tile}}
            private static void ProjectTile{{rows}}(ref float x, nint xStride, nint {{steps}}s, ref float projected, ref float w, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                ref float x0 = ref x{{string.Concat(Enumerable.Range(1, rows - 1).Select(row => $", x{row} = ref Unsafe.Add(ref x{row - 1}, {steps}s > {row} ? xStride : 0)"))}};
                {{Lines(4, "rzn".Select((gate, g) => Bias(rows, gate, g)))}}
                {{(plan.Variant.ResetAfter ? "V q = V.Load(ref bias, 3 * lanes);\n    " : "")}}{{Lines(4, DepthLoop.Write(
                    plan.InputSize,
                    plan.RowsUnroll,
                    (u, at) =>
                    [
                        RowWeights(u),
                        .. Enumerable.Range(0, rows).Select(row => $"V v{u}{row} = V.Broadcast(ref x{row}, {at});  " + RowSums($"v{u}{row}", u, row, "n")),
                    ],
                    count => [$"w = ref Unsafe.Add(ref w, {3 * count} * lanes);"]))}}

                {{Lines(4, Enumerable.Range(0, rows).Select(row => Each(plan.BiasRows, "  ", g => $"{(g == 3 ? "q" : "rzn"[g].ToString() + row)}.Store(ref projected, {Place(row * plan.ProjectedStride, g)});")))}}
            }
            """;
    }

    private static string Bias(int rows, char gate, int place) =>
        $"V {gate}0 = V.Load(ref bias, {place} * lanes)" + string.Concat(Enumerable.Range(1, rows - 1).Select(row => $", {gate}{row} = {gate}0")) + ";";

    private static string RowWeights(int u) =>
        $"V wr{u} = V.Load(ref w, {Vectors(3 * u)}), wz{u} = V.Load(ref w, {Vectors((3 * u) + 1)}), wn{u} = V.Load(ref w, {Vectors((3 * u) + 2)});";

    private static string RowSums(string input, int u, int row, string third) =>
        $"r{row} = V.MultiplyAdd({input}, wr{u}, r{row});  z{row} = V.MultiplyAdd({input}, wz{u}, z{row});  {third}{row} = V.MultiplyAdd({input}, wn{u}, {third}{row});";

    /// <summary>Several rows, one block: a line is a row, and its columns are the gates r, z and n.</summary>
    private static string RowsTile(GruPlan plan, int rows)
    {
        IEnumerable<string> Sums(string input, int size, int stride, string third) => DepthLoop.Write(
            size,
            plan.RowsUnroll,
            (u, at) =>
            [
                RowWeights(u),
                .. Enumerable.Range(0, rows).Select(row =>
                    $"V {input}{u}{row} = V.Broadcast(ref {input}, {(row == 0 ? at : $"{row * stride} + {at}")});  " + RowSums($"{input}{u}{row}", u, row, third)),
            ],
            count => [$"w = ref Unsafe.Add(ref w, {3 * count} * lanes);"]);

        int hp = plan.HiddenStride;
        bool tokens = plan.Variant.Tokens, many = rows > 1;
        NewGate kept = plan.NewGateOf(rows);
        string Start(char gate, int g) => kept == NewGate.InBias ? $"V {Each(rows, ", ", row => $"{gate}{row} = V.Load(ref b{row}, {g} * lanes)")};" : Bias(rows, gate, g);
        string OwnBias(int row) => $"ref float b{row} = ref Unsafe.Add(ref bias, (nint){(row == 0 ? "tokens" : $"Unsafe.Add(ref tokens, {row})")} * {plan.ProjectedStride});";
        IEnumerable<string> News(Func<int, string> sum) => Columns(rows, row => $"{(kept == NewGate.InBias ? "V " : "")}n{row} = {New(plan, $"V.MultiplyAdd(r{row}, q{row}, {sum(row)})")};");
        (string note, string[] start, string[] before, IEnumerable<string> news) = kept switch
        {
            NewGate.InNextState => (
                "; n waits in the place of h'",
                new[] { Start('r', 0), Start('z', 1), Start('n', 2) },
                new[] { Each(rows, "  ", row => $"n{row}.Store(ref next, {row * hp});"), Start('q', 3) },
                News(row => $"V.Load(ref next, {row * hp})")),
            NewGate.InBias => (
                "; n waits where it is",
                [.. Enumerable.Range(0, rows).Select(OwnBias), Start('r', 0), Start('z', 1)],
                [Start('q', 3)],
                News(row => $"V.Load(ref b{row}, 2 * lanes)")),
            _ => ("", [Start('r', 0), Start('z', 1), Start('n', 2)], [Start('q', 3)], News(row => $"n{row}")),
        };
        IEnumerable<string> inputs = tokens ? [] : Sums("x", plan.InputSize, plan.InputStride, "n").Prepend("// input projection: r, z, n += W_i·x").Append("");
        string skipped = tokens ? $"w = ref Unsafe.Add(ref w, {3L * plan.InputSize} * lanes); // those of the inputs\n    " : "";
        return $$"""
            /// <summary>One step of {{(many ? rows + " rows" : "one row")}} for one block of units{{(!tokens ? "" : many ? ", each with the biases of its token" : ", with the biases of its token")}}.</summary>
            {{Tile}}
            private static void RowsTile{{rows}}(
                {{(!tokens ? "ref float x, " : many ? "ref int tokens, " : "")}}ref float h, ref float hTile, ref float next, ref float saved, ref float w, ref float bias, bool save)
            {
                nuint lanes = (nuint)V.Count;
                {{skipped}}{{Lines(4, start)}}

                {{Lines(4, [.. inputs, "// hidden projection: r, z, q += W_h·h" + note, .. before, .. Sums("h", plan.HiddenSize, hp, "q")])}}

                // gates, curve by curve: its constants stay in registers
                {{Each(rows, "  ", row => $"r{row} = {Gate(plan, $"r{row}")};")}}
                {{Each(rows, "  ", row => $"z{row} = {Gate(plan, $"z{row}")};")}}
                {{Lines(4, news)}}

                // h' = (1 − z) ∘ n + z ∘ h
                {{Lines(4, Enumerable.Range(0, rows).Select(row => $"Rows.Blend(z{row}, n{row}, V.Load(ref hTile, {row * hp})).Store(ref next, {row * hp});"))}}

                if (save)
                {
                    {{Lines(8, Enumerable.Range(0, rows).Select(row => Each(4, "  ", g => $"{"rznq"[g]}{row}.Store(ref saved, {(4 * row * hp) + (g * hp)});")))}}
                }
            }
            """;
    }

    private const string StepByStep = "the rows of a step after those of the step before";

    private const string BiasOfTokens = "The biases of each token, as <c>Project</c> leaves them.";
}
