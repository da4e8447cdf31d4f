using System.Reflection;
using GruGen;

namespace FirstNames;

/// <summary>A first name and its usual gender.</summary>
internal readonly record struct FirstName(string Text, bool IsFemale);

/// <summary>The names of the two lists that are embedded in this program, and their letters as tokens.</summary>
internal static class Names
{
    /// <summary>The 27 tokens: the hyphen and the letters, large and small ones alike.</summary>
    public static Vocabulary Letters { get; } = new(
        "-abcdefghijklmnopqrstuvwxyz".Select(letter => letter.ToString()),
        Tokenization.Characters,
        new VocabularyOptions { LowerCase = true, UnknownSymbol = null });

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

    private static HashSet<string> Read(string list)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(list)
            ?? throw new InvalidOperationException($"The list '{list}' is not embedded in this program.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
