using System.Diagnostics;

namespace GruGen.Terminal;

/// <summary>Some work with the times it took.</summary>
/// <param name="run">Does it so many times.</param>
/// <param name="prepare">What comes before calls that are timed together, and is not timed.</param>
internal sealed class Contender(Action<int> run, Action? prepare = null)
{
    private readonly List<double> _samples = [];
    private int _calls = 1;

    /// <summary>The least time of a call, in ns.</summary>
    public double Minimum => _samples.Min();

    /// <summary>The median time of a call, in ns.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. _samples.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>Runs once as long as a sample takes, and finds the number of calls that take about <paramref name="sample"/>.</summary>
    public void Calibrate(TimeSpan sample)
    {
        TimeSpan time = Time();
        _calls = (int)Math.Clamp(Math.Round(_calls * (sample / time)), 1, 2.0 * _calls);
    }

    /// <summary>Takes samples for this long, and one at least.</summary>
    public void Sample(TimeSpan turn)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            _samples.Add(Time().TotalNanoseconds / _calls);
        }
        while (Stopwatch.GetElapsedTime(start) < turn);
    }

    private TimeSpan Time()
    {
        prepare?.Invoke();
        long start = Stopwatch.GetTimestamp();
        run(_calls);
        return Stopwatch.GetElapsedTime(start);
    }
}
