using System.Collections.Generic;
using System.Linq;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>The plan of a Dense layer of one shape.</summary>
internal sealed record DensePlan : KernelPlan
{
    private DensePlan(int inputSize, int units)
    {
        InputSize = inputSize;
        Units = units;
        InputStride = Simd.Padded(inputSize);
        UnitStride = Simd.Padded(units);
        int blocks = UnitStride / Simd.MaxLanes;

        // A single block has one sum a row to do, which would wait for itself: it is split over four chains.
        Chains = blocks == 1 ? 4 : 1;
        Tile = blocks == 1 ? new Tile(2, 1) : Tile.OfRows(blocks);
        Tile inputs = Tile.OfRows(InputStride / Simd.MaxLanes);
        bool wide = inputs.Vectors > 1;
        InputProduct = new InputProduct(
            Segments: 1, SegmentLength: units, SegmentStride: UnitStride, RowStride: UnitStride, inputs, HasWide: wide);
        WeightProduct = new WeightProduct(InputStride, InputStride, InputStride, inputs, HasHalf: false, HasWide: wide);
    }

    public int InputSize { get; }

    public int Units { get; }

    /// <summary>From one row of inputs to the next.</summary>
    public int InputStride { get; }

    /// <summary>From one row of outputs to the next, and the number of units that kernels compute.</summary>
    public int UnitStride { get; }

    /// <summary>Rows by blocks of the forward product; the blocks divide the layer, and rows left over go one by one.</summary>
    public Tile Tile { get; }

    /// <summary>Sums over every so many-th input that are added at the end.</summary>
    public int Chains { get; }

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
    public long BackwardLength => (long)Units * Simd.WeightStride(InputSize);

    /// <summary>The sums of dWeight and dBias, padded.</summary>
    public long GradientLength => ((long)UnitStride * InputStride) + UnitStride;

    /// <inheritdoc/>
    public override IReadOnlyList<MethodBudget> Methods =>
    [
        Forward(Tile),
        Forward(Tile with { Rows = 1 }),
        InputProduct.Budget(),
        WeightProduct.Budget(),
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
            ("y", $"{Tile.Rows} rows by {Tile.Vectors} {(Tile.Vectors == 1 ? "block" : "blocks")}, then row by row{(Chains > 1 ? $"; each sum in {Chains} chains" : "")}"),
            ("dx", $"{InputProduct.Tile.Rows} rows by {InputProduct.Tile.Vectors} {(InputProduct.Tile.Vectors == 1 ? "vector" : "vectors")}{(InputProduct.HasWide ? ", twice the rows at 512 bits" : "")}, depth {Units}"),
            ("dW", $"{WeightProduct.Tile.Rows} units by {WeightProduct.Tile.Vectors} {(WeightProduct.Tile.Vectors == 1 ? "vector" : "vectors")}{(WeightProduct.HasWide ? ", twice the units at 512 bits" : "")}"),
            ("faint", $"y and gradients below {Faint} become 0"),
            DescribeBudget(),
        ];
    }

    private MethodBudget Forward(Tile tile)
    {
        // chained sums have several depth steps in their text, and those left over
        int steps = Chains == 1 ? 1 : InputSize <= Chains ? InputSize : Chains + (InputSize % Chains);
        int results = tile.Rows * tile.Vectors, accumulators = results * Chains;
        return new MethodBudget(
            $"RowsTile{tile}",
            MultiplyAdds: steps * results,
            InlinedCalls: (steps * (results + tile.Rows + tile.Vectors)) + (2 * accumulators) + results + tile.Rows,
            Locals: accumulators + (steps * tile.Vectors) + tile.Rows + 8);
    }
}
