using GruGen.Generator.Emission;
using GruGen.Generator.Planning;

namespace GruGen.Generator.Layers;

/// <summary>Writes the kernel of an embedding.</summary>
internal static class EmbeddingKernel
{
    public static string Write(EmbeddingPlan plan, string name, string owner)
    {
        List<string> sums = [];
        if (plan.Whole > 0)
        {
            sums.Add($$"""
                for (nuint i = 0; i < {{plan.Whole}}; i += (nuint)V.Count)
                {
                    V.Add(V.Load(ref sum, i), V.Load(ref dx, i)).Store(ref sum, i);
                }
                """);
        }

        if (plan.Whole < plan.Size)
        {
            sums.Add($$"""
                for (nuint i = {{plan.Whole}}; i < {{plan.Size}}; i++)
                {
                    Unsafe.Add(ref sum, i) += Unsafe.Add(ref dx, i);
                }
                """);
        }

        return Text.Header($"Embedding {KernelPlan.Number(plan.Vocabulary)} × {plan.Size}", owner, ["x = table[token]"], plan) + KernelNames.Around($$"""
            /// <summary>An embedding of {{KernelPlan.Number(plan.Vocabulary)}} tokens: for each a vector of {{plan.Size}}.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal static class {{name}}<V>
                where V : struct, ISimd<V>
            {
                /// <summary>x = table[token], row by row.</summary>
                /// <param name="tokens">tokens[rows], each below {{Text.Literal(plan.Vocabulary)}}.</param>
                /// <param name="table">table[{{Text.Literal(plan.Vocabulary)}}, {{plan.Size}}].</param>
                /// <param name="x">Receives x[rows, {{plan.Stride}}].</param>
                /// <param name="rows">The number of tokens.</param>
                internal static void Gather(ref int tokens, ref float table, ref float x, nint rows)
                {
                    for (nint row = 0; row < rows; row++, x = ref Unsafe.Add(ref x, {{plan.Stride}}))
                    {
                        nint token = Unsafe.Add(ref tokens, row);
                        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref table, token * {{plan.Size}}), {{plan.Size}}).CopyTo(MemoryMarshal.CreateSpan(ref x, {{plan.Size}}));
                    }
                }

                /// <summary>dTable[token] += dx, row by row.</summary>
                /// <param name="tokens">tokens[rows], as they were gathered.</param>
                /// <param name="dx">dx[rows, {{plan.Stride}}].</param>
                /// <param name="dTable">Gains the gradient: dTable[{{Text.Literal(plan.Vocabulary)}}, {{plan.Size}}].</param>
                /// <param name="rows">The number of tokens.</param>
                [@MethodImpl(MethodImplOptions.AggressiveOptimization)]
                internal static void Scatter(ref int tokens, ref float dx, ref float dTable, nint rows)
                {
                    for (nint row = 0; row < rows; row++, dx = ref Unsafe.Add(ref dx, {{plan.Stride}}))
                    {
                        ref float sum = ref Unsafe.Add(ref dTable, (nint)Unsafe.Add(ref tokens, row) * {{plan.Size}});
                        {{Text.Lines(12, [string.Join("\n\n", sums)])}}
                    }
                }
            }
            """);
    }
}
