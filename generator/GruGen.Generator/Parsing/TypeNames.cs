using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Parsing;

/// <summary>The names of a type, as a further part of it is written and as metadata have them.</summary>
internal static class TypeNames
{
    /// <summary>
    /// The name as source has it: with @ where it would be read as a keyword, and where one of lower-case letters might be read so some
    /// day, which the compiler warns of.
    /// </summary>
    public static string Identifier(string name) => IsKeyword(name) || name.All(letter => letter is >= 'a' and <= 'z') ? "@" + name : name;

    /// <summary>Whether all names are there; the compiler has reported those that are missing.</summary>
    public static bool AreComplete(INamedTypeSymbol type) => NamespaceParts(type)
        .Concat(Containers(type).Append(type).SelectMany(part => part.TypeParameters.Select(parameter => parameter.Name).Append(part.Name)))
        .All(name => name.Length > 0);

    /// <summary><c>@class&lt;T&gt;</c></summary>
    public static string WithTypeParameters(INamedTypeSymbol type) => Identifier(type.Name) + TypeParameters(type);

    /// <summary><c>partial record struct X&lt;T&gt;</c></summary>
    public static string Declaration(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        };
        return $"partial {kind} {WithTypeParameters(type)}";
    }

    /// <summary>The types around <paramref name="type"/>, the outermost first.</summary>
    public static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol type)
    {
        var containers = new Stack<INamedTypeSymbol>();
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            containers.Push(container);
        }

        return containers;
    }

    /// <summary>The namespace as source has it; "" for the global one.</summary>
    public static string Namespace(INamedTypeSymbol type) =>
        string.Join(".", NamespaceParts(type).Select(part => IsKeyword(part) ? "@" + part : part));

    /// <summary><c>Namespace.Outer`1+Inner</c></summary>
    public static string Metadata(INamedTypeSymbol type)
    {
        string nested = string.Join("+", Containers(type).Append(type).Select(part => part.MetadataName));
        return string.Join(".", NamespaceParts(type).Append(nested));
    }

    private static bool IsKeyword(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None;

    private static Stack<string> NamespaceParts(INamedTypeSymbol type)
    {
        var parts = new Stack<string>();
        for (INamespaceSymbol part = type.ContainingNamespace; !part.IsGlobalNamespace; part = part.ContainingNamespace)
        {
            parts.Push(part.Name);
        }

        return parts;
    }

    private static string TypeParameters(INamedTypeSymbol type) => type.TypeParameters.IsEmpty
        ? ""
        : $"<{string.Join(", ", type.TypeParameters.Select(parameter => Identifier(parameter.Name)))}>";
}
