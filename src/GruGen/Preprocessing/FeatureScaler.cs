using System.Numerics;
using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>
/// Brings each feature of data to a range in which models learn well, y = (x − offset)·scale, and back. Networks learn best from numbers
/// that are neither large nor all on one side of 0.
/// </summary>
/// <remarks>
/// A scaler is fitted to the data that is trained on, and then transforms all other data, that of a test among it, as it is. It may be
/// shared between threads. (scikit-learn: <c>StandardScaler</c>, <c>MinMaxScaler</c>, <c>RobustScaler</c>, without
/// <c>partial_fit</c>.)
/// </remarks>
public sealed partial class FeatureScaler
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

    /// <summary>A scaler for some of the features, such as those that a model forecasts.</summary>
    /// <param name="features">Which, counted from 0, in the order of the new scaler.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such feature.</exception>
    public FeatureScaler Select(params ReadOnlySpan<int> features)
    {
        if (features.IsEmpty)
        {
            throw new ArgumentException($"'{nameof(features)}' is empty: a row has a feature at least.", nameof(features));
        }

        double[] offsets = new double[features.Length], scales = new double[features.Length];
        for (int i = 0; i < features.Length; i++)
        {
            int feature = (uint)features[i] < (uint)FeatureCount ? features[i] : throw new ArgumentOutOfRangeException(
                nameof(features), features[i], $"There is no feature {features[i]}; the scaler has {FeatureCount}.");
            (offsets[i], scales[i]) = (_offsets[feature], _scales[feature]);
        }

        return new FeatureScaler(offsets, scales);
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
