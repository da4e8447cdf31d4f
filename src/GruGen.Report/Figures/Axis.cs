namespace GruGen.Report;

/// <summary>The numbers along one side of a chart: from where to where, and those that are written.</summary>
internal sealed class Axis
{
    private const double Most = 1e300; // what is beyond lies at the edge
    private const int Steps = 4; // about so many between the ends

    private readonly double _from, _to;

    private Axis(double from, double to, bool isLog, double[] ticks) => (_from, _to, IsLog, Ticks) = (from, to, isLog, ticks);

    /// <summary>Whether equal distances are equal quotients.</summary>
    public bool IsLog { get; }

    /// <summary>The numbers that are written.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that all finite values lie on.</summary>
    /// <param name="values">The values.</param>
    /// <param name="mayBeLog">Whether it is logarithmic where the values are of different magnitudes.</param>
    /// <param name="hasZero">Whether 0 is on it.</param>
    public static Axis Of(IEnumerable<double> values, bool mayBeLog = false, bool hasZero = false)
    {
        double least = hasZero ? 0 : double.PositiveInfinity, most = hasZero ? 0 : double.NegativeInfinity;
        foreach (double value in values.Where(double.IsFinite))
        {
            least = Math.Min(least, Math.Clamp(value, -Most, Most));
            most = Math.Max(most, Math.Clamp(value, -Most, Most));
        }

        (least, most) = least > most ? (0, 1) : (least, most);
        return mayBeLog && least > 0 && most / least > 100 ? Log(least, most) : Linear(least, most, hasZero);
    }

    /// <summary>An axis from one number to another one.</summary>
    public static Axis Between(double from, double to, params double[] ticks) => new(from, to, isLog: false, ticks);

    /// <summary>Where a finite value lies: 0 at the beginning, 1 at the end.</summary>
    public double Place(double value) =>
        Math.Clamp(IsLog ? Part(Math.Log10(Math.Max(value, double.Epsilon))) : Part(value), 0, 1);

    private double Part(double value) => (value / 2 - _from / 2) / (_to / 2 - _from / 2);

    private static Axis Linear(double least, double most, bool hasZero)
    {
        double magnitude = Math.Max(Math.Abs(least), Math.Abs(most));
        if (most / 2 - least / 2 <= magnitude * 1e-9)
        {
            double room = magnitude == 0 ? 1 : magnitude / 10; // all values are the same
            return new Axis(hasZero ? Math.Min(0, least) : least - room, most + room, isLog: false, [least]);
        }

        double step = Round((most / 2 - least / 2) / Steps * 2), from = Math.Floor(least / step), to = Math.Ceiling(most / step);
        double[] ticks = [.. Enumerable.Range(0, (int)(to - from) + 1).Select(i => (from + i) * step)];
        return new Axis(from * step, to * step, isLog: false, ticks);
    }

    private static Axis Log(double least, double most)
    {
        int from = (int)Math.Floor(Math.Log10(least)), to = (int)Math.Ceiling(Math.Log10(most)), step = (to - from + Steps) / (Steps + 1);
        double[] ticks = [.. Enumerable.Range(0, (to - from) / step + 1).Select(i => Math.Pow(10, from + i * step))];
        return new Axis(from, to, isLog: true, ticks);
    }

    /// <summary>The next of 1, 2 and 5 times a power of ten.</summary>
    private static double Round(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch
        {
            <= 1.001 => 1,
            <= 2.001 => 2,
            <= 5.001 => 5,
            _ => 10,
        } * power;
    }
}
