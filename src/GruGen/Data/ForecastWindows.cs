namespace GruGen;

/// <summary>
/// How windows are cut from a series, for a model that reads some steps and forecasts some of those that follow. (Keras:
/// <c>timeseries_dataset_from_array</c>, whose <c>sequence_length</c> and <c>sequence_stride</c> are <see cref="Length"/> and
/// <see cref="Stride"/>.)
/// </summary>
/// <remarks>
/// <para>With L for <see cref="Length"/>, G for <see cref="Gap"/> and H for <see cref="Horizon"/>, a window that starts at step s has as
/// input the steps s, …, s + L − 1. The features of step t are the input columns of t, followed by what is known of the steps
/// t + G + 1, …, t + G + H, one after another. So the input size of the model is input columns + H · known columns, and none of its
/// features is known later than step t.</para>
/// <para>The targets of step t are the target columns of the steps t + G + 1, …, t + G + H, one step after another: H · target columns
/// outputs. A model with one output for a sequence has those of the last step, t = s + L − 1. One with an output for every step has those
/// of each step, so that it learns to forecast from the first steps, too.</para>
/// </remarks>
public sealed record ForecastWindows
{
    /// <summary>Windows of a length.</summary>
    /// <param name="length">The number of steps that the model reads.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    public ForecastWindows(int length) => Length = length;

    /// <summary>The number of steps that the model reads, L.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Length
    {
        get;
        init => field = Check.Positive(value, nameof(Length));
    }

    /// <summary>The number of steps that are forecast, H; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Horizon
    {
        get;
        init => field = Check.Positive(value, nameof(Horizon));
    } = 1;

    /// <summary>The number of steps between the last one that is read and the first one that is forecast, G; 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Gap
    {
        get;
        init => field = Check.NotNegative(value, nameof(Gap));
    }

    /// <summary>The number of steps from the start of a window to that of the next one; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Stride
    {
        get;
        init => field = Check.Positive(value, nameof(Stride));
    } = 1;

    /// <summary>The columns that are read, in the order of the features, counted from 0; null, the default, for all of them.</summary>
    /// <exception cref="ArgumentException">There is no column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is negative.</exception>
    public IReadOnlyList<int>? InputColumns
    {
        get;
        init => field = Columns(value, nameof(InputColumns));
    }

    /// <summary>The columns that are forecast, in the order of the outputs, counted from 0; null, the default, for all of them.</summary>
    /// <exception cref="ArgumentException">There is no column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is negative.</exception>
    public IReadOnlyList<int>? TargetColumns
    {
        get;
        init => field = Columns(value, nameof(TargetColumns));
    }

    /// <summary>The steps from the first one that is read to the last one that is forecast.</summary>
    internal long Span => (long)Length + Gap + Horizon;

    /// <summary>
    /// The input from which a model forecasts beyond the end of a series: its last <see cref="Length"/> steps, in the form that the windows
    /// have. The first step that is forecast is the one after the end, or after the gap.
    /// </summary>
    /// <param name="series">The series, with what is known of the steps that are forecast, if anything is.</param>
    /// <returns>[length, input columns + horizon · known columns]</returns>
    /// <exception cref="ArgumentException">
    /// The series is shorter, or has not all columns, or what is known of it ends too soon.
    /// </exception>
    public float[] LastInput(TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        int steps = series.StepCount;
        if (steps < Length)
        {
            throw new ArgumentException($"The series has {steps} steps, but {Length} are read.", nameof(series));
        }

        long end = (long)steps + Gap + Horizon;
        if (series.KnownColumnCount > 0 && series.KnownStepCount < end)
        {
            throw new ArgumentException(
                $"{series.KnownStepCount} steps of the series are known, but {end} have to be, those that are forecast among them.",
                nameof(series));
        }

        float[] input = new float[checked(Length * FeaturesOf(series))];
        ReadInput(series, steps - Length, input);
        return input;
    }

    /// <summary>The features of a step, after a check of the columns.</summary>
    internal int FeaturesOf(TimeSeries series) =>
        checked(Count(InputColumns, series, nameof(InputColumns)) + Horizon * series.KnownColumnCount);

    /// <summary>The targets of a step, after a check of the columns.</summary>
    internal int TargetsOf(TimeSeries series) => checked(Horizon * Count(TargetColumns, series, nameof(TargetColumns)));

    /// <summary>Writes the input of the window that starts at a step: input[length, features].</summary>
    internal void ReadInput(TimeSeries series, int start, Span<float> input)
    {
        for (int t = start; t < start + Length; t++)
        {
            input = input[Copy(series.Values(t), InputColumns, input)..];
            if (series.KnownColumnCount > 0)
            {
                input = input[Copy(series.Known(t + Gap + 1, Horizon), null, input)..];
            }
        }
    }

    /// <summary>Writes the targets of a step: targets[horizon, target columns].</summary>
    internal void ReadTargets(TimeSeries series, int step, Span<float> targets)
    {
        for (int ahead = 1; ahead <= Horizon; ahead++)
        {
            targets = targets[Copy(series.Values(step + Gap + ahead), TargetColumns, targets)..];
        }
    }

    /// <summary>Copies some values, or all, and gives their number.</summary>
    private static int Copy(ReadOnlySpan<float> values, IReadOnlyList<int>? columns, Span<float> destination)
    {
        if (columns is null)
        {
            values.CopyTo(destination);
            return values.Length;
        }

        for (int i = 0; i < columns.Count; i++)
        {
            destination[i] = values[columns[i]];
        }

        return columns.Count;
    }

    private static int Count(IReadOnlyList<int>? columns, TimeSeries series, string name) =>
        columns is null ? series.ColumnCount
        : columns.Max() < series.ColumnCount ? columns.Count
        : throw new ArgumentException($"'{name}' have column {columns.Max()}, but the series has {series.ColumnCount}.", nameof(series));

    private static int[]? Columns(IReadOnlyList<int>? columns, string name) => columns switch
    {
        null => null,
        [] => throw new ArgumentException($"'{name}' is empty: one column at least is expected.", name),
        _ => [.. columns.Select((column, i) => Check.NotNegative(column, $"{name}[{i}]"))],
    };
}
