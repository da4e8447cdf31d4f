using Births;
using GruGen;
using GruGen.Report;
using GruGen.Terminal;
using Spectre.Console;

const int Epochs = 40, BatchSize = 32;

// The last tenth of the days is held out; the year before it says when training stops.
(DateOnly[] days, float[] births) = Days.Load();
int held = days.Length - (int)Math.Round(days.Length / 10.0), validation = held - 365;
FeatureScaler scaler = FeatureScaler.Standard(births.AsSpan(0, validation), features: 1);
float[] calendar = [.. days.Append(days[^1].AddDays(1)).SelectMany(CalendarFeatures.Of)];
TimeSeries series = new TimeSeries(scaler.Transform(births), columns: 1).WithKnown(calendar, CalendarFeatures.Count);

var windows = new ForecastWindows(length: 28);
SequenceDataset<float> train = Forecaster.CreateDataset(), valid = Forecaster.CreateDataset(), test = Forecaster.CreateDataset();
train.AddWindows(series, windows, targets: ..validation);
valid.AddWindows(series, windows, targets: validation..held);
test.AddWindows(series, windows, targets: held..);

var model = new Forecaster(seed: 0)
{
    InputScaler = FeatureScaler.Concat(scaler, FeatureScaler.Identity(CalendarFeatures.Count)),
    OutputScaler = scaler,
};
AnsiConsole.Write(Tables.Summary(model.Schema));
double error = Error(model, args is ["--report", var page] ? page : null), linearError = Error(new LinearForecaster(), page: null);
float tomorrow = model.PredictUnscaled(windows.LastInput(new TimeSeries(births, columns: 1).WithKnown(calendar, CalendarFeatures.Count)))[0];
Console.WriteLine($"births forecast for {days[^1].AddDays(1):yyyy-MM-dd}, the first day that the data has not: {tomorrow:N0}");
Console.WriteLine($"mean absolute error of the same weekday a week before: {Days.Error(births, held, weeks: 1):F0}");
Console.WriteLine($"mean absolute error of the mean of that weekday in four weeks: {Days.Error(births, held, weeks: 4):F0}");
Console.WriteLine($"mean absolute error of a linear regression on the same days and calendar: {linearError:F0}");
Console.WriteLine($"mean absolute error on the last {test.Count} days: {error:F0}");

// Trains a model, and gives its error on the days that are held out, in births.
double Error(SequenceModel<float> model, string? page)
{
    using var bar = new TrainingBar();
    var stopping = new EarlyStopping { Monitor = "val_mae", Patience = 10 };
    History history = model.Fit(train, new TrainingOptions
    {
        Loss = new HuberLoss { Delta = 0.1 },
        Optimizer = new Adam(5e-3),
        Schedule = new CosineSchedule(Epochs * ((train.Count + BatchSize - 1) / BatchSize)) { StaysAtEnd = true },
        Epochs = Epochs,
        BatchSize = BatchSize,
        ClipNorm = 1,
        Metrics = [Metric.MeanAbsoluteError],
        ValidationData = valid,
        Callbacks = page is null ? [stopping] : [stopping, new HtmlReport(page) { Sections = [ReportSection.Predictions(model, test)] }],
        Progress = bar,
    });
    Console.WriteLine($"trained on {train.Count:N0} days in {history.Elapsed.TotalSeconds:F1} s, {history.Epochs} epochs");
    float[] forecasts = new float[test.Count];
    model.Predict(test, forecasts);
    scaler.InverseTransform(forecasts, forecasts);
    return forecasts.Zip(births[held..], (forecast, actual) => Math.Abs(forecast - actual)).Average();
}
