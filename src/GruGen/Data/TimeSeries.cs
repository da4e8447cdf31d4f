namespace GruGen;

/// <summary>
/// One series of steps that follow each other in time, with what was measured at each step and what is known of it beforehand. Windows of
/// it are what a model learns to forecast from (<see cref="ForecastWindows"/>).
/// </summary>
/// <remarks>A series is not changed, and may be shared between threads.</remarks>
public sealed class TimeSeries
{
    private readonly float[] _values; // [steps, columns]
    private readonly float[] _known; // [known steps, known columns]

    /// <summary>A series of measured values.</summary>
    /// <param name="values">values[steps, columns]: what was measured, step by step. The numbers are copied.</param>
    /// <param name="columns">The number of values of a step.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has no step, or not a whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="columns"/> is below 1, or a value is not finite as a <see cref="float"/>; its step and column are named.
    /// </exception>
    public TimeSeries(ReadOnlySpan<float> values, int columns)
        : this(values.ToArray(), Checked(values, columns, nameof(values), nameof(columns)), [], 0)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException($"'{nameof(values)}' is empty: a series has a step at least.", nameof(values));
        }
    }

    /// <inheritdoc cref="TimeSeries(ReadOnlySpan{float}, int)"/>
    public TimeSeries(ReadOnlySpan<double> values, int columns)
        : this(DoubleInputs.Singles(values), columns)
    {
    }

    private TimeSeries(float[] values, int columns, float[] known, int knownColumns) =>
        (_values, ColumnCount, _known, KnownColumnCount) = (values, columns, known, knownColumns);

    /// <summary>The number of steps.</summary>
    public int StepCount => _values.Length / ColumnCount;

    /// <summary>The number of values of a step.</summary>
    public int ColumnCount { get; }

    /// <summary>The number of known values of a step; 0 without any.</summary>
    public int KnownColumnCount { get; }

    /// <summary>
    /// The number of steps whose known values are there: as many as the series has, or more, for forecasts beyond its end; 0 without any.
    /// </summary>
    public int KnownStepCount => KnownColumnCount == 0 ? 0 : _known.Length / KnownColumnCount;

    /// <summary>
    /// The same series with what is known of each step before it comes, such as the day of the week, holidays, or a price that is announced
    /// (known future covariates).
    /// </summary>
    /// <param name="known">
    /// known[steps, columns]: of every step of the series, and of as many after its end as are to be forecast. The numbers are copied.
    /// </param>
    /// <param name="columns">The number of known values of a step.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="known"/> has not a whole number of steps, or fewer than the series.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="columns"/> is below 1, or a value is not finite as a <see cref="float"/>; its step and column are named.
    /// </exception>
    public TimeSeries WithKnown(ReadOnlySpan<float> known, int columns)
    {
        int steps = known.Length / Checked(known, columns, nameof(known), nameof(columns));
        return steps >= StepCount
            ? new TimeSeries(_values, ColumnCount, known.ToArray(), columns)
            : throw new ArgumentException($"'{nameof(known)}' has {steps} steps, but the series has {StepCount}.", nameof(known));
    }

    /// <inheritdoc cref="WithKnown(ReadOnlySpan{float}, int)"/>
    public TimeSeries WithKnown(ReadOnlySpan<double> known, int columns) => WithKnown(DoubleInputs.Singles(known), columns);

    /// <summary>The values of a step: [columns].</summary>
    internal ReadOnlySpan<float> Values(int step) => _values.AsSpan(step * ColumnCount, ColumnCount);

    /// <summary>What is known of some steps: [count, known columns].</summary>
    internal ReadOnlySpan<float> Known(int step, int count) => _known.AsSpan(step * KnownColumnCount, count * KnownColumnCount);

    /// <summary>The number of columns, after a check of it and of all values.</summary>
    private static int Checked(ReadOnlySpan<float> values, int columns, string name, string columnsName)
    {
        if (values.Length % Check.Positive(columns, columnsName) != 0)
        {
            throw new ArgumentException(
                $"'{name}' has {values.Length} elements, but a multiple of {columns} (columns a step) is expected.", name);
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ArgumentOutOfRangeException(
                    name,
                    values[i],
                    $"Column {i % columns} of step {i / columns} of '{name}' is {values[i]}, which is no number to learn from.");
            }
        }

        return columns;
    }
}
