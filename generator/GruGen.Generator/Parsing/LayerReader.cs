using GruGen.Generator.Specs;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Parsing.AttributeArguments;

namespace GruGen.Generator.Parsing;

/// <summary>Reads the attribute of one layer, whose arguments are complete but may break any rule.</summary>
internal static class LayerReader
{
    /// <param name="attribute">The attribute.</param>
    /// <param name="isTop">Whether no layer above reads sequences: then a recurrent one hands on its final state unless told otherwise.</param>
    public static LayerSpec Read(AttributeData attribute, bool isTop) => ModelAttributes.NameOf(attribute) switch
    {
        "Embedding" => new EmbeddingSpec(Argument<int>(attribute, 0), Argument<int>(attribute, 1))
        {
            PaddingToken = Property(attribute, "PaddingToken", otherwise: -1),
        },
        "Gru" => ReadGru(attribute, new GruSpec(Argument<int>(attribute, 0), HandsOnEveryStep(attribute, isTop))),
        "Dense" => new DenseSpec(Argument<int>(attribute, 0), Argument<Curve>(attribute, 1))
        {
            Residual = Property(attribute, "Residual", otherwise: false),
        },
        "Dropout" => new DropoutSpec(Argument<double>(attribute, 0)),
        "LayerNorm" => new LayerNormSpec(Property(attribute, "Epsilon", otherwise: 1e-5)),
        "Pool" => new PoolSpec(Argument<Pooling>(attribute, 0)),
        string name => throw new ArgumentException($"[{name}] is no layer.", nameof(attribute)),
    };

    private static bool HandsOnEveryStep(AttributeData attribute, bool isTop) =>
        IsGiven(attribute, "Output") ? IsGiven(attribute, "Output", "Every") : !isTop;

    /// <summary>The layer with all that is given; <paramref name="plain"/> has the values of the rest.</summary>
    private static GruSpec ReadGru(AttributeData attribute, GruSpec plain) => plain with
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
