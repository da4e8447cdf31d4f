using System.Collections.Generic;
using System.Linq;

namespace GruGen.Generator.Planning;

/// <summary>The plan of a GRU layer of one shape.</summary>
internal sealed record GruPlan : KernelPlan
{
    // Inlined calls of the gates of one block: two sigmoids (15), a tanh (18), the blend and what is loaded and stored.
    private const int GateCalls = (2 * 15) + 18 + 10;

    private GruPlan(int inputSize, int hiddenSize)
    {
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        InputStride = Padded(inputSize);
        HiddenStride = Padded(hiddenSize);
        int blocks = HiddenStride / MaxLanes;

        // One step of one sequence: as many blocks in flight as divide the layer, so that their sums hide each other's latency.
        StepBlocks = blocks % 4 == 0 ? 4 : blocks % 3 == 0 ? 3 : blocks % 2 == 0 ? 2 : blocks <= 5 ? blocks : 4;
        StepRemainder = blocks % StepBlocks != 0;

        // Weights beyond L1 come from L2 at every step. A sequence projects many steps' inputs at once, which reads the inputs' weights once for
        // all of them, and walks the states' weights back and forth, so that the newest of them are still in L1. Very large layers do not: what
        // is projected for a block of steps would not stay in the cache. Single steps do not either: a stream that goes on from the saved state
        // of another one gives the same bits only if every step sums in one order.
        Hoisted = 4 * (WeightLength + BiasLength) > L1Bytes && HiddenStride <= 8192 && StepBlocks > 1 && !StepRemainder;
        StepUnroll = StepBlocks == 2 && !Hoisted ? 2 : 1;

        // Many rows: one block of r, z, n for four rows, so that twelve accumulators, a weight and an input fill 16 registers.
        RowsTile = 4;
        RowsUnroll = 1;

        // The rows of dG = [dn | dr | dz | dq] lie a cache line apart from a power of two, or they would meet in the same sets of L1.
        GateStride = (4 * HiddenStride) + MaxLanes;
        ChunkRows = 160;

        // Vectors side by side that divide the states' columns, and as many rows as leave eight accumulators or twelve. The inputs share these
        // tiles: where they do not divide the inputs' columns, the last one reaches back. Fewer columns than a tile has need one of their own.
        Tile rows = Tile.OfRows(blocks), units = Tile.OfUnits(blocks, 12);
        int inputBlocks = InputStride / MaxLanes;
        bool narrow = inputBlocks < rows.Vectors, reach = !narrow && inputBlocks % rows.Vectors != 0;
        StateProduct = Product(rows);
        InputProduct = Product(narrow ? new Tile(4, 1) : rows);
        StateWeights = Weights(units);
        InputWeights = Weights(narrow ? new Tile(6, 1) : units);

        InputProduct Product(Tile tile) => new(
            Segments: hiddenSize == HiddenStride ? 1 : 3,
            SegmentLength: hiddenSize == HiddenStride ? 3 * hiddenSize : hiddenSize,
            SegmentStride: HiddenStride,
            RowStride: GateStride,
            tile,
            reach);

        WeightProduct Weights(Tile tile) => new(3 * HiddenStride, GateStride, tile, reach);
    }

    public int InputSize { get; }

    public int HiddenSize { get; }

    /// <summary>From one row of inputs to the next, in memory of kernels.</summary>
    public int InputStride { get; }

    /// <summary>From one row of states to the next, and the number of units that kernels compute.</summary>
    public int HiddenStride { get; }

    /// <summary>Blocks of a tile of one step.</summary>
    public int StepBlocks { get; }

    /// <summary>Whether some blocks are left over when the widest vectors walk the tiles.</summary>
    public bool StepRemainder { get; }

    /// <summary>Whether a sequence projects the inputs of many steps at once, and then walks the states' weights back and forth.</summary>
    public bool Hoisted { get; }

    /// <summary>Projected inputs of one step, [block][r | z | n | q][lanes] like the biases; 0 if they are not kept. Memory for them is a multiple of <see cref="RowsTile"/> steps.</summary>
    public long ProjectedStride => Hoisted ? BiasLength : 0;

    /// <summary>Depth steps written out in a step's loops.</summary>
    public int StepUnroll { get; }

    /// <summary>Rows of a tile of many rows.</summary>
    public int RowsTile { get; }

    /// <summary>Depth steps written out in the loops over many rows.</summary>
    public int RowsUnroll { get; }

    /// <summary>From one row of dG to the next.</summary>
    public int GateStride { get; }

    /// <summary>Rows after which weight gradients are summed, so that what they read is still in the cache.</summary>
    public int ChunkRows { get; }

    /// <summary>dh from dG.</summary>
    public InputProduct StateProduct { get; }

    /// <summary>dx from dG.</summary>
    public InputProduct InputProduct { get; }

    /// <summary>dWeightHh from dG and the states.</summary>
    public WeightProduct StateWeights { get; }

    /// <summary>dWeightIh from dG and the inputs.</summary>
    public WeightProduct InputWeights { get; }

    /// <summary>weight_ih, weight_hh, bias_ih and bias_hh.</summary>
    public long ParameterCount => 3L * HiddenSize * (InputSize + HiddenSize + 2L);

    /// <summary>Packed weights, [block][k][r | z | n][lanes] with the inputs' k before the states'.</summary>
    public long WeightLength => 3L * HiddenStride * (InputSize + HiddenSize);

    /// <summary>Packed biases, [block][r | z | n | q][lanes].</summary>
    public long BiasLength => 4L * HiddenStride;

    /// <summary>weight_ih row by row in the order n, r, z, then weight_hh in the order r, z, n, each row padded.</summary>
    public long BackwardLength => 3L * HiddenSize * ((long)InputStride + HiddenStride);

    /// <summary>r, z, n and q of one row.</summary>
    public long SavedStride => 4L * HiddenStride;

    /// <summary>Rows of dG beyond one for each sequence: a chunk, and the reach of a product.</summary>
    public int ExtraGateRows => ChunkRows + Planning.InputProduct.MaxRows;

    /// <summary>The sums of dWeightIh, dWeightHh and the biases, padded.</summary>
    public long GradientLength => (3L * HiddenStride * ((long)InputStride + HiddenStride)) + (4L * HiddenStride);

    /// <inheritdoc/>
    public override IReadOnlyList<MethodBudget> Methods
    {
        get
        {
            List<MethodBudget> methods = [Forward("RowsTile", RowsTile, 1, RowsUnroll), Forward("RowsTile1", 1, 1, RowsUnroll)];
            if (StepBlocks > 1)
            {
                methods.Add(Forward("StepTile", 1, StepBlocks, StepUnroll));
            }

            if (Hoisted)
            {
                methods.Add(Forward("ProjectTile", RowsTile, 1, RowsUnroll));
            }

            methods.AddRange(new[] { StateProduct, InputProduct }.Distinct().SelectMany(product => product.Budgets()));
            methods.AddRange(new[] { StateWeights, InputWeights }.Distinct().Select(product => product.Budget()));
            return methods;
        }
    }

    /// <summary>The plan for a shape.</summary>
    public static GruPlan For(int inputSize, int hiddenSize) => new(inputSize, hiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Text)> Describe()
    {
        long read = 4 * (WeightLength + BiasLength);
        return
        [
            ("parameters", $"{Number(ParameterCount)} = 3·{HiddenSize}·({InputSize} + {HiddenSize} + 2)"),
            ("one step", $"{Number(6L * HiddenSize * ((long)InputSize + HiddenSize))} flops, {Number(3L * HiddenSize)} activations, {Bytes(read)} of weights read ({HeldBy(read)})"),
            ("memory", $"rows of x are {InputStride} floats apart, rows of h {HiddenStride}, rows of dG {GateStride}; padding is zero"),
            ("block", "V.Count units with all three gates; packed [block][k][r | z | n][V.Count], x before h"),
            ("step", $"{Count(StepBlocks, "block")} at a time: {4 * StepBlocks} accumulators{(StepUnroll > 1 ? $", depth unrolled by {StepUnroll}" : "")}{(StepRemainder ? "; blocks left over one at a time" : "")}"),
            ("sequence", Hoisted ? "inputs projected for many steps at once; every other step walks the states' weights backwards, the newest of which are still in L1" : "step by step"),
            ("rows", $"{RowsTile} rows by 1 block, then row by row: {3 * RowsTile} accumulators in a loop"),
            ("dh, dx", $"{StateProduct.Tile} and {InputProduct.Tile} (rows by vectors), depth 3·{HiddenSize}"),
            ("dW", $"{StateWeights.Tile} and {InputWeights.Tile} (units by vectors), summed over about {ChunkRows} rows at a time"),
            DescribeBudget(),
        ];
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private MethodBudget Forward(string name, int rows, int blocks, int unroll)
    {
        int steps = Steps(InputSize) + Steps(HiddenSize);
        int tiles = rows * blocks;
        int perStep = (tiles * 3) + rows + (3 * blocks);
        return new MethodBudget(
            name.EndsWith("1", System.StringComparison.Ordinal) ? name : $"{name}{tiles}",
            MultiplyAdds: (steps * tiles * 3) + (tiles * 2),
            InlinedCalls: (steps * perStep) + (tiles * (GateCalls + 4)),
            Locals: (tiles * 4) + (steps * (rows + (rows > 1 ? 3 : 0))) + blocks + 16);

        int Steps(int depth) => depth < unroll ? depth : unroll + (depth % unroll);
    }
}
