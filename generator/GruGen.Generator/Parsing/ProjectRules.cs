using GruGen.Generator.Attributes;
using GruGen.Generator.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Parsing;

/// <summary>What the project around a model must be like for emitted code to compile in it.</summary>
internal static class ProjectRules
{
    private const LanguageVersion MinimumVersion = LanguageVersion.CSharp13;

    public static void Check(INamedTypeSymbol type, AttributeData modelAttribute, Compilation compilation, Findings findings)
    {
        ParseOptions parseOptions = modelAttribute.ApplicationSyntaxReference!.SyntaxTree.Options;
        if (parseOptions is CSharpParseOptions { LanguageVersion: < MinimumVersion } options)
        {
            findings.Add(Rules.LanguageVersion, options.LanguageVersion.ToDisplayString());
        }

        MetadataReference? runtime = compilation.GetMetadataReference(modelAttribute.AttributeClass!.ContainingAssembly);
        if (runtime?.Properties.Aliases is { IsEmpty: false } aliases && !aliases.Contains(MetadataReferenceProperties.GlobalAlias))
        {
            findings.Add(Rules.RuntimeAlias, aliases[0]);
        }

        if (TypeNames.Namespace(type) == KernelNames.Namespace)
        {
            findings.Add(Rules.KernelNamespace);
        }

        foreach (string name in TakenNames.Of(compilation.Assembly, modelAttribute.AttributeClass.ContainingAssembly))
        {
            findings.Add(Rules.TakenName, name);
        }
    }
}
