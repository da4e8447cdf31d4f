namespace GruGen.Report;

/// <summary>
/// The receiver operating characteristic of an output: for each threshold which part of those that are yes, and of those that are no, lies
/// above it.
/// </summary>
internal sealed class RocCurve
{
    private readonly List<(double X, double Y)> _points = [(0, 0)]; // false and true positive rates, from high thresholds to low ones

    private RocCurve()
    {
    }

    /// <summary>The area under the curve, exactly; NaN if all targets are yes or all are no.</summary>
    public double Area { get; private init; }

    /// <summary>The points that are drawn.</summary>
    public IEnumerable<(double X, double Y)> Points
    {
        get
        {
            int stride = Math.Max(1, _points.Count / 200);
            return _points.Where((_, i) => i % stride == 0 || i == _points.Count - 1);
        }
    }

    /// <summary>The curve of an output.</summary>
    public static RocCurve Of(CollectedRows rows, int output)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(row => Score(row))];
        double yes = 0, no = 0, allYes = order.Where(IsYes).Sum(row => rows.Weights[row]), all = rows.Weights.Sum(), area = 0;
        var points = new List<(double X, double Y)>();
        for (int i = 0; i < order.Length;)
        {
            double yesBefore = yes, noBefore = no;
            for (float score = Score(order[i]); i < order.Length && Score(order[i]).Equals(score); i++)
            {
                yes += IsYes(order[i]) ? rows.Weights[order[i]] : 0;
                no += IsYes(order[i]) ? 0 : rows.Weights[order[i]];
            }

            area += (no - noBefore) * (yes + yesBefore) / 2;
            points.Add((no / (all - allYes), yes / allYes));
        }

        bool isDefined = allYes > 0 && allYes < all;
        var curve = new RocCurve { Area = isDefined ? area / (allYes * (all - allYes)) : double.NaN };
        curve._points.AddRange(isDefined ? points : []);
        return curve;

        float Score(int row) => rows.Outputs[row * rows.Size + output];

        bool IsYes(int row) => rows.Targets[row * rows.Size + output] > 0.5f;
    }

    /// <summary>The true positive rate at a false positive rate; NaN if there is no curve.</summary>
    public double At(double rate)
    {
        if (double.IsNaN(Area))
        {
            return double.NaN;
        }

        int after = _points.FindIndex(point => point.X > rate);
        if (after < 0)
        {
            return 1;
        }

        ((double x, double y), (double nextX, double nextY)) = (_points[Math.Max(after - 1, 0)], _points[after]);
        return nextX > x ? double.Lerp(y, nextY, (rate - x) / (nextX - x)) : nextY;
    }
}
