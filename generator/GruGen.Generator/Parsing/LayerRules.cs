using GruGen.Generator.Specs;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Parsing.ValueRules;

namespace GruGen.Generator.Parsing;

/// <summary>What a layer must be like in its place.</summary>
internal sealed class LayerRules(AttributeData attribute, LayerPlace place, Findings findings)
{
    private readonly ValueRules _values = new(attribute, findings);

    public void Check(LayerSpec layer)
    {
        _values.CheckChoices();
        switch (layer)
        {
            case EmbeddingSpec embedding:
                Check(embedding);
                break;
            case GruSpec gru:
                Check(gru);
                break;
            case DenseSpec dense:
                _values.CheckSize("units", dense.Units, MaximumUnits);
                CheckResidual(dense, dense.Residual);
                break;
            case DropoutSpec dropout:
                _values.CheckFraction("rate", dropout.Rate);
                break;
            case LayerNormSpec norm:
                _values.CheckEpsilon(norm.Epsilon);
                break;
            case PoolSpec when !place.IsTop:
                Add(Rules.LastBelowReader, Number(place.Number), "move the [Pool] above them or remove it");
                break;
        }
    }

    private void Check(EmbeddingSpec embedding)
    {
        if (place.Number > 1)
        {
            Add(Rules.EmbeddingNotFirst, Number(place.Number));
        }

        _values.CheckVocabulary(embedding.Vocabulary, embedding.PaddingToken);
        _values.CheckSize("size", embedding.Size);
    }

    private void Check(GruSpec gru)
    {
        CheckHiddenSize(gru);
        CheckDirections(gru);
        CheckResidual(gru, gru.Residual);
        CheckOutput(gru);
        _values.CheckFraction("Dropout", gru.Dropout);
        _values.CheckFraction("RecurrentDropout", gru.RecurrentDropout);
        if (gru.Activation == Curve.Softmax)
        {
            Add(Rules.RecurrentSoftmax, Number(place.Number));
        }
    }

    private void CheckHiddenSize(GruSpec gru)
    {
        if (gru is { Direction: Direction.Both, Merge: Merge.Concat })
        {
            _values.CheckSize("hiddenSize", gru.HiddenSize, MaximumSize / 2, ", because its two directions are concatenated");
        }
        else
        {
            _values.CheckSize("hiddenSize", gru.HiddenSize);
        }
    }

    private void CheckDirections(GruSpec gru)
    {
        if (gru.Direction == Direction.Both && AttributeArguments.Property(attribute, "Reverse", otherwise: false))
        {
            Add(Rules.BothWaysReversed, Number(place.Number));
        }

        if (gru.Direction != Direction.Both && AttributeArguments.IsGiven(attribute, "Merge"))
        {
            Add(Rules.NothingToMerge, Number(place.Number));
        }
    }

    private void CheckOutput(GruSpec gru)
    {
        if (!place.IsTop && AttributeArguments.IsGiven(attribute, "Output", "Last"))
        {
            Add(Rules.LastBelowReader, Number(place.Number), "remove 'Output = Steps.Last' or make it 'Steps.Every'");
        }
        else if (place.IsTop && gru is { Residual: true, EveryStep: false })
        {
            Add(Rules.ResidualOfLast, Number(place.Number));
        }
    }

    private void CheckResidual(LayerSpec layer, bool residual)
    {
        int outputSize = layer.OutputSizeOn(place.InputSize);
        if (residual && place.InputSize > 0 && outputSize > 0 && place.InputSize != outputSize)
        {
            Add(Rules.ResidualSizes, Number(place.Number), Number(place.InputSize), Number(outputSize));
        }
    }

    private void Add(DiagnosticDescriptor rule, params object[] details) => findings.AddAt(attribute, rule, details);
}

/// <summary>Where a layer stands.</summary>
/// <param name="Number">The first layer is 1.</param>
/// <param name="InputSize">The size of a step of its input; not above 0 if it is not known, which is reported where it comes from.</param>
/// <param name="IsTop">Whether no layer above reads sequences: no recurrent and no pooling one.</param>
internal readonly record struct LayerPlace(int Number, int InputSize, bool IsTop);
