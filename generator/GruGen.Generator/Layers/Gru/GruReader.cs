using GruGen.Generator.Attributes;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>[Gru(hiddenSize)]</summary>
internal sealed class GruReader : LayerReader<GruSpec>
{
    private static readonly string[] s_ofTwoDirections =
    [
        nameof(GruOptions.Merge), nameof(GruOptions.ReverseActivation), nameof(GruOptions.ReverseActivationAlpha),
        nameof(GruOptions.ReverseActivationBeta), nameof(GruOptions.ReverseGateActivation), nameof(GruOptions.ReverseGateActivationAlpha),
        nameof(GruOptions.ReverseGateActivationBeta),
    ];

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
        CheckActivations(layer.Options, rules);
    }

    private static void CheckActivations(GruOptions options, LayerRules rules)
    {
        foreach (Activation activation in new[] { options.Activation, options.ReverseActivation ?? options.Activation }.Distinct())
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

        foreach (GivenNumber number in GruActivations.NumbersOf(options))
        {
            if (!number.IsInRange)
            {
                rules.Values.AddFractionOutOfRange(number.Name, number.Value, number.Range);
            }

            if (!number.IsUsed)
            {
                const string Where = "beside an activation without such a number", Way = "choose another activation or remove it";
                rules.AddWithoutEffect(number.Name, Where, Way);
            }
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

        foreach (string name in s_ofTwoDirections.Where(name => !layer.Options.Bidirectional && IsGiven(rules.Attribute, name)))
        {
            rules.AddWithoutEffect(name, "in one direction", "add 'Bidirectional = true' or remove it");
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
