using System.Globalization;

namespace Translate;

/// <summary>What the program was asked for.</summary>
/// <param name="Epochs">How many times a translator goes through the numbers at each of its two learning rates.</param>
/// <param name="Seed">What the numbers, the initial values and the orders are drawn from.</param>
internal sealed record Options(int Epochs, int Seed)
{
    public const string Usage = "[--epochs N] [--seed N]";

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">They are not as <see cref="Usage"/> says.</exception>
    public static Options Parse(ReadOnlySpan<string> arguments)
    {
        var options = new Options(Epochs: 8, Seed: 0);
        for (; !arguments.IsEmpty; arguments = arguments[2..])
        {
            options = arguments switch
            {
                ["--epochs", var number, ..] when Number(number) is > 0 and var epochs => options with { Epochs = epochs },
                ["--seed", var number, ..] when Number(number) is >= 0 and var seed => options with { Seed = seed },
                _ => throw new FormatException($"'{string.Join(' ', arguments!)}' is not understood."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
