using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <summary>Writes a loop over the depth of a product.</summary>
internal static class DepthLoop
{
    /// <summary>The loop over every depth step <c>k</c>.</summary>
    public static string Write(long size, IEnumerable<string> body) => $$"""
        for (nuint k = 0; k < {{Literal(size)}}; k++)
        {
            {{Lines(4, body)}}
        }
        """;

    /// <summary>The loop, its body written out <paramref name="unroll"/> times, and the depth steps left over.</summary>
    /// <param name="size">The depth.</param>
    /// <param name="unroll">Depth steps in the body.</param>
    /// <param name="step">The text of a depth step from its number in the body and its place.</param>
    /// <param name="advance">The text that moves on by so many depth steps.</param>
    public static IEnumerable<string> Write(
        int size, int unroll, Func<int, string, IEnumerable<string>> step, Func<int, IEnumerable<string>> advance)
    {
        int whole = size / unroll * unroll;
        if (whole > unroll)
        {
            yield return $$"""
                for (nuint k = 0; k < {{Literal(whole)}}; {{(unroll == 1 ? "k++" : $"k += {unroll}")}})
                {
                    {{Lines(4, Enumerable.Range(0, unroll).SelectMany(u => step(u, u == 0 ? "k" : $"k + {u}")).Concat(advance(unroll)))}}
                }
                """;
        }
        else if (whole > 0)
        {
            yield return Block(0, whole);
        }

        int rest = size - whole;
        if (rest > 0)
        {
            if (whole > 0)
            {
                yield return "";
            }

            yield return Block(whole, rest);
        }

        string Block(int first, int count) => $$"""
            {
                {{Lines(4, Enumerable.Range(0, count).SelectMany(u => step(u, $"{first + u}")).Concat(advance(count)))}}
            }
            """;
    }
}
