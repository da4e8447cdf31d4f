using System.Collections.Generic;
using System.Linq;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>The plan of a GRU layer of one shape.</summary>
internal sealed partial record GruPlan : KernelPlan
{
    private GruPlan(GruShape shape)
    {
        (int inputSize, int hiddenSize, GruVariant variant) = shape;
        Variant = variant;
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        InputStride = Simd.Padded(inputSize);
        HiddenStride = Simd.Padded(hiddenSize);
        int blocks = HiddenStride / Simd.MaxLanes;

        // One step of one sequence: as many blocks in flight as divide the layer, so that their sums hide each other's latency.
        // Five blocks are too many calls to inline in one method with longer activations than σ and tanh.
        int most = variant.Pairs || CurveCalls > 50 ? 4 : 5;
        StepBlocks = blocks % 4 == 0 ? 4 : blocks % 3 == 0 ? 3 : blocks % 2 == 0 ? 2 : blocks <= most ? blocks : 4;
        StepRemainder = blocks % StepBlocks != 0;

        // Weights beyond L1 come from L2 at every step. A sequence projects many steps' inputs at once, which reads the inputs' weights
        // once for all of them, and walks the states' weights back and forth, so that the newest of them are still in L1. Very large layers
        // do not: what is projected for a block of steps would not stay in the cache. In bfloat16, single steps are as fast as all that. A
        // layer that reads tokens has nothing to project, and half of L1 for its weights: the other half is for the biases of its tokens.
        BothWays = StepBytes > (variant.Tokens ? L1Bytes / 2 : L1Bytes) && HiddenStride <= 8192 && StepBlocks > 1 && !StepRemainder
            && !variant.Pairs;
        Hoisted = BothWays && !variant.Tokens;

        // 1. All steps sum in one order, so that a stream that continues from saved states gives the same bits.
        // 2. The order of the tiles may change from step to step (back and forth: the newest weights are still in the cache), and so may
        //    that of the parts of a tile that are summed apart: the inputs and the states, or two halves of the states where those are
        //    most.
        // 3. With tokens only the states are left to sum, and parts cost more than they gain.
        // 4. With tokens the order changes only where the weights are larger than L2.
        StateParts = !Hoisted || !variant.ResetAfter ? 0 : 3L * InputStride <= 2L * HiddenStride ? 2 : 1;
        StepsTakeTurns = StateParts > 0 || (BothWays && variant.Tokens && StepBytes > L2Bytes);

        // One block or two have too few sums to hide the latency of a multiply-add: each is split into two chains.
        StepChains = StepBlocks <= 2 && !BothWays ? (StepBlocks == 1 ? 4 : 2) : 1;
        StepUnroll = StepChains;

        // One block has nothing else to do while a step waits for the one before it: r comes first, because n waits for its activation.
        ResetFirst = StepBlocks == 1 && variant.ResetAfter && !variant.Pairs;

        // Many rows: one block of r, z, n for four rows, so that twelve accumulators, three weights and an input fill 16 registers.
        RowsTile = 4;

        // Reset before: W_hn·(r ∘ h) waits for r of all units, so it is a product of its own. In single steps its few sums are split into
        // chains.
        NewTile = Tile.OfRows(blocks);
        NewChains = StepBlocks == 1 ? 4 : StepBlocks == 2 ? 2 : 1;

        // The rows of dG = [dn | dr | dz | dq] lie a cache line apart from a power of two, or they would meet in the same sets of L1.
        GateStride = (GateGradients * HiddenStride) + Simd.MaxLanes;
        ChunkRows = 160;

        // Vectors side by side that divide the states' columns, and as many rows as leave eight accumulators or twelve. The inputs share
        // these tiles: where they do not divide the inputs' columns, the last one reaches back. Fewer columns than a tile has need one of
        // their own.
        Tile rows = Tile.OfRows(blocks);
        StateProduct = new InputProduct(hiddenSize, HiddenStride, GateStride, rows);
        InputProduct = InputStride / Simd.MaxLanes < rows.Vectors ? StateProduct with { Tile = new Tile(8, 1) } : StateProduct;

        // A row alone has two blocks, if they divide the layer.
        RowBlocks = rows.Vectors == 2 ? 2 : 1;

        // Weight gradients are summed transposed, because dG has three gates' vectors side by side whatever the sizes are: twelve
        // accumulators, three vectors and an input fill 16 registers. Reset before, products are with one, two or three of the gates.
        Weights = new WeightProduct(GateStride, 3 * HiddenStride, variant.ResetAfter ? new Tile(4, 3) : rows);
    }

    /// <summary>What the equations are.</summary>
    public GruVariant Variant { get; }

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

    /// <summary>The depth of a step's sums: inputs, unless they are tokens, and units.</summary>
    public int StepDepth => (Variant.Tokens ? 0 : InputSize) + HiddenSize;

    /// <summary>The bytes of weights and biases that a step reads.</summary>
    public long StepBytes => 4 * ((3L * HiddenStride * StepDepth) + BiasLength);

    /// <summary>
    /// The parts of a step's sums over the states, beside the one over the inputs; they are added in one order, whichever came first. 0 if
    /// inputs and states are summed in one go.
    /// </summary>
    public int StateParts { get; }

    /// <summary>The parts of a step's sums.</summary>
    public int StepParts => 1 + StateParts;

    /// <summary>The units that a part of the sums over the states reads.</summary>
    public (int From, int Count) StatePart(int part)
    {
        int from = part * HiddenSize / StateParts;
        return (from, ((part + 1) * HiddenSize / StateParts) - from);
    }

    /// <summary>Whether every other step of a stream takes its tiles, and their parts, from the last to the first.</summary>
    public bool StepsTakeTurns { get; }

    /// <summary>The sums of a tile of a step that are summed apart, [block][part][r | z | n or q][lanes]; 0 if they are not.</summary>
    public int StepSumsLength => StepParts == 1 ? 0 : StepBlocks * StepParts * 3 * Simd.MaxLanes;

    /// <summary>Whether a sequence walks the states' weights back and forth.</summary>
    public bool BothWays { get; }

    /// <summary>Whether a sequence projects the inputs of many steps at once.</summary>
    public bool Hoisted { get; }

    /// <summary>Whether the inputs' part of all gates is ever computed apart from the states': for many steps, or for each token.</summary>
    public bool Projects => Hoisted || Variant.Tokens;

    /// <summary>
    /// Projected inputs of one step, or of a token, [block][r | z | n | q][lanes] like the biases; 0 if they are not kept. Memory for them
    /// is a multiple of
    /// <see cref="RowsTile"/> rows.
    /// </summary>
    public long ProjectedStride => Projects ? BiasLength : 0;

    /// <summary>The projected inputs of so many tokens.</summary>
    public long TokenBiasLength(int tokens) => (tokens + RowsTile - 1L) / RowsTile * RowsTile * (Variant.Tokens ? ProjectedStride : 0);

    /// <summary>Depth steps written out in a step's loops.</summary>
    public int StepUnroll { get; }

    /// <summary>Chains of each sum of a step, over every so many-th input and unit, which are added at the end.</summary>
    public int StepChains { get; }

    /// <summary>Whether a step sums r over the states before it turns to z and q, so that n waits the less for it.</summary>
    public bool ResetFirst { get; }

    /// <summary>Rows of a tile of many rows, which has one block.</summary>
    public int RowsTile { get; }

    /// <summary>
    /// Blocks of a tile of one row, for rows that are left over. Two of them serve all rows where there is no fused multiply-add: there a
    /// product takes a register of its own, which is one more than there are for a tile of many rows.
    /// </summary>
    public int RowBlocks { get; }

    /// <summary>Whether rows go one by one where there is no fused multiply-add.</summary>
    public bool RowByRowUnfused => RowBlocks > 1;

    /// <summary>
    /// Where a tile of so many rows, or blocks, has the inputs' part of n while it sums q. With r, z and q it is more than 16 registers
    /// hold, so it is kept in memory: where it lies anyway, if the biases of each token hold it.
    /// </summary>
    public NewGate NewGateOf(int tiles) => Variant.Tokens ? NewGate.InBias : tiles < 4 ? NewGate.InRegister : NewGate.InNextState;

    /// <summary>Reset before: rows by blocks of W_hn·(r ∘ h) for many rows.</summary>
    public Tile NewTile { get; }

    /// <summary>Reset before: sums over every so many-th unit of W_hn·(r ∘ h) in a step, added at the end.</summary>
    public int NewChains { get; }

    /// <summary>What a row of dG holds: dn, dr, dz, and, reset after, dq.</summary>
    public int GateGradients => Variant.ResetAfter ? 4 : 3;

    /// <summary>What is kept of a row for the backward pass: r, z, n, and, reset after, q.</summary>
    public int SavedGates => Variant.ResetAfter ? 4 : 3;

    /// <summary>Rows of a packed block of biases: r, z, n, and, reset after, q.</summary>
    public int BiasRows => Variant.ResetAfter ? 4 : 3;

    /// <summary>From one row of dG to the next.</summary>
    public int GateStride { get; }

    /// <summary>Rows after which weight gradients are summed, so that what they read is still in the cache.</summary>
    public int ChunkRows { get; }

    /// <summary>dh from dG.</summary>
    public InputProduct StateProduct { get; }

    /// <summary>dx from dG.</summary>
    public InputProduct InputProduct { get; }

    /// <summary>The transposes of dWeightIh and dWeightHh, from the inputs or states and dG.</summary>
    public WeightProduct Weights { get; }

    /// <summary>The numbers of weight_ih and weight_hh.</summary>
    public long WeightCount => 3L * HiddenSize * (InputSize + HiddenSize);

    /// <summary>
    /// Packed weights, [block][k][r | z | n][lanes] with the inputs' k before the states'; reset before, the states' come as [k][r | z] and
    /// then [k][n].
    /// </summary>
    public long WeightLength => 3L * HiddenStride * (InputSize + HiddenSize);

    /// <summary>Packed biases, [block][r | z | n | q][lanes]; reset before without q.</summary>
    public long BiasLength => BiasRows * HiddenStride;

    /// <summary>weight_ih row by row in the order n, r, z, then weight_hh in the order r, z, n, each row padded.</summary>
    public long BackwardLength => 3L * HiddenSize * ((long)InputWeightStride + StateWeightStride);

    /// <summary>From one row of weight_ih to the next, as the backward kernels read it.</summary>
    public int InputWeightStride => Simd.WeightStride(InputSize);

    /// <summary>From one row of weight_hh to the next, as the backward kernels read it.</summary>
    public int StateWeightStride => Simd.WeightStride(HiddenSize);

    /// <summary>Packed weights in bfloat16, [block][k/2][r | z | n][lanes] with two in a float; 0 if steps read float32.</summary>
    public long PairLength => Variant.Pairs ? (long)PairRows * HiddenStride : 0;

    /// <summary>The rows of a block of them.</summary>
    public int PairRows => 3 * (((InputSize + 1) / 2) + ((HiddenSize + 1) / 2));

    /// <summary>From one row of what is saved to the next.</summary>
    public long SavedStride => (long)SavedGates * HiddenStride;

    /// <summary>Rows of dG beyond one for each sequence: a chunk, and the reach of a product.</summary>
    public int ExtraGateRows => ChunkRows + Simd.TileRows;

    /// <summary>The sums of dWeightIh and dWeightHh, transposed, and of the biases, padded.</summary>
    public long GradientLength => (3L * HiddenStride * ((long)InputStride + HiddenStride)) + ((long)GateGradients * HiddenStride);

    /// <summary>The plan for a shape.</summary>
    public static GruPlan For(GruShape shape) => new(shape);
}

/// <summary>Where the inputs' part of n is while a tile sums q.</summary>
internal enum NewGate
{
    InRegister,

    /// <summary>In the place of h', which is written last.</summary>
    InNextState,

    /// <summary>In the biases of the row's token.</summary>
    InBias,
}
