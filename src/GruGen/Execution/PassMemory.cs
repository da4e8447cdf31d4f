using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>
/// The memory that every pass has, whatever its layers: inputs, states, outputs and gradients. The code of a pass adds the rows of its
/// layers, in the sizes that stand here.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PassMemory<TInput>
    where TInput : unmanaged
{
    private readonly PassSize _size;

    /// <summary>Allocates what every pass has.</summary>
    /// <param name="weights">The weights of the model.</param>
    /// <param name="size">How much there is room for.</param>
    /// <param name="packed">The packed weights to begin with.</param>
    /// <exception cref="InsufficientMemoryException">The rows do not fit into memory.</exception>
    internal PassMemory(ModelWeights<TInput> weights, PassSize size, PackedWeights packed)
    {
        _size = size;
        Schema = weights.Schema;
        if (size.BlockRows > Array.MaxLength)
        {
            throw new InsufficientMemoryException(
                $"{MaxBatch:N0} sequences of {size.BlockSteps:N0} steps are {BlockRows:N0} rows of "
                    + $"{Simd.MaxLanes * sizeof(float)} bytes at least, which do not fit into memory. "
                    + "Use a smaller batch or shorter sequences.");
        }

        Weights = packed;
        Layout = new BatchLayout(MaxBatch, size.BlockSteps);
        Clocks = new ClockLayouts(Schema, Layout, size);
        Inputs = new BatchInputs<TInput>(Schema, Layout, size);
        States = new StateSet(Schema, MaxBatch, Training);
        OutputStride = Schema.Outputs.Sum(output => Simd.Padded(output.Size));
        HeadBlock = (int)Math.Min(HeadRows(OutputStride), Schema.Output == SequenceOutput.Final ? MaxBatch : BlockRows);
        Heads = [.. Schema.Outputs.Select(output => new OutputHead(output, HeadBlock, Training ? HeadBlock + (long)Simd.TileRows : 0))];
        Gradients = new GradientSet(Schema, BlockRows, Training);
    }

    /// <summary>The most sequences of a batch.</summary>
    public int MaxBatch => _size.MaxBatch;

    /// <summary>The most rows held at once: one for each step of each sequence, unless sequences share them.</summary>
    public long BlockRows => _size.BlockRows;

    /// <summary>Whether there is a backward pass.</summary>
    public bool Training => _size.Training;

    /// <summary>As many rows as are kept for the backward pass, or, if there is none, those of one step.</summary>
    public long StepRows => Training ? TrainingRows : MaxBatch;

    /// <summary><see cref="BlockRows"/> and what a tile may reach past the last row, if there is a backward pass; otherwise 0.</summary>
    public long TrainingRows => Training ? BlockRows + Simd.TileRows : 0;

    /// <summary>
    /// The most different tokens of a batch and what a tile may reach past the last one, if there is a backward pass; otherwise 0.
    /// </summary>
    public long TrainingTokens => Training ? Math.Min(Schema.InputSize, BlockRows) + Simd.TileRows : 0;

    /// <summary><see cref="MaxBatch"/> and what a tile may reach past the last row, if there is a backward pass; otherwise 0.</summary>
    public long TrainingBatch => Training ? MaxBatch + (long)Simd.TileRows : 0;

    internal ModelSchema Schema { get; }

    /// <summary>The most steps held at once.</summary>
    internal int BlockSteps => _size.BlockSteps;

    /// <summary>The weights as the kernels read them.</summary>
    internal PackedWeights Weights { get; set; }

    internal BatchLayout Layout { get; }

    /// <summary>The layout of each clock; that of clock 0 is <see cref="Layout"/>.</summary>
    internal ClockLayouts Clocks { get; }

    /// <summary>The layout of the outputs, if there is one for every step.</summary>
    internal BatchLayout OutputLayout => Clocks[Clocks.OutputClock];

    internal BatchInputs<TInput> Inputs { get; }

    internal StateSet States { get; }

    /// <summary>The gradients of the parameters.</summary>
    internal GradientSet Gradients { get; }

    /// <summary>The outputs, in their order.</summary>
    internal OutputHead[] Heads { get; }

    /// <summary>The floats from one row of logits to the next, of all outputs together.</summary>
    internal int OutputStride { get; }

    /// <summary>The most rows that the last layer takes at once. Fewer give the same outputs and gradients.</summary>
    internal int HeadBlock { get; set; }

    /// <summary>From logits to outputs, of some rows.</summary>
    internal void Activate(int rows)
    {
        foreach (OutputHead head in Heads)
        {
            head.Activate(rows, Weights.Lanes);
        }
    }

    /// <summary>Copies a row of all outputs, one behind the other.</summary>
    [MethodImpl(Jit.Inline)]
    internal void CopyOutput(int row, Span<float> outputs, int place)
    {
        foreach (OutputHead head in Heads)
        {
            OutputSchema output = head.Schema;
            Packing.CopyRow(
                ref head.Logits.At((nint)row * head.Stride),
                ref MemoryMarshal.GetReference(outputs.Slice(place + output.Offset, output.Size)),
                output.Size);
        }
    }

    /// <summary>The number of rows of the last layer: one a sequence, or one a step of each.</summary>
    internal nint OutputRows => Schema.Output == SequenceOutput.Final ? Layout.BatchSize : OutputLayout.RowCount;

    /// <summary>
    /// The rows of outputs that losses are added up in: as many as a block has where outputs are not very wide, so that the sum of their
    /// parts has the same bits with blocks of fewer.
    /// </summary>
    internal int LossPart => MostHeadRows(OutputStride);

    /// <summary>
    /// How many rows of the last layer's outputs are held at once. Each block reads the layer's weights anew, so it has many rows; but of
    /// very many outputs only as many as 4 MB have, or those of a tile: half as many, or a quarter, … so that parts of the loss end with
    /// a block.
    /// </summary>
    private static int HeadRows(int stride) =>
        Math.Min(MostHeadRows(stride), Math.Max(1 << BitOperations.Log2((1 << 20) / (uint)stride), Simd.TileRows));

    private static int MostHeadRows(int stride) => stride <= 256 ? 256 : 64;
}
