using System.Reflection;

namespace Shared;

/// <summary>The text of Moby-Dick that is embedded in a program.</summary>
internal static class Book
{
    /// <summary>Nine tenths to learn from, and the last one to test on.</summary>
    public static (string Train, string Test) Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("moby-dick.txt")
            ?? throw new InvalidOperationException("The book is not embedded in this program.");
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        int cut = text.Length * 9 / 10;
        return (text[..cut], text[cut..]);
    }
}
