using GruGen.Generator.Attributes;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>A fully connected layer.</summary>
internal sealed record DenseSpec(int Units, Activation Activation) : LayerSpec
{
    public bool Bias { get; init; } = true;

    public bool Residual { get; init; }

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => Units;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new DenseLayerPlan(this, DensePlan.For(setting.InputSize, Units, Bias));
}

/// <summary>[Dense(units, activation)]</summary>
internal sealed class DenseReader : LayerReader<DenseSpec>
{
    /// <inheritdoc/>
    public override string Name => "Dense";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) =>
        new DenseSpec(Argument<int>(attribute, 0), Argument<Activation>(attribute, 1))
        {
            Bias = Property(attribute, "Bias", otherwise: true),
            Residual = Property(attribute, "Residual", otherwise: false),
        };

    /// <inheritdoc/>
    protected override void Check(DenseSpec layer, LayerRules rules)
    {
        rules.Values.CheckSize("units", layer.Units, LayerLimits.Units);
        rules.CheckResidual(layer, layer.Residual);
        if (ActivationParameters.AreOfRecurrentLayers(layer.Activation))
        {
            rules.Add(Rules.UnsuitableActivation, $"'{layer.Activation}'", rules.Number, "only a [Gru] has it; choose another one");
        }
    }
}
