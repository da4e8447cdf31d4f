using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>Rows that one stage hands to others, each of <paramref name="Size"/> numbers: one for each step of each sequence, or one for each sequence.</summary>
/// <param name="Name">The name of their buffer.</param>
/// <param name="Size">The numbers of a row.</param>
/// <param name="PerStep">Whether there is a row for each step.</param>
internal sealed record Rows(string Name, int Size, bool PerStep)
{
    /// <summary>The inputs of the model.</summary>
    public const string Input = "features";

    /// <summary>The number of the state whose final values they are; −1 for a buffer of their own.</summary>
    public int FinalState { get; init; } = -1;

    /// <summary>The rows whose gradient these ones' is, because a residual connection adds them to something; null for a gradient of their own.</summary>
    public Rows? GradientOf { get; init; }

    public bool IsInput => Name == Input;

    /// <summary>Whether they are the inputs of the model, or those turned or with some dropped: their gradient is only wanted if that of the inputs is.</summary>
    public bool AreInputs { get; init; } = Name == Input;

    public bool IsFinalState => FinalState >= 0;

    /// <summary>From one row to the next.</summary>
    public int Stride => KernelPlan.Padded(Size);
}

/// <summary>
/// One thing that a pass does: a layer is one or several of them. Forward they run in their order, backward in the opposite one.
/// </summary>
/// <param name="Source">What it reads.</param>
/// <param name="Target">What it writes.</param>
internal abstract record Stage(Rows Source, Rows Target)
{
    /// <summary>Whether the gradient of <see cref="Source"/> has something in it already when the stage goes back, which later stages put there.</summary>
    public bool Adds { get; init; }
}

/// <summary>x = table[token]</summary>
internal sealed record GatherStage(EmbeddingLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target);

/// <summary>Some numbers are set to zero while training, by the mask <paramref name="Index"/>; <paramref name="OneMask"/>: the same of every step of a sequence.</summary>
internal sealed record DropStage(Rows Source, Rows Target, int Index, double Rate, bool OneMask) : Stage(Source, Target);

/// <summary>Each sequence from its end to its start.</summary>
internal sealed record TurnStage(Rows Source, Rows Target) : Stage(Source, Target);

/// <summary>One direction of a recurrent layer; its states after each step are <paramref name="States"/>.</summary>
internal sealed record GruStage(GruDirectionPlan Direction, Rows Source, Rows States, Rows Target) : Stage(Source, Target)
{
    /// <summary>The number of its mask, where training drops some of the state.</summary>
    public int MaskIndex { get; init; }

    public GruPlan Kernel => Direction.Kernel;

    /// <summary>The embedding whose tokens it reads; null if it reads vectors.</summary>
    public EmbeddingLayerPlan? Table => Direction.Layer.Table;

    public bool EveryStep => Target.PerStep;
}

/// <summary>Two directions become one; the reverse one lies turned.</summary>
internal sealed record MergeStage(GruLayerPlan Layer, Rows Source, Rows Reverse, Rows Target) : Stage(Source, Target)
{
    public Merge Merge => Layer.Spec.Merge;
}

/// <summary>y = activation(W·x + b)</summary>
internal sealed record DenseStage(DenseLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target);

/// <summary>Layer normalisation.</summary>
internal sealed record NormStage(LayerNormPlan Layer, Rows Source, Rows Target) : Stage(Source, Target);

/// <summary>One row of all steps of a sequence.</summary>
internal sealed record PoolStage(PoolLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target);

/// <summary>A residual connection: what a layer has made of <see cref="Stage.Source"/> is added to it.</summary>
internal sealed record AddStage(Rows Source, Rows Output, Rows Target) : Stage(Source, Target);
