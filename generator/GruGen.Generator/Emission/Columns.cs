using System.Text.RegularExpressions;

namespace GruGen.Generator.Emission;

/// <summary>
/// Breaks lines of emitted text that are longer than a page is wide: a comment moves above its line, the body of a member below its head,
/// and the arguments of a call below the call, as many in a line as there is room for.
/// </summary>
internal static class Columns
{
    /// <summary>The columns of a page.</summary>
    public const int Width = 160;

    private const int Indent = 4;

    /// <summary>The text with no line beyond <see cref="Width"/> that has a place to break at.</summary>
    public static string Fit(string text) => string.Join("\n", text.Split('\n').SelectMany(FitLine));

    private static IEnumerable<string> FitLine(string line)
    {
        if (line.Length <= Width)
        {
            return [line];
        }

        string code = line.TrimStart(' '), margin = line.Substring(0, line.Length - code.Length);
        if (code.StartsWith("//", StringComparison.Ordinal))
        {
            string mark = Regex.Match(code, @"^//+ *").Value;
            return Packed(code.Substring(mark.Length).Split(' '), " ", margin + mark);
        }

        if (Comment(code) is > 0 and var comment)
        {
            return FitLine(margin + code.Substring(comment)).Concat(FitLine(margin + code.Substring(0, comment).TrimEnd()));
        }

        string further = margin + new string(' ', Indent);
        if (code.IndexOf(" => ", StringComparison.Ordinal) is > 0 and var arrow && Before(code, arrow).Depth == 0)
        {
            return FitLine(margin + code.Substring(0, arrow) + " =>").Concat(FitLine(further + code.Substring(arrow + " => ".Length)));
        }

        return Arguments(code, depth: 0) is { Count: > 1 } rest ? Packed(rest, " ", margin)
            : code.IndexOfAny(['(', '{']) is > 0 and var open && Arguments(code.Substring(open + 1), depth: 0) is { Count: > 1 } arguments
            ? Packed(arguments, " ", further).Prepend(margin + code.Substring(0, open + 1))
            : [line];
    }

    /// <summary>Pieces one after another, as many in a line as there is room for.</summary>
    private static IEnumerable<string> Packed(IEnumerable<string> pieces, string separator, string margin)
    {
        string line = "";
        foreach (string piece in pieces)
        {
            if (line.Length > 0 && margin.Length + line.Length + separator.Length + piece.Length > Width)
            {
                yield return margin + line;
                line = "";
            }

            line = line.Length == 0 ? piece : line + separator + piece;
        }

        yield return margin + line;
    }

    /// <summary>Where a comment starts that ends the line; −1 if there is none.</summary>
    private static int Comment(string code)
    {
        for (int at = code.IndexOf(" // ", StringComparison.Ordinal); at >= 0; at = code.IndexOf(" // ", at + 1, StringComparison.Ordinal))
        {
            if (!Before(code, at).InString)
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>The arguments that commas part at one depth of brackets, each with its comma.</summary>
    private static List<string> Arguments(string code, int depth)
    {
        List<string> arguments = [];
        int start = 0;
        var before = default(Brackets);
        for (int i = 0; i + 1 < code.Length; i++)
        {
            if (code[i] == ',' && code[i + 1] == ' ' && before == new Brackets(depth, InString: false))
            {
                arguments.Add(code.Substring(start, i + 1 - start));
                start = i + 2;
            }

            before = before.And(code[i]);
        }

        arguments.Add(code.Substring(start));
        return arguments;
    }

    private static Brackets Before(string code, int end)
    {
        var before = default(Brackets);
        for (int i = 0; i < end; i++)
        {
            before = before.And(code[i]);
        }

        return before;
    }

    /// <summary>How many brackets are open at a place, and whether it is inside of a string; emitted ones have no quotes in them.</summary>
    private readonly record struct Brackets(int Depth, bool InString)
    {
        public Brackets And(char letter) => letter switch
        {
            '"' => this with { InString = !InString },
            '(' or '{' or '[' when !InString => this with { Depth = Depth + 1 },
            ')' or '}' or ']' when !InString => this with { Depth = Depth - 1 },
            _ => this,
        };
    }
}
