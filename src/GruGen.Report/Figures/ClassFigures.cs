using System.Globalization;

namespace GruGen.Report;

/// <summary>How well classes are told from each other.</summary>
/// <param name="rows">Outputs and targets.</param>
/// <param name="excludeEachOther">Whether a row is of one class, and not yes or no for each output by itself.</param>
/// <param name="names">The names of the classes, if they have any.</param>
internal sealed class ClassFigures(CollectedRows rows, bool excludeEachOther, IReadOnlyList<string>? names)
{
    private const int Curves = 6; // of the most frequent classes
    private const int MatrixClasses = 24;

    private bool IsOne => rows.Size == 1;

    private int Classes => IsOne ? 2 : rows.Size;

    /// <summary>Adds the figures.</summary>
    public void AddTo(Markup body)
    {
        body.AddRaw("<div class='figures'>\n");
        double[,] counts = Counts();
        if (excludeEachOther && Classes <= MatrixClasses)
        {
            AddMatrix(body, counts);
        }

        AddCurves(body);
        AddScores(body, counts);
        body.AddRaw("</div>\n");
    }

    /// <summary>
    /// [targets, predictions] of classes; of outputs that say yes or no by themselves [output, yes or no right or wrong].
    /// </summary>
    private double[,] Counts()
    {
        double[,] counts = new double[Classes, Math.Max(Classes, 4)];
        for (int row = 0; row < rows.Count; row++)
        {
            if (IsOne)
            {
                counts[rows.Targets[row] > 0.5f ? 1 : 0, rows.Outputs[row] > 0.5f ? 1 : 0] += rows.Weights[row];
            }
            else if (excludeEachOther)
            {
                counts[rows.Largest(rows.Targets, row), rows.Largest(rows.Outputs, row)] += rows.Weights[row];
            }
            else
            {
                for (int i = 0; i < Classes; i++)
                {
                    int at = row * rows.Size + i;
                    counts[i, (rows.Targets[at] > 0.5f ? 2 : 0) + (rows.Outputs[at] > 0.5f ? 1 : 0)] += rows.Weights[row];
                }
            }
        }

        return counts;
    }

    private void AddMatrix(Markup body, double[,] counts)
    {
        string width = Classes > 3 ? "wide" : "narrow";
        body.Add($"<figure class='{width}'><figcaption><h3>Confusion matrix</h3>");
        body.Add($"<p class='note'>rows are targets, columns predictions; percentages are of the row</p></figcaption>");
        body.Add($"<div class='scroll' tabindex='0' role='group' aria-label='Confusion matrix'><table class='confusion'>");
        body.Add($"<thead><tr><th scope='col'>target</th>");
        for (int i = 0; i < Classes; i++)
        {
            body.Add($"<th scope='col'>{Name(i)}</th>");
        }

        body.AddRaw("</tr></thead><tbody>");
        for (int target = 0; target < Classes; target++)
        {
            double sum = Sum(target);
            body.Add($"<tr><th scope='row'>{Name(target)}</th>");
            for (int prediction = 0; prediction < Classes; prediction++)
            {
                double count = counts[target, prediction], part = sum > 0 ? count / sum : 0;
                string kind = target == prediction ? "true" : "false";
                body.Add($"<td class='{kind}' style='--a:{part:0.###}'>");
                body.Add($"<data value='{Number.Exact(count)}'>{Number.Short(count)}</data>");
                body.Add($"<small>{Number.Percent(part)}</small></td>");
            }

            body.AddRaw("</tr>");
        }

        body.AddRaw("</tbody></table></div></figure>\n");

        double Sum(int target) => Enumerable.Range(0, Classes).Sum(prediction => counts[target, prediction]);
    }

    private void AddScores(Markup body, double[,] counts)
    {
        var table = new FigureTable
        {
            Caption = "Precision, recall and their harmonic mean",
            Format = Number.Short,
            Columns = ["class", "precision", "recall", "F1", "targets"],
            RowNames = [.. Enumerable.Range(0, Classes).Select(Name)],
            Rows = [.. Enumerable.Range(0, Classes).Select(Scores)],
        };
        body.Add($"<figure><figcaption><h3>By class</h3></figcaption>{table.Draw()}</figure>\n");

        IReadOnlyList<double> Scores(int label)
        {
            double right = excludeEachOther ? counts[label, label] : counts[label, 3];
            double targets = excludeEachOther ? Enumerable.Range(0, Classes).Sum(i => counts[label, i]) : counts[label, 2] + right;
            double predicted = excludeEachOther ? Enumerable.Range(0, Classes).Sum(i => counts[i, label]) : counts[label, 1] + right;
            return [Quotient(right, predicted), Quotient(right, targets), Quotient(2 * right, targets + predicted), targets];
        }
    }

    private void AddCurves(Markup body)
    {
        int[] outputs = [.. Enumerable.Range(0, rows.Size).OrderByDescending(Targets).Take(Curves).Order()];
        RocCurve[] curves = [.. outputs.Select(output => RocCurve.Of(rows, output))];
        Axis axis = Axis.Between(0, 1, 0, 0.25, 0.5, 0.75, 1);
        string spoken = string.Join(", ", curves.Select((curve, i) => $"{CurveName(outputs[i])} {Number.Short(curve.Area)}"));
        var chart = new Chart($"ROC, area under the curve: {spoken}", axis, axis, "false positive rate", height: 330);
        var legend = new Markup();
        chart.AddRule(0, 0, 1, 1);
        foreach ((int i, RocCurve curve) in curves.Index())
        {
            string color = IsOne ? "c6" : $"c{i + 1}";
            chart.AddLine(color, i, curve.Points);
            Figure.AddKey(legend, color, i, CurveName(outputs[i]), Number.Short(curve.Area));
        }

        string title = rows.Size > Curves ? $"ROC, the {Curves} most frequent classes" : "ROC";
        double[] steps = [.. Enumerable.Range(0, 21).Select(i => i / 20.0)];
        body.Add($"{Figure.Of(title, chart.Svg(), legend, new FigureTable
        {
            Caption = "True positive rate by false positive rate",
            Columns = ["false", .. outputs.Select(CurveName)],
            Rows = [.. steps.Select(rate => (IReadOnlyList<double>)[rate, .. curves.Select(curve => curve.At(rate))])],
        })}");
    }

    private double Targets(int output) =>
        Enumerable.Range(0, rows.Count).Sum(row => rows.Weights[row] * rows.Targets[row * rows.Size + output]);

    private string CurveName(int output) => IsOne ? "area" : $"{Name(output)}";

    private string Name(int label) => names?[label] ?? (IsOne ? (label == 0 ? "no" : "yes") : label.ToString(CultureInfo.InvariantCulture));

    private static double Quotient(double part, double whole) => whole == 0 ? 0 : part / whole;
}
