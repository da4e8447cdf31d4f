using System.Runtime.InteropServices;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Preprocessing;

/// <summary>Scalers beside formulas in double precision, and beside what scikit-learn 1.2.1 computed.</summary>
public class FeatureScalerTests
{
    private const int Features = 4;

    // [rows, features]; the third feature is the same in all rows
    private static readonly double[] Values = [1.5, 100, 7, -0.25, 2.5, 100, 7, 0.5, -4, 103, 7, 8, 0.125, 99, 7, -3, 9, 250, 7, 0.1];

    private static readonly Dictionary<string, (FeatureScaler Scaler, double[] First, double[] Other)> ScikitLearn = new()
    {
        // fit_transform's first row, and transform of [0, 0, 8, 0]
        ["StandardScaler()"] = (
            FeatureScaler.Standard(Values, Features),
            [-0.07709196215417284, -0.5082333104678455, 0, -0.3589979841858261],
            [-0.43290102, -2.18005341, 1, -0.29100594]),
        ["MinMaxScaler()"] = (
            FeatureScaler.MinMax(Values, Features),
            [0.42307692307692313, 0.0066225165562914245, 0, 0.25],
            [0.30769231, -0.65562914, 1, 0.27272727]),
        ["MinMaxScaler((-1, 3))"] = (
            FeatureScaler.MinMax(Values, Features, -1, 3),
            [0.6923076923076924, -0.9735099337748343, -1, 0],
            [0.23076923, -3.62251656, 3, 0.09090909]),
        ["RobustScaler()"] = (
            FeatureScaler.Robust(Values, Features),
            [0, 0, 0, -0.4666666666666666],
            [-0.63157895, -33.33333333, 1, -0.13333333]),
    };

    public static TheoryData<string> Names => [.. ScikitLearn.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_those_of_scikit_learn(string name)
    {
        (FeatureScaler scaler, double[] first, double[] other) = ScikitLearn[name];
        Assert.Equal(Features, scaler.FeatureCount);
        Near(first, scaler.Transform(Values.AsSpan(0, Features)));
        Near(other, scaler.Transform([0.0, 0, 8, 0]));
        Near(Values, scaler.InverseTransform(scaler.Transform(Values)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(7, 3)]
    [InlineData(101, 5)]
    public void Offsets_and_scales_are_the_textbook_s(int rows, int features)
    {
        var random = new Random(rows);
        float[] values = [.. Enumerable.Range(0, rows * features).Select(i => 1e4f * (i % features) + (float)random.NextDouble())];
        FeatureScaler standard = FeatureScaler.Standard(values, features), minMax = FeatureScaler.MinMax(values, features, 2, 5);
        FeatureScaler robust = FeatureScaler.Robust(values, features);
        for (int f = 0; f < features; f++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(row => (double)values[row * features + f]).Order()];
            double mean = column.Average(), deviation = Math.Sqrt(column.Select(x => Math.Pow(x - mean, 2)).Average());
            Close(mean, standard.Offsets[f]);
            Close(rows == 1 ? 1 : 1 / deviation, standard.Scales[f]);

            double slope = 3 / (rows == 1 ? 1 : column[^1] - column[0]);
            Close(slope, minMax.Scales[f]);
            Close(column[0] - 2 / slope, minMax.Offsets[f]);

            double median = (column[(rows - 1) / 2] + column[rows / 2]) / 2;
            Close(median, robust.Offsets[f]);
            Close(rows == 1 ? 1 : 1 / (Quartile(column, 3) - Quartile(column, 1)), robust.Scales[f]);
        }
    }

    [Fact]
    public void Some_features_have_a_scaler_of_their_own()
    {
        FeatureScaler all = FeatureScaler.Standard([1.0, 10, 100, 2, 30, 100, 6, 20, 400], features: 3);
        FeatureScaler some = all.Select(2, 0, 2);
        float[] whole = all.Transform([5f, 6, 7]), part = some.Transform([7f, 5, 7]);
        Assert.Equal([whole[2], whole[0], whole[2]], part);
        Assert.Throws<ArgumentException>("features", () => all.Select());
        Assert.Throws<ArgumentOutOfRangeException>("features", () => all.Select(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>("features", () => all.Select(-1));
    }

    [Fact]
    public void Values_too_near_each_other_to_be_scaled_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("values", () => FeatureScaler.Standard([1e-200, 2e-200, 3e-200], features: 1));

    [Fact]
    public void Floats_and_doubles_give_the_same_scaler()
    {
        float[] singles = [.. Values.Select(value => (float)value)];
        double[] doubles = [.. singles];
        Same(FeatureScaler.Standard(doubles, 2), FeatureScaler.Standard(singles, 2));
        Same(FeatureScaler.MinMax(doubles, 2, -1, 1), FeatureScaler.MinMax(singles, 2, -1, 1));
        Same(FeatureScaler.Robust(doubles, 2), FeatureScaler.Robust(singles, 2));
        FeatureScaler scaler = FeatureScaler.Robust(doubles, 4);
        Assert.Equal(scaler.Transform(doubles), scaler.Transform(singles));
        Assert.Equal(scaler.InverseTransform(doubles), scaler.InverseTransform(singles));
        Same(scaler, new FeatureScaler(scaler.Offsets, scaler.Scales));
    }

    [Fact]
    public void Several_scalers_are_one()
    {
        var scaler = FeatureScaler.Concat(new FeatureScaler([1, 2], [3, 4]), FeatureScaler.Identity(2), new FeatureScaler([5], [0.5]));
        Same(new FeatureScaler([1, 2, 0, 0, 5], [3, 4, 1, 1, 0.5]), scaler);
        Assert.Equal([3, -4, 7, -1, 0.5f], scaler.Transform([2f, 1, 7, -1, 6]));
        Refused.Argument<ArgumentException>("scalers", ["empty"], () => FeatureScaler.Concat());
        Refused.Argument<ArgumentNullException>("scalers[1]", [], () => FeatureScaler.Concat(scaler, null!));
        Refused.Argument<ArgumentOutOfRangeException>("features", [0], () => FeatureScaler.Identity(0));
    }

    /// <summary>A mean whose last bit is rounded would give a constant a deviation, and so a scale of 10¹⁶.</summary>
    [Fact]
    public void A_constant_has_the_scale_1()
    {
        double[] values = [.. Enumerable.Repeat(0.1, 10)];
        foreach (FeatureScaler scaler in new[] { FeatureScaler.Standard(values, 1), FeatureScaler.Robust(values, 1), FeatureScaler.MinMax(values, 1) })
        {
            Assert.Equal((0.1, 1), (scaler.Offsets[0], scaler.Scales[0]));
        }
    }

    /// <summary>The variance of numbers far from 0 is not lost in the rounding of their squares.</summary>
    [Fact]
    public void Small_changes_of_large_numbers_are_seen()
    {
        double[] values = [1e9 + 1, 1e9 + 2, 1e9 + 3];
        Close(Math.Sqrt(1.5), FeatureScaler.Standard(values, 1).Scales[0]);
    }

    [Fact]
    public void Transforming_in_place_allocates_nothing()
    {
        FeatureScaler scaler = FeatureScaler.Standard(Values, Features);
        float[] values = [.. Values.Select(value => (float)value)], expected = scaler.Transform(values);
        scaler.Transform(values, values);
        Assert.Equal(expected, values);
        scaler.InverseTransform(values, values);
        Near(Values, values);
        float[] destination = new float[values.Length];
        Allocated.Nothing("Transform", () => scaler.Transform(values, destination));
        Allocated.Nothing("InverseTransform", () => scaler.InverseTransform(Values, destination));
        Assert.Empty(scaler.Transform(ReadOnlySpan<float>.Empty));
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Refused.Argument<ArgumentException>("values", ["7 elements", "multiple of 3"], () => FeatureScaler.Standard(new float[7], 3));
        Refused.Argument<ArgumentException>("values", ["empty"], () => FeatureScaler.Robust(ReadOnlySpan<double>.Empty, 3));
        Refused.Argument<ArgumentOutOfRangeException>("features", [0], () => FeatureScaler.Standard(new float[7], 0));
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 1 of row 2", "NaN"], () => FeatureScaler.MinMax([0, 0, 0, 0, 0, float.NaN], 2));
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 0 of row 1", "Infinity"], () => FeatureScaler.Standard([0, double.PositiveInfinity], 1));
        Refused.Argument<ArgumentOutOfRangeException>("minimum", [1, 0.5], () => FeatureScaler.MinMax([0f, 1], 1, 1, 0.5));
        Refused.Argument<ArgumentOutOfRangeException>("maximum", ["NaN"], () => FeatureScaler.MinMax([0f, 1], 1, 1, double.NaN));
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 1", "Infinity"], () => FeatureScaler.MinMax([0, -1.5e308, 1, 1.5e308], 2));
        Refused.Argument<ArgumentOutOfRangeException>("values", ["Feature 0", "spread"], () => FeatureScaler.MinMax([0, 1e-320], 1));
        Refused.Argument<ArgumentException>("scales", ["2 elements", "1"], () => _ = new FeatureScaler([0, 0], [1]));
        Refused.Argument<ArgumentException>("scales", ["0 elements"], () => _ = new FeatureScaler([], []));
        Refused.Argument<ArgumentOutOfRangeException>("scales[1]", ["is 0"], () => _ = new FeatureScaler([0, 0], [1, 0]));
        Refused.Argument<ArgumentOutOfRangeException>("offsets[1]", ["NaN"], () => _ = new FeatureScaler([0, double.NaN], [1, 1]));
    }

    [Fact]
    public void A_refused_row_leaves_the_destination_as_it_was()
    {
        var scaler = new FeatureScaler([0, 1], [1, 1e-3]);
        float[] destination = new float[4];
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 1 of row 1", "NaN"], () => scaler.Transform([1f, 2, 3, float.NaN], destination));
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 0 of row 1", "1E+39", "Infinity"], () => scaler.Transform([1, 2, 1e39, 3], destination));
        Refused.Argument<ArgumentOutOfRangeException>(
            "values", ["Feature 1 of row 0", "Infinity"], () => scaler.InverseTransform([1, 1e38f], destination.AsSpan(0, 2)));
        Assert.Equal(new float[4], destination);
        Refused.Argument<ArgumentException>("values", ["3 elements", "multiple of 2"], () => scaler.Transform(new float[3]));
        Refused.Argument<ArgumentException>("destination", ["4 elements", "2 are"], () => scaler.Transform(new float[2], destination));
        Refused.Argument<ArgumentException>(
            "destination", ["partly"], () => scaler.Transform(destination.AsSpan(0, 2), destination.AsSpan(1, 2)));
        Refused.Argument<ArgumentException>(
            "destination", ["partly"], () => scaler.Transform(MemoryMarshal.Cast<float, double>(destination), destination.AsSpan(0, 2)));
    }

    private static double Quartile(double[] sorted, int quarter)
    {
        double place = quarter * (sorted.Length - 1) / 4.0, part = place - Math.Floor(place);
        return sorted[(int)Math.Floor(place)] * (1 - part) + sorted[(int)Math.Ceiling(place)] * part;
    }

    private static void Same(FeatureScaler expected, FeatureScaler actual)
    {
        Assert.Equal(expected.Offsets, actual.Offsets);
        Assert.Equal(expected.Scales, actual.Scales);
    }

    private static void Close(double expected, double actual) => Assert.Equal(1, (actual - expected) / (Math.Abs(expected) + 1) + 1, 10);

    private static void Near(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 2e-7 * (1 + Math.Abs(pair.First)), $"{pair}"));
    }
}
