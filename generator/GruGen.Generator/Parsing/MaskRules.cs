using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>Reads what [GruModel] says of steps that only fill a sequence, and checks it against the layers.</summary>
internal static class MaskRules
{
    private const string Value = "MaskValue", Output = "MaskedOutput";

    /// <summary>Gives the layers with it.</summary>
    public static ParsedLayers Check(AttributeData modelAttribute, Findings findings, ParsedLayers layers)
    {
        double given = AttributeArguments.Property(modelAttribute, Value, otherwise: double.NaN);
        double? maskValue = double.IsNaN(given) ? null : given;
        bool readsTokens = layers.Layers.Count > 0 && layers.Layers[0].Vocabulary is not null;
        if (maskValue is not null && readsTokens)
        {
            findings.Add(Rules.WithoutEffect, Value, "", "where tokens are read", "give the [Embedding] a 'PaddingToken' or remove it");
            maskValue = null;
        }
        else if (float.IsInfinity((float)given))
        {
            new ValueRules(modelAttribute, findings).AddFractionOutOfRange(Value, given, "a finite number, as a float");
        }

        MaskedOutput output = AttributeArguments.Property(modelAttribute, Output, otherwise: MaskedOutput.Zero);
        if (output == MaskedOutput.Repeat)
        {
            output = CheckRepetition(findings, layers, maskValue is not null || layers.Layers.Any(layer => layer.MasksSteps));
        }

        return layers with { MaskValue = maskValue, MaskedOutput = output };
    }

    private static MaskedOutput CheckRepetition(Findings findings, ParsedLayers layers, bool masksSteps)
    {
        if (!masksSteps)
        {
            const string Way = "name a 'MaskValue', or the 'PaddingToken' of an [Embedding], or remove it";
            findings.Add(Rules.WithoutEffect, Output, "", "where no step is masked", Way);
        }
        else if (layers.Layers.Count < layers.Graph.Inputs.Count)
        {
            return MaskedOutput.Repeat; // a layer is not known
        }
        else if (!EveryStep(layers))
        {
            const string Way = "add 'Output = SequenceOutput.EveryStep' to the last [Gru] or remove it";
            findings.Add(Rules.WithoutEffect, Output, "", "where there is one output for a sequence", Way);
        }
        else if (layers.Layers.Any(layer => layer.ChangesSteps))
        {
            const string Where = "where a layer makes one step of several, because no output is one of a masked step";
            findings.Add(Rules.WithoutEffect, Output, "", Where, "remove it");
            return MaskedOutput.Zero;
        }
        else if (Repetitions(layers).Any(repetition => repetition == Repetition.Mixed))
        {
            findings.Add(Rules.MixedRepetition);
        }

        return MaskedOutput.Repeat;
    }

    private static bool EveryStep(ParsedLayers layers)
    {
        List<bool> values = [true];
        for (int i = 0; i < layers.Layers.Count; i++)
        {
            values.Add(layers.Layers[i].EveryStepOn(values[layers.Graph.Inputs[i][0]]));
        }

        return values[layers.Graph.Outputs[0]];
    }

    /// <summary>How each output repeats its neighbours; both halves of one have no place beside another one.</summary>
    private static IEnumerable<Repetition> Repetitions(ParsedLayers layers)
    {
        List<Repetition> values = [Repetition.Whole];
        for (int i = 0; i < layers.Layers.Count; i++)
        {
            EquatableArray<int> inputs = layers.Graph.Inputs[i];
            Repetition below = inputs.All(value => values[value] == values[inputs[0]]) ? values[inputs[0]] : Repetition.Mixed;
            values.Add(layers.Layers[i].RepetitionOn(below));
        }

        bool isChain = layers.Graph.IsChain;
        bool isWhole = isChain || values.All(each => each == Repetition.Whole);
        return layers.Graph.Outputs.Select(value => isWhole ? values[value] : Repetition.Mixed);
    }
}
