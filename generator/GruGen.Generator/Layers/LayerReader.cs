using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Layers;

/// <summary>Reads the attribute of one kind of layer: here symbols become a spec.</summary>
internal abstract class LayerReader
{
    /// <summary>The attribute as people write it: <c>Gru</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name of the layer that is so much the <paramref name="number"/>th of its kind, unless it is given one.</summary>
    public virtual string NameOf(int number) => Name.ToLowerInvariant() + number;

    /// <summary>Whether it reads tokens, so that a model which begins with it does.</summary>
    public virtual bool ReadsTokens => false;

    /// <summary>Whether its steps know of each other, as those of some layer of a model must.</summary>
    public virtual bool IsRecurrent => false;

    /// <summary>Whether it needs a sequence and not one vector of it.</summary>
    public virtual bool ReadsSequences => false;

    /// <summary>Reads an attribute whose arguments are complete but may break any rule.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="isTop">Whether no layer above reads sequences: then a recurrent one outputs its final state unless told
    /// otherwise.</param>
    public abstract LayerSpec Read(AttributeData attribute, bool isTop);

    /// <summary>Reports what is wrong with what was read.</summary>
    public abstract void Check(LayerSpec layer, LayerRules rules);
}

/// <summary>Reads layers of one type.</summary>
internal abstract class LayerReader<TSpec> : LayerReader
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    public sealed override void Check(LayerSpec layer, LayerRules rules)
    {
        rules.Values.CheckChoices();
        Check((TSpec)layer, rules);
    }

    /// <inheritdoc cref="LayerReader.Check"/>
    protected abstract void Check(TSpec layer, LayerRules rules);
}
