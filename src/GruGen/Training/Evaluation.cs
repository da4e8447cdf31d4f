using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace GruGen;

/// <summary>What was measured over some data: the loss, and the metrics that were asked for, with their names.</summary>
public readonly struct Evaluation : IReadOnlyList<KeyValuePair<string, double>>, IEquatable<Evaluation>
{
    private const int Few = 8;

    private readonly string[]? _names; // "loss" first
    private readonly Numbers _values;
    private readonly double[]? _more; // of those past the few

    internal Evaluation(string[] names, ReadOnlySpan<double> values)
    {
        _names = names;
        values[..Math.Min(values.Length, Few)].CopyTo(_values);
        if (values.Length > Few)
        {
            _more = values[Few..].ToArray();
        }
    }

    /// <summary>The number of measured values, the loss included.</summary>
    public int Count => _names?.Length ?? 0;

    /// <summary>The mean of the loss over all targets that count; 0 if none does.</summary>
    /// <exception cref="KeyNotFoundException">This is a default value, in which nothing was measured.</exception>
    public double Loss => this["loss"];

    /// <summary>The value of <see cref="Metric.Accuracy"/>, from 0 to 1.</summary>
    /// <exception cref="KeyNotFoundException">Accuracy was not measured.</exception>
    public double Accuracy => this[Metric.Accuracy];

    /// <summary>A name with its value; the first one is the loss.</summary>
    /// <param name="index">Which, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public KeyValuePair<string, double> this[int index] => (uint)index < (uint)Count
        ? KeyValuePair.Create(_names![index], Value(index))
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no value {index}; {Count} were measured.");

    /// <summary>The value of <paramref name="name"/>: <c>loss</c>, or a metric's name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public double this[string name]
    {
        get
        {
            int index = Array.IndexOf(_names ?? [], name);
            return index >= 0
                ? Value(index)
                : throw new KeyNotFoundException(
                    $"'{name}' was not measured: name it in {nameof(TrainingOptions)}.{nameof(TrainingOptions.Metrics)}, or in the metrics "
                        + $"of Evaluate. Measured were: {string.Join(", ", _names ?? [])}.");
        }
    }

    /// <summary>The value of <paramref name="metric"/>.</summary>
    /// <param name="metric">One of those that were asked for.</param>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public double this[Metric metric]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(metric);
            return this[metric.Name];
        }
    }

    /// <summary>Whether two evaluations have the same names and values.</summary>
    public static bool operator ==(Evaluation left, Evaluation right) => left.Equals(right);

    /// <summary>Whether two evaluations differ in a name or a value.</summary>
    public static bool operator !=(Evaluation left, Evaluation right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Evaluation other) => this.SequenceEqual(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Evaluation other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, _values[0]);

    /// <summary>All values as a progress line has them: <c>loss: 0.4210 - accuracy: 0.8123</c>.</summary>
    public override string ToString() =>
        string.Join(" - ", this.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value:F4}")));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private double Value(int index) => index < Few ? _values[index] : _more![index - Few];

    /// <summary>In place rather than on the heap: a report of progress must not allocate, unless there are very many.</summary>
    [InlineArray(Few)]
    private struct Numbers
    {
        private double _first;
    }
}
