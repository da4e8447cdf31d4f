using System.Reflection;

namespace FirstNames;

/// <summary>A first name and its usual gender.</summary>
internal readonly record struct FirstName(string Text, bool IsFemale);

/// <summary>The names of the two lists that are embedded in this program, and their letters as tokens.</summary>
internal static class Names
{
    /// <summary>The tokens: 26 letters and the hyphen.</summary>
    public const int Vocabulary = 27;

    /// <summary>Every name that stands in one of the lists only, sorted ordinally.</summary>
    public static FirstName[] Load()
    {
        HashSet<string> female = Read("female.txt"), male = Read("male.txt");
        return
        [
            .. female.Except(male).Select(name => new FirstName(name, IsFemale: true))
                .Concat(male.Except(female).Select(name => new FirstName(name, IsFemale: false)))
                .OrderBy(name => name.Text, StringComparer.Ordinal),
        ];
    }

    /// <summary>The letters of a name as tokens, large and small ones alike.</summary>
    /// <exception cref="FormatException">There is a character that no name of the lists has.</exception>
    public static int[] Tokens(string name) => [.. name.Select(Token)];

    private static int Token(char letter) => char.ToLowerInvariant(letter) switch
    {
        '-' => 0,
        >= 'a' and <= 'z' and var small => small - 'a' + 1,
        _ => throw new FormatException($"'{letter}' is neither a letter from a to z nor a hyphen."),
    };

    private static HashSet<string> Read(string list)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(list)
            ?? throw new InvalidOperationException($"The list '{list}' is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
