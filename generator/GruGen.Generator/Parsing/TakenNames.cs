using GruGen.Generator.Emission;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Parsing;

/// <summary>
/// Types of a project that have the full names of types that emitted code needs. All other names a project is free in: emitted code says
/// whose it means, but of two types with one full name the compiler takes the project's.
/// </summary>
internal static class TakenNames
{
    public static IEnumerable<string> Of(IAssemblySymbol project, IAssemblySymbol runtime) =>
        Under(project.GlobalNamespace, "GruGen") is { } own && Under(runtime.GlobalNamespace, "GruGen") is { } theirs
            ? InPlaceOf(own, theirs).Concat(AmongKernels(own)).Where(UserParts.AreIn).Select(type => type.ToDisplayString())
            : [];

    private static IEnumerable<INamedTypeSymbol> InPlaceOf(INamespaceSymbol own, INamespaceSymbol theirs) => own.GetTypeMembers()
        .Where(type => theirs.GetTypeMembers(type.Name, type.Arity).Any(taken => taken.DeclaredAccessibility == Accessibility.Public))
        .Concat(own.GetTypeMembers().Where(type => Under(theirs, type.Name) is not null))
        .Concat(theirs.GetNamespaceMembers().SelectMany(inner => Under(own, inner.Name) is { } same ? InPlaceOf(same, inner) : []));

    /// <summary>Types in the namespace of kernels or of its name; a model there has a rule of its own.</summary>
    private static IEnumerable<INamedTypeSymbol> AmongKernels(INamespaceSymbol own)
    {
        string name = KernelNames.Namespace.Substring(own.Name.Length + 1);
        return own.GetTypeMembers(name)
            .Concat(Under(own, name)?.GetTypeMembers().Where(type => ModelAttributes.Of(type).Models.IsEmpty) ?? []);
    }

    private static INamespaceSymbol? Under(INamespaceSymbol space, string name) =>
        space.GetNamespaceMembers().FirstOrDefault(inner => inner.Name == name);
}
