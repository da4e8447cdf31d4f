namespace GruGen.Report;

/// <summary>A figure of the page: a title, a picture, what its lines mean, and a table of the same numbers.</summary>
internal static class Figure
{
    /// <summary>The figure.</summary>
    public static Markup Of(string title, Markup picture, Markup legend, FigureTable table)
    {
        var figure = new Markup();
        figure.Add($"<figure><figcaption><h3>{title}</h3><ul class='legend'>{legend}</ul></figcaption>{picture}");
        figure.Add($"<details><summary>Numbers</summary>{table.Draw()}</details></figure>\n");
        return figure;
    }

    /// <summary>Says what a line is, and its last value.</summary>
    public static void AddKey(Markup legend, string color, int dash, string name, string value)
    {
        legend.Add($"<li><svg class='key' viewBox='0 0 26 8' aria-hidden='true'>");
        legend.Add($"<path class='line {color} d{dash}' d='M1 4H25'/></svg>");
        legend.Add($"{name} <b>{value}</b></li>");
    }
}

/// <summary>A table of numbers. The text is rounded; each cell has the whole number beside it, in a <c>data</c> element.</summary>
internal sealed record FigureTable
{
    /// <summary>What is in it.</summary>
    public required string Caption { get; init; }

    /// <summary>The names of the columns, the first of which numbers the rows.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The rows.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Rows { get; init; }

    /// <summary>The name of what is measured in a history, which a program finds the table by; null for what is not in one.</summary>
    public string? HistoryName { get; init; }

    /// <summary>How a number is written.</summary>
    public Func<double, string> Format { get; init; } = Number.Long;

    /// <summary>The names of the rows; null for the numbers of the first column.</summary>
    public IReadOnlyList<string>? RowNames { get; init; }

    /// <summary>The table.</summary>
    public Markup Draw()
    {
        var table = new Markup();
        table.Add($"<div class='scroll' tabindex='0' role='group' aria-label='{Caption}'>");
        if (HistoryName is null)
        {
            table.Add($"<table>");
        }
        else
        {
            table.Add($"<table data-name='{HistoryName}'>");
        }

        table.Add($"<caption>{Caption}</caption><thead><tr>");
        foreach (string column in Columns)
        {
            table.Add($"<th scope='col'>{column}</th>");
        }

        table.Add($"</tr></thead><tbody>");
        foreach ((int i, IReadOnlyList<double> row) in Rows.Index())
        {
            table.Add($"<tr><th scope='row'>{RowNames?[i] ?? Number.Short(row[0])}</th>");
            foreach (double value in row.Skip(RowNames is null ? 1 : 0))
            {
                table.Add($"<td><data value='{Number.Exact(value)}'>{Format(value)}</data></td>");
            }

            table.Add($"</tr>");
        }

        table.Add($"</tbody></table></div>");
        return table;
    }
}
