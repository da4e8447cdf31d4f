namespace GruGen.Report;

/// <summary>Forecasts beside truths, and their differences.</summary>
internal sealed class ValueFigures
{
    private const int Shown = 100; // rows, the last ones
    private const int Dots = 1000;
    private const int Bars = 20;
    private const int Outputs = 16; // in the table

    private readonly int _size, _count;
    private readonly float[] _forecasts, _truths; // [rows, size]

    /// <summary>Figures of rows, in the units of the targets where a scaler knows them.</summary>
    public ValueFigures(CollectedRows rows, FeatureScaler? scaler)
    {
        (_size, _count) = (rows.Size, rows.Count);
        (_forecasts, _truths) = ([.. rows.Outputs], [.. rows.Targets]);
        scaler?.InverseTransform(_forecasts, _forecasts);
        scaler?.InverseTransform(_truths, _truths);
    }

    /// <summary>Adds the figures.</summary>
    public void AddTo(Markup body)
    {
        string of = _size > 1 ? $", the first of {_size} outputs" : "";
        body.AddRaw("<div class='figures'>\n");
        int first = Math.Max(0, _count - Shown);
        body.Add($"{new EpochChart
        {
            Title = "Forecast and truth" + of,
            Lines = [new("truth", "c0", Column(_truths)[first..]), new("forecast", "c6", Column(_forecasts)[first..])],
            Counted = "row",
            First = first + 1,
        }.Draw()}");
        AddScatter(body, of);
        AddResiduals(body, of);
        AddErrors(body);
        body.AddRaw("</div>\n");
    }

    private double[] Column(float[] values) => [.. Enumerable.Range(0, _count).Select(row => (double)values[row * _size])];

    private void AddScatter(Markup body, string of)
    {
        double[] truths = Column(_truths), forecasts = Column(_forecasts);
        Axis axis = Axis.Of(truths.Concat(forecasts));
        var chart = new Chart($"Forecast by truth{of}, {_count} rows", axis, axis, "truth", height: 330);
        chart.AddRule(axis.Ticks[0], axis.Ticks[0], axis.Ticks[^1], axis.Ticks[^1]);
        int stride = Math.Max(1, _count / Dots);
        chart.AddDots("c6", Enumerable.Range(0, _count / stride).Select(i => (truths[i * stride], forecasts[i * stride])));
        int[] order = [.. Enumerable.Range(0, _count).OrderBy(row => truths[row])];
        var legend = new Markup();
        legend.Add($"<li class='note'>a dot is a row; the line is where both are equal</li>");
        body.Add($"{Figure.Of("Forecast by truth" + of, chart.Svg(), legend, new FigureTable
        {
            Caption = "Means of a tenth of the rows each, from the least truth to the largest",
            Columns = ["tenth", "truth", "forecast", "absolute error"],
            Rows =
            [
                .. order.Chunk((_count + 9) / 10).Select((part, i) => (IReadOnlyList<double>)
                [
                    i + 1,
                    part.Average(row => truths[row]),
                    part.Average(row => forecasts[row]),
                    part.Average(row => Math.Abs(forecasts[row] - truths[row])),
                ]),
            ],
        })}");
    }

    private void AddResiduals(Markup body, string of)
    {
        double[] errors = [.. Column(_forecasts).Zip(Column(_truths), (forecast, truth) => forecast - truth).Where(double.IsFinite)];
        if (errors.Length == 0)
        {
            return;
        }

        Axis x = Axis.Of(errors, hasZero: true);
        double from = x.Ticks[0], width = (x.Ticks[^1] - from) / Bars;
        int[] counts = new int[Bars];
        foreach (double error in errors)
        {
            counts[Math.Clamp((int)((error - from) / width), 0, Bars - 1)]++;
        }

        Axis y = Axis.Of(counts.Select(count => (double)count), hasZero: true);
        var chart = new Chart($"How often a forecast is off by how much{of}", x, y, "forecast − truth");
        foreach ((int i, int count) in counts.Index())
        {
            double left = from + i * width, right = left + width;
            chart.AddBar("c6", left, right, count);
            chart.AddTip(left, left + width / 2, right, $"{Number.Short(left)} to {Number.Short(right)}: {Number.Whole(count)}");
        }

        var legend = new Markup();
        legend.Add($"<li class='note'>rows by their error; mean <b>{Number.Short(errors.Average())}</b></li>");
        body.Add($"{Figure.Of("Residuals" + of, chart.Svg(), legend, new FigureTable
        {
            Caption = "Rows by their error",
            Columns = ["from", "to", "rows"],
            Rows = [.. counts.Select((count, i) => (IReadOnlyList<double>)[from + i * width, from + (i + 1) * width, count])],
        })}");
    }

    private void AddErrors(Markup body)
    {
        int shown = Math.Min(_size, Outputs);
        var table = new FigureTable
        {
            Caption = _size > shown ? $"The first {shown} of {_size} outputs" : "All rows",
            Columns = ["output", "MAE", "RMSE", "mean error", "R²"],
            Format = Number.Short,
            Rows = [.. Enumerable.Range(0, shown).Select(Errors)],
        };
        body.Add($"<figure><figcaption><h3>Errors</h3></figcaption>{table.Draw()}</figure>\n");
    }

    private IReadOnlyList<double> Errors(int output)
    {
        double absolute = 0, square = 0, sum = 0, mean = 0, spread = 0;
        for (int row = 0; row < _count; row++)
        {
            double error = (double)_forecasts[row * _size + output] - _truths[row * _size + output];
            absolute += Math.Abs(error);
            square += error * error;
            sum += error;
            mean += _truths[row * _size + output] / (double)_count;
        }

        for (int row = 0; row < _count; row++)
        {
            spread += Math.Pow(_truths[row * _size + output] - mean, 2);
        }

        double share = spread > 0 ? 1 - square / spread : square == 0 ? 1 : 0;
        return [output + 1, absolute / _count, Math.Sqrt(square / _count), sum / _count, share];
    }
}
