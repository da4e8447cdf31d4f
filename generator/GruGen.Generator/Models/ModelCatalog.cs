using System.Collections.Immutable;
using GruGen.Generator.Layers;
using GruGen.Generator.Values;

namespace GruGen.Generator.Models;

/// <summary>
/// What models need to know of each other: who emits a kernel that several use, and whose file names must be told apart. It is one value
/// that equals itself after any edit that changes neither, so that each model's own steps stay cached.
/// </summary>
/// <param name="Kernels">One kernel for each shape, ordered by name.</param>
/// <param name="SameNames">The file names that models share, ignoring case, in capitals.</param>
internal sealed record ModelCatalog(EquatableArray<KernelSpec> Kernels, EquatableArray<string> SameNames)
{
    public static ModelCatalog Of(ImmutableArray<ModelSpec> models)
    {
        IEnumerable<KernelSpec> kernels = models
            .SelectMany(LayerShapes.Of, (model, shape) => new KernelSpec(shape, model.MetadataName))
            .GroupBy(kernel => kernel.Shape, (_, same) => same.OrderBy(kernel => kernel.Owner, StringComparer.Ordinal).First());
        IEnumerable<string> names = models
            .GroupBy(model => model.HintName.ToUpperInvariant(), StringComparer.Ordinal)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key);
        return new ModelCatalog(
            kernels.OrderBy(kernel => kernel.Shape.Name, StringComparer.Ordinal).ToImmutableArray(),
            names.OrderBy(name => name, StringComparer.Ordinal).ToImmutableArray());
    }

    /// <summary>The model with a file name of its own, and the kernels that are emitted with it.</summary>
    public CatalogEntry EntryOf(ModelSpec model) => new(
        SameNames.Contains(model.HintName.ToUpperInvariant()) ? model with { HintName = HintNames.Distinct(model.MetadataName) } : model,
        Kernels.Where(kernel => kernel.Owner == model.MetadataName).ToImmutableArray());
}

/// <summary>The kernel of one shape.</summary>
/// <param name="Shape">The layers it is for.</param>
/// <param name="Owner">The metadata name of the model it is emitted with: of all that use it, the first by ordinal.</param>
internal sealed record KernelSpec(LayerShape Shape, string Owner);

/// <summary>A model, and the kernels that are emitted with it.</summary>
internal sealed record CatalogEntry(ModelSpec Model, EquatableArray<KernelSpec> Kernels);
