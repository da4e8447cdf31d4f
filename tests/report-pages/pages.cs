#:project ../../src/GruGen.Report/GruGen.Report.csproj
#:property GruGenNeedsGenerator=false
#:property PublishAot=false

// Trains small models and writes a report of each, with its history as JSON beside it, to the folder that is given.
using GruGen;
using GruGen.Report;

string folder = args[0];
Directory.CreateDirectory(folder);
var random = new Random(1);

// Three classes of movements, with validation, clipping, a schedule and early stopping.
ModelSchema classes = ModelSchema.ForFeatures(
    "Movements", 2, LayerSchema.Gru(24, SequenceOutput.Final), LayerSchema.Dense(3, Activation.Softmax));
SequenceDataset<float> movements = Movements(600), valid = Movements(200);
var classifier = new DynamicModel<float>(classes) { LabelNames = ["circle", "line & <curve>", "zigzag"] };
Run("classes", classifier, movements, new TrainingOptions
{
    Epochs = 40, ClipNorm = 0.5, Metrics = [Metric.Accuracy, Metric.RocAuc], ValidationData = valid, Optimizer = new Adam(3e-3),
    Schedule = new CosineSchedule(40 * 19),
}, [ReportSection.Predictions(classifier, valid, "Validation"), ReportSection.Gates(classifier, [valid.Input(0).ToArray(), valid.Input(1).ToArray()])], [new EarlyStopping { Patience = 8 }]);

// A forecast of a noisy wave.
ModelSchema forecast = ModelSchema.ForFeatures("Wave", 1, LayerSchema.Gru(16, SequenceOutput.Final), LayerSchema.Dense(1));
var waves = new SequenceDataset<float>(forecast);
var held = new SequenceDataset<float>(forecast);
float[] wave = [.. Enumerable.Range(0, 700).Select(t => (float)(Math.Sin(t / 4.0) + 0.4 * Math.Sin(t / 17.0) + 0.08 * random.NextDouble()))];
for (int t = 20; t < wave.Length; t++)
{
    (t < 550 ? waves : held).Add(wave.AsSpan(t - 20, 20), wave[t]);
}

var forecaster = new DynamicModel<float>(forecast) { OutputScaler = new FeatureScaler([20.0], [4.0]) };
Run("forecast", forecaster, waves, new TrainingOptions
{
    Epochs = 30, ClipNorm = 1, Metrics = [Metric.MeanAbsoluteError], ValidationData = held, Optimizer = new Adam(5e-3),
}, [ReportSection.Predictions(forecaster, held, "Forecasts")]);

// A text, letter by letter.
string rhyme = string.Concat(Enumerable.Repeat("the cat sat on the mat & the rat ran <far> away from the cat. ", 20));
var vocabulary = Vocabulary.FromTexts([rhyme], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
ModelSchema text = ModelSchema.ForTokens(
    "Rhyme", LayerSchema.Embedding(vocabulary.Count, 12), LayerSchema.Gru(32, SequenceOutput.EveryStep),
    LayerSchema.Dense(vocabulary.Count, Activation.Softmax));
var writer = new DynamicModel<int>(text) { Vocabulary = vocabulary };
Run("text", writer, writer.CreateStreamDataset(vocabulary.Encode(rhyme), streams: 4, steps: 25), new TrainingOptions
{
    Epochs = 25, ClipNorm = 1, Optimizer = new Adam(1e-2), AccumulatedBatches = 2,
}, [ReportSection.Texts(writer, "the ", new GenerationOptions { MaxTokens = 120 }), ReportSection.Gates(writer, ["the cat sat on the mat & the rat ran"])]);

// A thousand epochs.
ModelSchema small = ModelSchema.ForFeatures("Small", 1, LayerSchema.Gru(4, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));
Run("thousand", new DynamicModel<float>(small), Signs(32), new TrainingOptions
{
    Epochs = 1000, ClipNorm = 1, Metrics = [Metric.Accuracy], ValidationData = Signs(16), Optimizer = new Adam(1e-3),
}, [], interval: TimeSpan.FromSeconds(30));

void Run<TInput>(
    string name, SequenceModel<TInput> model, SequenceDataset<TInput> data, TrainingOptions options, ReportSection[] sections,
    EarlyStopping[]? stopping = null, TimeSpan interval = default)
    where TInput : unmanaged
{
    string path = Path.Combine(folder, name + ".html");
    Kept[] copies = name == "text" ? [new Kept(path, Path.Combine(folder, "running"), epoch: 4)] : []; // a page of a training that goes on
    var report = new HtmlReport(path) { Sections = sections, Interval = interval };
    History history = model.Fit(data, options with { Callbacks = [.. stopping ?? [], report, .. copies] });
    history.SaveJson(Path.Combine(folder, name + ".json"));
    Console.WriteLine($"{name}: {history.Epochs} epochs, {new FileInfo(path).Length:N0} bytes");
}

SequenceDataset<float> Movements(int count)
{
    var data = new SequenceDataset<float>(classes);
    for (int i = 0; i < count; i++)
    {
        int kind = random.Next(3), steps = 12 + random.Next(8);
        double phase = random.NextDouble() * 6, speed = 0.3 + random.NextDouble();
        data.Add([.. Enumerable.Range(0, steps).SelectMany(t => new[] { X(kind, t), Y(kind, t) }).Select(value => (float)(value + Noise()))], kind);

        double X(int kind, int t) => kind switch { 0 => Math.Cos(phase + speed * t), 1 => 0.1 * t * speed - 0.5, _ => 0.1 * t - 0.5 };
        double Y(int kind, int t) => kind switch { 0 => Math.Sin(phase + speed * t), 1 => 0.4 * speed, _ => (t % 2 - 0.5) * speed };
        double Noise() => 2.4 * (random.NextDouble() - 0.5);
    }

    return data;
}

SequenceDataset<float> Signs(int count)
{
    var data = new SequenceDataset<float>(small);
    for (int i = 0; i < count; i++)
    {
        float[] values = [.. Enumerable.Range(0, 5).Select(_ => (float)random.NextDouble() - 0.5f)];
        data.Add(values, label: values.Sum() + 0.3 * (random.NextDouble() - 0.5) > 0 ? 1 : 0);
    }

    return data;
}

/// <summary>Keeps a page as it was when an epoch had ended, and the history of that time.</summary>
internal sealed class Kept(string page, string copy, int epoch) : TrainingCallback
{
    protected override void OnEpochEnd(TrainingRun run)
    {
        if (run.EpochCount == epoch)
        {
            File.Copy(page, copy + ".html", overwrite: true);
            run.History.SaveJson(copy + ".json");
        }
    }
}
