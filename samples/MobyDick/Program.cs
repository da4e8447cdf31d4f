using GruGen;
using GruGen.Report;
using GruGen.Terminal;
using MobyDick;
using Shared;
using Spectre.Console;

const int Streams = 16, Steps = 64, Epochs = 4, WarmUp = 100;

// The data: characters as tokens, in sixteen streams side by side, which are cut into chunks of 64 steps.
(string train, string test) = Book.Load();
var vocabulary = Vocabulary.FromTexts([train], Tokenization.Characters, new VocabularyOptions { UnknownSymbol = null });
int[] learned = vocabulary.Encode(train), held = vocabulary.Encode(test);
var model = new CharacterModel(seed: 0) { Vocabulary = vocabulary };
SequenceDataset<int> data = model.CreateStreamDataset(learned, Streams, Steps);
Console.WriteLine($"{learned.Length:N0} characters to learn from, {held.Length:N0} to test on; {vocabulary}");
AnsiConsole.Write(Tables.Summary(model.Schema));

// How it writes.
const string Prompt = "Call me Ishmael. ";
var options = new GenerationOptions
{
    MaxTokens = 600,
    StopTokens = vocabulary.Encode("\n"),
    Sampling = new SamplingOptions { Temperature = 0.6, TopP = 0.95 },
};

// The training: truncated back-propagation through time, with a learning rate that rises for a while and then falls.
int steps = Epochs * data.Count / Streams;
using var bar = new TrainingBar();
History history = model.Fit(data, new TrainingOptions
{
    Loss = Loss.CategoricalCrossEntropy,
    Optimizer = new AdamW(5e-3),
    Schedule = new WarmUpSchedule(WarmUp).Then(new CosineSchedule(steps - WarmUp) { StaysAtEnd = true }, after: WarmUp),
    ClipNorm = 1,
    Epochs = Epochs,
    MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount),
    Callbacks = args is ["--report", var page] ? [new HtmlReport(page) { Sections = [ReportSection.Texts(model, Prompt, options)] }] : [],
    Progress = bar,
});

// The result.
Console.Write(Prompt);
foreach (string symbol in model.GenerateSymbols(Prompt, options))
{
    Console.Write(symbol);
}

double bits = model.Evaluate(model.CreateStreamDataset(held, streams: 1, Steps)).Loss / Math.Log(2);
Console.WriteLine();
Console.WriteLine($"time of the training: {history.Elapsed.TotalSeconds:F1} s");
Console.WriteLine($"test bits per character of a 5-gram: {NGrams.Fit(learned, vocabulary.Count, 5).CrossEntropy(held) / Math.Log(2):F3}");
Console.WriteLine($"test bits per character: {bits:F3}");
