using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>A fraction of the numbers set to zero while training.</summary>
internal sealed record DropoutSpec(double Rate) : LayerSpec
{
    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override Repetition RepetitionOn(Repetition below) => below;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new DropoutLayerPlan(Rate, setting.InputSize);
}

/// <summary>[Dropout(rate)]</summary>
internal sealed class DropoutReader : LayerReader<DropoutSpec>
{
    /// <inheritdoc/>
    public override string Name => "Dropout";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) => new DropoutSpec(Argument<double>(attribute, 0));

    /// <inheritdoc/>
    protected override void Check(DropoutSpec layer, LayerRules rules) => rules.Values.CheckFraction("rate", layer.Rate);
}

/// <summary>A dropout layer: one stage, and no parameters.</summary>
internal sealed record DropoutLayerPlan(double Rate, int Size) : LayerPlan("dropout", Size, Size)
{
    /// <inheritdoc/>
    public override Place Length => default;

    /// <inheritdoc/>
    public override LayerWriter Writer => new DropoutWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs)
    {
        Rows source = inputs[0];
        var target = source.Like(Name, OutputSize) with { AreInputs = source.AreInputs };
        return stages.Add(new DropStage(source, target, stages.NextMask(), Rate, OneMask: false));
    }
}

/// <summary>Writes what a dropout layer is.</summary>
internal sealed class DropoutWriter(DropoutLayerPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => $"Dropout({ModelText.Real(layer.Rate)})";

    /// <inheritdoc/>
    public override string Summary => $"rate {ModelText.Real(layer.Rate)}";
}
