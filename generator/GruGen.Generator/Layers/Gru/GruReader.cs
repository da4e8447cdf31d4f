using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>[Gru(hiddenSize)]</summary>
internal sealed class GruReader : LayerReader<GruSpec>
{
    /// <inheritdoc/>
    public override string Name => "Gru";

    /// <inheritdoc/>
    public override bool IsRecurrent => true;

    /// <inheritdoc/>
    public override bool ReadsSequences => true;

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop)
    {
        bool everyStep = IsGiven(attribute, "Output") ? IsGiven(attribute, "Output", "Every") : !isTop;
        var plain = new GruSpec(Argument<int>(attribute, 0), everyStep);
        return plain with
        {
            Direction = Property(attribute, "Bidirectional", otherwise: false) ? Direction.Both
                : Property(attribute, "Reverse", otherwise: false) ? Direction.Reverse
                : Direction.Forward,
            Merge = Property(attribute, "Merge", plain.Merge),
            ResetAfter = Property(attribute, "ResetAfter", plain.ResetAfter),
            UpdateReplaces = IsGiven(attribute, "UpdateGate", "Replace"),
            Bias = Property(attribute, "Bias", plain.Bias),
            Activation = Property(attribute, "Activation", plain.Activation),
            GateActivation = Property(attribute, "GateActivation", plain.GateActivation),
            LearnedInitialState = IsGiven(attribute, "InitialState", "Learned"),
            Dropout = Property(attribute, "Dropout", plain.Dropout),
            RecurrentDropout = Property(attribute, "RecurrentDropout", plain.RecurrentDropout),
            Residual = Property(attribute, "Residual", plain.Residual),
        };
    }

    /// <inheritdoc/>
    protected override void Check(GruSpec layer, LayerRules rules)
    {
        CheckHiddenSize(layer, rules);
        CheckDirections(layer, rules);
        rules.CheckResidual(layer, layer.Residual);
        CheckOutput(layer, rules);
        rules.Values.CheckFraction("Dropout", layer.Dropout);
        rules.Values.CheckFraction("RecurrentDropout", layer.RecurrentDropout);
        if (layer.Activation == Curve.Softmax)
        {
            rules.Add(Rules.RecurrentSoftmax, rules.Number);
        }
    }

    private static void CheckHiddenSize(GruSpec layer, LayerRules rules)
    {
        if (layer is { Direction: Direction.Both, Merge: Merge.Concat })
        {
            rules.Values.CheckSize("hiddenSize", layer.HiddenSize, ValueRules.MaximumSize / 2, ", because its two directions are concatenated");
        }
        else
        {
            rules.Values.CheckSize("hiddenSize", layer.HiddenSize);
        }
    }

    private static void CheckDirections(GruSpec layer, LayerRules rules)
    {
        if (layer.Direction == Direction.Both && Property(rules.Attribute, "Reverse", otherwise: false))
        {
            rules.Add(Rules.BothWaysReversed, rules.Number);
        }

        if (layer.Direction != Direction.Both && IsGiven(rules.Attribute, "Merge"))
        {
            rules.Add(Rules.NothingToMerge, rules.Number);
        }
    }

    private static void CheckOutput(GruSpec layer, LayerRules rules)
    {
        if (!rules.Place.IsTop && IsGiven(rules.Attribute, "Output", "Last"))
        {
            rules.Add(Rules.LastBelowReader, rules.Number, "remove 'Output = Steps.Last' or make it 'Steps.Every'");
        }
        else if (rules.Place.IsTop && layer is { Residual: true, EveryStep: false })
        {
            rules.Add(Rules.ResidualOfLast, rules.Number);
        }
    }
}
