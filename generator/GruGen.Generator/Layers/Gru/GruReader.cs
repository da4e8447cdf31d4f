using GruGen.Generator.Attributes;
using GruGen.Generator.Values;
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
        bool everyStep = IsGiven(attribute, "Output") ? IsGiven(attribute, "Output", "EveryStep") : !isTop;
        return new GruSpec(Argument<int>(attribute, 0), everyStep) { Options = Properties(attribute, new GruOptions()) };
    }

    /// <inheritdoc/>
    protected override void Check(GruSpec layer, LayerRules rules)
    {
        CheckHiddenSize(layer, rules);
        CheckDirections(layer, rules);
        rules.CheckResidual(layer, layer.Options.Residual);
        CheckOutput(layer, rules);
        rules.Values.CheckFraction("Dropout", layer.Options.Dropout);
        rules.Values.CheckFraction("RecurrentDropout", layer.Options.RecurrentDropout);
        CheckActivation(layer.Options.Activation, rules);
    }

    private static void CheckActivation(Activation activation, LayerRules rules)
    {
        string? why = activation == Activation.Softmax ? "applies its activation to each unit alone"
            : activation.NeedsArgument() ? "keeps the value of its activation, which does not tell the derivative"
            : null;
        if (why is not null)
        {
            string name = activation.ToString().ToLowerInvariant();
            string way = $"a recurrent layer {why}; give it another one, and {name} to a [Dense] above it";
            rules.Add(Rules.UnsuitableActivation, name, rules.Number, way);
        }
    }

    private static void CheckHiddenSize(GruSpec layer, LayerRules rules)
    {
        if (layer.Options is { Bidirectional: true, Merge: Merge.Concat })
        {
            rules.Values.CheckSize("hiddenSize", layer.HiddenSize, LayerLimits.Size / 2, ", because its two directions are concatenated");
        }
        else
        {
            rules.Values.CheckSize("hiddenSize", layer.HiddenSize);
        }
    }

    private static void CheckDirections(GruSpec layer, LayerRules rules)
    {
        if (layer.Options is { Bidirectional: true, Reverse: true })
        {
            rules.Add(Rules.BothWaysReversed, rules.Number);
        }

        if (!layer.Options.Bidirectional && IsGiven(rules.Attribute, "Merge"))
        {
            rules.Add(Rules.NothingToMerge, rules.Number);
        }
    }

    private static void CheckOutput(GruSpec layer, LayerRules rules)
    {
        if (!rules.Place.IsTop && IsGiven(rules.Attribute, "Output", "Final"))
        {
            rules.Add(Rules.LastBelowReader, rules.Number, "remove 'Output = SequenceOutput.Final' or make it 'SequenceOutput.EveryStep'");
        }
        else if (rules.Place.IsTop && layer is { EveryStep: false, Options.Residual: true })
        {
            rules.Add(Rules.ResidualOfLast, rules.Number);
        }
    }
}
