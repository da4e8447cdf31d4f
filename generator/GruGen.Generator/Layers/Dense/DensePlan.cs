using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>The plan of a Dense layer of one shape.</summary>
internal sealed record DensePlan
{
    private DensePlan(int inputSize, int units, bool bias)
    {
        InputSize = inputSize;
        Units = units;
        Bias = bias;
        InputStride = Simd.Padded(inputSize);
        UnitStride = Simd.Padded(units);

        // A single block has one sum a row to do, which would wait for itself: it is split over four chains.
        int blocks = UnitStride / Simd.MaxLanes;
        Chains = blocks == 1 ? 4 : 1;
        Tile = blocks == 1 ? new Tile(2, 1) : Tile.OfRows(blocks);
        InputTile = Tile.OfRows(InputStride / Simd.MaxLanes);
    }

    public int InputSize { get; }

    public int Units { get; }

    /// <summary>Whether the bias is a parameter; otherwise it is packed as zeros.</summary>
    public bool Bias { get; }

    /// <summary>From one row of inputs to the next.</summary>
    public int InputStride { get; }

    /// <summary>From one row of outputs to the next, and the number of units that kernels compute.</summary>
    public int UnitStride { get; }

    /// <summary>Rows by blocks of the forward product; the blocks divide the layer, and rows left over go one by one.</summary>
    public Tile Tile { get; }

    /// <summary>Sums over every so many-th input that are added at the end.</summary>
    public int Chains { get; }

    /// <summary>Of dx rows by vectors, of dW units by vectors.</summary>
    public Tile InputTile { get; }

    /// <summary>weight and bias.</summary>
    public long ParameterCount => (long)Units * (InputSize + (Bias ? 1L : 0L));

    /// <summary>Packed weights, [block][k][lanes].</summary>
    public long WeightLength => (long)UnitStride * InputSize;

    /// <summary>The padded bias.</summary>
    public long BiasLength => UnitStride;

    /// <summary>weight row by row, each row padded.</summary>
    public long BackwardLength => (long)Units * Simd.WeightStride(InputSize);

    /// <summary>The sums of dWeight and dBias, padded.</summary>
    public long GradientLength => ((long)UnitStride * InputStride) + UnitStride;

    /// <summary>The plan for a shape.</summary>
    public static DensePlan For(int inputSize, int units, bool bias = true) => new(inputSize, units, bias);
}
