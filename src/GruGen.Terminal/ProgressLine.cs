using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GruGen.Terminal;

/// <summary>
/// A line in parts of one style each, such as
/// <c>Epoch  3/20  57/101 ━━━━━━━━━━━━━━━━━━━━ ETA 4s 11ms/step - loss: 0.4210 - accuracy: 0.8123</c>.
/// </summary>
internal sealed class ProgressLine
{
    private const int BarLength = 20;

    private static readonly Style s_done = new(Color.Green);
    private static readonly Style s_left = new(Color.Grey);

    private readonly List<(string Text, Style Style)> _parts = [];

    private ProgressLine()
    {
    }

    /// <summary>The line without its styles.</summary>
    public string Text => string.Concat(_parts.Select(part => part.Text));

    /// <summary>
    /// Where training is: while an epoch runs with the time to the end of training, and at its end with the time it took.
    /// </summary>
    public static ProgressLine Of(TrainingProgress progress, bool withBar)
    {
        var line = new ProgressLine();
        bool isCounted = progress.Batches >= progress.Batch; // a source may not know how many there will be, or be wrong
        string batches = isCounted ? Padded(progress.Batch, progress.Batches) : progress.Batch.ToString(CultureInfo.InvariantCulture);
        line.Add($"Epoch {Padded(progress.Epoch, progress.Epochs)} {batches} ");
        if (withBar && isCounted)
        {
            int done = (int)((long)BarLength * progress.Batch / progress.Batches);
            line.Add(new string('━', done), s_done);
            line.Add(new string('─', BarLength - done), s_left);
            line.Add(" ");
        }

        if (progress.IsEpochEnd)
        {
            line.Add($"{Duration.Whole(progress.EpochElapsed)} ");
        }
        else if (isCounted)
        {
            line.Add($"ETA {Duration.Whole(progress.Remaining)} ");
        }

        line.Add($"{Duration.Short(progress.EpochElapsed / progress.Batch)}/step");
        line.Add("", progress.Metrics);
        if (progress.Validation is { } validation)
        {
            line.Add("val_", validation);
        }

        return line;
    }

    /// <summary>The line, cut off at <paramref name="width"/> columns, for a line that wraps cannot be drawn over.</summary>
    public ProgressLine Fit(int width)
    {
        var line = new ProgressLine();
        foreach ((string text, Style style) in _parts)
        {
            string part = text[..Math.Min(text.Length, width)];
            line.Add(part, style);
            width -= part.Length;
        }

        return line;
    }

    public IRenderable Render()
    {
        var paragraph = new Paragraph();
        foreach ((string text, Style style) in _parts)
        {
            paragraph.Append(text, style);
        }

        return paragraph;
    }

    private void Add(string prefix, Evaluation evaluation)
    {
        foreach ((string name, double value) in evaluation)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $" - {prefix}{name}: {value:F4}"));
        }
    }

    private void Add(string text, Style? style = null) => _parts.Add((text, style ?? Style.Plain));

    private static string Padded(int number, int of)
    {
        string last = of.ToString(CultureInfo.InvariantCulture);
        return $"{number.ToString(CultureInfo.InvariantCulture).PadLeft(last.Length)}/{last}";
    }
}
