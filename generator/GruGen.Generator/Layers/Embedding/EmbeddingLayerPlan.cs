namespace GruGen.Generator.Layers;

/// <summary>An embedding: one stage, unless the layer above reads the tokens themselves.</summary>
internal sealed record EmbeddingLayerPlan(EmbeddingPlan Kernel, int Padding) : LayerPlan("embedding", Kernel.Vocabulary, Kernel.Size)
{
    /// <summary>Whether the layer above reads tokens, so that a step's vector is never gathered.</summary>
    public bool ByToken { get; init; }

    /// <inheritdoc/>
    public override Place Length => new(Kernel.ParameterCount);

    /// <inheritdoc/>
    public override int PaddingToken => Padding;

    /// <inheritdoc/>
    public override LayerWriter Writer => new EmbeddingWriter(this);

    /// <summary>There is only one.</summary>
    public override string NameOf(int number) => Kind;

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        ByToken ? inputs[0] : stages.Add(new GatherStage(this, inputs[0], inputs[0].Like(Name, OutputSize)));
}

/// <summary>x = table[token]</summary>
internal sealed record GatherStage(EmbeddingLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new GatherWriter(this);
}
