namespace GruGen;

/// <summary>Where spaces stand in an English text.</summary>
internal static class Punctuation
{
    private const string NoneBefore = ".,;:!?%)]}”’…", NoneBehind = "([{“‘$£€#", NoneAround = "-–—/'_";

    /// <summary>Whether a space stands between two symbols.</summary>
    public static bool HasSpaceBetween(string before, string behind) => !NoneBehind.Contains(before, StringComparison.Ordinal)
        && !NoneBefore.Contains(behind, StringComparison.Ordinal)
        && !NoneAround.Contains(before, StringComparison.Ordinal)
        && !NoneAround.Contains(behind, StringComparison.Ordinal);
}
