using System.Collections.Immutable;
using System.Globalization;
using GruGen.Generator.Attributes;
using GruGen.Generator.Layers;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
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
            hasOtherParts ? Skeleton(parts, attributes, findings, runtime) : null,
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

    private static SkeletonSpec Skeleton(UserParts parts, ModelAttributes attributes, Findings findings, MetadataReference? runtime)
    {
        INamedTypeSymbol type = parts.Type;
        bool readsTokens = attributes.Layers.Any(layer => LayerKinds.Of(layer).ReadsTokens);
        (int input, (string Name, int Size)[] outputs, bool every) = Sizes(attributes, findings);
        int output = outputs.Sum(each => each.Size);
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
                .ToImmutableArray())
        {
            Outputs = outputs.Length < 2 ? [] : outputs.Select(each => each.Name).ToImmutableArray(),
        };
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
    private static (int Input, (string Name, int Size)[] Outputs, bool Every) Sizes(ModelAttributes attributes, Findings findings)
    {
        AttributeData model = attributes.Models[0];
        int input = AttributeArguments.AreComplete(model) ? AttributeArguments.Argument<int>(model, 0) : 0;
        if (attributes.Layers.IsEmpty)
        {
            return (input, [("", input)], false);
        }

        LayerGraph graph = GraphParser.Parse(attributes.Layers, findings.Anew());
        string[] names = GraphParser.NamesOf(attributes.Layers, findings.Anew());
        LayerInPlace[] layers = [.. LayerParser.InPlace(input, attributes.Layers, graph)];
        (string Name, int Size)[] outputs =
        [
            .. graph.Outputs.Select(output => (names[output - 1], SizeOf(layers[output - 1]))),
        ];
        bool areNamed = outputs.All(output => LayerNames.IsWellFormed(output.Name) && !LayerNames.IsReserved(output.Name))
            && outputs.Select(output => output.Name).Distinct(StringComparer.Ordinal).Count() == outputs.Length;
        outputs = areNamed ? outputs : [("", outputs.Sum(output => output.Size))];
        return (layers[0].Layer.Vocabulary ?? input, outputs, layers[layers.Length - 1].EveryStep);

        static int SizeOf(LayerInPlace layer) =>
            AttributeArguments.AreComplete(layer.Attribute) ? layer.Layer.OutputSizeOn(layer.At.InputSize) : 0;
    }
}
