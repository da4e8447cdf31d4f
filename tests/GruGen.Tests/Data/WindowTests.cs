using GruGen.Tests.Passes;

namespace GruGen.Tests.Data;

/// <summary>Windows beside the sentence that defines them, element by element, over awkward lengths, horizons, gaps and strides.</summary>
public class WindowTests
{
    /// <summary>Of step t, column c is 100·t + c, and known column k −(100·t + k), so that a number says where it is from.</summary>
    public static TheoryData<int, int, int, int, int, int, int[]?, bool> Shapes => new()
    {
        // steps, columns, known columns, length, horizon, gap·10 + stride, target columns, every step
        { 10, 1, 0, 3, 1, 01, null, false },
        { 10, 1, 0, 3, 1, 01, null, true },
        { 4, 2, 0, 3, 1, 01, null, false },
        { 13, 2, 1, 4, 3, 02, null, false },
        { 13, 2, 1, 4, 3, 02, [1], true },
        { 17, 3, 2, 5, 2, 13, [2, 0], false },
        { 17, 3, 2, 5, 2, 34, [2, 0, 2], true },
        { 5, 1, 3, 1, 1, 37, null, false },
        { 5, 1, 3, 1, 4, 01, null, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Windows_are_what_they_are_said_to_be(
        int steps, int columns, int known, int length, int horizon, int gapAndStride, int[]? targetColumns, bool everyStep)
    {
        (int gap, int stride) = (gapAndStride / 10, gapAndStride % 10);
        TimeSeries series = Series(steps, columns, known);
        var windows = new ForecastWindows(length) { Horizon = horizon, Gap = gap, Stride = stride, TargetColumns = targetColumns };
        int[] chosen = targetColumns ?? [.. Enumerable.Range(0, columns)];
        SequenceDataset<float> data = Data(columns + horizon * known, horizon * chosen.Length, everyStep);
        int count = data.AddWindows(series, windows);

        int[] starts = [.. Enumerable.Range(0, steps).Where(s => s % stride == 0 && s + length + gap + horizon <= steps)];
        Assert.Equal((starts.Length, starts.Length), (count, data.Count));
        for (int i = 0; i < count; i++)
        {
            List<float> input = [], targets = [];
            for (int t = starts[i]; t < starts[i] + length; t++)
            {
                int[] ahead = [.. Enumerable.Range(t + gap + 1, horizon)];
                input.AddRange(Enumerable.Range(0, columns).Select(c => 100f * t + c));
                input.AddRange(ahead.SelectMany(step => Enumerable.Range(0, known).Select(k => -(100f * step + k))));
                if (everyStep || t == starts[i] + length - 1)
                {
                    targets.AddRange(ahead.SelectMany(step => chosen.Select(c => 100f * step + c)));
                }
            }

            Assert.Equal(input, data.Input(i).ToArray());
            Assert.Equal(targets, Enumerable.Range(0, data.Rows(i)).SelectMany(row => data.Values(i, row).ToArray()));
        }
    }

    /// <summary>A part has every window whose targets are in it, and the parts together lose those that would be in two.</summary>
    [Theory]
    [InlineData(false, 0, 1)]
    [InlineData(false, 2, 3)]
    [InlineData(true, 0, 1)]
    [InlineData(true, 2, 3)]
    public void No_target_of_one_part_is_read_or_forecast_in_the_part_before(bool everyStep, int gap, int horizon)
    {
        const int Steps = 40, Split = 25;
        TimeSeries series = Series(Steps, 1, 0);
        var windows = new ForecastWindows(4) { Horizon = horizon, Gap = gap };
        SequenceDataset<float> train = Data(1, horizon, everyStep), test = Data(1, horizon, everyStep);
        int trained = train.AddWindows(series, windows, targets: ..Split), tested = test.AddWindows(series, windows, targets: Split..);

        int[] read = [.. Enumerable.Range(0, trained).SelectMany(i => train.Input(i).ToArray()).Select(x => (int)x / 100)];
        int[] learned = StepsOf(train), asked = StepsOf(test);
        Assert.True(read.Max() < Split && learned.Max() < Split);
        Assert.Equal(Split - 1, learned.Max());
        Assert.Equal((Split, Steps - 1), (asked.Min(), asked.Max()));
        Assert.Equal(Enumerable.Range(Split, Steps - Split), asked.Distinct().Order());

        // rows whose targets are in the range, whatever the windows are that they belong to
        Assert.Equal(Split - gap - horizon - 4 + 1, trained);
        Assert.Equal(Steps - Split - horizon + 1 - (everyStep ? 3 : 0), tested);
    }

    [Fact]
    public void The_stride_counts_from_the_first_window_of_the_range()
    {
        SequenceDataset<float> data = Data(1, 1, everyStep: false);
        Assert.Equal(3, data.AddWindows(Series(30, 1, 0), new ForecastWindows(2) { Stride = 4 }, targets: 11..^10));
        Assert.Equal([11, 15, 19], StepsOf(data));
        Assert.Equal(1, data.AddWindows(Series(30, 1, 0), new ForecastWindows(2), targets: ^1..));
        Assert.Equal(29, StepsOf(data)[^1]);
    }

    [Fact]
    public void Series_do_not_share_a_window_and_short_ones_are_counted()
    {
        SequenceDataset<float> data = Data(1, 1, everyStep: false);
        TimeSeries[] series = [Series(5, 1, 0), Series(3, 1, 0), Series(4, 1, 0), Series(1, 1, 0)];
        Assert.Equal((3, 2), data.AddWindows(series, new ForecastWindows(3)));
        Assert.Equal([3, 4, 3], StepsOf(data));
        Assert.Equal((6, 1), Data(1, 1, everyStep: false).AddWindows(series, new ForecastWindows(1), targets: ^2..));
        Assert.Equal((1, 3), Data(1, 1, everyStep: false).AddWindows(series, new ForecastWindows(1), targets: 4..9));
    }

    /// <summary>The next input is the one that a longer series would have in a window.</summary>
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 3, 2)]
    public void The_last_input_forecasts_beyond_the_end(int gap, int horizon, int known)
    {
        var windows = new ForecastWindows(3) { Horizon = horizon, Gap = gap };
        SequenceDataset<float> longer = Data(2 + horizon * known, 2 * horizon, everyStep: false);
        int count = longer.AddWindows(Series(12 + gap + horizon, 2, known), windows);
        float[] last = windows.LastInput(Series(12, 2, known, knownSteps: 12 + gap + horizon));
        Assert.Equal(longer.Input(count - 1), last);
    }

    [Fact]
    public void What_is_forecast_need_not_be_read()
    {
        SequenceDataset<float> data = Data(2 + 1, 1, everyStep: false);
        var windows = new ForecastWindows(2) { InputColumns = [2, 0], TargetColumns = [1] };
        data.AddWindows(Series(4, 3, 1, knownSteps: 5), windows);
        Assert.Equal([2, 0, -100, 102, 100, -200], data.Input(0));
        Assert.Equal([201], data.Values(0, 0));
        Assert.Equal([202, 200, -300, 302, 300, -400], windows.LastInput(Series(4, 3, 1, knownSteps: 5)));
    }

    [Fact]
    public void Doubles_are_rounded()
    {
        double[] values = [0.1, 0.2, 0.3, 0.4];
        SequenceDataset<float> data = Data(2, 1, everyStep: false);
        Assert.Equal(2, data.AddWindows(new TimeSeries(values, 1).WithKnown(values, 1), new ForecastWindows(2)));
        Assert.Equal([0.2f, 0.3f, 0.3f, 0.4f], data.Input(1));
        Assert.Equal([0.4f], data.Values(1, 0));
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        SequenceDataset<float> data = Data(1, 1, everyStep: false);
        var windows = new ForecastWindows(3) { Gap = 1 };
        TimeSeries series = Series(10, 1, 0);
        Refused.Argument<ArgumentException>("series", ["5 steps", "series has 4"], () => data.AddWindows(Series(4, 1, 0), windows));
        Refused.Argument<ArgumentException>("series", ["5 steps", "10", "^2..^2"], () => data.AddWindows(series, windows, targets: ^2..^2));
        Refused.Argument<ArgumentException>("series", ["any of 2", "5 steps", "series has 4"], () => data.AddWindows([Series(4, 1, 0), Series(2, 1, 0)], windows));
        Refused.Argument<ArgumentException>("series", ["any of 0"], () => data.AddWindows([], windows));
        Refused.Argument<ArgumentException>(
            "series", ["2147483649 steps", "series has 4"], () => data.AddWindows(Series(4, 1, 0), new ForecastWindows(int.MaxValue) { Gap = 1 }));
        Refused.Argument<ArgumentOutOfRangeException>("targets", ["9..4"], () => data.AddWindows([series], windows, targets: 9..4));
        Refused.Argument<ArgumentNullException>("windows", [], () => data.AddWindows([], null!));
        Refused.Argument<ArgumentOutOfRangeException>("targets", ["5..11", "10 steps"], () => data.AddWindows(series, windows, targets: 5..11));
        Refused.Argument<ArgumentOutOfRangeException>("targets", ["^11..^0"], () => data.AddWindows(series, windows, targets: ^11..));
        Refused.Argument<ArgumentOutOfRangeException>("targets", ["5..4"], () => data.AddWindows(series, windows, targets: 5..4));
        Refused.Argument<ArgumentException>(
            "windows", ["7 features", "1 columns + horizon 2 · 3", "Forecaster reads 1"], () => data.AddWindows(Series(10, 1, 3), windows with { Horizon = 2 }));
        Refused.Argument<ArgumentException>("windows", ["2 targets", "has 1 outputs"], () => data.AddWindows(series, windows with { Horizon = 2 }));
        Refused.Argument<ArgumentException>(
            "series", ["TargetColumns", "column 1", "series has 1"], () => data.AddWindows(series, windows with { TargetColumns = [1] }));
        Refused.Argument<ArgumentException>(
            "series", ["InputColumns", "column 4", "series has 1"], () => (windows with { InputColumns = [0, 4] }).LastInput(series));
        Refused.Argument<ArgumentNullException>("windows", [], () => data.AddWindows(series, null!));
        Refused.Argument<ArgumentNullException>("series", [], () => data.AddWindows((TimeSeries)null!, windows));
        Assert.Equal(0, data.Count);
        var classifier = new SequenceDataset<float>(
            ModelSchema.ForFeatures("Classifier", 1, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid)));
        classifier.Add([1f], label: 1);
        Assert.Throws<InvalidOperationException>(() => classifier.AddWindows(series, windows));

        Refused.Argument<ArgumentOutOfRangeException>("Length", [0], () => _ = new ForecastWindows(0));
        Refused.Argument<ArgumentOutOfRangeException>("Horizon", [0], () => _ = windows with { Horizon = 0 });
        Refused.Argument<ArgumentOutOfRangeException>("Gap", [-1], () => _ = windows with { Gap = -1 });
        Refused.Argument<ArgumentOutOfRangeException>("Stride", [0], () => _ = windows with { Stride = 0 });
        Refused.Argument<ArgumentOutOfRangeException>("TargetColumns[1]", [-2], () => _ = windows with { TargetColumns = [0, -2] });
        Refused.Argument<ArgumentException>("TargetColumns", ["empty"], () => _ = windows with { TargetColumns = [] });
        Refused.Argument<ArgumentException>("InputColumns", ["empty"], () => _ = windows with { InputColumns = [] });

        Refused.Argument<ArgumentException>("values", ["empty"], () => _ = new TimeSeries(ReadOnlySpan<float>.Empty, 2));
        Refused.Argument<ArgumentException>("values", ["3 elements", "multiple of 2"], () => _ = new TimeSeries([1f, 2, 3], 2));
        Refused.Argument<ArgumentOutOfRangeException>("columns", [0], () => _ = new TimeSeries([1f, 2, 3], 0));
        Refused.Argument<ArgumentOutOfRangeException>("values", ["Column 1 of step 1", "NaN"], () => _ = new TimeSeries([1, 2, 3, float.NaN], 2));
        Refused.Argument<ArgumentOutOfRangeException>("known", ["Column 0 of step 2"], () => Series(3, 1, 0).WithKnown([1, 2, 1e39], 1));
        Refused.Argument<ArgumentException>("known", ["2 steps", "series has 3"], () => Series(3, 1, 0).WithKnown([1f, 2, 3, 4], 2));
        Refused.Argument<ArgumentException>("series", ["2 steps", "3 are read"], () => windows.LastInput(Series(2, 1, 0)));
        Refused.Argument<ArgumentException>("series", ["11 steps", "12 have to be"], () => windows.LastInput(Series(10, 1, 1, knownSteps: 11)));
    }

    private static TimeSeries Series(int steps, int columns, int known, int? knownSteps = null)
    {
        var series = new TimeSeries([.. Enumerable.Range(0, steps * columns).Select(i => 100f * (i / columns) + i % columns)], columns);
        return known == 0
            ? series
            : series.WithKnown([.. Enumerable.Range(0, (knownSteps ?? steps) * known).Select(i => -(100f * (i / known) + i % known))], known);
    }

    private static SequenceDataset<float> Data(int inputs, int outputs, bool everyStep) => new(ModelSchema.ForFeatures(
        "Forecaster", inputs, LayerSchema.Gru(2, everyStep ? SequenceOutput.EveryStep : SequenceOutput.Final), LayerSchema.Dense(outputs)));

    /// <summary>The steps that the targets are of, in the order of the data.</summary>
    private static int[] StepsOf(SequenceDataset<float> data) =>
    [
        .. Enumerable.Range(0, data.Count).SelectMany(i => Enumerable.Range(0, data.Rows(i)).SelectMany(row => data.Values(i, row).ToArray()))
            .Select(value => (int)value / 100),
    ];
}
