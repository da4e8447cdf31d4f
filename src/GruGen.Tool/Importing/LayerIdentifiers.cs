namespace GruGen.Tool;

/// <summary>Names of layers out of those of a file.</summary>
internal static class LayerIdentifiers
{
    private const int MaximumLength = 40;

    /// <summary>Names of lower-case letters, digits and underscores, each once, that mean nothing else.</summary>
    public static string[] Of(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. names.Select(name => Enumerable.Range(1, int.MaxValue).Select(number => Spelled(name, number)).First(taken.Add))];
    }

    private static string Spelled(string name, int number)
    {
        string letters = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '_'));
        letters = letters.Trim('_') is { Length: > 0 } word && char.IsAsciiLetterLower(word[0]) ? word : "layer_" + letters.Trim('_');
        letters = letters[..Math.Min(letters.Length, MaximumLength)];
        return number > 1 ? $"{letters}_{number}" : LayerNames.IsReserved(letters)
            ? letters + "_layer" : letters;
    }
}
