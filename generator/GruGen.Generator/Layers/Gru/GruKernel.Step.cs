using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>One step of one sequence: the tiles that walk its weights, and the loop over them.</content>
internal static partial class GruKernel
{
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
                RowsTile1x1({{states}}, ref {{next}},
                    {{weights}}, save: false);
            }
            """;
    }

    /// <summary>One row, several blocks: columns are blocks of units, and the lines of a depth step are the gates r, z and n.</summary>
    private static string StepTile(GruPlan plan)
    {
        (int blocks, int chains) = (plan.StepBlocks, plan.StepChains);
        string Start(char gate, int g) => plan.Variant.Tokens && gate == 'n'
            ? StartOf(blocks, gate, g)
            : $"V {Each(blocks, ", ", b => Each(chains, ", ", c =>
                $"{gate}{b}{Chain(c)} = {(c == 0 ? $"V.Load(ref bias, {(4 * b) + g} * lanes)" : "V.Zero")}"))};";
        string Together(char gate) => $"V {Each(blocks, ", ", b => $"{gate}{b} = {Sum($"{gate}{b}")}")};";
        string split = chains == 1 ? "" : $", each sum in {chains} chains";
        (string x, string first) = plan.Variant.Tokens
            ? ("", $"Unsafe.Add(ref weights, {3L * plan.InputSize} * lanes)")
            : ("ref float x, ", "weights");
        return $$"""
            /// <summary>One step of one sequence for {{Count(blocks, "block")}} of units{{split}}.</summary>
            {{Tile}}
            private static void StepTile{{blocks}}({{x}}ref float h, ref float hTile, ref float next, ref float weights, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref {{first}}{{OtherBlocks(plan, blocks)}};

                {{Lines(4, "rzn".Select(Start))}}

                {{Lines(4, plan.Variant.Tokens ? [] : Sums("x", plan.InputSize, "rzn").Prepend("// input projection: r, z, n += W_i·x")
                    .Concat(chains == 1 ? [""] : ["", Together('n'), ""]))}}
                {{Lines(4, plan.ResetFirst ? ResetFirst() : AtOnce())}}
            }
            """;

        IEnumerable<string> AtOnce() =>
        [
            Hidden,
            Start('q', 3),
            .. Sums("h", plan.HiddenSize, "rzq"),
            .. chains == 1 ? [] : "rzq".Select(Together).Prepend(""),
            "",
            .. Gates(plan, blocks),
        ];

        IEnumerable<string> ResetFirst() =>
        [
            "// hidden projection: r += W_hr·h first, because n waits for it",
            "ref float u0 = ref w0; // the same weights once more, for z and q",
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
            (u, at) => [$"V {input}{u} = V.Broadcast(ref {input}, {at});",
                .. StepSums(blocks, plan.StepUnroll, $"{input}{u}", u, gates, Chain(u % chains), w)],
            count => [NextWeights(blocks, 3 * count, w)]);
    }

    /// <summary>The same for weights beyond L1, after the inputs were projected, and in either direction.</summary>
    private static string StepTileBothWays(GruPlan plan)
    {
        int blocks = plan.StepBlocks;
        const string Arguments = "ref float h, ref float hTile, ref float next, ref float weights, ref float bias, bool back";
        (string states, string last) = (Literal(3L * plan.InputSize) + "u", Literal(3L * (plan.HiddenSize - 1)) + "u");
        return $$"""
            /// <summary>One step of one sequence for {{blocks}} blocks of units, whose biases hold the inputs' part.</summary>
            /// <remarks>back: the sums go from the last unit of h to the first.</remarks>
            {{Tile}}
            private static void StepTile{{blocks}}({{Arguments}})
            {
                nuint lanes = (nuint)V.Count;
                ref float w0 = ref Unsafe.Add(ref weights, ({{states}} + (back ? {{last}} : 0)) * lanes){{OtherBlocks(plan, blocks)}};

                {{Lines(4, Starts(blocks))}}

                {{Hidden}}
                nint forth = back ? -1 : 1, wForth = forth * 3 * V.Count;
                h = ref Unsafe.Add(ref h, back ? {{plan.HiddenSize - 1}} : 0);
                for (nuint k = 0; k < {{Literal(plan.HiddenSize)}}; k++, h = ref Unsafe.Add(ref h, forth))
                {
                    V v = V.Create(h);
                    {{Lines(8, StepSums(blocks, 1, "v", 0, "rzq"))}}
                    {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, wForth);")}}
                }

                {{Lines(4, Gates(plan, blocks))}}
            }
            """;
    }

    private static IEnumerable<string> StepSums(
        int blocks, int unroll, string input, int u, string gates, string chain = "", string w = "w")
    {
        // in columns, where there is more than one depth step
        string Place(char gate)
        {
            int place = (3 * u) + (gate == 'r' ? 0 : gate == 'z' ? 1 : 2);
            return unroll > 1 ? $"{place,2} * lanes" : Vectors(place);
        }

        return gates.SelectMany(gate => Columns(
            blocks,
            b => $"{gate}{b}{chain} = V.MultiplyAdd({input}, V.Load(ref {w}{b}, {Place(gate)}), {gate}{b}{chain});"));
    }

    /// <summary>Where the weights of a step's other blocks begin, after those of the first.</summary>
    private static string OtherBlocks(GruPlan plan, int blocks) =>
        string.Concat(Enumerable.Range(1, blocks - 1).Select(b => $", w{b} = ref Unsafe.Add(ref w{b - 1}, {Depth(plan)} * lanes)"));

    private static string NextWeights(int blocks, int vectors = 3, string w = "w") =>
        Each(blocks, "  ", b => $"{w}{b} = ref Unsafe.Add(ref {w}{b}, {vectors} * lanes);");

    private static IEnumerable<string> Starts(int blocks) => "rznq".Select((gate, g) => StartOf(blocks, gate, g));

    private static string StartOf(int blocks, char gate, int g) =>
        $"V {Each(blocks, ", ", b => $"{gate}{b} = V.Load(ref bias, {(4 * b) + g} * lanes)")};";

    private static IEnumerable<string> Gates(GruPlan plan, int blocks, string gates = "rzn") =>
    [
        "// gates",
        .. gates.Select(gate =>
            Each(blocks, "  ", b =>
                $"{gate}{b} = {(gate == 'n' ? New(plan, $"V.MultiplyAdd(r{b}, q{b}, n{b})") : Gate(plan, $"{gate}{b}"))};")),
        "",
        "// h' = (1 − z) ∘ n + z ∘ h",
        .. Enumerable.Range(0, blocks).Select(b => $"V.Blend(z{b}, n{b}, V.Load(ref hTile, {b} * lanes)).Store(ref next, {b} * lanes);"),
    ];

    private const string Hidden = "// hidden projection: r, z, q += W_h·h; q stays apart from n, because r scales it";

    private const string BackOfStep = "\n/// <param name=\"back\">Whether the last tile comes first.</param>"
        + "\n/// <param name=\"depthBack\">Whether each tile goes from the last unit.</param>";
}
