using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GruGen.CodeFixes;

/// <summary>
/// Attributes are added as their neighbour is written: in its brackets if others are there, and otherwise in brackets of their own, on a
/// line of their own if it has one.
/// </summary>
internal static class AttributeEdits
{
    public static Edit InsertBefore(AttributeSyntax next, string text) => IsAlone(next)
        ? Edit.Insert(next.SyntaxTree, next.Parent!.SpanStart, $"[{text}]{Separator(next.Parent)}")
        : Edit.Insert(next.SyntaxTree, next.SpanStart, $"{text}, ");

    public static Edit InsertAfter(AttributeSyntax previous, params IEnumerable<string> texts)
    {
        if (!IsAlone(previous))
        {
            return Edit.Insert(previous.SyntaxTree, previous.Span.End, string.Concat(texts.Select(text => $", {text}")));
        }

        SyntaxNode brackets = previous.Parent!;
        string separator = Separator(brackets);
        int place = separator == " " ? brackets.Span.End : EndOfLine(brackets).SpanStart; // behind a comment
        return Edit.Insert(previous.SyntaxTree, place, string.Concat(texts.Select(text => $"{separator}[{text}]")));
    }

    /// <summary>Removes attributes; brackets that become empty go too, with their line if nothing else is on it.</summary>
    public static IEnumerable<Edit> Remove(IEnumerable<AttributeSyntax> attributes)
    {
        ILookup<bool, IGrouping<AttributeListSyntax, AttributeSyntax>> groups = attributes
            .GroupBy(attribute => (AttributeListSyntax)attribute.Parent!)
            .ToLookup(group => group.Count() == group.Key.Attributes.Count);
        return groups[false]
            .SelectMany(group => Edit.RemoveSome(group.Key.Attributes, group.Contains))
            .Concat(groups[true].Select(group => group.Key).GroupBy(brackets => brackets.Parent).SelectMany(RemoveBrackets));
    }

    /// <summary>Those of one declaration, in their order; with only spaces between them they go together.</summary>
    private static IEnumerable<Edit> RemoveBrackets(IEnumerable<AttributeListSyntax> all)
    {
        AttributeListSyntax? first = null;
        foreach (AttributeListSyntax brackets in all)
        {
            first ??= brackets;
            bool goesOn = brackets.GetTrailingTrivia().All(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia))
                && all.Contains(brackets.GetLastToken().GetNextToken().Parent);
            if (!goesOn)
            {
                yield return RemoveBrackets(first, last: brackets);
                first = null;
            }
        }
    }

    private static Edit RemoveBrackets(AttributeListSyntax first, AttributeListSyntax last)
    {
        SourceText text = first.SyntaxTree.GetText();
        (int start, int end) = (first.SpanStart - Indentation(first).Length, last.Span.End);
        while (end < text.Length && text[end] is ' ' or '\t')
        {
            end++;
        }

        return !IsFirst(first) ? Edit.Remove(first.SyntaxTree, start, last.Span.End)
            : EndOfLine(last) is { RawKind: not 0 } line && line.SpanStart == end ? Edit.Remove(first.SyntaxTree, start, line.Span.End)
            : Edit.Remove(first.SyntaxTree, first.SpanStart, end);
    }

    private static bool IsAlone(AttributeSyntax attribute) => ((AttributeListSyntax)attribute.Parent!).Attributes.Count == 1;

    /// <summary>What stands between these brackets and the next ones: a line break and the indentation, or a space.</summary>
    private static string Separator(SyntaxNode brackets) =>
        IsFirst(brackets) && EndOfLine(brackets) is { RawKind: not 0 } end ? end + Indentation(brackets) : " ";

    private static SyntaxTrivia EndOfLine(SyntaxNode node) =>
        node.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static bool IsFirst(SyntaxNode node) => Before(node).Length == Indentation(node).Length;

    /// <summary>The spaces before a node.</summary>
    private static string Indentation(SyntaxNode node)
    {
        string before = Before(node);
        return before.Substring(before.TrimEnd(' ', '\t').Length);
    }

    /// <summary>What stands before a node on its line.</summary>
    private static string Before(SyntaxNode node)
    {
        SourceText text = node.SyntaxTree.GetText();
        return text.ToString(TextSpan.FromBounds(text.Lines.GetLineFromPosition(node.SpanStart).Start, node.SpanStart));
    }
}
