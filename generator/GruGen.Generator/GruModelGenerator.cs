using GruGen.Generator.Attributes;
using GruGen.Generator.Emission;
using GruGen.Generator.Models;
using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator;

/// <summary>
/// Turns every class with <c>[GruModel]</c> into code: one file for each model, and one for each shape of a layer, which models share.
/// </summary>
/// <remarks>
/// Of what it cannot turn into code it leaves a skeleton. <see cref="GruModelAnalyzer"/> says why: a diagnostic has a location, which an
/// edit elsewhere in the file moves, and here it would make every step run again. Where analyzers are switched off, or nothing says that
/// they run, the same is reported from here, without a location.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class GruModelGenerator : IIncrementalGenerator
{
    internal const string ModelStep = "Model";
    internal const string CatalogStep = "Catalog";
    internal const string ModelFileStep = "ModelFile";
    internal const string KernelFileStep = "KernelFile";
    internal const string SkeletonStep = "Skeleton";
    internal const string RefusedStep = "Refused";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // kernels are internal and embedded, so that friend assemblies with the same shapes do not collide
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        // an edit that changes no declaration ends here
        IncrementalValuesProvider<DeclaredModel> declared = context.CompilationProvider
            .WithComparer(DeclarationComparer.Instance)
            .SelectMany(ModelDeclarations.In)
            .WithTrackingName(ModelStep)
            .SelectMany(static (drawer, _) => drawer);

        IncrementalValuesProvider<ModelSpec> models = declared
            .Select(static (model, _) => model.Model)
            .Where(static model => model is not null)!;

        IncrementalValuesProvider<RefusedSpec> refused = declared
            .Select(static (model, _) => model.Refused)
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

        context.RegisterSourceOutput(
            refused.Where(static model => model.Skeleton is not null).WithTrackingName(SkeletonStep),
            static (output, model) => output.AddSource($"{model.HintName}.g.cs", SkeletonFile.Write(model, model.Skeleton!)));

        // a project that says that analyzers run is spared a second error beside theirs
        IncrementalValueProvider<bool> analyzed = context.AnalyzerConfigOptionsProvider.Select(static (options, _) =>
            options.GlobalOptions.TryGetValue("build_property.GruGenAnalyzerRuns", out string? runs)
            && string.Equals(runs, "true", StringComparison.OrdinalIgnoreCase));

        context.RegisterSourceOutput(
            refused.Combine(analyzed)
                .Where(static pair => !pair.Right || pair.Left.IsSilenced)
                .Select(static (pair, _) => pair.Left)
                .WithTrackingName(RefusedStep),
            static (output, model) => output.ReportDiagnostic(
                Diagnostic.Create(Rules.Refused, Location.None, model.MetadataName, model.Reasons)));
    }
}
