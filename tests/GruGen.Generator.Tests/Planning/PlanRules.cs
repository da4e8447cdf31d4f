
namespace GruGen.Generator.Tests.Planning;

/// <summary>What has to hold for the parts that plans have in common.</summary>
internal static class PlanRules
{
    /// <summary>Sizes of a plan are whole vectors of the widest kind, so that every row starts on a cache line.</summary>
    public static void AssertAligned(params long[] sizes) => Assert.All(sizes, size => Assert.True(size > 0 && size % Simd.MaxLanes == 0, $"{size}"));

    /// <summary>A tile's innermost loop spills nothing on a processor with sixteen registers.</summary>
    public static void AssertInRegisters(Tile tile) => Assert.True(tile.Registers <= KernelPlan.Registers, $"{tile} takes {tile.Registers} registers.");

    /// <summary>Nor does the one of 512 bits, where there are 32.</summary>
    public static void AssertInWideRegisters(Tile tile) => Assert.True(tile.Registers <= KernelPlan.WideRegisters, $"{tile} takes {tile.Registers} registers.");

    /// <summary>The JIT inlines and optimises in every method.</summary>
    public static void AssertWithinBudget(KernelPlan plan) => Assert.All(plan.Methods, method =>
    {
        Assert.InRange(method.MultiplyAdds, 0, KernelPlan.Limit.MultiplyAdds);
        Assert.InRange(method.InlinedCalls, 1, KernelPlan.Limit.InlinedCalls);
        Assert.InRange(method.Locals, 1, KernelPlan.Limit.Locals);
    });

    /// <summary>Rows in tiles, then one by one: every row once.</summary>
    public static void AssertRows(int tile)
    {
        for (int rows = 0; rows < 40; rows++)
        {
            var visits = new Visits(rows);
            int row = 0;
            for (; row + tile <= rows; row += tile)
            {
                visits.Add(row, tile);
            }

            for (; row < rows; row++)
            {
                visits.Add(row, 1);
            }

            visits.AssertOnce();
        }
    }

    /// <summary>
    /// d = g·W reaches every column once, because it may be added to what d holds: what a tile that reaches back has done already it does
    /// not store.
    /// </summary>
    public static void AssertCovers(Tile tile, int columns)
    {
        AssertOnce(tile, reachesBack: true, columns);
        AssertInRegisters(tile);
        AssertInWideRegisters(tile.Widest);
        Assert.InRange(tile.Widest.Rows, 2, Simd.TileRows);
        AssertInRuntime(tile);
    }

    /// <summary>The depth of d = g·W is all that counts of g, in order, and nothing of its padding.</summary>
    public static void AssertDepth(InputProduct product, int gates, int size, int stride)
    {
        var visits = new Visits(gates * stride);
        (int segments, int length) = product.Depth(gates);
        for (int segment = 0; segment < segments; segment++)
        {
            visits.Add((long)segment * product.Stride, length);
        }

        visits.AssertOnce(size, stride);
        Assert.True(product.RowStride >= gates * stride);
    }

    /// <summary>
    /// d += leftᵀ·right loads and stores each of its elements once. Past the last column of the left side is padding of it, and memory of
    /// d, for a whole tile.
    /// </summary>
    public static void AssertCovers(Tile tile, int size, int columns)
    {
        AssertOnce(tile, reachesBack: false, columns);

        // without fused multiply-add, where a product takes a register of its own, a tile of three vectors has half the rows
        int fewest = tile.Vectors == 3 ? tile.Rows / 2 : tile.Rows;
        Assert.All(new[] { fewest, tile.Rows, tile.Widest.Rows }, largest =>
        {
            int least = Math.Min(largest, tile.Rows), padded = Simd.Padded(size);
            var visits = new Visits(padded);
            for (int row = 0; row < size; row += largest)
            {
                visits.Add(row, size - row > least ? largest : least);
            }

            visits.AssertOnce((size + least - 1) / least * least, padded);
        });

        AssertInRegisters(tile);
        AssertInWideRegisters(tile.Widest);
        AssertInRuntime(tile);
        Assert.InRange(new Tile(fewest, tile.Vectors).Registers + 1, 1, KernelPlan.Registers);
    }

    /// <summary>The runtime has the tile.</summary>
    public static void AssertInRuntime(Tile tile) => Assert.Contains($"Of{tile}", Enum.GetNames<GruGen.Kernels.ProductTile>());

    private static void AssertOnce(Tile tile, bool reachesBack, int columns)
    {
        foreach (int lanes in Visits.Lanes)
        {
            var visits = new Visits(columns);
            int width = tile.Vectors * lanes;
            for (int next = 0; next < columns; next += width)
            {
                int column = reachesBack ? Math.Min(next, columns - width) : next;
                Assert.True(column >= 0, $"{columns} columns are fewer than a tile of {width} has.");
                for (int vector = 0; vector < tile.Vectors; vector++)
                {
                    if (next - column <= vector * lanes)
                    {
                        visits.Add(column + (vector * lanes), lanes);
                    }
                }
            }

            visits.AssertOnce();
        }
    }
}
