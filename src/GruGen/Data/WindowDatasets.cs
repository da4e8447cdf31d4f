namespace GruGen;

/// <summary>
/// Extension methods that add windows of series to a dataset: <c>data.AddWindows(series, new ForecastWindows(28))</c>.
/// <see cref="ForecastWindows"/> says what a window is.
/// </summary>
/// <remarks>
/// <para>Windows overlap, so those of a test must not simply be drawn from among all of them: a step that is to be forecast there would be
/// an input or a target of training. Give each part the steps that its targets may be of instead: <c>targets: ..split</c> to train,
/// <c>targets: split..</c> to test. No window of the first then reads or forecasts a step from <c>split</c> on, and every target of the
/// second is one of these steps; its inputs may lie before them, as they will when the model is used.</para>
/// <para>Each window is a copy: a series of n steps takes about n · length / stride steps of memory.</para>
/// </remarks>
public static class WindowDatasets
{
    /// <summary>Adds the windows of a series.</summary>
    /// <param name="data">The dataset, whose model says whether a window has targets at its end or at every step.</param>
    /// <param name="series">The series.</param>
    /// <param name="windows">What the windows are like.</param>
    /// <param name="targets">
    /// The steps of the series in which all targets of a window have to lie, such as <c>..^365</c>; null for the whole series. The first
    /// window is the first one whose targets do, and the stride counts from it.
    /// </param>
    /// <returns>The number of windows that were added, 1 or more.</returns>
    /// <exception cref="ArgumentException">
    /// The model has another input or output size than the windows, the series has not all their columns, or no window fits: it, or what of
    /// it may be targets, is too short.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targets"/> does not lie in the series.</exception>
    /// <exception cref="InvalidOperationException">The dataset has labels.</exception>
    public static int AddWindows(
        this SequenceDataset<float> data, TimeSeries series, ForecastWindows windows, Range? targets = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(windows);
        int count = data.Add(series, windows, targets ?? Range.All);
        return count > 0
            ? count
            : throw new ArgumentException(
                $"No window fits: it has {windows.Span} steps, with those that are forecast, but the series has {series.StepCount}"
                    + (targets is null ? "." : $", of which '{nameof(targets)}' are {targets}."),
                nameof(series));
    }

    /// <summary>Adds the windows of several series. No window has steps of two of them.</summary>
    /// <param name="data">The dataset, whose model says whether a window has targets at its end or at every step.</param>
    /// <param name="series">The series. One in which no window fits is left out.</param>
    /// <param name="windows">What the windows are like.</param>
    /// <param name="targets">
    /// The steps of each series in which all targets of a window have to lie, such as <c>..^365</c>; null for the whole series. Of a range
    /// that goes beyond a series counts what lies in it.
    /// </param>
    /// <returns>The number of windows that were added, and that of series in which none fits.</returns>
    /// <exception cref="ArgumentException">
    /// The model has another input or output size than the windows, a series has not all their columns, there is no series, or no window
    /// fits in any.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targets"/> end before they begin.</exception>
    /// <exception cref="InvalidOperationException">The dataset has labels.</exception>
    public static (int Windows, int TooShort) AddWindows(
        this SequenceDataset<float> data, IEnumerable<TimeSeries> series, ForecastWindows windows, Range? targets = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(windows);
        (int added, int tooShort, int longest) = (0, 0, 0);
        foreach (TimeSeries one in series)
        {
            ArgumentNullException.ThrowIfNull(one, nameof(series));
            int steps = one.StepCount;
            int count = data.Add(one, windows, targets is Range range ? Inside(range.Start, steps)..Inside(range.End, steps) : Range.All);
            (added, tooShort, longest) = (added + count, tooShort + (count == 0 ? 1 : 0), Math.Max(longest, steps));
        }

        return added > 0
            ? (added, tooShort)
            : throw new ArgumentException(
                $"No window fits in any of {tooShort} series: it has {windows.Span} steps, with those that are forecast, "
                    + $"but the longest series has {longest}.",
                nameof(series));
    }

    private static int Add(this SequenceDataset<float> data, TimeSeries series, ForecastWindows windows, Range targets)
    {
        CheckFits(data.Schema, series, windows);
        (long from, long before) = Steps(targets, series.StepCount);

        // Of the window that starts at s, step t is the first one that has targets: they begin at t + gap + 1.
        int rows = data.Schema.Output == SequenceOutput.EveryStep ? windows.Length : 1, size = windows.TargetsOf(series);
        long first = Math.Max(0, from - windows.Gap - 1 - (windows.Length - rows)), last = before - windows.Span;
        if (first > last)
        {
            return 0;
        }

        float[] input = new float[checked(windows.Length * windows.FeaturesOf(series))], values = new float[checked(rows * size)];
        int count = 0;
        for (long start = first; start <= last; start += windows.Stride, count++)
        {
            windows.ReadInput(series, (int)start, input);
            for (int row = 0; row < rows; row++)
            {
                windows.ReadTargets(series, (int)start + windows.Length - rows + row, values.AsSpan(row * size, size));
            }

            data.AddValues(input, values);
        }

        return count;
    }

    private static void CheckFits(ModelSchema schema, TimeSeries series, ForecastWindows windows)
    {
        if (schema is { Output: SequenceOutput.EveryStep, ChangesSteps: true })
        {
            throw new InvalidOperationException(
                $"A window has targets at its end or at each of its steps, but {schema.Name} gives an output for some of its steps.");
        }

        (int features, int targets) = (windows.FeaturesOf(series), windows.TargetsOf(series));
        if (features != schema.InputSize)
        {
            throw new ArgumentException(
                $"A step of the windows has {features} features ({features - windows.Horizon * series.KnownColumnCount} columns + horizon "
                    + $"{windows.Horizon} · {series.KnownColumnCount} known columns), but {schema.Name} reads {schema.InputSize}.",
                nameof(windows));
        }

        if (targets != schema.OutputSize)
        {
            throw new ArgumentException(
                $"The windows have {targets} targets (horizon {windows.Horizon} · {targets / windows.Horizon} target columns), "
                    + $"but {schema.Name} has {schema.OutputSize} outputs.",
                nameof(windows));
        }
    }

    private static int Inside(Index index, int steps) => Math.Clamp(index.GetOffset(steps), 0, steps);

    private static (int From, int Before) Steps(Range targets, int steps)
    {
        (int from, int before) = (targets.Start.GetOffset(steps), targets.End.GetOffset(steps));
        return from >= 0 && from <= before && before <= steps
            ? (from, before)
            : throw new ArgumentOutOfRangeException(
                nameof(targets), targets, $"'{nameof(targets)}' are {targets}, but the series has {steps} steps.");
    }
}
