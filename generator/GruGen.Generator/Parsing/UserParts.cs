using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Parsing;

/// <summary>
/// A type without its emitted part. The generator never sees that part, but the analyzer does, and both must find the same.
/// </summary>
internal sealed class UserParts
{
    private const string EmittedFolder = "/GruGen.Generator.GruModelGenerator/"; // which the compiler names after the generator

    public UserParts(INamedTypeSymbol type)
    {
        Type = type;
        Declarations = Of(type);
        Members = [.. type.GetMembers().Where(IsWritten)];
        HasEmittedPart = type.DeclaringSyntaxReferences.Any(IsEmitted);
    }

    public INamedTypeSymbol Type { get; }

    public ImmutableArray<BaseTypeDeclarationSyntax> Declarations { get; }

    /// <summary>The members a person wrote, without the accessors of properties and without what the compiler adds.</summary>
    public ImmutableArray<ISymbol> Members { get; }

    public bool HasEmittedPart { get; }

    /// <summary>The declarations of <paramref name="type"/> that a person wrote.</summary>
    public static ImmutableArray<BaseTypeDeclarationSyntax> Of(INamedTypeSymbol type) =>
    [
        .. type.DeclaringSyntaxReferences
            .Where(reference => !IsEmitted(reference))
            .Select(reference => reference.GetSyntax())
            .OfType<BaseTypeDeclarationSyntax>(),
    ];

    /// <summary>Whether a person wrote <paramref name="type"/>, or at least a part of it.</summary>
    public static bool AreIn(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(reference => !IsEmitted(reference));

    private static bool IsWritten(ISymbol member) =>
        !member.IsImplicitlyDeclared
        && member is not IMethodSymbol { AssociatedSymbol: not null }
        && !member.DeclaringSyntaxReferences.All(IsEmitted);

    private static bool IsEmitted(SyntaxReference reference) =>
        reference.SyntaxTree.FilePath.Replace('\\', '/').Contains(EmittedFolder);
}
