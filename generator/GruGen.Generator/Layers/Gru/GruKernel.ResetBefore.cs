using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
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
                    .Where(_ => chains > 1 || HasNewCurve(plan)))}}

                // h' = (1 − z) ∘ n + z ∘ h
                {{Lines(4, Enumerable.Range(0, blocks).Select(b =>
                    $"V.Blend(V.Load(ref between, {hp} + ({b} * lanes)), n{b}0, V.Load(ref hTile, {b} * lanes))"
                        + $".Store(ref next, {b} * lanes);"))}}
            }
            """;
    }
}
