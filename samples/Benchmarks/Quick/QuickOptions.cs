namespace GruGen.Benchmarks.Quick;

/// <summary>What the quick mode was asked for.</summary>
/// <param name="Only">The kinds to measure.</param>
/// <param name="JsonFile">Where the results go as JSON; null for nowhere.</param>
/// <param name="SvgFile">Where they go as a picture; null for nowhere.</param>
internal sealed record QuickOptions(IReadOnlySet<Kind> Only, string? JsonFile, string? SvgFile)
{
    public const string Usage = "quick [--only step,sequence,batch,train,seed,threads,fading,unused,silence,growth,conv] [--json FILE] [--svg FILE]";

    /// <summary>Reads the arguments after <c>quick</c>.</summary>
    /// <exception cref="FormatException">They are not as <see cref="Usage"/> says.</exception>
    public static QuickOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new QuickOptions(Enum.GetValues<Kind>().ToHashSet(), JsonFile: null, SvgFile: null);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"'{arguments[i]}' needs a value.");
            options = arguments[i] switch
            {
                "--only" => options with { Only = value.Split(',').Select(ParseKind).ToHashSet() },
                "--json" => options with { JsonFile = value },
                "--svg" => options with { SvgFile = value },
                _ => throw new FormatException($"'{arguments[i]}' is not known."),
            };
        }

        return options;
    }

    private static Kind ParseKind(string name) =>
        Enum.GetValues<Kind>().Where(kind => kind.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).Cast<Kind?>().FirstOrDefault()
        ?? throw new FormatException($"'{name}' is no kind of measurement.");
}
