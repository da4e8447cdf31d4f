namespace Translate;

/// <summary>Numbers in English words, as they are said in Britain: 307 is <c>three hundred and seven</c>.</summary>
internal static class NumberWords
{
    /// <summary>The first number that has no words here.</summary>
    public const int Limit = 1_000_000;

    private static readonly string[] s_small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] s_tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>Every word there is.</summary>
    public static string[] All => [.. s_small, .. s_tens, "hundred", "thousand", "and"];

    /// <summary>The words of a number, with a hyphen from twenty-one to ninety-nine.</summary>
    /// <param name="number">The number, 0 to 999,999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or <see cref="Limit"/> or more.</exception>
    public static string Of(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Limit);
        return number switch
        {
            < 20 => s_small[number],
            < 100 => s_tens[number / 10 - 2] + (number % 10 == 0 ? "" : "-" + Of(number % 10)),
            < 1000 => Of(number / 100) + " hundred" + (number % 100 == 0 ? "" : " and " + Of(number % 100)),
            _ => Of(number / 1000) + " thousand" + (number % 1000) switch
            {
                0 => "",
                < 100 and var rest => " and " + Of(rest),
                var rest => " " + Of(rest),
            },
        };
    }
}
