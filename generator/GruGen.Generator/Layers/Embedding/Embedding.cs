using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>A table of <paramref name="Tokens"/> vectors of <paramref name="Size"/> numbers.</summary>
internal sealed record EmbeddingSpec(int Tokens, int Size) : LayerSpec
{
    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    public int PaddingToken { get; init; } = -1;

    /// <inheritdoc/>
    public override int? Vocabulary => Tokens;

    /// <inheritdoc/>
    public override bool MasksSteps => PaddingToken >= 0;

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => Size;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new EmbeddingLayerPlan(EmbeddingPlan.For(Tokens, Size), PaddingToken)
    {
        ByToken = setting.Above?.TakesTokensOf(Tokens) ?? false,
    };
}

/// <summary>[Embedding(vocabulary, size)]</summary>
internal sealed class EmbeddingReader : LayerReader<EmbeddingSpec>
{
    /// <inheritdoc/>
    public override string Name => "Embedding";

    /// <summary>There is only one.</summary>
    public override string NameOf(int number) => "embedding";

    /// <inheritdoc/>
    public override bool ReadsTokens => true;

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) =>
        new EmbeddingSpec(Argument<int>(attribute, 0), Argument<int>(attribute, 1))
        {
            PaddingToken = Property(attribute, "PaddingToken", otherwise: -1),
        };

    /// <inheritdoc/>
    protected override void Check(EmbeddingSpec layer, LayerRules rules)
    {
        if (!rules.Place.IsFirst)
        {
            rules.Add(Rules.EmbeddingNotFirst, rules.Number);
        }

        rules.Values.CheckVocabulary(layer.Tokens, layer.PaddingToken);
        rules.Values.CheckSize("size", layer.Size);
    }
}
