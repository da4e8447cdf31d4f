namespace GruGen.Report;

/// <summary>The gates and states of one direction of a GRU over the steps of a sequence.</summary>
/// <param name="title">The heading.</param>
/// <param name="gates">The gates.</param>
/// <param name="steps">What the steps are called.</param>
/// <param name="replaces">Whether z is the part of the state that is replaced, and not the one that is kept.</param>
/// <param name="reversed">Whether the direction goes from the last step to the first.</param>
internal sealed class GateFigure(string title, GateTrace gates, IReadOnlyList<string> steps, bool replaces, bool reversed)
{
    private const double Width = 360, Left = 46, Right = 4, MapHeight = 92, BarHeight = 30, Gap = 12;
    private const double LetterWidth = 6.6, LetterGap = 3, LineHeight = 12;
    private const int LetterCount = 12; // of a step's name

    private int Steps => steps.Count;

    private int Units => gates.States.Size;

    /// <summary>The figure.</summary>
    public Markup Draw()
    {
        double[] kept = Means(Kept), change = Means(Change);
        double[] read = Means((step, unit) => gates.Reset[step][unit]), size = Means((step, unit) => Math.Abs(gates.States[step][unit]));
        int[] order = [.. Enumerable.Range(0, Units).OrderBy(TimeOfChange)];

        double column = (Width - Left - Right) / Steps, top = Names(column, out Markup names), y = top;
        var body = new Markup();
        AddBars();
        AddMap("state h", Positive, HeatMap.Positive, HeatMap.Negative);
        AddMap("update z", (step, unit) => gates.Update[step][unit], HeatMap.Kept, HeatMap.Kept);
        AddMap("reset r", (step, unit) => gates.Reset[step][unit], HeatMap.Read, HeatMap.Read);
        AddTips();

        int least = Array.IndexOf(kept, kept.Min());
        string name = steps[least] == Number.Whole(least + 1) ? "" : $", “{steps[least]}”,";
        string spoken = $"{title}: of the state, {Number.Percent(kept.Average())} are kept in a step on average, "
            + $"least at step {least + 1}{name} {Number.Percent(kept[least])}";
        var svg = new Markup();
        svg.Add($"<svg viewBox='0 0 {Width:0} {y:0}' role='img' aria-label='{spoken}'>{names}{body}</svg>");
        var legend = new Markup();
        legend.Add($"<li>kept in a step <b>{Number.Percent(kept.Average())}</b></li>");
        legend.Add($"<li>least at step {least + 1}{name} <b>{Number.Percent(kept[least])}</b></li>");
        return Figure.Of(title, svg, legend, new FigureTable
        {
            Caption = $"{title}: means over {Units} units",
            Columns = ["step", "kept", "reset r", "size of h", "change of h"],
            RowNames = [.. steps.Select((step, i) => $"{i + 1} {step}")],
            Rows = [.. Enumerable.Range(0, Steps).Select(Row)],
        });

        IReadOnlyList<double> Row(int step) => [kept[step], read[step], size[step], change[step]];

        double Positive(int step, int unit) => gates.States[step][unit] / Largest();

        void AddBars()
        {
            AddName("kept", BarHeight);
            body.Add($"<path class='grid' d='M{Left:0.#} {y:0.#}H{Width - Right:0.#}'/>");
            body.Add($"<path class='grid' d='M{Left:0.#} {y + BarHeight:0.#}H{Width - Right:0.#}'/>");
            var path = new Markup();
            for (int step = 0; step < Steps; step++)
            {
                double from = Left + step * column + column / 10, height = Math.Clamp(kept[step], 0, 1) * BarHeight;
                path.Add($"M{from:0.##} {y + BarHeight:0.#}v{-height:0.#}h{column * 0.8:0.##}v{height:0.#}z");
            }

            body.Add($"<path class='bar c4' d='{path}'/>");
            y += BarHeight + Gap;
        }

        void AddMap(
            string name, Func<int, int, double> value, (byte, byte, byte) positive, (byte, byte, byte) negative)
        {
            AddName(name, MapHeight);
            string picture = HeatMap.Draw(Steps, Units, (step, row) => value(step, order[row]), positive, negative);
            body.Add($"<image class='heat' x='{Left:0.#}' y='{y:0.#}' width='{Width - Left - Right:0.#}' height='{MapHeight:0}' ");
            body.Add($"preserveAspectRatio='none' href='{picture}'/>");
            body.Add($"<rect class='frame' x='{Left:0.#}' y='{y:0.#}' width='{Width - Left - Right:0.#}' height='{MapHeight:0}'/>");
            y += MapHeight + Gap;
        }

        void AddName(string name, double height)
        {
            string[] words = name.Split(' ');
            double at = y + height / 2 + (words.Length == 1 ? 4 : -2);
            foreach (string word in words)
            {
                body.Add($"<text x='{Left - 6:0.#}' y='{at:0.#}' text-anchor='end'>{word}</text>");
                at += 13;
            }
        }

        void AddTips()
        {
            for (int step = 0; step < Steps; step++)
            {
                double from = Left + step * column;
                body.Add($"<g class='tip'><title>step {step + 1}, {steps[step]}: {Number.Percent(kept[step])} of the state are kept, ");
                body.Add($"reset {Number.Short(read[step])}, change {Number.Short(change[step])}</title>");
                body.Add($"<path class='at' d='M{from + column / 2:0.#} {top:0.#}V{y - Gap:0.#}'/>");
                body.Add($"<rect x='{from:0.#}' y='{top:0.#}' width='{column:0.##}' height='{y - Gap - top:0.#}'/></g>");
            }
        }
    }

    /// <summary>
    /// The names of the steps, above their columns, or those of every so many steps that none touches the next one: side by side if this
    /// leaves out no more of them than if they go upwards.
    /// </summary>
    /// <returns>The height that they take.</returns>
    private double Names(double column, out Markup names)
    {
        names = new Markup();
        string[] shown = [.. steps.Select(step => step.Length > LetterCount ? string.Concat(step.AsSpan(0, LetterCount - 1), "…") : step)];
        double longest = shown.Max(name => name.Length) * LetterWidth;
        int Stride(double size) => (int)Math.Ceiling(size / column);
        int stride = Math.Min(Stride(longest + LetterGap), Stride(LineHeight));
        bool isUpright = stride == Stride(longest + LetterGap);
        double height = isUpright ? 18 : longest + 10;
        for (int step = 0; step < Steps; step += stride)
        {
            double x = Left + (step + 0.5) * column;
            if (isUpright)
            {
                names.Add($"<text class='step' x='{x:0.#}' y='{height - 6:0.#}' text-anchor='middle'>{shown[step]}</text>");
            }
            else
            {
                names.Add($"<text class='step' transform='translate({x + 3:0.#} {height - 6:0.#}) rotate(-90)'>{shown[step]}</text>");
            }
        }

        return height;
    }

    /// <summary>The mean over the units, for each step.</summary>
    private double[] Means(Func<int, int, double> value) =>
        [.. Enumerable.Range(0, Steps).Select(step => Enumerable.Range(0, Units).Average(unit => value(step, unit)))];

    private double Kept(int step, int unit) => replaces ? 1 - gates.Update[step][unit] : gates.Update[step][unit];

    /// <summary>How far a state goes in a step; of the first one from 0.</summary>
    private double Change(int step, int unit)
    {
        int before = reversed ? step + 1 : step - 1;
        return Math.Abs(gates.States[step][unit] - (before >= 0 && before < Steps ? gates.States[before][unit] : 0));
    }

    /// <summary>The mean step of the changes of a unit, each weighing as much as it is large.</summary>
    private double TimeOfChange(int unit)
    {
        double sum = 0, weighted = 0;
        for (int step = 0; step < Steps; step++)
        {
            double change = Change(step, unit);
            sum += change;
            weighted += change * step;
        }

        return sum > 0 ? weighted / sum : 0;
    }

    /// <summary>The largest state, 1 at least.</summary>
    private double Largest()
    {
        double largest = 1;
        foreach (float value in gates.States.Values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
