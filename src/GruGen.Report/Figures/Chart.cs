namespace GruGen.Report;

/// <summary>The frame of a chart, 360 units wide, and what lies in it: lines, dots, bars, in the order in which they are added.</summary>
internal sealed class Chart
{
    private const double Width = 360, Left = 46, Right = 10, Top = 16, Bottom = 34;

    private readonly Markup _body = new();
    private readonly string _title;
    private readonly double _height;

    /// <summary>An empty frame.</summary>
    /// <param name="title">What the chart shows, for those who do not see it.</param>
    /// <param name="x">The axis below.</param>
    /// <param name="y">The axis at the left.</param>
    /// <param name="xName">What the axis below is of.</param>
    /// <param name="format">How a number at the left is written.</param>
    /// <param name="height">The height.</param>
    public Chart(string title, Axis x, Axis y, string xName, Func<double, string>? format = null, double height = 220)
    {
        (_title, X, Y, _height) = (title, x, y, height);
        foreach (double tick in y.Ticks)
        {
            double at = YOf(tick);
            _body.Add($"<path class='grid' d='M{Left:0.#} {at:0.#}H{Width - Right:0.#}'/>");
            _body.Add($"<text x='{Left - 6:0.#}' y='{at + 4:0.#}' text-anchor='end'>{(format ?? Number.Short)(tick)}</text>");
        }

        foreach (double tick in x.Ticks)
        {
            string text = Number.Short(tick);
            double at = Math.Min(XOf(tick), Width - text.Length * 3.2); // it must not be cut off
            _body.Add($"<text x='{at:0.#}' y='{height - Bottom + 15:0.#}' text-anchor='middle'>{text}</text>");
        }

        _body.Add($"<text x='{Width - Right:0.#}' y='{height - 3:0.#}' text-anchor='end' class='name'>{xName}</text>");
    }

    /// <summary>The axis below.</summary>
    public Axis X { get; }

    /// <summary>The axis at the left.</summary>
    public Axis Y { get; }

    /// <summary>Where a number lies.</summary>
    public double XOf(double value) => Left + X.Place(value) * (Width - Left - Right);

    /// <summary>Where a number lies.</summary>
    public double YOf(double value) => _height - Bottom - Y.Place(value) * (_height - Top - Bottom);

    /// <summary>A line through points, with gaps where a value is not finite; a point between two gaps is a dot.</summary>
    /// <param name="color">The class of its colour, <c>c1</c> to <c>c6</c>.</param>
    /// <param name="dash">The number of its dashes, so that colour is not all that tells it from another line; 0 for a solid one.</param>
    /// <param name="points">The points, from left to right.</param>
    public void AddLine(string color, int dash, IEnumerable<(double X, double Y)> points)
    {
        var path = new Markup();
        (double X, double Y)? alone = null; // the first point of a stretch
        bool isOpen = false;
        foreach ((double x, double y) in points)
        {
            if (double.IsFinite(y))
            {
                path.AddRaw(isOpen ? "L" : "M");
                path.Add($"{XOf(x):0.#} {YOf(y):0.#}");
                (alone, isOpen) = (isOpen ? null : (x, y), true);
            }
            else
            {
                Close();
            }
        }

        Close();
        _body.Add($"<path class='line {color} d{dash}' d='{path}'/>");

        void Close()
        {
            if (alone is not null)
            {
                path.AddRaw("h0");
            }

            (alone, isOpen) = (null, false);
        }
    }

    /// <summary>A dot for each point.</summary>
    public void AddDots(string color, IEnumerable<(double X, double Y)> points, string size = "")
    {
        var path = new Markup();
        foreach ((double x, double y) in points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)))
        {
            path.Add($"M{XOf(x):0.#} {YOf(y):0.#}h0");
        }

        _body.Add($"<path class='dots {color} {size}' d='{path}'/>");
    }

    /// <summary>A bar from 0 to a height.</summary>
    public void AddBar(string color, double from, double to, double value)
    {
        double top = YOf(value);
        _body.Add($"<path class='bar {color}' d='M{XOf(from) + 0.5:0.#} {YOf(0):0.#}V{top:0.#}H{XOf(to) - 0.5:0.#}V{YOf(0):0.#}z'/>");
    }

    /// <summary>A straight line of no series, such as a limit or a diagonal.</summary>
    public void AddRule(double x1, double y1, double x2, double y2) =>
        _body.Add($"<path class='rule' d='M{XOf(x1):0.#} {YOf(y1):0.#}L{XOf(x2):0.#} {YOf(y2):0.#}'/>");

    /// <summary>A horizontal limit with its name, if it lies on the axis.</summary>
    public void AddLimit(double value, string name)
    {
        double at = YOf(value), below = at < Top + 16 ? 13 : -4;
        _body.Add($"<path class='rule' d='M{Left:0.#} {at:0.#}H{Width - Right:0.#}'/>");
        _body.Add($"<text x='{Left + 4:0.#}' y='{at + below:0.#}'>{name}</text>");
    }

    /// <summary>A vertical line with its name above the frame.</summary>
    public void AddMark(double value, string name)
    {
        double at = XOf(value);
        string anchor = at < Left + 40 ? "start" : at > Width - Right - 40 ? "end" : "middle";
        _body.Add($"<path class='mark' d='M{at:0.#} {Top - 2:0.#}V{_height - Bottom:0.#}'/>");
        _body.Add($"<text class='markname' x='{at:0.#}' y='{Top - 5:0.#}' text-anchor='{anchor}'>{name}</text>");
    }

    /// <summary>A stripe that says what stands at a place when somebody points there.</summary>
    public void AddTip(double from, double at, double to, string text)
    {
        double left = XOf(from), right = XOf(to);
        _body.Add($"<g class='tip'><title>{text}</title><path class='at' d='M{XOf(at):0.#} {Top:0.#}V{_height - Bottom:0.#}'/>");
        _body.Add($"<rect x='{left:0.#}' y='{Top:0.#}' width='{right - left:0.#}' height='{_height - Top - Bottom:0.#}'/></g>");
    }

    /// <summary>The chart.</summary>
    public Markup Svg()
    {
        var svg = new Markup();
        svg.Add($"<svg viewBox='0 0 {Width:0} {_height:0}' role='img' aria-label='{_title}'>{_body}</svg>");
        return svg;
    }
}
