using System.Diagnostics;

namespace GruGen.Terminal;

/// <summary>
/// Times two works in turns, so that whatever else the machine does meets both alike. A turn has several samples, because the first ones
/// find the cache as the other work has left it.
/// </summary>
internal class Turns
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(10);

    public Turns(Contender first, Contender second)
    {
        (First, Second) = (first, second);
        long start = Stopwatch.GetTimestamp();
        do
        {
            First.Calibrate(s_sample);
            Second.Calibrate(s_sample);
        }
        while (Stopwatch.GetElapsedTime(start) < s_warmUp);
    }

    public Contender First { get; }

    public Contender Second { get; }

    /// <summary>Takes turns for this long, and twice at least.</summary>
    public void Run(TimeSpan budget)
    {
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < 2 || Stopwatch.GetElapsedTime(start) < budget; turn++)
        {
            First.Sample(s_turn);
            Second.Sample(s_turn);
        }
    }
}
