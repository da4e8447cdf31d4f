using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Layers;

/// <summary>What any layer must be like in its place.</summary>
internal sealed class LayerRules(AttributeData attribute, LayerPlace place, Findings findings)
{
    public AttributeData Attribute => attribute;

    public LayerPlace Place => place;

    /// <summary>What the values of its attribute must be like.</summary>
    public ValueRules Values { get; } = new(attribute, findings);

    /// <summary>Its number as messages have it.</summary>
    public string Number => ValueRules.Number(place.Number);

    /// <summary>A residual connection adds vectors of one size.</summary>
    public void CheckResidual(LayerSpec layer, bool residual)
    {
        int outputSize = layer.OutputSizeOn(place.InputSize);
        if (residual && place.InputSize > 0 && outputSize > 0 && place.InputSize != outputSize)
        {
            Add(Rules.ResidualSizes, Number, ValueRules.Number(place.InputSize), ValueRules.Number(outputSize));
        }
    }

    /// <summary>An option that does nothing: where, and the way out.</summary>
    public void AddWithoutEffect(string option, string where, string way) =>
        Add(Rules.WithoutEffect, option, $" on layer {Number}", where, way);

    public void Add(DiagnosticDescriptor rule, params object[] details) => findings.AddAt(attribute, rule, details);
}

/// <summary>Where a layer stands.</summary>
/// <param name="Number">The first layer is 1.</param>
/// <param name="InputSize">The size of a step of its input; not above 0 if it is not known, which is reported where it comes from.</param>
/// <param name="IsTop">Whether no layer above reads sequences: no recurrent and no pooling one.</param>
internal readonly record struct LayerPlace(int Number, int InputSize, bool IsTop)
{
    public bool IsFirst => Number == 1;
}
