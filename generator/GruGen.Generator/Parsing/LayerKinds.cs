using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>The kinds of layers. A new one is added here, and is otherwise in its own folder.</summary>
internal static class LayerKinds
{
    private static readonly LayerReader[] s_all =
    [
        new EmbeddingReader(),
        new GruReader(),
        new DenseReader(),
        new DropoutReader(),
        new LayerNormReader(),
        new BatchNormReader(),
        new PoolReader(),
        new PReLUReader(),
        new Conv1DReader(),
        new JoinReader(),
    ];

    /// <summary>The reader of an attribute; null if it is no layer.</summary>
    public static LayerReader? Find(AttributeData attribute) =>
        s_all.FirstOrDefault(kind => kind.Name == AttributeSource.NameOf(attribute));

    /// <summary>The reader of a layer.</summary>
    public static LayerReader Of(AttributeData layer) =>
        Find(layer) ?? throw new ArgumentException($"[{AttributeSource.NameOf(layer)}] is no layer.", nameof(layer));
}
