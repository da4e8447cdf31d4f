using System.Globalization;
using Spectre.Console;

namespace GruGen.Terminal;

/// <summary>
/// What one wants to see of a training, drawn for <see cref="AnsiConsole.Write(Spectre.Console.Rendering.IRenderable)"/>.
/// </summary>
public static class Charts
{
    private const int Columns = 60, Rows = 8; // characters; each has 2 × 4 dots

    private static readonly Color[] s_colors = [Color.Aqua, Color.Orange1, Color.Green, Color.Fuchsia];
    private static readonly string[] s_samples = ["━━", "┅┅", "┈┈"];

    /// <summary>
    /// Draws how values went from epoch to epoch, as lines in one frame: the loss in training and in validation, or any others that were
    /// recorded. The first line is solid, the others are dotted; they have colours where the output is a terminal.
    /// </summary>
    /// <param name="history">What was recorded.</param>
    /// <param name="names">
    /// Which, such as <c>accuracy</c> and <c>val_accuracy</c>; none for <c>loss</c> and, where there is one, <c>val_loss</c>.
    /// </param>
    /// <exception cref="KeyNotFoundException">A name was not recorded.</exception>
    /// <exception cref="ArgumentException">No epoch was recorded.</exception>
    public static Panel History(History history, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(names);
        names = names.Count > 0 ? names : [.. history.Names.Where(name => name is "loss" or "val_loss")];
        IReadOnlyList<double>[] values = [.. names.Select(name => history[name])];
        if (history.Epochs == 0)
        {
            throw new ArgumentException("No epoch was recorded, so there is nothing to draw.", nameof(history));
        }

        double[] finite = [.. values.SelectMany(series => series).Where(double.IsFinite)];
        (double least, double most) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        var canvas = new DotCanvas(Columns, Rows);
        for (int i = 0; i < values.Length; i++)
        {
            Draw(canvas, values[i], least, most, i);
        }

        string top = Number(most), bottom = Number(least);
        int width = Math.Max(top.Length, bottom.Length);
        var lines = new List<string>();
        for (int row = 0; row < Rows; row++)
        {
            string label = top == bottom ? (row == Rows / 2 ? top : "") : row == 0 ? top : row == Rows - 1 ? bottom : "";
            lines.Add($"{label.PadLeft(width)} │{canvas.Row(row, Colored)}");
        }

        lines.Add($"{new string(' ', width)} └{new string('─', Columns)}");
        string last = history.Epochs.ToString(CultureInfo.InvariantCulture);
        lines.Add(new string(' ', width + 2) + "1" + last.PadLeft(Columns - 1));
        lines.Add(string.Join(
            "   ", names.Select((name, i) => $"{Colored(s_samples[Math.Min(i, s_samples.Length - 1)], i)} {Markup.Escape(name)}")));
        return new Panel(string.Join('\n', lines)).Border(BoxBorder.None);
    }

    /// <summary>
    /// A line of text with a bar for each value, from the least one to the largest one, such as <c>█▆▄▃▂▂▁▁</c>:
    /// <c>Charts.Sparkline(history["val_loss"])</c>. Where a value is not finite there is a blank.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="width">The largest number of bars. Of more values, a bar is the mean of those that it stands for.</param>
    /// <returns>The bars; nothing for no values.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
    public static string Sparkline(IReadOnlyList<double> values, int width = Columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        const string bars = "▁▂▃▄▅▆▇█";
        int count = Math.Min(values.Count, width);
        double[] means = [.. Enumerable.Range(0, count).Select(i => Mean(Place(i), Place(i + 1)))];
        double[] finite = [.. means.Where(double.IsFinite)];
        (double least, double most) = finite.Length == 0 ? (0, 0) : (finite.Min(), finite.Max());
        return string.Concat(means.Select(mean => double.IsFinite(mean) ? bars[Height(mean)] : ' '));

        int Place(int bar) => (int)((long)values.Count * bar / count);

        double Mean(int from, int to)
        {
            double[] part = [.. values.Skip(from).Take(to - from).Where(double.IsFinite)];
            return part.Length == 0 ? double.NaN : part.Select(value => value / part.Length).Sum();
        }

        int Height(double mean) =>
            most > least ? (int)Math.Round((mean / 2 - least / 2) / (most / 2 - least / 2) * (bars.Length - 1)) : bars.Length / 2 - 1;
    }

    /// <summary>
    /// Draws each epoch's value, and a line from it to the next one's; where one is not finite there is a gap. A solid line has all dots,
    /// the next one every second pair, and so on.
    /// </summary>
    private static void Draw(DotCanvas canvas, IReadOnlyList<double> values, double least, double most, int line)
    {
        int width = Columns * 2 - 1, height = Rows * 4 - 1;
        double columnsAnEpoch = (double)width / Math.Max(1, values.Count - 1);
        for (int x = 0; x <= width; x++)
        {
            double place = x / columnsAnEpoch;
            int epoch = Math.Min((int)place, values.Count - 1), next = Math.Min(epoch + 1, values.Count - 1);
            if (x % (line * 2 + 2) < 2)
            {
                Set(x, double.Lerp(values[epoch], values[next], place - epoch));
            }
        }

        for (int epoch = 0; epoch < values.Count; epoch++)
        {
            Set((int)Math.Round(epoch * columnsAnEpoch), values[epoch]);
        }

        void Set(int x, double value)
        {
            if (double.IsFinite(value))
            {
                double part = most > least ? (value - least) / (most - least) : 0.5;
                canvas.Set(x, height - (int)Math.Round(part * height), line);
            }
        }
    }

    private static string Colored(string text, int line) =>
        Console.IsOutputRedirected ? text : $"[{s_colors[line % s_colors.Length]}]{text}[/]";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
