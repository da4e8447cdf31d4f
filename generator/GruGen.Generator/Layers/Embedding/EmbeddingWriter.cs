using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Writes what an embedding is, and its gradients; its parameters are read where they lie.</summary>
internal sealed class EmbeddingWriter(EmbeddingLayerPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => $"Embedding({Literal(layer.Kernel.Vocabulary)}, {Literal(layer.Kernel.Size)}{Padding})";

    private string Padding => layer.Padding < 0 ? "" : $", paddingToken: {layer.Padding}";

    /// <inheritdoc/>
    public override string Summary => layer.Padding < 0 ? "" : $"padding token {layer.Padding}";

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients()
    {
        (string tokens, string count) = layer.ByToken ? ("BatchTokens", "BatchTokenCount") : ("Tokens", "Rows(0, StepCount)");
        string table = At("gradients", layer.Start.Parameters, layer.Name + ".weight");
        string rows = $"ref {tokens}, ref {GradientField(layer.Name)}.Start, {table}, {count}";
        return [$"{Kernels}EmbeddingKernel.Scatter<TVector>({rows}, {Sizes});"];
    }

    /// <summary>The vectors of so many tokens.</summary>
    public string Gather(string tokens, string target, string count) =>
        $"{Kernels}EmbeddingKernel.Gather({tokens}, ref Weights.Table.Start, {target}, {count}, {Sizes});";

    private string Sizes => $"size: {layer.Kernel.Size}, stride: {layer.Kernel.Stride}";
}

/// <summary>Writes the stage of an embedding.</summary>
internal sealed class GatherWriter(GatherStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly EmbeddingWriter _layer = new(stage.Layer);

    /// <inheritdoc/>
    protected override string Letter => "x";

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(_layer.Gather("ref Tokens", At(Target), "rows"))];

    /// <summary>Its gradients go straight into those of the parameters.</summary>
    public override IEnumerable<Work> Backward() => [];

    /// <inheritdoc/>
    public override string StepPlace(Places places) => $"ref Weights.Table.At(({Native})token * {stage.Layer.Kernel.Size})";

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [_layer.Gather("ref input", places[Target], "count")];
}
