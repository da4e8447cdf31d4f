using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.CodeFixes;

/// <summary>
/// A change of the text of one file. Fixes edit text and not trees: what a person wrote around the change then stays as it is, to the
/// space.
/// </summary>
internal sealed class Edit(SyntaxTree tree, TextSpan span, string text)
{
    public SyntaxTree Tree => tree;

    public TextChange Change { get; } = new(span, text);

    public static Edit Insert(SyntaxTree tree, int place, string text) => new(tree, new TextSpan(place, 0), text);

    public static Edit Remove(SyntaxTree tree, int start, int end) => new(tree, TextSpan.FromBounds(start, end), "");

    public static Edit Replace(SyntaxNodeOrToken old, string text) => new(old.SyntaxTree!, old.Span, text);

    /// <summary>Removes a modifier with the spaces behind it.</summary>
    public static Edit Remove(SyntaxToken modifier)
    {
        bool onlySpaces = modifier.TrailingTrivia.All(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia));
        return Remove(modifier.SyntaxTree!, modifier.SpanStart, onlySpaces ? modifier.FullSpan.End : modifier.Span.End);
    }

    /// <summary>Removes a member with its comments, but no directive such as <c>#region</c>.</summary>
    public static Edit Remove(SyntaxNode member)
    {
        int start = member.GetLeadingTrivia().Where(trivia => trivia.IsDirective).Select(trivia => trivia.FullSpan.End).LastOrDefault();
        return Remove(member.SyntaxTree, Math.Max(start, member.FullSpan.Start), member.FullSpan.End);
    }

    /// <summary>Removes some nodes of a list with their commas, but not all.</summary>
    public static IEnumerable<Edit> RemoveSome<TNode>(SeparatedSyntaxList<TNode> list, Func<TNode, bool> isRemoved)
        where TNode : SyntaxNode
    {
        bool firstStays = false;
        for (int i = 0; i < list.Count; i++)
        {
            if (!isRemoved(list[i]))
            {
                firstStays = true;
            }
            else if (firstStays)
            {
                yield return Remove(list[i].SyntaxTree, list[i - 1].Span.End, list[i].Span.End);
            }
            else
            {
                yield return Remove(list[i].SyntaxTree, list[i].SpanStart, list[i + 1].SpanStart);
            }
        }
    }
}
