using System.Globalization;
using System.Text;

namespace GruGen;

/// <summary>
/// How often each class was predicted where each was the target: <c>matrix[target, prediction]</c>, numbers of rows, or sums of their
/// weights if the data has weights.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly double[] _counts; // [targets, predictions]

    internal ConfusionMatrix(int classes, double[] counts) => (Classes, _counts) = (classes, counts);

    /// <summary>The number of classes; 2, no and yes, for a single output.</summary>
    public int Classes { get; }

    /// <summary>All rows together.</summary>
    public double Total => _counts.Sum();

    /// <summary>The part of the rows that were predicted correctly; 0 if there is none.</summary>
    public double Accuracy => Quotient(Enumerable.Range(0, Classes).Sum(label => this[label, label]), Total);

    /// <summary>How often a class was predicted where another, or the same, was the target.</summary>
    /// <param name="target">The class of the target, counted from 0.</param>
    /// <param name="prediction">The class that was predicted, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double this[int target, int prediction] =>
        _counts[Checked(target, nameof(target)) * Classes + Checked(prediction, nameof(prediction))];

    /// <summary>How often a class is the target.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Targets(int label) => Enumerable.Range(0, Classes).Sum(prediction => this[label, prediction]);

    /// <summary>How often a class was predicted.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Predictions(int label) => Enumerable.Range(0, Classes).Sum(target => this[target, label]);

    /// <summary>How much of what was predicted to be of a class is; 0 if it was never predicted.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Precision(int label) => Quotient(this[label, label], Predictions(label));

    /// <summary>How much of what is of a class was predicted to be; 0 if nothing is.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Recall(int label) => Quotient(this[label, label], Targets(label));

    /// <summary>The harmonic mean of precision and recall of a class; 0 if both are.</summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double F1(int label) => Quotient(2 * this[label, label], Targets(label) + Predictions(label));

    /// <summary>A table: a line for each target, a column for each prediction, and precision and recall of each class.</summary>
    /// <returns>Lines that end in <c>\n</c>.</returns>
    public override string ToString() => ToString(null);

    /// <summary>A table with names of the classes.</summary>
    /// <param name="names">The names; null for their numbers.</param>
    /// <returns>Lines that end in <c>\n</c>.</returns>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    public string ToString(IReadOnlyList<string>? names)
    {
        names ??= [.. Enumerable.Range(0, Classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        if (names.Count != Classes)
        {
            throw new ArgumentException($"'{nameof(names)}' has {names.Count} elements, but there are {Classes} classes.", nameof(names));
        }

        int[] labels = [.. Enumerable.Range(0, Classes)];
        string[][] rows =
        [
            ["target \\ prediction", .. names, "recall"],
            .. labels.Select(target => (string[])
            [
                names[target],
                .. labels.Select(prediction => this[target, prediction].ToString("0.##", CultureInfo.InvariantCulture)),
                Percent(Recall(target)),
            ]),
            ["precision", .. labels.Select(label => Percent(Precision(label))), Percent(Accuracy)],
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.AppendJoin("  ", cells).Append('\n');
        }

        return text.ToString();
    }

    private int Checked(int label, string name) => (uint)label < (uint)Classes
        ? label
        : throw new ArgumentOutOfRangeException(name, label, $"There is no class {label}; there are {Classes}.");

    private static double Quotient(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static string Percent(double part) => part.ToString("0.0 %", CultureInfo.InvariantCulture);
}
