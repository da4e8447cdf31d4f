using GruGen.Generator.Emission;
using GruGen.Generator.Parsing;
using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator;

/// <summary>
/// Turns every class with <c>[GruModel]</c> into code: one file for each model, and one for each shape of a layer, which models share.
/// </summary>
/// <remarks>
/// What it cannot turn into code it leaves out. <see cref="GruModelAnalyzer"/> says why: a diagnostic has a location, which an edit
/// elsewhere in the file moves, and here it would make every step run again.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class GruModelGenerator : IIncrementalGenerator
{
    internal const string ModelStep = "Model";
    internal const string CatalogStep = "Catalog";
    internal const string ModelFileStep = "ModelFile";
    internal const string KernelFileStep = "KernelFile";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // kernels are internal and embedded, so that friend assemblies with the same shapes do not collide
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        IncrementalValuesProvider<ModelSpec> models = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "GruGen.GruModelAttribute",
                static (node, _) => node is ClassDeclarationSyntax,
                static (context, cancellationToken) =>
                    ModelParser.Parse((INamedTypeSymbol)context.TargetSymbol, context.SemanticModel.Compilation, cancellationToken).Model)
            .WithTrackingName(ModelStep)
            .Where(static model => model is not null)!;

        IncrementalValueProvider<ModelCatalog> catalog = models
            .Collect()
            .Select(static (all, _) => ModelCatalog.Of(all))
            .WithTrackingName(CatalogStep);

        IncrementalValuesProvider<CatalogEntry> entries = models
            .Combine(catalog)
            .Select(static (pair, _) => pair.Right.EntryOf(pair.Left));

        context.RegisterSourceOutput(
            entries.Select(static (entry, _) => entry.Model).WithTrackingName(ModelFileStep),
            static (output, model) => output.AddSource($"{model.HintName}.g.cs", ModelFile.Write(model)));

        context.RegisterSourceOutput(
            entries.SelectMany(static (entry, _) => entry.Kernels).WithTrackingName(KernelFileStep),
            static (output, kernel) => output.AddSource(
                $"{KernelNames.Namespace}.{kernel.Shape.Name}.g.cs", KernelFile.Write(kernel.Shape, kernel.Owner)));
    }
}
