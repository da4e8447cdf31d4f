using GruGen.Generator.Emission;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Layers;

/// <summary>Writes the kernel of a Dense layer; its activation is applied apart, so that layers of one shape share a kernel.</summary>
internal static class DenseKernel
{
    public static string Write(DensePlan plan, string name, string owner) => Header(
        $"Dense {plan.InputSize} → {plan.Units}", owner, ["y  = W·x + b", "dx = Wᵀ·dy,  dW += dy·xᵀ,  db += dy"], plan) + KernelNames.Around($$"""
        /// <summary>A Dense layer of {{plan.Units}} units on {{plan.InputSize}} inputs, forward and backward, without its activation.</summary>
        [global::Microsoft.CodeAnalysis.Embedded]
        internal static class {{name}}<V>
            where V : struct, ISimd<V>
        {
            private const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization; // at once, not after many calls
            private const MethodImplOptions Tile = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

            {{Lines(4, [string.Join("\n\n", Members(plan))])}}
        }
        """);

    private static IEnumerable<string> Members(DensePlan plan)
    {
        yield return Forward(plan);
        foreach (Tile tile in new[] { plan.Tile, plan.Tile with { Rows = 1 } })
        {
            yield return plan.Chains > 1 ? ChainedTile(plan, tile) : RowsTile(plan, tile);
        }

        yield return Backward(plan);
        yield return Products.InputGradient(plan.InputProduct, "dx = dy·W");
        yield return Products.WeightGradient(
            plan.WeightProduct, ("dy", "units", "x"), $"dW += dyᵀ·x, row after row, for a share of the units: dy[rows, stride], x[rows, {plan.InputStride}], dW[units, {plan.InputStride}].");
    }

    private static string Forward(DensePlan plan)
    {
        (int rows, int blocks) = (plan.Tile.Rows, plan.Tile.Vectors);
        string arguments = $"(ref Unsafe.Add(ref x, row * {plan.InputStride}), ref Unsafe.Add(ref y, (row * {plan.UnitStride}) + unit), ref w, ref b);";
        return $$"""
            /// <summary>y = W·x + b for many rows: blocks of units outside, so that a block's weights serve all rows.</summary>
            /// <param name="x">x[rows, {{plan.InputStride}}].</param>
            /// <param name="y">Receives y[rows, {{plan.UnitStride}}].</param>
            /// <param name="rows">The number of rows.</param>
            /// <param name="weights">W packed as [block][k][V.Count].</param>
            /// <param name="bias">b, padded to {{plan.UnitStride}} floats.</param>
            [@MethodImpl(Optimized)]
            internal static void Forward(ref float x, ref float y, nint rows, ref float weights, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                for (nuint unit = 0; unit < {{plan.UnitStride}}; unit += {{Vectors(blocks)}})
                {
                    ref float w = ref Unsafe.Add(ref weights, unit * {{plan.InputSize}}), b = ref Unsafe.Add(ref bias, unit);
                    nuint row = 0;
                    for (; row + {{rows}} <= (nuint)rows; row += {{rows}})
                    {
                        RowsTile{{plan.Tile}}{{arguments}}
                    }

                    for (; row < (nuint)rows; row++)
                    {
                        RowsTile1x{{blocks}}{{arguments}}
                    }
                }
            }

            /// <summary>y = W·x + b for a share of the rows.</summary>
            [@MethodImpl(Optimized)]
            internal static void Forward(ref float x, ref float y, nint rows, ref float weights, ref float bias, Share share)
            {
                (nuint row, nuint end) = share.Of((nuint)rows, {{rows}});
                Forward(ref Unsafe.Add(ref x, row * {{plan.InputStride}}), ref Unsafe.Add(ref y, row * {{plan.UnitStride}}), (nint)(end - row), ref weights, ref bias);
            }
            """;
    }

    private static string RowsTile(DensePlan plan, Tile tile)
    {
        (int rows, int blocks) = (tile.Rows, tile.Vectors);
        return $$"""
            /// <summary>y = W·x + b for {{(rows == 1 ? "one row" : rows + " rows")}} and {{(blocks == 1 ? "one block" : blocks + " blocks")}} of units.</summary>
            [@MethodImpl(Tile)]
            private static void RowsTile{{tile}}(ref float x, ref float y, ref float w0, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                {{Lines(4, Enumerable.Range(1, blocks - 1).Select(b => $"ref float w{b} = ref Unsafe.Add(ref w{b - 1}, {plan.InputSize} * lanes);").Concat(
                    Enumerable.Range(0, rows).Select(row => "V " + Each(blocks, ", ", b => row == 0 ? $"y0{b} = V.Load(ref bias, {Vectors(b)})" : $"y{row}{b} = y0{b}") + ";")))}}
                for (nuint k = 0; k < {{plan.InputSize}}; k++)
                {
                    V {{Each(blocks, ", ", b => $"v{b} = V.Load(ref w{b}, 0)")}};
                    {{Lines(8, Enumerable.Range(0, rows).Select(row => $"V x{row} = V.Broadcast(ref x, {(row == 0 ? "k" : $"{row * plan.InputStride} + k")});  " + Each(blocks, "  ", b => $"y{row}{b} = V.MultiplyAdd(x{row}, v{b}, y{row}{b});")))}}
                    {{Each(blocks, "  ", b => $"w{b} = ref Unsafe.Add(ref w{b}, lanes);")}}
                }

                {{Lines(4, Enumerable.Range(0, rows).Select(row => Each(blocks, "  ", b => $"y{row}{b}.Put(ref y, {Place((long)row * plan.UnitStride, b)});")))}}
            }
            """;
    }

    /// <summary>One block: every row's sum in several chains, so that none waits for itself.</summary>
    private static string ChainedTile(DensePlan plan, Tile tile)
    {
        (int rows, int chains) = (tile.Rows, plan.Chains);
        IEnumerable<string> Step(int u, string at)
        {
            yield return $"V w{u} = V.Load(ref w, {Vectors(u)});  "
                + Each(rows, "  ", row => $"y{row}{u} = V.MultiplyAdd(V.Broadcast(ref x, {(row == 0 ? at : $"{row * plan.InputStride} + {at}")}), w{u}, y{row}{u});");
        }

        return $$"""
            /// <summary>y = W·x + b for {{(rows == 1 ? "one row" : rows + " rows")}} and one block of units, each sum in {{chains}} chains that are added at the end.</summary>
            [@MethodImpl(Tile)]
            private static void RowsTile{{tile}}(ref float x, ref float y, ref float w, ref float bias)
            {
                nuint lanes = (nuint)V.Count;
                {{Lines(4, Enumerable.Range(0, rows).Select(row => "V " + Each(chains, ", ", c => c > 0 ? $"y{row}{c} = V.Zero" : row == 0 ? "y00 = V.Load(ref bias, 0)" : $"y{row}0 = y00") + ";"))}}
                {{Lines(4, DepthLoop.Write(plan.InputSize, chains, Step, count => [$"w = ref Unsafe.Add(ref w, {Vectors(count)});"]))}}

                {{Lines(4, Enumerable.Range(0, rows).Select(row => $"V.Add(V.Add(y{row}0, y{row}1), V.Add(y{row}2, y{row}3)).Put(ref y, {row * plan.UnitStride});"))}}
            }
            """;
    }

    private static string Backward(DensePlan plan) => $$"""
        /// <summary>From the gradient of the outputs, before their activation, to those of the inputs and the parameters.</summary>
        /// <param name="x">x[rows, {{plan.InputStride}}], as the forward pass had it.</param>
        /// <param name="dy">dy[rows, {{plan.UnitStride}}].</param>
        /// <param name="dx">Receives or gains dx[rows, {{plan.InputStride}}], if <paramref name="inputs"/>.</param>
        /// <param name="rows">The number of rows.</param>
        /// <param name="inputs">Whether the gradient of the inputs is wanted.</param>
        /// <param name="add">Whether it is added to what dx holds.</param>
        /// <param name="gradients">Gains dWeight[{{plan.UnitStride}}, {{plan.InputStride}}] and dBias[{{plan.UnitStride}}].</param>
        /// <param name="weights">W in rows of {{Simd.WeightStride(plan.InputSize)}}.</param>
        /// <param name="share">Whose part it is: of the sums some units, of dx some rows.</param>
        [@MethodImpl(Optimized)]
        internal static void Backward(ref float x, ref float dy, ref float dx, nint rows, bool inputs, bool add, ref float gradients, ref float weights, Share share)
        {
            ColumnSums.Add<V>(ref dy, {{plan.UnitStride}}, (nuint)rows, ref Unsafe.Add(ref gradients, {{Offset((long)plan.UnitStride * plan.InputStride)}}), {{plan.UnitStride}}, share);
            WeightGradient{{plan.WeightProduct.Tile}}(ref dy, {{plan.UnitStride}}, {{plan.Units}}, ref x, ref gradients, (nuint)rows, share);
            if (inputs)
            {
                (nuint row, nuint end) = share.Of((nuint)rows, {{plan.InputProduct.Tile.Rows}});
                Gradient{{plan.InputProduct.Tile}}(
                    ref Unsafe.Add(ref dy, row * {{plan.UnitStride}}), ref weights, {{Simd.WeightStride(plan.InputSize)}}, ref Unsafe.Add(ref dx, row * {{plan.InputStride}}), {{plan.InputStride}}, end - row, add);
            }
        }
        """;
}
