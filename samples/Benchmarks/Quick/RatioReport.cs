using GruGen.Benchmarks.Ratios;

namespace GruGen.Benchmarks.Quick;

/// <summary>The rows that have bounds as a table.</summary>
internal static class RatioReport
{
    public static void Print(IEnumerable<RatioResult> results)
    {
        foreach (IGrouping<Kind, RatioResult> kind in results.GroupBy(result => result.Row.Kind))
        {
            Console.WriteLine();
            Console.WriteLine($"{Title(kind.Key),-84}     µs   beside µs     times  at most");
            foreach (RatioResult result in kind)
            {
                Console.WriteLine(
                    $"{result.Row.Title + " / " + result.Row.Beside,-84}{Microseconds(result.Nanoseconds)}{Microseconds(result.NanosecondsBeside)}"
                    + $"{result.Ratio,10:F3}{result.Row.Bound,9:F2}{(result.Holds ? "" : "  over")}");
            }
        }

        static string Microseconds(double ns) => ns < 1e8 ? $"{ns / 1000,12:#,0.000}" : $"{ns / 1000,12:#,0}";
    }

    private static string Title(Kind kind) => kind switch
    {
        Kind.Fading => "Gradients that fade",
        Kind.Unused => "Tokens that are not used",
        Kind.Silence => "Streams in silence",
        Kind.Conv => "Convolutions",
        _ => "Growth",
    };
}
