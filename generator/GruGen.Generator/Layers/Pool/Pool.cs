using GruGen.Generator.Attributes;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>One vector of all steps.</summary>
internal sealed record PoolSpec(Pooling Pooling) : LayerSpec
{
    /// <inheritdoc/>
    public override string? NeedsEnds => Pooling switch
    {
        Pooling.Mean => "takes the mean of all their steps",
        Pooling.Max => "takes the largest of all their steps",
        _ => null,
    };

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override bool EveryStepOn(bool everyStep) => false;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new PoolLayerPlan(Pooling, setting.InputSize);
}

/// <summary>[Pool(pooling)]</summary>
internal sealed class PoolReader : LayerReader<PoolSpec>
{
    /// <inheritdoc/>
    public override string Name => "Pool";

    /// <inheritdoc/>
    public override bool ReadsSequences => true;

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) => new PoolSpec(Argument<Pooling>(attribute, 0));

    /// <inheritdoc/>
    protected override void Check(PoolSpec layer, LayerRules rules)
    {
        if (!rules.Place.IsTop)
        {
            rules.Add(Rules.LastBelowReader, rules.Number, "move the [Pool] above them or remove it");
        }
    }
}

/// <summary>A pooling layer: one stage, and no parameters.</summary>
internal sealed record PoolLayerPlan(Pooling Pooling, int Size) : LayerPlan("pool", Size, Size)
{
    /// <inheritdoc/>
    public override Place Length => default;

    /// <inheritdoc/>
    public override string? NeedsWholeSequence => Pooling == Pooling.Last ? null : "pools all steps of a sequence";

    /// <inheritdoc/>
    public override LayerWriter Writer => new PoolWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        stages.Add(new PoolStage(this, inputs[0], new Rows(Name, OutputSize, PerStep: false)));
}

/// <summary>One row of all steps of a sequence.</summary>
internal sealed record PoolStage(PoolLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => Layer.Pooling == Pooling.Last ? new LastStepWriter(this) : new PoolStageWriter(this);
}

/// <summary>Writes what a pooling layer is.</summary>
internal sealed class PoolWriter(PoolLayerPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => $"Pool(global::GruGen.Pooling.{layer.Pooling})";

    /// <inheritdoc/>
    public override string Summary => layer.Pooling.ToString().ToLowerInvariant();
}

/// <summary>Writes the pooling of steps: the mean or the largest of each number.</summary>
internal class PoolStageWriter(PoolStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly string _pooling = $"global::GruGen.Pooling.{stage.Layer.Pooling}";

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams) => [Memory.OfOneRow(Target)];

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First($"{Kernels}PoolingRows.Forward<TVector>({_pooling}, {At(Source)}, {At(Target)}, {Source.Stride}, Places);")];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string rows = $"{At(Source)}, {At(Target)}, {GradientAt(Target)}, {GradientAt(Source)}";
        return [First($"{Kernels}PoolingRows.Backward<TVector>({_pooling}, {rows}, {Source.Stride}, Places);")];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> BeforeBlocks() => [$"{Field(Target.Name)}.Span.Clear();"];

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [$"{Kernels}PoolingRows.Forward<TVector>({_pooling}, {places[Source]}, {places[Target]}, {Source.Stride}, places);"];
}

/// <summary>Writes the pooling that keeps the last step: a stream has it already.</summary>
internal sealed class LastStepWriter(PoolStage stage) : PoolStageWriter(stage)
{
    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [Sequences($"KeepLastRows({At(Source)}, {At(Target)}, {Source.Stride}, first, end, share);")];

    /// <inheritdoc/>
    public override string StepPlace(Places places) => places[Source];

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [$"{Kernels}Packing.Copy(ref At({places[Source]}, (count - 1) * {Source.Stride}), {places[Target]}, {Source.Stride});"];
}
