using GruGen.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.CodeFixes;

/// <summary>Fixes of the class of a model: its modifiers, its base class and its constructors.</summary>
internal static class TypeFixes
{
    public static Fix MakePartial(Reported reported) => MakePartial([reported.Type]);

    public static Fix MakeContainerPartial(Reported reported) =>
        MakePartial([.. TypeNames.Containers(reported.Type).Where(type => type.Name == reported.Detail(1))]);

    public static Fix RemoveModifier(Reported reported) => new(
        $"Remove '{reported.Detail(1)}' from '{reported.Type.Name}'",
        Declarations(reported.Type).SelectMany(part => part.Modifiers)
            .Where(modifier => modifier.ValueText == reported.Detail(1))
            .Select(Edit.Remove));

    /// <summary>A list of parameters would become a primary constructor, which a model must not have either.</summary>
    public static Fix? MakeClass(Reported reported)
    {
        TypeDeclarationSyntax[] parts = [.. Declarations(reported.Type)];
        return parts.Any(part => part is InterfaceDeclarationSyntax or { ParameterList: not null }) ? null : new(
            $"Make '{reported.Type.Name}' a class",
            parts.SelectMany(part =>
            {
                SyntaxToken second = part is RecordDeclarationSyntax record ? record.ClassOrStructKeyword : default;
                int end = second.IsKind(SyntaxKind.None) ? part.Keyword.Span.End : second.Span.End;
                var kind = new Edit(part.SyntaxTree, TextSpan.FromBounds(part.Keyword.SpanStart, end), "class");
                return part.Modifiers.Where(IsOfStructs).Select(Edit.Remove).Append(kind);
            }));
    }

    public static Fix MakeInternal(Reported reported) => new(
        $"Make '{reported.Detail(1)}' internal",
        TypeNames.Containers(reported.Type).Append(reported.Type)
            .Where(type => type.IsFileLocal && type.Name == reported.Detail(1))
            .SelectMany(Declarations)
            .SelectMany(part => part.Modifiers)
            .Where(modifier => modifier.IsKind(SyntaxKind.FileKeyword))
            .Select(modifier => Edit.Replace(modifier, "internal")));

    public static Fix RemoveBaseClass(Reported reported) => new(
        $"Remove the base class '{reported.Detail(1)}'",
        Declarations(reported.Type).Select(part => part.BaseList).OfType<BaseListSyntax>().SelectMany(list =>
        {
            SemanticModel model = reported.Compilation.GetSemanticModel(list.SyntaxTree);
            return list.Types.All(IsClass)
                ? [Edit.Remove(list.SyntaxTree, list.GetFirstToken().GetPreviousToken().Span.End, list.Span.End)]
                : Edit.RemoveSome(list.Types, IsClass);

            bool IsClass(BaseTypeSyntax type) => model.GetTypeInfo(type.Type).Type is { TypeKind: TypeKind.Class };
        }));

    public static Fix RemoveRequired(Reported reported) => new(
        $"Remove 'required' from '{reported.Detail(1)}'",
        new UserParts(reported.Type).Members
            .Where(member => member.Name == reported.Detail(1))
            .Select(member => member.DeclaringSyntaxReferences[0].GetSyntax().FirstAncestorOrSelf<MemberDeclarationSyntax>()!)
            .SelectMany(member => member.Modifiers)
            .Where(modifier => modifier.IsKind(SyntaxKind.RequiredKeyword))
            .Select(Edit.Remove));

    public static Fix RemoveConstructor(Reported reported) => new(
        $"Remove the constructor '{reported.Type.Name}(int)'",
        Constructors(reported.Type)
            .Where(constructor => TypeRules.TakesSeed(constructor.Symbol))
            .Select(constructor => Edit.Remove(constructor.Syntax)));

    /// <summary>Those that call no other are reported one by one, but at one place, so all of them are mended at once.</summary>
    public static Fix ChainConstructors(Reported reported) => new(
        $"Chain the constructors of '{reported.Type.Name}' to the emitted one",
        Constructors(reported.Type)
            .Where(constructor => !TypeRules.TakesSeed(constructor.Symbol) && TypeRules.CallsNoOther(constructor.Syntax))
            .Select(constructor =>
            {
                (IMethodSymbol symbol, ConstructorDeclarationSyntax syntax) = constructor;
                string call = symbol.Parameters.Any(IsSeed) ? ": this(seed)" : ": this(seed: 0)";
                return syntax.Initializer is { } other
                    ? Edit.Replace(other, call)
                    : Edit.Insert(syntax.SyntaxTree, syntax.ParameterList.Span.End, " " + call);
            }));

    private static Fix MakePartial(IReadOnlyList<INamedTypeSymbol> types) => new(
        $"Make '{types[0].Name}' partial",
        types.SelectMany(Declarations)
            .Where(part => !part.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(part => Edit.Insert(part.SyntaxTree, part.Keyword.SpanStart, "partial ")));

    private static IEnumerable<TypeDeclarationSyntax> Declarations(INamedTypeSymbol type) =>
        UserParts.Of(type).OfType<TypeDeclarationSyntax>();

    private static IEnumerable<(IMethodSymbol Symbol, ConstructorDeclarationSyntax Syntax)> Constructors(INamedTypeSymbol type) =>
        from symbol in new UserParts(type).Members.OfType<IMethodSymbol>()
        where symbol.MethodKind == MethodKind.Constructor
        let syntax = symbol.DeclaringSyntaxReferences[0].GetSyntax() as ConstructorDeclarationSyntax
        where syntax is not null
        select (symbol, syntax);

    private static bool IsSeed(IParameterSymbol parameter) => parameter is { Name: "seed", Type.SpecialType: SpecialType.System_Int32 };

    private static bool IsOfStructs(SyntaxToken modifier) => modifier.Kind() is SyntaxKind.ReadOnlyKeyword or SyntaxKind.RefKeyword;
}
