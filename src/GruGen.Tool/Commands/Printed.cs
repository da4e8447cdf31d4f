using System.Security.Cryptography;

namespace GruGen.Tool;

/// <summary>Texts of files for a terminal or a comment: in one line, without what would control a terminal.</summary>
internal static class Printed
{
    private const int CommentWidth = 110;

    /// <summary>A text in one line.</summary>
    public static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <summary>A text in one line of so many characters at most.</summary>
    public static string Cut(string text, int length) => Line(text.Length > length ? text[..(length - 1)] + "…" : text);

    /// <summary>The lines of a declaration that say what a model's layers are.</summary>
    public static IEnumerable<string> Layers(ModelSchema schema) =>
        schema.ToCSharp("Model").Split('\n').Where(line => line.StartsWith('[') || line.StartsWith(' '));

    /// <summary>The checksum of a file.</summary>
    public static string Sha256(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>A text as lines of a comment.</summary>
    public static IEnumerable<string> Comment(string text)
    {
        string line = "//";
        foreach (string word in Line(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 2 && line.Length + 1 + word.Length > CommentWidth)
            {
                yield return line;
                line = "//  ";
            }

            line += " " + word;
        }

        yield return line;
    }
}
