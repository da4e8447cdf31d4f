namespace GruGen.Report;

/// <summary>A line of a chart: a value for each epoch, or for each of other things that are counted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Color">The class of its colour, <c>c1</c> to <c>c6</c>, the same for the same thing in all charts.</param>
/// <param name="Values">The values.</param>
internal sealed record Line(string Name, string Color, IReadOnlyList<double> Values);

/// <summary>Values of each epoch as a chart, with a legend that has the last ones, and a table of all.</summary>
internal sealed record EpochChart
{
    private const int Stretches = 150, Tips = 60;

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>The lines, all of the same length.</summary>
    public required IReadOnlyList<Line> Lines { get; init; }

    /// <summary>What is counted.</summary>
    public string Counted { get; init; } = "epoch";

    /// <summary>The number of the first one.</summary>
    public int First { get; init; } = 1;

    /// <summary>The best epoch; 0 for none.</summary>
    public int Best { get; init; }

    /// <summary>A limit of the values; 0 for none.</summary>
    public double Limit { get; init; }

    /// <summary>Whether 0 is on the axis.</summary>
    public bool HasZero { get; init; }

    /// <summary>The name of what is measured in a history; null for what is not in one.</summary>
    public string? HistoryName { get; init; }

    /// <summary>How a value is written on the axis and in the legend.</summary>
    public Func<double, string> Format { get; init; } = Number.Short;

    private int Count => Lines[0].Values.Count;

    /// <summary>The figure.</summary>
    public Markup Draw()
    {
        int last = First + Count - 1;
        IEnumerable<double> all = Lines.SelectMany(line => line.Values);
        Axis y = Axis.Of(Limit > 0 ? all.Append(Limit) : all, mayBeLog: !HasZero, HasZero);
        Axis x = Count > 1 ? Axis.Between(First, last, [.. WholeTicks(First, last)]) : Axis.Between(First - 1, First + 1, First);
        var chart = new Chart($"{Title} by {Counted}: {Spoken()}", x, y, y.IsLog ? $"{Counted} · logarithmic" : Counted, Format);
        if (Best > 0)
        {
            chart.AddMark(Best, $"best: {Number.Whole(Best)}");
        }

        foreach ((int i, Line line) in Lines.Index())
        {
            chart.AddLine(line.Color, i, Thinning.Places(line.Values, Stretches).Select(at => ((double)First + at, line.Values[at])));
            if (Best > 0)
            {
                chart.AddDots(line.Color, [(Best, line.Values[Best - First])], "large");
            }
        }

        if (Limit > 0)
        {
            chart.AddLimit(Limit, $"limit {Number.Short(Limit)}");
        }

        for (int i = 0, tips = Math.Min(Tips, Count); i < tips; i++)
        {
            int at = tips == 1 ? 0 : (int)Math.Round((double)i * (Count - 1) / (tips - 1));
            double half = 0.5 * Math.Max(Count - 1, 1) / Math.Max(tips - 1, 1);
            IEnumerable<string> values = Lines.Select(line => $"{line.Name}: {Format(line.Values[at])}");
            chart.AddTip(First + at - half, First + at, First + at + half, string.Join("\n", values.Prepend($"{Counted} {First + at}")));
        }

        return Figure.Of(Title, chart.Svg(), Legend(), new FigureTable
        {
            Caption = $"{Title} by {Counted}",
            HistoryName = HistoryName,
            Columns = [Counted, .. Lines.Select(line => line.Name)],
            Rows = [.. Enumerable.Range(0, Count).Select(Row)],
        });
    }

    private IReadOnlyList<double> Row(int at) => [First + at, .. Lines.Select(line => line.Values[at])];

    private Markup Legend()
    {
        var legend = new Markup();
        foreach ((int i, Line line) in Lines.Index())
        {
            Figure.AddKey(legend, line.Color, i, line.Name, Format(line.Values[^1]));
        }

        int unusual = Lines.Sum(line => line.Values.Count(value => !double.IsFinite(value)));
        if (unusual > 0)
        {
            legend.Add($"<li class='note'>not finite: {unusual}</li>");
        }

        return legend;
    }

    private string Spoken() => string.Join(
        ", ", Lines.Select(line => $"{line.Name} {Format(line.Values[0])} to {Format(line.Values[^1])}"));

    private static IEnumerable<double> WholeTicks(int first, int last)
    {
        double step = Axis.Of([first, last]).Ticks is [var a, var b, ..] ? Math.Max(1, b - a) : 1;
        IEnumerable<double> ticks = Enumerable.Range(0, 12)
            .Select(i => (Math.Floor(first / step) + i) * step)
            .Where(tick => tick > first + step / 3 && tick < last - step / 3);
        return [first, .. ticks, last];
    }
}
