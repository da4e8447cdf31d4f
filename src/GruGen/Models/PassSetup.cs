using System.ComponentModel;
using GruGen.Kernels;

namespace GruGen;

/// <summary>What a pass is built for.</summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PassSetup<TInput>
    where TInput : unmanaged
{
    internal PassSetup(SequenceModel<TInput> model, int maxBatch, int blockSteps, bool training, Team? team = null)
    {
        Team = team;
        Model = model;
        MaxBatch = maxBatch;
        BlockSteps = blockSteps;
        BlockRows = (long)maxBatch * blockSteps;
        Training = training;
    }

    /// <summary>The most sequences of a batch.</summary>
    public int MaxBatch { get; }

    /// <summary>The most steps held at once.</summary>
    public int BlockSteps { get; }

    /// <summary>The most rows held at once: one for each step of each sequence, unless sequences share them.</summary>
    public long BlockRows { get; internal init; }

    /// <summary>Whether there is a backward pass.</summary>
    public bool Training { get; }

    /// <summary>As many rows as are kept for the way back, or, if there is none, those of one step.</summary>
    public long StepRows => Training ? TrainingRows : MaxBatch;

    /// <summary><see cref="BlockRows"/> and what a tile may reach past the last row, if there is a backward pass; otherwise 0.</summary>
    public long TrainingRows => Training ? BlockRows + Simd.TileRows : 0;

    /// <summary>
    /// The most different tokens of a batch and what a tile may reach past the last one, if there is a backward pass; otherwise 0.
    /// </summary>
    public long TrainingTokens => Training ? Math.Min(Model.Schema.InputSize, BlockRows) + Simd.TileRows : 0;

    /// <summary><see cref="MaxBatch"/> and what a tile may reach past the last row, if there is a backward pass; otherwise 0.</summary>
    public long TrainingBatch => Training ? MaxBatch + (long)Simd.TileRows : 0;

    internal SequenceModel<TInput> Model { get; }

    /// <summary>What a pass that only goes forward begins with.</summary>
    internal PackedWeights? Weights { get; init; }

    /// <summary>Whose threads share the work; null for the caller's alone.</summary>
    internal Team? Team { get; }
}
