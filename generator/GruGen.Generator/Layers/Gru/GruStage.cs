using System.Collections.Immutable;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>One direction of a recurrent layer; its states after each step are <paramref name="States"/>.</summary>
internal sealed record GruStage(GruDirectionPlan Direction, Rows Source, Rows States, Rows Target) : Stage(Source, Target)
{
    /// <summary>The number of its mask, where training has dropout of the state.</summary>
    public int MaskIndex { get; init; }

    public GruPlan Kernel => Direction.Kernel;

    /// <summary>The embedding whose tokens it reads; null if it reads vectors.</summary>
    public EmbeddingLayerPlan? Table => Direction.Layer.Table;

    public bool EveryStep => Target.PerStep;

    /// <inheritdoc/>
    public override bool ReadsUnpadded => true;

    /// <inheritdoc/>
    public override StageWriter Writer => new GruStageWriter(this);
}

/// <summary>Each sequence from its end to its start.</summary>
internal sealed record TurnStage(Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new TurnWriter(this);
}

/// <summary>Two directions become one; the reverse one lies reversed.</summary>
internal sealed record MergeStage(GruLayerPlan Layer, Rows Ahead, Rows Reverse, Rows Target)
    : Stage(ImmutableArray.Create(Ahead, Reverse), Target)
{
    public Merge Merge => Layer.Spec.Options.Merge;

    /// <inheritdoc/>
    public override StageWriter Writer => new MergeWriter(this);
}
