using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Many rows at once: batches of sequences.</content>
internal static partial class GruKernel
{
    private static string Batch(GruPlan plan)
    {
        (int hp, GruVariant variant) = (plan.HiddenStride, plan.Variant);
        string reset = variant.ResetAfter ? "" : $"ref Unsafe.Add(ref reset, kept * {hp}), ";
        (string inputs, string from, string bias) = variant.Tokens
            ? ($"/// <param name=\"tokens\">tokens[rows], {StepByStep}: whose biases each reads.</param>",
                "ref Unsafe.Add(ref tokens, first)",
                BiasOfTokens)
            : ($"/// <param name=\"x\">x[rows, {plan.InputStride}], {StepByStep}.</param>",
                $"ref Unsafe.Add(ref x, first * {plan.InputStride})",
                "The packed biases.");
        string memory = variant.ResetAfter
            ? $"/// <param name=\"saved\">Receives saved[rows, r | z | n | q, {hp}] for the backward pass, "
                + "if <paramref name=\"save\"/>.</param>"
            : $"/// <param name=\"saved\">Receives saved[rows, r | z | n, {hp}]; "
                + "if not <paramref name=\"save\"/>, memory for one step of it.</param>\n"
                + $"/// <param name=\"reset\">Receives r ∘ h[rows, {hp}]; "
                + "if not <paramref name=\"save\"/>, memory for one step of it.</param>";
        string masks = !variant.Masked ? ""
            : $"\n/// <param name=\"mask\">mask[sequences, {hp}] of what the products read of the states.</param>"
                + $"\n/// <param name=\"masked\">Receives mask ∘ h[rows, {hp}], the states before each step.</param>"
                + "\n/// <param name=\"drop\">Whether there is a mask.</param>";
        string masking = !variant.Masked ? "" : $$"""
            ref float operand = ref previous;
            if (drop)
            {
                operand = ref Unsafe.Add(ref masked, first * {{hp}});
                DropoutMask.Multiply<V>(ref previous, ref Unsafe.Add(ref mask, share.From * {{hp}}), ref operand, rows * {{hp}});
            }

            """;
        string kept = (variant.Tokens ? "ref int tokens, " : "ref float x, ")
            + "ref float initial, ref float h, ref float saved, "
            + (variant.ResetAfter ? "" : "ref float reset, ")
            + (variant.Masked ? "ref float mask, ref float masked, bool drop, " : "");
        string step = (variant.Masked ? "ref operand, " : "")
            + $"ref previous, ref next, ref Unsafe.Add(ref saved, kept * {plan.SavedStride}), {reset}ref weights, ref bias, (nuint)rows"
            + (variant.ResetAfter ? ", save" : "");
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
                {{kept}}ref float weights, ref float bias, global::System.ReadOnlySpan<int> active, bool save, Share share)
            {
                ref float previous = ref Unsafe.Add(ref initial, share.From * {{hp}});
                nint first = share.From; // the first row of the step at hand
                foreach (int running in active)
                {
                    nint rows = share.Rows(running);
                    ref float next = ref Unsafe.Add(ref h, first * {{hp}});
                    nint kept = save ? first : share.From;
                    {{Lines(8, [masking + $"StepRows(\n    {from}, {step});"])}}
                    previous = ref next;
                    first += running;
                }
            }
            """;
    }

    private static string StepRows(GruPlan plan)
    {
        int rows = plan.RowsTile;
        (string note, string whole) = plan.RowByRowUnfused
            ? ("// row by row without fused multiply-add, because a product then takes a register of its own\n",
                $"V.Fuses ? rows / {rows} * {rows} : 0")
            : ("", $"rows / {rows} * {rows}");
        (string operand, string rowsOf) = plan.Variant.Masked ? ("operand", "ref float operand, ") : ("previous", "");
        (string input, string ofTile, string ofRow, string biasOfRow) = plan.Variant.Tokens
            ? ("ref int tokens",
                "ref Unsafe.Add(ref tokens, row), ",
                "",
                $"ref Unsafe.Add(ref b, (nint)Unsafe.Add(ref tokens, row) * {plan.ProjectedStride})")
            : ("ref float x",
                $"ref Unsafe.Add(ref x, row * {plan.InputStride}), ",
                $"ref Unsafe.Add(ref x, row * {plan.InputStride}), ",
                "ref b");
        const string Left = "nuint row = whole; row < rows; row++";
        return $$"""
            /// <summary>One step of many rows: blocks outside, so that a block's weights serve all rows.</summary>
            {{Entry}}
            private static void StepRows(
                {{input}}, {{rowsOf}}ref float previous, ref float h, ref float saved,
                ref float weights, ref float bias, nuint rows, bool save)
            {
                {{Lines(4, [note + $"nuint lanes = (nuint)V.Count, whole = {whole};"])}}
                {{Lines(4, [Walk(1, $"nuint row = 0; row < whole; row += {rows}", $"RowsTile{rows}x1", ofTile, "ref b")])}}

                {{Lines(4, [Walk(plan.RowBlocks, Left, "RowsTile1x" + plan.RowBlocks, ofRow, biasOfRow)])}}
            }
            """;

        string At(string buffer, string place) => $"ref Unsafe.Add(ref {buffer}, {place})";

        string Row(string buffer) => At(buffer, $"(row * {plan.HiddenStride}) + unit");

        string Walk(int blocks, string range, string tile, string inputs, string bias) => $$"""
            for (nuint unit = 0; unit < {{plan.HiddenStride}}; unit += {{Vectors(blocks)}})
            {
                ref float w = ref Unsafe.Add(ref weights, unit * {{Depth(plan)}}), b = ref Unsafe.Add(ref bias, unit * {{plan.BiasRows}});
                for ({{range}})
                {
                    {{tile}}({{inputs}}{{At(operand, $"row * {plan.HiddenStride}")}}, {{Row("previous")}},
                        {{Row("h")}}, {{At("saved", $"(row * {plan.SavedStride}) + unit")}}, ref w, {{bias}}, save);
                }
            }
            """;
    }

    private static string Bias(int rows, char gate, int place) =>
        $"V {gate}0 = V.Load(ref bias, {place} * lanes)"
            + string.Concat(Enumerable.Range(1, rows - 1).Select(row => $", {gate}{row} = {gate}0")) + ";";

    /// <summary>The loop over the depth of a tile of rows of one block.</summary>
    private static string RowLoop(int size, int rows, Func<int, string> row) => DepthLoop.Write(
        size,
        [
            "V wr = V.Load(ref w, 0), wz = V.Load(ref w, lanes), wn = V.Load(ref w, 2 * lanes);",
            .. Enumerable.Range(0, rows).Select(row),
            "w = ref Unsafe.Add(ref w, 3 * lanes);",
        ]);

    private static string RowSums(string input, int row, string third) =>
        $"r{row} = V.MultiplyAdd({input}, wr, r{row});  z{row} = V.MultiplyAdd({input}, wz, z{row});  "
            + $"{third}{row} = V.MultiplyAdd({input}, wn, {third}{row});";

    /// <summary>Several rows, one block: a line is a row, and its columns are the gates r, z and n.</summary>
    private static string RowsTile(GruPlan plan)
    {
        (int rows, int hp, bool tokens) = (plan.RowsTile, plan.HiddenStride, plan.Variant.Tokens);
        string Sums(string input, int size, int stride, string third) => RowLoop(
            size, rows, row => $"V {input}{row} = V.Broadcast(ref {input}, {(row == 0 ? "k" : $"{row * stride} + k")});  "
                + RowSums($"{input}{row}", row, third));

        string Start(char gate, int g) => tokens
            ? $"V {Each(rows, ", ", row => $"{gate}{row} = V.Load(ref b{row}, {g} * lanes)")};"
            : Bias(rows, gate, g);
        IEnumerable<string> biases = !tokens ? [] : Enumerable.Range(0, rows).Select(row =>
            $"ref float b{row} = ref Unsafe.Add(ref bias, (nint){Token(row)} * {plan.ProjectedStride});");
        (string input, string each) = tokens ? ("ref int tokens", ", each with the biases of its token") : ("ref float x", "");
        (string ofInputs, string ofStates) = (Sums("x", plan.InputSize, plan.InputStride, "n"), Sums("h", plan.HiddenSize, hp, "q"));
        IEnumerable<string> steps = RowSteps(plan, new Tile(rows, 1), ofInputs, ofStates, Start('q', 3));
        return $$"""
            /// <summary>One step of {{rows}} rows for one block of units{{each}}.</summary>
            {{Tile}}
            private static void RowsTile{{rows}}x1(
                {{input}}, ref float h, ref float hTile, ref float next, ref float saved, ref float w, ref float bias, bool save)
            {
                nuint lanes = (nuint)V.Count;
                {{SkipInputs(plan, "w")}}{{Lines(4, biases.Concat(GatesOfInputs(plan).Select(Start)))}}

                {{Lines(4, steps)}}
            }
            """;

        static string Token(int row) => row == 0 ? "tokens" : $"Unsafe.Add(ref tokens, {row})";
    }

    /// <summary>One row, several blocks, whose sums have the order of a tile of many rows.</summary>
    private static string RowTile(GruPlan plan)
    {
        (int blocks, int hp, bool tokens) = (plan.RowBlocks, plan.HiddenStride, plan.Variant.Tokens);
        string Sums(string input, int size, string gates) => DepthLoop.Write(
            size, [$"V {input}k = V.Broadcast(ref {input}, k);", .. StepSums(blocks, 1, $"{input}k", 0, gates), NextWeights(blocks)]);

        (string input, string with) = tokens ? ("", ", with the biases of its token") : ("ref float x, ", "");
        string others = blocks == 1 ? "" : $"ref float {OtherBlocks(plan, blocks).Substring(2)};\n";
        IEnumerable<string> starts = GatesOfInputs(plan).Select((gate, g) => StartOf(blocks, gate, g));
        (string inputs, string states) = (Sums("x", plan.InputSize, "rzn"), Sums("h", plan.HiddenSize, "rzq"));
        return $$"""
            /// <summary>One step of one row for {{Count(blocks, "block")}} of units{{with}}.</summary>
            {{Tile}}
            private static void RowsTile1x{{blocks}}(
                {{input}}ref float h, ref float hTile, ref float next, ref float saved, ref float w0, ref float bias, bool save)
            {
                nuint lanes = (nuint)V.Count;
                {{SkipInputs(plan, "w0")}}{{Lines(4, [others + string.Join("\n", starts)])}}

                {{Lines(4, RowSteps(plan, new Tile(1, blocks), inputs, states, StartOf(blocks, 'q', 3)))}}
            }
            """;
    }

    /// <summary>The gates whose sums begin with the inputs: n of a token stays where it is.</summary>
    private static string GatesOfInputs(GruPlan plan) => plan.Variant.Tokens ? "rz" : "rzn";

    /// <summary>Tokens have no products with inputs, so that their weights are passed over.</summary>
    private static string SkipInputs(GruPlan plan, string w) =>
        plan.Variant.Tokens ? $"{w} = ref Unsafe.Add(ref {w}, {3L * plan.InputSize} * lanes); // those of the inputs\n    " : "";

    /// <summary>The body of a tile of rows or of blocks, from its sums to h' and what is saved.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tile">Rows of one block, or blocks of one row.</param>
    /// <param name="inputs">The sums over the inputs.</param>
    /// <param name="states">The sums over the states.</param>
    /// <param name="start">Where those of q begin.</param>
    private static IEnumerable<string> RowSteps(GruPlan plan, Tile tile, string inputs, string states, string start)
    {
        (int tiles, int hp) = (tile.Rows * tile.Vectors, plan.HiddenStride);
        (int Row, int Block) At(int i) => tile.Rows > 1 ? (i, 0) : (0, i);
        string State(int i) => Place((long)At(i).Row * hp, At(i).Block);
        string Saved(int i, int gate) => Place((At(i).Row * plan.SavedStride) + (gate * hp), At(i).Block);
        string NewOfToken(int i) => tile.Rows > 1 ? $"V.Load(ref b{i}, 2 * lanes)" : $"V.Load(ref bias, {(4 * i) + 2} * lanes)";
        (string note, string wait, Func<int, string> waiting) = plan.NewGateOf(tiles) switch
        {
            NewGate.InNextState => (
                "; n's partial sum is kept in the place of h'",
                Each(tiles, "  ", i => $"n{i}.Store(ref next, {State(i)});") + "\n",
                i => $"V.Load(ref next, {State(i)})"),
            NewGate.InBias => ("; the inputs' part of n is read after the loop", "", NewOfToken),
            _ => ("", "", (Func<int, string>)(i => $"n{i}")),
        };
        bool tokens = plan.Variant.Tokens;
        return
        [
            .. tokens ? (string[])[] : ["// input projection: r, z, n += W_i·x", inputs, ""],
            "// hidden projection: r, z, q += W_h·h" + note,
            wait + start,
            states,
            "",
            "// gates, one activation after the other: its constants stay in registers",
            Each(tiles, "  ", i => $"r{i} = {Gate(plan, $"r{i}")};"),
            Each(tiles, "  ", i => $"z{i} = {Gate(plan, $"z{i}")};"),
            .. Columns(tiles, i => $"{(tokens ? "V " : "")}n{i} = {New(plan, $"V.MultiplyAdd(r{i}, q{i}, {waiting(i)})")};"),
            "",
            "// h' = (1 − z) ∘ n + z ∘ h",
            .. Enumerable.Range(0, tiles).Select(i => $"V.Blend(z{i}, n{i}, V.Load(ref hTile, {State(i)})).Store(ref next, {State(i)});"),
            "",
            "if (save)",
            "{",
            .. Enumerable.Range(0, tiles)
                .Select(i => "    " + Each(4, "  ", g => $"{"rznq"[g]}{i}.{(g == 0 ? "Put" : "Store")}(ref saved, {Saved(i, g)});")),
            "}",
        ];
    }

    private const string StepByStep = "the rows of a step after those of the step before";

    private const string BiasOfTokens = "The biases of each token, as <c>Project</c> leaves them.";
}
