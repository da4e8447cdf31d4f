using System.Globalization;

namespace FirstNames;

/// <summary>What the program was asked for.</summary>
/// <param name="Seeds">How many models to train, with the seeds 0, 1, …</param>
/// <param name="Report">The page about the training of the first one; null for none.</param>
internal sealed record Options(int Seeds = 1, string? Report = null)
{
    public const string Usage = "[--seeds N | --report FILE]";

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">They are not as <see cref="Usage"/> says.</exception>
    public static Options Parse(string[] arguments) => arguments switch
    {
        [] => new Options(),
        ["--report", { Length: > 0 } path] => new Options(Report: path),
        ["--seeds", string number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int seeds) && seeds > 0 => new Options(seeds),
        _ => throw new FormatException($"'{string.Join(' ', arguments)}' is not understood."),
    };
}
