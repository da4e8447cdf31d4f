using System.Collections.Generic;
using System.Linq;

namespace GruGen.Generator.Planning;

/// <summary>The plan of a Dense layer of one shape.</summary>
internal sealed record DensePlan : KernelPlan
{
    private DensePlan(int inputSize, int units)
    {
        InputSize = inputSize;
        Units = units;
        InputStride = Padded(inputSize);
        UnitStride = Padded(units);
        int blocks = UnitStride / MaxLanes;

        Tile = blocks == 1 ? new(4, 1) : new(4, 2);
        Tiles = blocks == 1 ? [Tile, new(1, 1)] : blocks % 2 == 0 ? [Tile, new(1, 2)] : [Tile, new(1, 2), new(4, 1), new(1, 1)];
        Unroll = 4;

        int columns = InputStride / MaxLanes;
        Tile tile = columns == 1 ? new(4, 1) : new(4, 2);
        InputProduct = new InputProduct(
            Segments: 1,
            SegmentLength: units,
            SegmentStride: UnitStride,
            RowStride: UnitStride,
            tile,
            columns == 1 ? [tile, new(1, 1)] : columns % 2 == 0 ? [tile, new(1, 2)] : [tile, new(1, 2), new(4, 1), new(1, 1)],
            Unroll: 2);

        Tile weightTile = columns == 1 ? new(4, 1) : new(4, 2);
        WeightProduct = new WeightProduct(UnitStride, UnitStride, weightTile, columns % 2 == 0 || columns == 1 ? [weightTile] : [weightTile, new(4, 1)]);
    }

    public int InputSize { get; }

    public int Units { get; }

    /// <summary>From one row of inputs to the next.</summary>
    public int InputStride { get; }

    /// <summary>From one row of outputs to the next, and the number of units that kernels compute.</summary>
    public int UnitStride { get; }

    /// <summary>Rows by blocks of the forward product.</summary>
    public Tile Tile { get; }

    /// <summary>All tiles of the forward product.</summary>
    public IReadOnlyList<Tile> Tiles { get; }

    /// <summary>Depth steps written out in the forward loops.</summary>
    public int Unroll { get; }

    /// <summary>dx from dy.</summary>
    public InputProduct InputProduct { get; }

    /// <summary>dW from dy and x.</summary>
    public WeightProduct WeightProduct { get; }

    /// <summary>weight and bias.</summary>
    public long ParameterCount => (long)Units * (InputSize + 1L);

    /// <summary>Packed weights, [block][k][lanes].</summary>
    public long WeightLength => (long)UnitStride * InputSize;

    /// <summary>The padded bias.</summary>
    public long BiasLength => UnitStride;

    /// <summary>weight row by row, each row padded.</summary>
    public long BackwardLength => (long)Units * InputStride;

    /// <summary>The sums of dWeight and dBias, padded.</summary>
    public long GradientLength => ((long)UnitStride * InputStride) + UnitStride;

    /// <inheritdoc/>
    public override IReadOnlyList<MethodBudget> Methods =>
    [
        .. Tiles.Select(Forward),
        .. InputProduct.Tiles.Select(tile => InputProduct.Budget("InputGradient", tile)),
        .. WeightProduct.Tiles.Select(tile => Planning.WeightProduct.Budget("WeightGradient", tile)),
    ];

    /// <summary>The plan for a shape.</summary>
    public static DensePlan For(int inputSize, int units) => new(inputSize, units);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Text)> Describe()
    {
        long read = 4 * (WeightLength + BiasLength);
        return
        [
            ("parameters", $"{Number(ParameterCount)} = {Units}·({InputSize} + 1)"),
            ("one row", $"{Number(2L * Units * InputSize)} flops, {Bytes(read)} of weights read ({HeldBy(read)})"),
            ("memory", $"rows of x are {InputStride} floats apart, rows of y {UnitStride}; padding is zero"),
            ("block", "V.Count units; packed [block][k][V.Count]"),
            ("y", $"{Tile.Rows} rows by {Tile.Vectors} {(Tile.Vectors == 1 ? "block" : "blocks")}, then row by row; depth unrolled by {Unroll}"),
            ("dx", $"{InputProduct.Tile.Rows} rows by {InputProduct.Tile.Vectors} {(InputProduct.Tile.Vectors == 1 ? "vector" : "vectors")}, depth {Units} unrolled by {InputProduct.Unroll}"),
            ("dW", $"{WeightProduct.Tile.Rows} units by {WeightProduct.Tile.Vectors} {(WeightProduct.Tile.Vectors == 1 ? "vector" : "vectors")}"),
            DescribeBudget(),
        ];
    }

    private MethodBudget Forward(Tile tile)
    {
        int steps = InputSize < Unroll ? InputSize : Unroll + (InputSize % Unroll);
        int accumulators = tile.Rows * tile.Vectors;
        return new MethodBudget(
            $"RowsTile{tile}",
            steps * accumulators,
            (steps * (accumulators + tile.Rows + tile.Vectors)) + (2 * accumulators),
            accumulators + (steps * (tile.Rows + tile.Vectors)) + 8);
    }
}
