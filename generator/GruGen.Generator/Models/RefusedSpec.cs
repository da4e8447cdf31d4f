using GruGen.Generator.Values;

namespace GruGen.Generator.Models;

/// <summary>
/// A declaration that cannot become code: what to say of it, and what its members would look like as far as that can be known.
/// </summary>
/// <param name="MetadataName">The full metadata name.</param>
/// <param name="Reasons">All that is wrong, each with the id of its rule; without places, which an edit elsewhere in the file
/// moves.</param>
/// <param name="Skeleton">The members that its uses compile against; null where the declaration can have no other part.</param>
/// <param name="IsSilenced">Whether source keeps the analyzer from saying it, which is the one way to do so while it runs.</param>
internal sealed record RefusedSpec(string MetadataName, string Reasons, SkeletonSpec? Skeleton, bool IsSilenced)
{
    public string HintName => HintNames.Distinct(MetadataName) + ".refused";
}

/// <summary>A part without a body of a declaration that cannot become code.</summary>
/// <param name="Namespace">The namespace, "" for the global one.</param>
/// <param name="Containers">The types around it, the outermost first.</param>
/// <param name="Declaration">The head of a further part.</param>
/// <param name="TypeName">The type inside its own declaration.</param>
/// <param name="ConstructorName">The name its constructors are declared with.</param>
/// <param name="RuntimeAlias">The alias that leads to the runtime; "global" unless it is referenced by another one alone.</param>
/// <param name="Kind">What members it can have.</param>
/// <param name="HasConstructor">Whether the emitted constructor has a place beside those that are written.</param>
/// <param name="ReadsTokens">Whether its first layer is an embedding.</param>
/// <param name="GivesOne">Whether a prediction is a single float.</param>
/// <param name="Sizes">InputSize and OutputSize, at least 1.</param>
/// <param name="Taken">The names that its own members and type parameters have.</param>
internal sealed record SkeletonSpec(
    string Namespace,
    EquatableArray<ContainerSpec> Containers,
    string Declaration,
    string TypeName,
    string ConstructorName,
    string RuntimeAlias,
    SkeletonKind Kind,
    bool HasConstructor,
    bool ReadsTokens,
    bool GivesOne,
    (int Input, int Output) Sizes,
    EquatableArray<string> Taken)
{
    /// <summary>The names of its outputs, if it has several.</summary>
    public EquatableArray<string> Outputs { get; init; }
}

/// <summary>What a declaration that cannot become code can have of a model.</summary>
internal enum SkeletonKind
{
    /// <summary>All, through its base class.</summary>
    Derived,

    /// <summary>The members that would be emitted, because it has another base class, or can have none.</summary>
    Own,

    /// <summary>Those of them that are static.</summary>
    Static,
}
