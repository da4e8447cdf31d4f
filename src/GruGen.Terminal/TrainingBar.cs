using System.Diagnostics;
using Spectre.Console;

namespace GruGen.Terminal;

/// <summary>
/// Shows training as it goes, one line for each epoch: a bar with the time that is left, the time of a step, the loss and the metrics.
/// Where the output is no terminal, a plain line is written at the end of each epoch. A line before the first one says so if the model
/// was compiled without optimisation.
/// </summary>
/// <remarks>
/// It draws on the thread that trains, at most every 50 ms and at the end of an epoch; a report in between allocates nothing.
/// </remarks>
/// <param name="console">Where to; the process's console unless given.</param>
public sealed class TrainingBar(IAnsiConsole? console = null) : IProgress<TrainingProgress>, IDisposable
{
    private const string Home = "\r", EraseToEnd = "\u001b[K";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly IAnsiConsole _console = console ?? AnsiConsole.Console;
    private long _drawn;
    private bool _lineIsOpen;
    private bool _isWarned;

    private bool IsLive => _console.Profile.Out.IsTerminal && _console.Profile.Capabilities.Ansi;

    /// <summary>Draws where training is, unless it has just done so.</summary>
    /// <param name="value">Where training is.</param>
    public void Report(TrainingProgress value)
    {
        if (value.UnoptimizedAssembly is { } assembly && !_isWarned)
        {
            _console.Profile.Out.Writer.WriteLine(
                $"{assembly} is compiled without optimisation, so that training takes up to 45 times as long: "
                + "run it with -c Release, or set <Optimize>true</Optimize> in its project.");
            _isWarned = true;
        }

        if (!IsLive)
        {
            if (value.IsEpochEnd)
            {
                // past the console, which would break a line that is longer than its width
                _console.Profile.Out.Writer.WriteLine(ProgressLine.Of(value, withBar: false).Text);
            }
        }
        else if (value.IsEpochEnd || Stopwatch.GetElapsedTime(_drawn) >= s_interval)
        {
            Draw(value);
        }
    }

    /// <summary>Ends the line of an epoch that was interrupted.</summary>
    public void Dispose()
    {
        if (_lineIsOpen)
        {
            _console.WriteLine();
            _lineIsOpen = false;
        }
    }

    private void Draw(TrainingProgress value)
    {
        _console.Write(new ControlCode(Home));
        _console.Write(ProgressLine.Of(value, withBar: true).Fit(_console.Profile.Width - 1).Render());
        _console.Write(new ControlCode(EraseToEnd));
        if (value.IsEpochEnd)
        {
            _console.WriteLine();
        }

        _lineIsOpen = !value.IsEpochEnd;
        _drawn = Stopwatch.GetTimestamp();
    }
}
