using Microsoft.CodeAnalysis.Text;

namespace GruGen.Generator.Tests.Harness;

/// <summary>Source in which the places of diagnostics stand between <c>{|</c> and <c>|}</c>.</summary>
internal sealed class Marked
{
    public Marked(string source)
    {
        string[] pieces = source.Split(["{|", "|}"], StringSplitOptions.None);
        var spans = new List<TextSpan>();
        int place = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            if (i % 2 == 1)
            {
                spans.Add(new TextSpan(place, pieces[i].Length));
            }

            place += pieces[i].Length;
        }

        Source = string.Concat(pieces);
        Spans = spans;
    }

    /// <summary>The source without the marks.</summary>
    public string Source { get; }

    /// <summary>The marked places, in order.</summary>
    public IReadOnlyList<TextSpan> Spans { get; }
}
