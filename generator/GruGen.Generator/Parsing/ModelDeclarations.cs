using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GruGen.Generator.Models;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GruGen.Generator.Parsing;

/// <summary>
/// The models of a project. The compiler's own search for an attribute binds each of them again after every letter that is typed; this one
/// is asked only when a declaration has changed (<see cref="DeclarationComparer"/>).
/// </summary>
internal static class ModelDeclarations
{
    private const int Drawers = 512;

    private static readonly ImmutableHashSet<string> s_names =
        ImmutableHashSet.Create(StringComparer.Ordinal, "GruModel", "GruModelAttribute");

    /// <summary>What the text of a file says, which is looked at once.</summary>
    private static readonly ConditionalWeakTable<SyntaxTree, FileDeclarations> s_files = new();

    /// <summary>
    /// The models and what could not become one, each in a drawer that its name alone decides, so that one that is added or removed moves
    /// no other to another place: steps of a pipeline know their values by place. No drawers if there are no models.
    /// </summary>
    public static ImmutableArray<EquatableArray<DeclaredModel>> In(Compilation compilation, CancellationToken cancellationToken)
    {
        DeclaredModel[] all = [.. Candidates((CSharpCompilation)compilation)
            .Select(candidate => Parse(candidate, compilation, cancellationToken))
            .OfType<DeclaredModel>()];
        if (all.Length == 0)
        {
            return [];
        }

        ILookup<int, DeclaredModel> drawers = all.ToLookup(model => (int)(HintNames.Hash(model.MetadataName) % Drawers));
        return
        [
            .. Enumerable.Range(0, Drawers).Select(drawer => (EquatableArray<DeclaredModel>)drawers[drawer]
                .OrderBy(model => model.MetadataName, StringComparer.Ordinal)
                .ToImmutableArray()),
        ];
    }

    private static DeclaredModel? Parse(TypeDeclarationSyntax candidate, Compilation compilation, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol?)compilation.GetSemanticModel(candidate.SyntaxTree).GetDeclaredSymbol(candidate, cancellationToken);
        return type is not null && ModelAttributes.Of(type) is var attributes && attributes.Models.Any(IsOnCandidate)
            ? ModelParser.Parse(type, attributes, compilation, cancellationToken).WithoutPlaces
            : null;

        bool IsOnCandidate(AttributeData model) => model.ApplicationSyntaxReference is { } place
            && place.SyntaxTree == candidate.SyntaxTree && candidate.AttributeLists.FullSpan.Contains(place.Span);
    }

    /// <summary>The classes with an attribute that may be [GruModel] by its name.</summary>
    private static IEnumerable<TypeDeclarationSyntax> Candidates(CSharpCompilation compilation)
    {
        FileDeclarations[] files =
        [
            .. compilation.SyntaxTrees.Select(tree => s_files.GetValue(tree, static tree => FileDeclarations.Of(tree, s_names))),
        ];
        ImmutableHashSet<string> names = s_names.Union(files.SelectMany(file => file.GlobalAliases));
        return names.Count == s_names.Count
            ? files.SelectMany(file => file.Candidates)
            : compilation.SyntaxTrees.SelectMany(tree => FileDeclarations.Of(tree, names).Candidates);
    }

    /// <summary>What a file says of models.</summary>
    /// <param name="GlobalAliases">What other files may call [GruModel] because of this one.</param>
    /// <param name="Candidates">The classes with an attribute of such a name.</param>
    private sealed record FileDeclarations(ImmutableArray<string> GlobalAliases, ImmutableArray<TypeDeclarationSyntax> Candidates)
    {
        public static FileDeclarations Of(SyntaxTree tree, ImmutableHashSet<string> names)
        {
            SyntaxNode[] declarations = [.. tree.GetRoot().DescendantNodes(HasDeclarations).Where(HasDeclarations)];
            ImmutableArray<string>.Builder global = ImmutableArray.CreateBuilder<string>(0);
            foreach (UsingDirectiveSyntax directive in declarations.Prepend(tree.GetRoot()).SelectMany(UsingsOf))
            {
                if (directive is { Alias.Name.Identifier.ValueText: var alias, Name: { } name } && names.Contains(LastOf(name)))
                {
                    names = names.Add(alias);
                    if (directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))
                    {
                        global.Add(alias);
                    }
                }
            }

            return new FileDeclarations(
                global.ToImmutable(),
                [.. declarations.OfType<TypeDeclarationSyntax>().Where(type => IsClass(type) && type.AttributeLists.Any(HasName))]);

            bool HasName(AttributeListSyntax list) => list.Attributes.Any(attribute =>
                LastOf(attribute.Name) is var name && (names.Contains(name) || names.Contains(name + "Attribute")));
        }

        private static bool HasDeclarations(SyntaxNode node) =>
            node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax;

        private static bool IsClass(SyntaxNode type) =>
            type.IsKind(SyntaxKind.ClassDeclaration) || type.IsKind(SyntaxKind.RecordDeclaration);

        private static IEnumerable<UsingDirectiveSyntax> UsingsOf(SyntaxNode node) => node switch
        {
            CompilationUnitSyntax file => file.Usings,
            BaseNamespaceDeclarationSyntax space => space.Usings,
            _ => [],
        };

        private static string LastOf(NameSyntax name) => name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
    }
}
