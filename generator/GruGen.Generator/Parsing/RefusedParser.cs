using System.Collections.Immutable;
using System.Globalization;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Parsing;

/// <summary>Reads of a declaration that breaks a rule what can be known of it all the same.</summary>
internal static class RefusedParser
{
    public static RefusedSpec Parse(INamedTypeSymbol type, ModelAttributes attributes, Findings findings, MetadataReference? runtime)
    {
        IEnumerable<string> reasons = findings.Diagnostics
            .Where(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Id, StringComparer.Ordinal)
            .Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}");
        var parts = new UserParts(type);
        bool hasOtherParts = !findings.LeavesSomethingToCompiler && TypeNames.Containers(type).Append(type).All(CanHaveParts);
        return new RefusedSpec(
            TypeNames.Metadata(type),
            string.Join("; ", reasons),
            hasOtherParts ? Skeleton(parts, attributes, runtime) : null,
            IsSilenced(type, findings));
    }

    /// <summary>
    /// Whether <c>[SuppressMessage]</c> names a rule that is broken, anywhere around the declaration. Nothing else hides an error.
    /// </summary>
    private static bool IsSilenced(INamedTypeSymbol type, Findings findings) => TypeNames.Containers(type)
        .Append<ISymbol>(type)
        .Append(type.ContainingModule)
        .Append(type.ContainingAssembly)
        .SelectMany(symbol => symbol.GetAttributes())
        .Any(attribute => attribute is { AttributeClass.Name: "SuppressMessageAttribute", ConstructorArguments: { Length: 2 } arguments }
            && arguments[1].Value is string id && findings.Diagnostics.Any(diagnostic => diagnostic.Id == id.Split(':')[0].Trim()));

    private static bool CanHaveParts(INamedTypeSymbol type) => !type.IsFileLocal
        && UserParts.Of(type) is { IsEmpty: false } declarations
        && declarations.All(declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static SkeletonSpec Skeleton(UserParts parts, ModelAttributes attributes, MetadataReference? runtime)
    {
        INamedTypeSymbol type = parts.Type;
        bool readsTokens = attributes.Layers.Any(layer => LayerKinds.Of(layer).ReadsTokens);
        (int input, int output, bool every) = Sizes(attributes);
        bool isOwn = type.IsRecord || type.TypeKind != TypeKind.Class
            || (type.BaseType is { SpecialType: not SpecialType.System_Object } && !parts.HasEmittedPart)
            || parts.Members.Any(member => IsHidden(member.Name, attributes.Models[0].AttributeClass!.ContainingAssembly));
        bool hasConstructor = type is { IsStatic: false, IsRecord: false, TypeKind: TypeKind.Class }
            && !parts.Members.OfType<IMethodSymbol>().Any(IsInTheWay);
        ImmutableArray<string> aliases = runtime?.Properties.Aliases ?? [];
        return new SkeletonSpec(
            TypeNames.Namespace(type),
            TypeNames.Containers(type).Select(container => new ContainerSpec(TypeNames.Declaration(container))).ToImmutableArray(),
            TypeNames.Declaration(type),
            TypeNames.WithTypeParameters(type),
            TypeNames.Identifier(type.Name),
            aliases.IsDefaultOrEmpty || aliases.Contains(MetadataReferenceProperties.GlobalAlias)
                ? MetadataReferenceProperties.GlobalAlias
                : aliases[0],
            type.IsStatic ? SkeletonKind.Static : isOwn ? SkeletonKind.Own : SkeletonKind.Derived,
            hasConstructor,
            readsTokens,
            output == 1 && !every,
            (Math.Max(1, input), Math.Max(1, output)),
            parts.Members.SelectMany(member => (string[])[member.Name, member.MetadataName])
                .Concat(type.TypeParameters.Select(parameter => parameter.Name))
                .Concat(type.IsRecord ? [type.Name, "Clone"] : [type.Name])
                .Distinct(StringComparer.Ordinal)
                .OrderBy(name => name, StringComparer.Ordinal)
                .ToImmutableArray());
    }

    /// <summary>A primary constructor, which all others have to call, or one with the parameters of the emitted one.</summary>
    private static bool IsInTheWay(IMethodSymbol method) => method.MethodKind == MethodKind.Constructor
        && (method.DeclaringSyntaxReferences[0].GetSyntax() is BaseTypeDeclarationSyntax || TypeRules.TakesSeed(method));

    /// <summary>
    /// Whether a member of the name that is reserved would hide the one of the base class, which is a warning of its own.
    /// </summary>
    private static bool IsHidden(string name, IAssemblySymbol runtime) =>
        EmittedMembers.Contains(name) && !runtime.GetTypeByMetadataName("GruGen.SequenceModel`1")!.GetMembers(name).IsEmpty;

    /// <summary>The sizes as far as they are given, and whether the model would give the output of every step.</summary>
    private static (int Input, int Output, bool Every) Sizes(ModelAttributes attributes)
    {
        AttributeData model = attributes.Models[0];
        AttributeData? top = attributes.Layers.LastOrDefault(layer => LayerKinds.Of(layer).ReadsSequences);
        int input = AttributeArguments.AreComplete(model) ? AttributeArguments.Argument<int>(model, 0) : 0;
        int output = input;
        bool every = false;
        foreach (AttributeData attribute in attributes.Layers.Where(AttributeArguments.AreComplete))
        {
            LayerSpec layer = LayerKinds.Of(attribute).Read(attribute, ReferenceEquals(attribute, top));
            input = layer.Vocabulary ?? input;
            output = layer.OutputSizeOn(output);
            every = layer.EveryStepOn(every);
        }

        return (input, output, every);
    }
}
