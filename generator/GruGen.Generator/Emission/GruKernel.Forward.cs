using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>Forward: the tile of one step, the tile of many rows, and the loops around them.</content>
internal static partial class GruKernel
{
    private static IEnumerable<string> Forward(GruPlan plan)
    {
        yield return plan.Variant switch
        {
            { Tokens: true } => StepOfTokens(plan),
            { Pairs: true } => StepPairs(plan),
            { ResetAfter: true } when plan.StepParts > 1 => StepInParts(plan),
            { ResetAfter: true } => Step(plan),
            _ => StepResetBefore(plan),
        };
        yield return plan.Variant.Tokens ? SequenceOfTokens(plan) : Sequence(plan);
        yield return Batch(plan);
        yield return plan.Variant.ResetAfter ? StepRows(plan) : StepRowsResetBefore(plan);
        foreach (string tile in plan.Variant.ResetAfter ? Tiles(plan) : TilesResetBefore(plan))
        {
            yield return tile;
        }

        if (plan.Projects)
        {
            yield return Project(plan);
            if (plan.Variant.Tokens)
            {
                yield return ProjectShare(plan);
            }

            yield return ProjectTile(plan);
        }
    }

    private static IEnumerable<string> Tiles(GruPlan plan)
    {
        if (plan.Variant.Pairs)
        {
            yield return PairTile(plan, plan.StepBlocks);
            if (plan.StepRemainder)
            {
                yield return PairTile(plan, 1);
            }
        }
        else
        {
            yield return plan.BothWays ? StepTileBothWays(plan) : StepTile(plan);
            if (plan.StepParts > 1)
            {
                yield return SumsTile(plan);
                yield return NextTile(plan);
            }
        }

        yield return RowsTile(plan, plan.RowsTile);
        yield return RowsTile(plan, 1);
    }

    private static string Step(GruPlan plan) => $$"""
        {{StepSummary(plan)}}
        {{Entry}}
        internal static void Step(ref float x, ref float h, ref float next, ref float weights, ref float bias)
        {
            nuint lanes = (nuint)V.Count;
            {{Lines(4, [StepLoop(plan, "ref x, ", "h", "next", "bias")])}}
        }
        """;

    private static string StepSummary(GruPlan plan) => $"""
        /// <summary>One step of one sequence: h' from x and h.</summary>
        /// <param name="x">x[{plan.InputSize}], the input of this step.</param>
        /// <param name="h">h[{plan.HiddenStride}], the state before.</param>
        /// <param name="next">Receives h'[{plan.HiddenStride}], the state after; apart from h.</param>
        /// <param name="weights">The packed weights.</param>
        /// <param name="bias">The packed biases.</param>
        """;

    /// <summary>The same for weights beyond L1, the newest of which are still there at the next step.</summary>
    private static string StepInParts(GruPlan plan)
    {
        (int blocks, int hp) = (plan.StepBlocks, plan.HiddenStride);
        string[] calls =
        [
            Part("x", 0, plan.InputSize, place: 0),
            .. Enumerable.Range(0, plan.StateParts).Select(part => Part("h", plan.StatePart(part).From, plan.StatePart(part).Count, place: 1 + part)),
        ];
        return $$"""
            {{StepSummary(plan)}}
            /// <param name="sums">Memory for the sums of a tile, {{plan.StepSums}} floats.</param>
            /// <param name="back">Whether the last tile comes first, and in a tile the last part; it changes no bit.</param>
            {{Entry}}
            internal static void Step(ref float x, ref float h, ref float next, ref float weights, ref float bias, ref float sums, bool back)
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

                    NextTile{{blocks}}(ref Unsafe.Add(ref h, unit), ref Unsafe.Add(ref next, unit), ref Unsafe.Add(ref bias, unit * 4), ref sums);
                }
            }
            """;

        string Part(string input, int from, int count, int place) =>
            $"SumsTile{blocks}({At(input, from, "")}, {count}, {At("w", 3 * ((place == 0 ? 0L : plan.InputSize) + from), " * lanes")}, {At("sums", 3 * place, " * lanes")});";

        static string At(string start, long offset, string unit) => offset == 0 ? $"ref {start}" : $"ref Unsafe.Add(ref {start}, {offset}{unit})";
    }

    /// <summary>Tile after tile of one step, and the blocks that are left over one by one.</summary>
    private static string StepLoop(GruPlan plan, string inputs, string state, string next, string bias, string flags = "")
    {
        (int blocks, int hp) = (plan.StepBlocks, plan.HiddenStride);
        string weights = $"ref Unsafe.Add(ref weights, unit * {Depth(plan)}), ref Unsafe.Add(ref {bias}, unit * 4)";
        string states = $"{inputs}ref {state}, ref Unsafe.Add(ref {state}, unit), ref Unsafe.Add(ref {next}, unit)";
        string tile = $"StepTile{blocks}({states},\n        {weights}{flags});";
        if (plan.BothWays)
        {
            return $$"""
                for (nuint tile = 0; tile < {{hp}}; tile += {{blocks}} * lanes)
                {
                    nuint unit = back ? {{hp}} - ({{blocks}} * lanes) - tile : tile;
                    {{tile}}
                }
                """;
        }

        return !plan.StepRemainder
            ? $$"""
            for (nuint unit = 0; unit < {{hp}}; unit += {{Vectors(blocks)}})
            {
                {{tile}}
            }
            """
            : $$"""
            nuint unit = 0;
            for (; unit + ({{blocks}} * lanes) <= {{hp}}; unit += {{blocks}} * lanes)
            {
                {{tile}}
            }

            for (; unit < {{hp}}; unit += lanes)
            {
                RowsTile1({{states}}, ref {{next}},
                    {{weights}}, save: false);
            }
            """;
    }

    private static string Sequence(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        string between = plan.Variant.ResetAfter ? "" : "\n/// <param name=\"between\">Memory for r ∘ h | z | n[3, " + hp + "] of a step.</param>";
        string hoisted = plan.Hoisted ? $"\n/// <param name=\"projected\">Memory for [steps, {plan.ProjectedStride}], the inputs' part of all gates.</param>" : "";
        string body = !plan.Hoisted
            ? $$"""
            ref float previous = ref initial;
            for (nint t = 0; t < steps; t++)
            {
                Step(ref x, ref previous, ref h, ref weights, ref bias{{(plan.Variant.ResetAfter ? "" : ", ref between")}});
                previous = ref h;
                x = ref Unsafe.Add(ref x, xStride);
                h = ref Unsafe.Add(ref h, {{hp}});
            }
            """
            : !plan.Variant.ResetAfter
            ? $$"""
            Project(ref x, xStride, ref projected, steps, ref weights, ref bias);

            ref float previous = ref initial;
            for (nint t = 0; t < steps; t++)
            {
                {{Lines(4, [StepResetBeforeLoops(plan, projected: true)])}}
                previous = ref h;
                h = ref Unsafe.Add(ref h, {{hp}});
                projected = ref Unsafe.Add(ref projected, {{plan.ProjectedStride}});
            }
            """
            : $$"""
            Project(ref x, xStride, ref projected, steps, ref weights, ref bias);

            nuint lanes = (nuint)V.Count;
            ref float previous = ref initial;
            for (nint t = 0; t < steps; t++)
            {
                // every other step walks the tiles, and in them the depth, backwards: the newest weights are still in L1
                bool back = (t & 1) != 0;
                {{Lines(4, [StepLoop(plan, "", "previous", "h", "projected", ", back")])}}

                previous = ref h;
                h = ref Unsafe.Add(ref h, {{hp}});
                projected = ref Unsafe.Add(ref projected, {{plan.ProjectedStride}});
            }
            """;
        return $$"""
            /// <summary>Many steps of one sequence.</summary>
            /// <param name="x">x[steps, xStride], of which {{plan.InputSize}} a step are the inputs.</param>
            /// <param name="xStride">From one step of inputs to the next.</param>
            /// <param name="initial">h[{{hp}}], the state before the first step.</param>
            /// <param name="h">Receives h[steps, {{hp}}], the state after each step.</param>
            /// <param name="steps">The number of steps.</param>
            /// <param name="weights">The packed weights.</param>
            /// <param name="bias">The packed biases.</param>{{between}}{{hoisted}}
            {{Entry}}
            internal static void Sequence(ref float x, nint xStride, ref float initial, ref float h, nint steps, ref float weights, ref float bias{{(plan.Variant.ResetAfter ? "" : ", ref float between")}}{{(plan.Hoisted ? ", ref float projected" : "")}})
            {
                {{Lines(4, [body])}}
            }
            """;
    }

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

    /// <summary>One row, several blocks: columns are blocks of units, and the lines of a depth step are the gates r, z and n.</summary>
    private static string StepTile(GruPlan plan)
    {
        (int blocks, int chains) = (plan.StepBlocks, plan.StepChains);
        string Start(char gate, int g) => plan.Variant.Tokens && gate == 'n'
            ? StartOf(blocks, gate, g)
            : $"V {Each(blocks, ", ", b => Each(chains, ", ", c => $"{gate}{b}{Chain(c)} = {(c == 0 ? $"V.Load(ref bias, {(4 * b) + g} * lanes)" : "V.Zero")}"))};";
        string Together(char gate) => $"V {Each(blocks, ", ", b => $"{gate}{b} = {Sum($"{gate}{b}")}")};";
        return $$"""
            /// <summary>One step of one sequence for {{(blocks == 1 ? "one block" : blocks + " blocks")}} of units{{(chains == 1 ? "" : $", each sum in {chains} chains")}}.</summary>
            {{Tile}}
            private static void StepTile{{blocks}}({{(plan.Variant.Tokens ? "" : "ref float x, ")}}ref float h, ref float hTile, ref float next, ref float weights, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref {{(plan.Variant.Tokens ? $"Unsafe.Add(ref weights, {3L * plan.InputSize} * lanes)" : "weights")}}{{OtherBlocks(plan)}};

                {{Lines(4, "rzn".Select(Start))}}

                {{Lines(4, plan.Variant.Tokens ? [] : Sums("x", plan.InputSize, "rzn").Prepend("// input projection: r, z, n += W_i·x").Concat(chains == 1 ? [""] : ["", Together('n'), ""]))}}
                {{Lines(4, plan.ResetFirst ? ResetFirst() : [Hidden, Start('q', 3), .. Sums("h", plan.HiddenSize, "rzq"), .. chains == 1 ? [] : "rzq".Select(Together).Prepend(""), "", .. Gates(plan, blocks)])}}
            }
            """;

        IEnumerable<string> ResetFirst() =>
        [
            "// hidden projection: r += W_hr·h first, because n waits for it",
            "ref float u0 = ref w0;",
            .. Sums("h", plan.HiddenSize, "r"),
            "",
            Together('r'),
            $"r0 = {Gate(plan, "r0")};",
            "",
            "// z, q += W_h·h; q stays apart from n, because r scales it",
            Start('q', 3),
            .. Sums("h", plan.HiddenSize, "zq", "u"),
            "",
            .. "zq".Select(Together),
            "",
            .. Gates(plan, blocks, "zn"),
        ];

        string Chain(int c) => chains == 1 ? "" : "abcd".Substring(c, 1);

        string Sum(string sum) => chains == 2 ? $"V.Add({sum}a, {sum}b)" : $"V.Add(V.Add({sum}a, {sum}b), V.Add({sum}c, {sum}d))";

        IEnumerable<string> Sums(string input, int size, string gates, string w = "w") => DepthLoop.Write(
            size,
            plan.StepUnroll,
            (u, at) => [$"V {input}{u} = V.Broadcast(ref {input}, {at});", .. StepSums(plan, $"{input}{u}", u, gates, Chain(u % chains), w)],
            count => [Each(blocks, "  ", b => $"{w}{b} = ref Unsafe.Add(ref {w}{b}, {3 * count} * lanes);")]);
    }

    /// <summary>The same for weights beyond L1, after the inputs were projected, and in either direction.</summary>
    private static string StepTileBothWays(GruPlan plan)
    {
        int blocks = plan.StepBlocks;
        (string states, string last) = (Literal(3L * plan.InputSize) + "u", Literal(3L * (plan.HiddenSize - 1)) + "u");
        return $$"""
            /// <summary>One step of one sequence for {{blocks}} blocks of units, whose biases hold the inputs' part; back: from the last unit.</summary>
            {{Tile}}
            private static void StepTile{{blocks}}(ref float h, ref float hTile, ref float next, ref float weights, ref float bias, bool back)
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref Unsafe.Add(ref weights, ({{states}} + (back ? {{last}} : 0)) * lanes){{OtherBlocks(plan)}};

                {{Lines(4, Starts(blocks))}}

                {{Hidden}}
                nint forth = back ? -1 : 1, wForth = forth * 3 * V.Count;
                h = ref Unsafe.Add(ref h, back ? {{plan.HiddenSize - 1}} : 0);
                for (nuint k = 0; k < {{Literal(plan.HiddenSize)}}; k++, h = ref Unsafe.Add(ref h, forth))
                {
                    V v = V.Create(h);
                    {{Lines(8, StepSums(plan, "v", 0, "rzq"))}}
                    {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, wForth);")}}
                }

                {{Lines(4, Gates(plan, blocks))}}
            }
            """;
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
                ref float w0 = ref weights{{OtherBlocks(plan)}};

                {{Lines(4, "rzn".Select(gate => $"V {Each(blocks, ", ", b => $"{gate}{b} = V.Zero")};"))}}
                for (nuint k = 0; k < depth; k++)
                {
                    V vk = V.Broadcast(ref v, k);
                    {{Lines(8, StepSums(plan, "vk", 0, "rzn"))}}
                    {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, 3 * lanes);")}}
                }

                {{Lines(4, Enumerable.Range(0, blocks).Select(b => Each(3, "  ", g => $"{"rzn"[g]}{b}.Store(ref sums, {Vectors((3 * plan.StepParts * b) + g)});")))}}
            }
            """;
    }

    /// <summary>What follows on the sums of a step.</summary>
    private static string NextTile(GruPlan plan)
    {
        int parts = plan.StepParts;
        string Sum(int gate, int from, int to, int bias) => Enumerable.Range(from, to - from).Select(part => $"V.Load(ref sums, {Vectors((3 * part) + gate)})")
            .Append($"V.Load(ref bias, {Vectors(bias)})").Aggregate((sum, next) => $"V.Add({sum}, {next})");
        return $$"""
            /// <summary>h' of {{plan.StepBlocks}} blocks of units from the parts of their sums, which are added in one order, whichever came first.</summary>
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
                    Rows.Blend(z, n, V.Load(ref h, unit)).Store(ref next, unit);

                    sums = ref Unsafe.Add(ref sums, {{3 * parts}} * lanes);
                    bias = ref Unsafe.Add(ref bias, 4 * lanes);
                }
            }
            """;
    }

    private static IEnumerable<string> StepSums(GruPlan plan, string input, int u, string gates, string chain = "", string w = "w")
    {
        // in columns, where there is more than one depth step
        string Place(int place) => plan.StepUnroll > 1 ? $"{place,2} * lanes" : Vectors(place);
        return gates.SelectMany(gate => Columns(
            plan.StepBlocks,
            b => $"{gate}{b}{chain} = V.MultiplyAdd({input}, V.Load(ref {w}{b}, {Place((3 * u) + (gate == 'r' ? 0 : gate == 'z' ? 1 : 2))}), {gate}{b}{chain});"));
    }

    /// <summary>Where the weights of a step's other blocks begin, after those of the first.</summary>
    private static string OtherBlocks(GruPlan plan) =>
        string.Concat(Enumerable.Range(1, plan.StepBlocks - 1).Select(b => $", w{b} = ref Unsafe.Add(ref w{b - 1}, {Depth(plan)} * lanes)"));

    private static IEnumerable<string> Starts(int blocks) => "rznq".Select((gate, g) => StartOf(blocks, gate, g));

    private static string StartOf(int blocks, char gate, int g) => $"V {Each(blocks, ", ", b => $"{gate}{b} = V.Load(ref bias, {(4 * b) + g} * lanes)")};";

    private static IEnumerable<string> Gates(GruPlan plan, int blocks, string gates = "rzn") =>
    [
        "// gates",
        .. gates.Select(gate => Each(blocks, "  ", b => $"{gate}{b} = {(gate == 'n' ? New(plan, $"V.MultiplyAdd(r{b}, q{b}, n{b})") : Gate(plan, $"{gate}{b}"))};")),
        "",
        "// h' = (1 − z) ∘ n + z ∘ h",
        .. Enumerable.Range(0, blocks).Select(b => $"Rows.Blend(z{b}, n{b}, V.Load(ref hTile, {b} * lanes)).Store(ref next, {b} * lanes);"),
    ];

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

    /// <summary>Texts two in a line, so that columns stay columns.</summary>
    private static IEnumerable<string> Columns(int count, Func<int, string> text)
    {
        for (int i = 0; i < count; i += 2)
        {
            yield return i + 1 < count ? $"{text(i)}  {text(i + 1)}" : text(i);
        }
    }

    private const string Hidden = "// hidden projection: r, z, q += W_h·h; q stays apart from n, because r scales it";

    private const string BackOfStep = "\n/// <param name=\"back\">Whether the last tile comes first.</param>"
        + "\n/// <param name=\"depthBack\">Whether each tile goes from the last unit.</param>";

    private const string StepByStep = "the rows of a step after those of the step before";

    private const string BiasOfTokens = "The biases of each token, as <c>Project</c> leaves them.";

    /// <summary>The rows of a packed block: three gates at every depth step.</summary>
    private static string Depth(GruPlan plan) => $"{3L * ((long)plan.InputSize + plan.HiddenSize)}";
}
