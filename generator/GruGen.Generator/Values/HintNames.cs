using System.Globalization;

namespace GruGen.Generator.Values;

/// <summary>The names of emitted files: a model's metadata name, as far as it can be the name of a file.</summary>
internal static class HintNames
{
    private const int MaximumLength = 100;

    /// <summary>The metadata name itself if it is short and plain, and otherwise what is left of it with a hash.</summary>
    public static string Of(string metadataName) =>
        metadataName.Length <= MaximumLength && metadataName.All(IsSafe) ? metadataName : Distinct(metadataName);

    /// <summary>A name that is this model's alone even where another one's differs only in case.</summary>
    public static string Distinct(string metadataName)
    {
        string hash = "-" + Hash(metadataName).ToString("x8", CultureInfo.InvariantCulture);
        string safe = new([.. metadataName.Take(MaximumLength - hash.Length).Select(letter => IsSafe(letter) ? letter : '_')]);
        return safe + hash;
    }

    private static bool IsSafe(char letter) =>
        letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '.' or '+' or '`';

    /// <summary>FNV-1a over the UTF-16 units: the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    public static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text)
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        return hash;
    }
}
