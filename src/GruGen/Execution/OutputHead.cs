using GruGen.Kernels;

namespace GruGen;

/// <summary>One output of a pass: the rows of its layer, before the activation, and their gradients.</summary>
/// <param name="schema">The output.</param>
/// <param name="rows">The most rows that are held at once.</param>
/// <param name="gradientRows">The most rows of gradients, and what a tile may reach past them; 0 without a backward pass.</param>
internal sealed class OutputHead(OutputSchema schema, long rows, long gradientRows)
{
    private OutputBlock? _targets;
    private SequenceOutputs? _sequences;

    /// <summary>The output.</summary>
    public OutputSchema Schema => schema;

    /// <summary>The floats from one row to the next.</summary>
    public int Stride { get; } = Simd.Padded(schema.Size);

    /// <summary>logits[rows, size, padded]: what its layer gives, before the activation.</summary>
    public AlignedBuffer Logits { get; } = new(rows * Simd.Padded(schema.Size));

    /// <summary>The gradient of <see cref="Logits"/>.</summary>
    public AlignedBuffer Gradients { get; } = new(gradientRows * Simd.Padded(schema.Size));

    /// <summary>From logits to outputs.</summary>
    public void Activate(int count, int lanes) => Activations.Apply(schema.Activation, Logits, count, schema.Size, lanes);

    /// <summary>The rows beside their targets.</summary>
    public OutputBlock Block<TInput>(PassMemory<TInput> memory)
        where TInput : unmanaged => _targets ??= new OutputBlock(schema, Logits, Gradients, memory.HeadBlock, memory.Weights.Lanes);

    /// <summary>The outputs of whole sequences, for losses and metrics that need them.</summary>
    public SequenceOutputs Sequences<TInput>(PassMemory<TInput> memory)
        where TInput : unmanaged => _sequences ??= memory.Schema.Output == SequenceOutput.Final
            ? new SequenceOutputs(schema, memory.MaxBatch, longest: 1, memory.Weights.Lanes)
            : new SequenceOutputs(schema, memory.BlockRows, memory.BlockSteps, memory.Weights.Lanes);
}
