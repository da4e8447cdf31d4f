using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <content>
/// Layers on tokens of a small vocabulary: W_i·x and the biases are one row of numbers for each token. A step has no inputs then, and
/// biases that depend on its token.
/// </content>
internal static partial class GruKernel
{
    private static string StepOfTokens(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        (string parameters, string meaning, string flags) = plan.BothWays
            ? (", bool back, bool depthBack", BackOfStep, ", depthBack")
            : ("", "", "");
        return $$"""
            /// <summary>One step of one sequence: h' from a token and h.</summary>
            /// <param name="h">h[{{hp}}], the state before.</param>
            /// <param name="next">Receives h'[{{hp}}], the state after; apart from h.</param>
            /// <param name="weights">The packed weights.</param>
            /// <param name="bias">The packed biases of the token.</param>{{meaning}}
            {{Entry}}
            internal static void Step(ref float h, ref float next, ref float weights, ref float bias{{parameters}})
            {
                nuint lanes = (nuint)V.Count;
                {{Lines(4, [StepLoop(plan, "", "h", "next", "bias", flags)])}}
            }
            """;
    }

    private static string SequenceOfTokens(GruPlan plan)
    {
        int hp = plan.HiddenStride;
        string flags = plan.BothWays ? ", back, back" : "";
        string bias = $"ref Unsafe.Add(ref bias, (nint)Unsafe.Add(ref tokens, t) * {plan.ProjectedStride})";
        string back = plan.BothWays
            ? "// every other step walks the tiles, and in them the depth, backwards: the newest weights are still in L1\n"
                + "bool back = (t & 1) != 0;\n"
            : "";
        return $$"""
            /// <summary>Many steps of one sequence.</summary>
            /// <param name="tokens">tokens[steps].</param>
            /// <param name="initial">h[{{hp}}], the state before the first step.</param>
            /// <param name="h">Receives h[steps, {{hp}}], the state after each step.</param>
            /// <param name="steps">The number of steps.</param>
            /// <param name="weights">The packed weights.</param>
            /// <param name="bias">{{BiasOfTokens}}</param>
            {{Entry}}
            internal static void Sequence(ref int tokens, ref float initial, ref float h, nint steps, ref float weights, ref float bias)
            {
                ref float previous = ref initial;
                for (nint t = 0; t < steps; t++)
                {
                    {{Lines(8, [$"{back}Step(ref previous, ref h, ref weights, {bias}{flags});"])}}
                    previous = ref h;
                    h = ref Unsafe.Add(ref h, {{hp}});
                }
            }
            """;
    }

    private static string ProjectShare(GruPlan plan) => $$"""
        /// <summary>The same for a share of the tokens.</summary>
        {{Entry}}
        internal static void Project(
            ref float x, nint xStride, ref float projected, nint tokens, ref float weights, ref float bias, Share share)
        {
            (nuint token, nuint end) = share.Of((nuint)tokens, {{plan.RowsTile}});
            Project(
                ref Unsafe.Add(ref x, (nint)token * xStride), xStride, ref Unsafe.Add(ref projected, token * {{plan.ProjectedStride}}),
                (nint)(end - token), ref weights, ref bias);
        }
        """;

    /// <summary>dG of the rows of a chunk, added up by token: a share has some of the columns.</summary>
    private static string TokenGradient(GruPlan plan) => $$"""
        /// <summary>dTokens[token] += dn | dr | dz, row after row.</summary>
        {{Tile}}
        private static void TokenGradient(ref float dG, ref int tokens, ref float dTokens, nuint rows, Share share)
        {
            (nuint start, nuint end) = share.Of({{3 * plan.HiddenStride}}, {{Simd.MaxLanes}});
            for (nuint row = 0; row < rows; row++, dG = ref Unsafe.Add(ref dG, {{plan.GateStride}}))
            {
                ref float sum = ref Unsafe.Add(ref dTokens, (nint)Unsafe.Add(ref tokens, row) * {{plan.GateStride}});
                for (nuint column = start; column < end; column += (nuint)V.Count)
                {
                    V.Add(V.Load(ref sum, column), V.Load(ref dG, column)).Store(ref sum, column);
                }
            }
        }
        """;
}
