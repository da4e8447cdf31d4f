using GruGen.Generator.Attributes;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>One vector of all steps, or of those of each window.</summary>
internal sealed record PoolSpec(Pooling Pooling) : LayerSpec
{
    /// <summary>The steps of a window; 0 for one vector of all steps.</summary>
    public int Window { get; init; }

    /// <summary>From one window to the next; 0 if there are none.</summary>
    public int Stride { get; init; }

    /// <inheritdoc/>
    public override bool ChangesSteps => Window != 0;

    /// <inheritdoc/>
    public override string? NeedsEnds => ChangesSteps ? null : Pooling switch
    {
        Pooling.Mean => "takes the mean of all their steps",
        Pooling.Max => "takes the largest of all their steps",
        _ => null,
    };

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override bool EveryStepOn(bool everyStep) => ChangesSteps;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new PoolLayerPlan(this, setting.InputSize);
}

/// <summary>[Pool(pooling)]</summary>
internal sealed class PoolReader : LayerReader<PoolSpec>
{
    /// <inheritdoc/>
    public override string Name => "Pool";

    /// <inheritdoc/>
    public override bool ReadsSequences => true;

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop)
    {
        int window = Property(attribute, "Window", otherwise: 0), stride = Property(attribute, "Stride", otherwise: 0);
        return new PoolSpec(Argument<Pooling>(attribute, 0)) { Window = window, Stride = stride == 0 ? window : stride };
    }

    /// <inheritdoc/>
    protected override void Check(PoolSpec layer, LayerRules rules)
    {
        if (layer.Window != 0)
        {
            int most = ConvLimits.History / Math.Max(rules.Place.InputSize, 1);
            bool isWide = most < LayerLimits.Size; // (window − 1) · inputs is what a stream keeps
            const string Reason = ", because (Window − 1) · inputs is what a sequence keeps and at most ";
            rules.Values.CheckSize(
                "Window", layer.Window, isWide ? most + 1 : LayerLimits.Size, isWide ? Reason + ValueRules.Number(ConvLimits.History) : "");
            rules.Values.CheckSize("Stride", layer.Stride);
            return;
        }

        if (layer.Stride != 0)
        {
            rules.AddWithoutEffect("Stride", "without a 'Window'", "add one or remove it");
        }

        if (!rules.Place.IsTop)
        {
            rules.Add(Rules.LastBelowReader, rules.Number, "move the [Pool] above them or remove it");
        }
    }
}

/// <summary>A pooling layer: one stage, and no parameters.</summary>
internal sealed record PoolLayerPlan(PoolSpec Spec, int Size) : LayerPlan("pool", Size, Size)
{
    public Pooling Pooling => Spec.Pooling;

    /// <summary>The numbers of the steps of a window before its last one, which have to be kept; of the last step alone none.</summary>
    private int HistorySize => Spec.Window == 0 || Pooling == Pooling.Last ? 0 : (Spec.Window - 1) * Size;

    /// <inheritdoc/>
    public override Place Length => new(0, States: WindowStates.Length(HistorySize, Spec.ChangesSteps));

    /// <inheritdoc/>
    public override IReadOnlyList<StatePlan> States => WindowStates.Of(this, HistorySize, Spec.ChangesSteps);

    /// <inheritdoc/>
    public override string? NeedsWholeSequence =>
        Spec.ChangesSteps || Pooling == Pooling.Last ? null : "pools all steps of a sequence";

    /// <inheritdoc/>
    public override LayerWriter Writer => new PoolWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) => Spec.ChangesSteps
        ? stages.AddWindows(Name, inputs[0], Pooling, Spec.Window, Spec.Stride, States)
        : stages.Add(new PoolStage(this, inputs[0], new Rows(Name, OutputSize, PerStep: false) { Clock = inputs[0].Clock }));
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
    public override string Schema => $"Pool(global::GruGen.Pooling.{layer.Pooling}{Windows(", window: ", ", stride: ")})";

    /// <inheritdoc/>
    public override string Summary => layer.Pooling.ToString().ToLowerInvariant() + Windows(", window ", ", stride ");

    private string Windows(string window, string stride) =>
        layer.Spec.Window == 0 ? "" : window + Emission.Text.Literal(layer.Spec.Window) + stride + Emission.Text.Literal(layer.Spec.Stride);
}

/// <summary>Writes the pooling of steps: the mean or the largest of each number.</summary>
internal class PoolStageWriter(PoolStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly string _pooling = $"global::GruGen.Pooling.{stage.Layer.Pooling}";

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams) => [Memory.OfOneRow(Target)];

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First($"{Kernels}PoolingRows.Forward<TVector>({_pooling}, {At(Source)}, {At(Target)}, {Source.Stride}, {PlacesOf(Source)});")];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string rows = $"{At(Source)}, {At(Target)}, {GradientAt(Target)}, {GradientAt(Source)}", add = stage.Adds ? ", add: true" : "";
        return
        [
            First(IfWanted(
                Source, $"{Kernels}PoolingRows.Backward<TVector>({_pooling}, {rows}, {Source.Stride}, {PlacesOf(Source)}{add});")),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> BeforeBlocks() => [$"{Field(Target.Name)}.Span.Clear();"];

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [$"{Kernels}PoolingRows.Forward<TVector>({_pooling}, {places[Source]}, {places[Target]}, {Source.Stride}, {BlockPlaces(Source)});"];
}

/// <summary>Writes the pooling that keeps the last step: a stream has it already.</summary>
internal sealed class LastStepWriter(PoolStage stage) : PoolStageWriter(stage)
{
    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [
            Sequences($"KeepLastRows({At(Source)}, {At(Target)}, {Source.Stride}, "
                + $"{(Source.Clock == 0 ? "first, end" : $"{Source.Clock}")}, share);"),
        ];

    /// <inheritdoc/>
    public override string StepPlace(Places places) => places[Source];

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [$"{Kernels}Packing.Copy(ref At({places[Source]}, ({rows} - 1) * {Source.Stride}), {places[Target]}, {Source.Stride});"];
}
