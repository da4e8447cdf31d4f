using GruGen.Generator.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Parsing;

/// <summary>What the class of a model must be like, whatever its layers are.</summary>
internal static class TypeRules
{
    public static void Check(UserParts parts, Findings findings)
    {
        INamedTypeSymbol type = parts.Type;
        if (type.TypeKind != TypeKind.Class || type.IsRecord)
        {
            findings.Add(Rules.NotAClass, KindOf(type));
            return;
        }

        if (type.IsStatic || type.IsAbstract)
        {
            findings.Add(Rules.NotCreatable, type.IsStatic ? "static" : "abstract");
        }

        CheckParts(parts, findings);
        CheckBase(parts, findings);
        CheckNames(parts, findings);
        CheckConstructors(parts, findings);
    }

    private static void CheckParts(UserParts parts, Findings findings)
    {
        if (parts.Declarations.FirstOrDefault(declaration => !IsPartial(declaration)) is { } declaration)
        {
            findings.AddAt(declaration.Identifier.GetLocation(), Rules.NotPartial);
        }

        // a private type of a namespace, and a member with the name of its class: in no other part could they be right
        INamedTypeSymbol outermost = TypeNames.Containers(parts.Type).Append(parts.Type).First();
        if (outermost.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal)
            || parts.Members.Any(member => member.Name == parts.Type.Name))
        {
            findings.LeaveToCompiler();
        }

        foreach (INamedTypeSymbol container in TypeNames.Containers(parts.Type))
        {
            if (!UserParts.Of(container).All(IsPartial))
            {
                findings.Add(Rules.ContainerNotPartial, container.Name);
            }

            // no class may stand in a variant interface
            if (container.TypeParameters.Any(parameter => parameter.Variance != VarianceKind.None))
            {
                findings.LeaveToCompiler();
            }
        }

        foreach (INamedTypeSymbol type in TypeNames.Containers(parts.Type).Append(parts.Type).Where(type => type.IsFileLocal))
        {
            findings.Add(Rules.FileLocal, type.Name);
        }
    }

    private static void CheckBase(UserParts parts, Findings findings)
    {
        INamedTypeSymbol? own = parts.Type.BaseType;
        if (own is { TypeKind: TypeKind.Error })
        {
            findings.LeaveToCompiler();
        }
        else if (own is { SpecialType: not SpecialType.System_Object }
            && !(parts.HasEmittedPart && own.Name is "SequenceModel" or "RefusedModel"))
        {
            findings.Add(Rules.BaseClass, own.Name);
        }
    }

    private static void CheckNames(UserParts parts, Findings findings)
    {
        if (EmittedMembers.Contains(parts.Type.Name))
        {
            findings.Add(Rules.MemberClash, parts.Type.Name, "class");
        }

        IEnumerable<ITypeParameterSymbol> own = parts.Type.TypeParameters.Where(parameter => EmittedMembers.Contains(parameter.Name));
        IEnumerable<ITypeParameterSymbol> around = TypeNames.Containers(parts.Type)
            .SelectMany(container => container.TypeParameters)
            .Where(parameter => parameter.Name == EmittedMembers.VectorParameter);
        foreach (ITypeParameterSymbol parameter in own.Concat(around))
        {
            findings.Add(Rules.MemberClash, parameter.Name, "type parameter");
        }

        // the name of an indexer may stand in an attribute
        IEnumerable<string> names = parts.Members.SelectMany(member => (string[])[member.Name, member.MetadataName]);
        foreach (string name in names.Distinct(StringComparer.Ordinal).Where(EmittedMembers.Contains))
        {
            findings.Add(Rules.MemberClash, name, "member");
        }

        foreach (ISymbol member in parts.Members.Where(IsRequired))
        {
            findings.Add(Rules.RequiredMember, member.Name);
        }
    }

    private static void CheckConstructors(UserParts parts, Findings findings)
    {
        IEnumerable<IMethodSymbol> methods = parts.Members.OfType<IMethodSymbol>();
        foreach (IMethodSymbol constructor in methods.Where(method => method.MethodKind == MethodKind.Constructor))
        {
            switch (constructor.DeclaringSyntaxReferences[0].GetSyntax())
            {
                case BaseTypeDeclarationSyntax:
                    findings.Add(Rules.PrimaryConstructor);
                    break;
                case ConstructorDeclarationSyntax when TakesSeed(constructor):
                    findings.Add(Rules.ConstructorClash);
                    break;
                case ConstructorDeclarationSyntax declaration when CallsNoOther(declaration):
                    findings.Add(Rules.ConstructorBypass);
                    break;
            }
        }
    }

    /// <summary>Whether a constructor's only parameter is that of the emitted one.</summary>
    public static bool TakesSeed(IMethodSymbol constructor) =>
        constructor.Parameters.Length == 1
        && constructor.Parameters[0] is { Type.SpecialType: SpecialType.System_Int32, RefKind: RefKind.None };

    /// <summary>Whether a constructor calls no other one of its class.</summary>
    public static bool CallsNoOther(ConstructorDeclarationSyntax constructor) =>
        !constructor.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer);

    private static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    private static bool IsPartial(BaseTypeDeclarationSyntax declaration) => declaration.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static string KindOf(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        _ => type.TypeKind.ToString().ToLowerInvariant(),
    };
}
