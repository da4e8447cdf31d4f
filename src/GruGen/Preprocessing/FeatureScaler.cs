using System.Numerics;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// Brings each feature of data to a range in which models learn well, y = (x − offset)·scale, and back. Networks learn best from numbers
/// that are neither large nor all on one side of 0.
/// </summary>
/// <remarks>
/// A scaler is fitted to the data that is trained on, and then transforms all other data, that of a test among it, as it is. It may be
/// shared between threads. (scikit-learn: <c>StandardScaler</c>, <c>MinMaxScaler</c>, <c>RobustScaler</c>; <c>partial_fit</c> has no like
/// here.)
/// </remarks>
public sealed class FeatureScaler
{
    private readonly double[] _offsets; // [features]
    private readonly double[] _scales; // [features]

    /// <summary>A scaler with numbers from elsewhere.</summary>
    /// <param name="offsets">What is subtracted from each feature.</param>
    /// <param name="scales">What the difference is multiplied by (scikit-learn's <c>scale_</c> of a standard scaler is 1 over it).</param>
    /// <exception cref="ArgumentException">There is no feature, or another number of scales than of offsets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or a scale is 0, so that there is no way back.</exception>
    public FeatureScaler(ReadOnlySpan<double> offsets, ReadOnlySpan<double> scales)
    {
        if (offsets.IsEmpty || offsets.Length != scales.Length)
        {
            throw new ArgumentException(
                $"'{nameof(offsets)}' has {offsets.Length} elements and '{nameof(scales)}' {scales.Length}; one a feature is expected.",
                nameof(scales));
        }

        for (int i = 0; i < scales.Length; i++)
        {
            Check.Finite(offsets[i], $"{nameof(offsets)}[{i}]");
            string name = $"{nameof(scales)}[{i}]";
            if (Check.Finite(scales[i], name) == 0)
            {
                throw new ArgumentOutOfRangeException(name, scales[i], $"'{name}' is 0, so that the feature would be lost.");
            }
        }

        (_offsets, _scales) = (offsets.ToArray(), scales.ToArray());
    }

    /// <summary>The number of features in a row.</summary>
    public int FeatureCount => _offsets.Length;

    /// <summary>What is subtracted from each feature.</summary>
    public ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>What the difference is multiplied by.</summary>
    public ReadOnlySpan<double> Scales => _scales;

    /// <summary>
    /// Each feature with a mean of 0 and a standard deviation of 1: y = (x − mean)/σ, where σ² is the mean of (x − mean)², divided by the
    /// number of rows and not by one less. (scikit-learn: <c>StandardScaler</c>.)
    /// </summary>
    /// <param name="values">values[rows, features]: the data that the scaler is fitted to.</param>
    /// <param name="features">The number of features in a row.</param>
    /// <returns>The scaler. A feature that is the same in all rows becomes 0, with a scale of 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has no row, or not a whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="features"/> is below 1; a number is not finite, whose row and feature are named; or a feature has so large or so
    /// small a spread that there is no scale for it.
    /// </exception>
    public static FeatureScaler Standard(ReadOnlySpan<float> values, int features) => Fit(values, features, FitStandard);

    /// <inheritdoc cref="Standard(ReadOnlySpan{float}, int)"/>
    public static FeatureScaler Standard(ReadOnlySpan<double> values, int features) => Fit(values, features, FitStandard);

    /// <summary>
    /// Each feature from a minimum to a maximum: y = a + (x − min)·(b − a)/(max − min). (scikit-learn: <c>MinMaxScaler</c>, without its
    /// <c>clip</c>: what lies outside of the data that it is fitted to comes to lie outside of the range.)
    /// </summary>
    /// <param name="values">values[rows, features]: the data that the scaler is fitted to.</param>
    /// <param name="features">The number of features in a row.</param>
    /// <param name="minimum">a, what the smallest value becomes; 0 by default.</param>
    /// <param name="maximum">b, what the largest value becomes; 1 by default.</param>
    /// <returns>The scaler. For a feature that is the same in all rows, and becomes a, max − min is taken for 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has no row, or not a whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="features"/> is below 1; <paramref name="minimum"/> is not below <paramref name="maximum"/>; a number is not finite,
    /// whose row and feature are named; or a feature has so large or so small a spread that there is no scale for it.
    /// </exception>
    public static FeatureScaler MinMax(ReadOnlySpan<float> values, int features, double minimum = 0, double maximum = 1) =>
        Fit(values, features, FitMinMax(minimum, maximum));

    /// <inheritdoc cref="MinMax(ReadOnlySpan{float}, int, double, double)"/>
    public static FeatureScaler MinMax(ReadOnlySpan<double> values, int features, double minimum = 0, double maximum = 1) =>
        Fit(values, features, FitMinMax(minimum, maximum));

    /// <summary>
    /// Each feature by numbers that a few extreme values do not change: y = (x − median)/(q₇₅ − q₂₅), where q are quartiles, interpolated
    /// in a straight line between two values. (scikit-learn: <c>RobustScaler</c>.)
    /// </summary>
    /// <param name="values">values[rows, features]: the data that the scaler is fitted to.</param>
    /// <param name="features">The number of features in a row.</param>
    /// <returns>The scaler. Where both quartiles are the same, the scale is 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has no row, or not a whole number of them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="features"/> is below 1; a number is not finite, whose row and feature are named; or a feature has so large or so
    /// small a spread that there is no scale for it.
    /// </exception>
    public static FeatureScaler Robust(ReadOnlySpan<float> values, int features) => Fit(values, features, FitRobust);

    /// <inheritdoc cref="Robust(ReadOnlySpan{float}, int)"/>
    public static FeatureScaler Robust(ReadOnlySpan<double> values, int features) => Fit(values, features, FitRobust);

    /// <summary>A scaler that leaves features as they are, such as those that are 0 or 1 (scikit-learn's <c>passthrough</c>).</summary>
    /// <param name="features">The number of features in a row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="features"/> is below 1.</exception>
    public static FeatureScaler Identity(int features)
    {
        double[] scales = new double[Check.Positive(features, nameof(features))];
        Array.Fill(scales, 1);
        return new FeatureScaler(new double[features], scales);
    }

    /// <summary>
    /// One scaler for rows that have the features of several, one after another. (scikit-learn: <c>ColumnTransformer</c>, whose parts may
    /// lie in any order.)
    /// </summary>
    /// <param name="scalers">The scalers, one at least.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FeatureScaler Concat(params IReadOnlyList<FeatureScaler> scalers)
    {
        ArgumentNullException.ThrowIfNull(scalers);
        List<double> offsets = [], scales = [];
        foreach ((int i, FeatureScaler scaler) in scalers.Index())
        {
            ArgumentNullException.ThrowIfNull(scaler, $"{nameof(scalers)}[{i}]");
            offsets.AddRange(scaler._offsets);
            scales.AddRange(scaler._scales);
        }

        return scales.Count > 0
            ? new FeatureScaler([.. offsets], [.. scales])
            : throw new ArgumentException($"'{nameof(scalers)}' is empty: a row has a feature at least.", nameof(scalers));
    }

    /// <summary>y = (x − offset)·scale, in double precision, rounded to the nearest <see cref="float"/>.</summary>
    /// <param name="values">values[rows, features]</param>
    /// <param name="destination">Receives [rows, features]; it may be <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="values"/> has not a whole number of rows, <paramref name="destination"/> another size, or one lies partly in the
    /// other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not finite, or what becomes of it is none as a <see cref="float"/>; its row and feature are named, and nothing is
    /// written.
    /// </exception>
    public void Transform(ReadOnlySpan<float> values, Span<float> destination) => Map(values, destination, inverse: false);

    /// <inheritdoc cref="Transform(ReadOnlySpan{float}, Span{float})"/>
    public void Transform(ReadOnlySpan<double> values, Span<float> destination) => Map(values, destination, inverse: false);

    /// <summary>y = (x − offset)·scale, in double precision, rounded to the nearest <see cref="float"/>.</summary>
    /// <param name="values">values[rows, features]</param>
    /// <returns>[rows, features]</returns>
    /// <inheritdoc cref="Transform(ReadOnlySpan{float}, Span{float})" path="/exception"/>
    public float[] Transform(ReadOnlySpan<float> values) => Mapped(values, inverse: false);

    /// <inheritdoc cref="Transform(ReadOnlySpan{float})"/>
    public float[] Transform(ReadOnlySpan<double> values) => Mapped(values, inverse: false);

    /// <summary>x = y/scale + offset, in double precision, rounded to the nearest <see cref="float"/>.</summary>
    /// <inheritdoc cref="Transform(ReadOnlySpan{float}, Span{float})"/>
    public void InverseTransform(ReadOnlySpan<float> values, Span<float> destination) => Map(values, destination, inverse: true);

    /// <inheritdoc cref="InverseTransform(ReadOnlySpan{float}, Span{float})"/>
    public void InverseTransform(ReadOnlySpan<double> values, Span<float> destination) => Map(values, destination, inverse: true);

    /// <summary>x = y/scale + offset, in double precision, rounded to the nearest <see cref="float"/>.</summary>
    /// <inheritdoc cref="Transform(ReadOnlySpan{float})"/>
    public float[] InverseTransform(ReadOnlySpan<float> values) => Mapped(values, inverse: true);

    /// <inheritdoc cref="InverseTransform(ReadOnlySpan{float})"/>
    public float[] InverseTransform(ReadOnlySpan<double> values) => Mapped(values, inverse: true);

    /// <summary>
    /// Fits a scaler feature by feature. <paramref name="fit"/> gets the values of a feature, which it may sort, and gives its offset and
    /// what it is divided by, or 0 where that is 1.
    /// </summary>
    private static FeatureScaler Fit<T>(ReadOnlySpan<T> values, int features, Func<double[], (double Offset, double Spread)> fit)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = Rows(values.Length, Check.Positive(features, nameof(features)));
        if (rows == 0)
        {
            throw new ArgumentException($"'{nameof(values)}' is empty: there is nothing to fit a scaler to.", nameof(values));
        }

        double[] offsets = new double[features], scales = new double[features], column = new double[rows];
        for (int feature = 0; feature < features; feature++)
        {
            for (int row = 0; row < rows; row++)
            {
                T value = values[row * features + feature];
                column[row] = T.IsFinite(value) ? double.CreateTruncating(value) : throw NotFinite(value, value, row, feature);
            }

            (offsets[feature], double spread) = fit(column);
            scales[feature] = spread == 0 ? 1 : 1 / spread;
            if (!double.IsFinite(offsets[feature]) || !double.IsNormal(scales[feature]))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(values),
                    spread,
                    $"Feature {feature} of '{nameof(values)}' has a spread of {spread}, for which there is no scale.");
            }
        }

        return new FeatureScaler(offsets, scales);
    }

    private static (double Offset, double Spread) FitStandard(double[] column)
    {
        if (!column.AsSpan().ContainsAnyExcept(column[0]))
        {
            return (column[0], 0); // which a rounded mean would miss
        }

        double mean = column.Sum() / column.Length;
        return (mean, Math.Sqrt(column.Sum(x => (x - mean) * (x - mean)) / column.Length));
    }

    private static Func<double[], (double Offset, double Spread)> FitMinMax(double minimum, double maximum)
    {
        if (!(Check.Finite(minimum, nameof(minimum)) < Check.Finite(maximum, nameof(maximum))))
        {
            throw new ArgumentOutOfRangeException(
                nameof(minimum), minimum, $"'{nameof(minimum)}' is {minimum}, but must be below '{nameof(maximum)}', which is {maximum}.");
        }

        // a + (x − min)/spread = (x − (min − a·spread))/spread
        return column =>
        {
            (double smallest, double largest) = (column.Min(), column.Max());
            double spread = (largest > smallest ? largest - smallest : 1) / (maximum - minimum);
            return (smallest - minimum * spread, spread);
        };
    }

    private static (double Offset, double Spread) FitRobust(double[] column)
    {
        Array.Sort(column);
        return (Quantile(column, 0.5), Quantile(column, 0.75) - Quantile(column, 0.25));
    }

    /// <summary>The value at (n − 1)·q of sorted values, in a straight line between the two beside it.</summary>
    private static double Quantile(double[] sorted, double q)
    {
        double place = (sorted.Length - 1) * q;
        int below = (int)place;
        return below + 1 < sorted.Length ? double.Lerp(sorted[below], sorted[below + 1], place - below) : sorted[below];
    }

    private float[] Mapped<T>(ReadOnlySpan<T> values, bool inverse)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        float[] mapped = new float[values.Length];
        Map(values, mapped, inverse);
        return mapped;
    }

    private void Map<T>(ReadOnlySpan<T> values, Span<float> destination, bool inverse)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = Rows(values.Length, FeatureCount);
        if (destination.Length != values.Length)
        {
            throw new ArgumentException(
                $"'{nameof(destination)}' has {destination.Length} elements, but {values.Length} are expected, as in '{nameof(values)}'.",
                nameof(destination));
        }

        if (MemoryMarshal.AsBytes(values).Overlaps(MemoryMarshal.AsBytes(destination), out int distance)
            && (distance != 0 || typeof(T) != typeof(float)))
        {
            throw new ArgumentException(
                $"'{nameof(destination)}' lies partly in '{nameof(values)}', which would be overwritten before it is read.",
                nameof(destination));
        }

        for (int row = 0; row < rows; row++)
        {
            for (int feature = 0; feature < FeatureCount; feature++)
            {
                T value = values[row * FeatureCount + feature];
                float mapped = Map(double.CreateTruncating(value), feature, inverse);
                if (!float.IsFinite(mapped))
                {
                    throw NotFinite(value, mapped, row, feature);
                }
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = Map(double.CreateTruncating(values[i]), i % FeatureCount, inverse);
        }
    }

    private float Map(double value, int feature, bool inverse) =>
        (float)(inverse ? value / _scales[feature] + _offsets[feature] : (value - _offsets[feature]) * _scales[feature]);

    private static int Rows(int length, int features)
    {
        (int rows, int rest) = Math.DivRem(length, features);
        return rest == 0
            ? rows
            : throw new ArgumentException(
                $"'values' has {length} elements, but a multiple of {features} (features a row) is expected.", "values");
    }

    private static ArgumentOutOfRangeException NotFinite<T>(T value, object mapped, int row, int feature)
        where T : IFloatingPointIeee754<T> => new(
        "values",
        value,
        T.IsFinite(value)
            ? $"Feature {feature} of row {row} of 'values' is {value}, which becomes {mapped}."
            : $"Feature {feature} of row {row} of 'values' is {value}, which is no number to scale.");
}
