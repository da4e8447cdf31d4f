using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>Forward: which methods a plan takes, and sequences.</content>
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

        yield return RowsTile(plan);
        yield return RowTile(plan);
    }

    private static string Sequence(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        string between = plan.Variant.ResetAfter
            ? ""
            : $"\n/// <param name=\"between\">Memory for r ∘ h | z | n[3, {hp}] of a step.</param>";
        string hoisted = plan.Hoisted
            ? $"\n/// <param name=\"projected\">Memory for [steps, {plan.ProjectedStride}], the inputs' part of all gates.</param>"
            : "";
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
        string arguments = "ref float initial, ref float h, nint steps, ref float weights, ref float bias"
            + (plan.Variant.ResetAfter ? "" : ", ref float between")
            + (plan.Hoisted ? ", ref float projected" : "");
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
            internal static void Sequence(ref float x, nint xStride, {{arguments}})
            {
                {{Lines(4, [body])}}
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

    /// <summary>The rows of a packed block: three gates at every depth step.</summary>
    private static string Depth(GruPlan plan) => $"{3L * ((long)plan.InputSize + plan.HiddenSize)}";
}
