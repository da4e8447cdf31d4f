using System.Numerics;

namespace GruGen;

/// <content>Scalers that are fitted to data.</content>
public sealed partial class FeatureScaler
{
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

        double mean = column.Sum() / column.Length, variance = column.Sum(x => (x - mean) * (x - mean)) / column.Length;
        return (mean, Math.Max(double.Epsilon, Math.Sqrt(variance))); // 0 would say that all are the same
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
}
