using System.Globalization;
using System.Text;
using GruGen.Kernels;
using GruGen.Terminal;

namespace GruGen.Benchmarks.Quick;

/// <summary>
/// Speed against hidden size as a picture: what the emitted and the generic code reach, and what the machine allows, in a panel each for single steps,
/// batches and training.
/// </summary>
internal sealed class SvgPlot
{
    private const int PanelWidth = 300, PanelHeight = 240, Left = 52, Top = 44, Gap = 34, Bottom = 74;

    private readonly StringBuilder _svg = new();
    private readonly MachineLimits _limits;
    private readonly double _top; // of the axis of speed, GFLOP/s

    private SvgPlot(MachineLimits limits)
    {
        _limits = limits;
        _top = Math.Ceiling(limits.Peak * 1.08 / 50) * 50;
    }

    /// <summary>Draws the rows that have a place in a panel.</summary>
    public static void Write(string file, IReadOnlyList<Duel> duels, MachineLimits limits)
    {
        var plot = new SvgPlot(limits);
        Duel[] plain = [.. duels.Where(duel => !duel.Row.IsVariant)];
        (string Title, Duel[] Duels)[] panels =
        [
            ("one step of a stream", Largest(plain.Where(duel => duel.Row.Kind == Kind.Step))),
            ("100 steps of 32 sequences", Largest(plain.Where(duel => duel.Row is { Kind: Kind.Sequence, Steps: 100, Batch: 32 }))),
            ("training, 100 steps of 32 sequences", Largest(plain.Where(duel => duel.Row is { Kind: Kind.Train, Steps: 100, Batch: 32 }))),
        ];
        plot.Begin(panels.Length);
        for (int i = 0; i < panels.Length; i++)
        {
            plot.Panel(Left + (i * (PanelWidth + Gap)), panels[i].Title, panels[i].Duels, labels: i == 0);
        }

        plot.Legend();
        File.WriteAllText(file, plot._svg.Append("</svg>\n").ToString());
    }

    /// <summary>For each hidden size the row with the most inputs.</summary>
    private static Duel[] Largest(IEnumerable<Duel> duels) =>
        [.. duels.GroupBy(duel => duel.Row.HiddenSize).OrderBy(size => size.Key).Select(size => size.MaxBy(duel => duel.Row.InputSize)!)];

    private void Begin(int panels)
    {
        int width = Left + (panels * PanelWidth) + ((panels - 1) * Gap) + 20, height = Top + PanelHeight + Bottom;
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">");
        Line("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        Line($"<text x=\"{Left}\" y=\"18\" font-size=\"14\" font-weight=\"600\" fill=\"#222222\">GFLOP/s against hidden size, one thread, {Simd.Lanes * 32} bit</text>");
    }

    private void Panel(int x, string title, Duel[] duels, bool labels)
    {
        Line($"<text x=\"{x}\" y=\"{Top - 8}\" fill=\"#444444\">{title}</text>");
        for (double speed = 0; speed <= _top; speed += 50)
        {
            Line($"<line x1=\"{x}\" x2=\"{x + PanelWidth}\" y1=\"{Y(speed)}\" y2=\"{Y(speed)}\" stroke=\"#e4e4e4\"/>");
            if (labels)
            {
                Line($"<text x=\"{x - 8}\" y=\"{Y(speed)}\" dy=\"4\" text-anchor=\"end\" fill=\"#666666\">{speed:F0}</text>");
            }
        }

        string Place(int i) => Number(x + (PanelWidth * (i + 0.5) / duels.Length));
        for (int i = 0; i < duels.Length; i++)
        {
            Row row = duels[i].Row;
            Line($"<text x=\"{Place(i)}\" y=\"{Top + PanelHeight + 18}\" text-anchor=\"middle\" fill=\"#666666\">{(row.InputSize == row.HiddenSize ? "" : $"{row.InputSize}, ")}{row.HiddenSize}</text>");
        }

        Curve(Enumerable.Range(0, duels.Length).Select(i => (Place(i), Limit(duels[i].Row))), "#999999", dashed: true);
        Curve(Enumerable.Range(0, duels.Length).Select(i => (Place(i), duels[i].Row.Flops / duels[i].Baseline.Minimum)), "#d08a2e", dashed: false);
        Curve(Enumerable.Range(0, duels.Length).Select(i => (Place(i), duels[i].Row.Flops / duels[i].Emitted.Minimum)), "#2367b0", dashed: false);
    }

    private void Curve(IEnumerable<(string X, double Speed)> points, string colour, bool dashed)
    {
        (string X, double Speed)[] all = [.. points];
        Line($"<polyline points=\"{string.Join(" ", all.Select(point => $"{point.X},{Y(point.Speed)}"))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{(dashed ? " stroke-dasharray=\"5 4\"" : "")}/>");
        foreach ((string x, double speed) in all.Where(_ => !dashed))
        {
            Line($"<circle cx=\"{x}\" cy=\"{Y(speed)}\" r=\"3.2\" fill=\"{colour}\"><title>{speed.ToString("F0", CultureInfo.InvariantCulture)} GFLOP/s</title></circle>");
        }
    }

    private void Legend()
    {
        int y = Top + PanelHeight + 50;
        (string Colour, string Text, bool Dashed)[] entries =
        [
            ("#2367b0", "emitted", false), ("#d08a2e", "generic", false),
            ("#999999", "limit: multiply-adds, or of a step the loads of its weights", true),
        ];
        int x = Left;
        foreach ((string colour, string text, bool dashed) in entries)
        {
            Line($"<line x1=\"{x}\" x2=\"{x + 26}\" y1=\"{y - 4}\" y2=\"{y - 4}\" stroke=\"{colour}\" stroke-width=\"2\"{(dashed ? " stroke-dasharray=\"5 4\"" : "")}/>");
            Line($"<text x=\"{x + 32}\" y=\"{y}\" fill=\"#444444\">{text}</text>");
            x += 110;
        }

        Line($"<text x=\"{Left + (2 * (PanelWidth + Gap)) + PanelWidth}\" y=\"{y}\" text-anchor=\"end\" fill=\"#666666\">inputs, hidden size</text>");
    }

    /// <summary>The roof: the multiply-adds, and, of a step, the level of the cache that its weights are read from.</summary>
    private double Limit(Row row) => row.Kind == Kind.Step ? Math.Min(_limits.Peak, row.Flops * _limits.LoadsOf(row.WeightBytes) / row.WeightBytes) : _limits.Peak;

    private string Y(double speed) => Number(Top + PanelHeight - (PanelHeight * speed / _top));

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private void Line(string text) => _svg.Append(text).Append('\n');
}
