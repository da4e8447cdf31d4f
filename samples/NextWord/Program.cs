using GruGen;
using GruGen.Terminal;
using NextWord;
using Shared;
using Spectre.Console;

const int Streams = 16, Steps = 32, Epochs = 8, WarmUp = 100;

// The data: the most frequent words and punctuation marks as tokens, all others as one, in sixteen streams side by side.
(string train, string test) = Book.Load();
var vocabulary = Vocabulary.FromTexts(
    [train], Tokenization.WordsAndPunctuation, new VocabularyOptions { MaxCount = WordModel.InputSize, LowerCase = true });
int[] learned = vocabulary.Encode(train), held = vocabulary.Encode(test);
var model = new WordModel(seed: 0) { Vocabulary = vocabulary };
SequenceDataset<int> data = model.CreateStreamDataset(learned, Streams, Steps);
Console.WriteLine($"{learned.Length:N0} words to learn from, {held.Length:N0} to test on; {vocabulary}");
Console.WriteLine($"words of the test that are known: {vocabulary.Coverage([test]):P1}");
AnsiConsole.Write(Tables.Summary(model.Schema));

// The training.
int steps = Epochs * data.Count / Streams;
using var bar = new TrainingBar();
History history = model.Fit(data, new TrainingOptions
{
    Loss = Loss.CategoricalCrossEntropy,
    Optimizer = new Adam(4e-3),
    Schedule = new WarmUpSchedule(WarmUp).Then(new CosineSchedule(steps - WarmUp) { StaysAtEnd = true }, after: WarmUp),
    ClipNorm = 1,
    Epochs = Epochs,
    Metrics = [Metric.Accuracy, Metric.Perplexity],
    MaxDegreeOfParallelism = Math.Min(2, Environment.ProcessorCount),
    Progress = bar,
});

// The result.
var options = new GenerationOptions { MaxTokens = 40, Sampling = new SamplingOptions { Temperature = 0.7, TopK = 40 } };
string[] prompts = ["the whale", "captain ahab", "call me"];
foreach ((string prompt, string text) in prompts.Zip(model.GenerateTexts(prompts, options)))
{
    Console.WriteLine($"  {prompt}{text} …");
}

Evaluation evaluation = model.Evaluate(model.CreateStreamDataset(held, streams: 1, Steps), metrics: [Metric.Accuracy, Metric.Perplexity]);
Console.WriteLine($"time of the training: {history.Elapsed.TotalSeconds:F1} s");
Console.WriteLine($"test accuracy: {evaluation.Accuracy:F3}");
Console.WriteLine($"test perplexity of a trigram: {Math.Exp(NGrams.Fit(learned, vocabulary.Count, 3).CrossEntropy(held)):F1}");
Console.WriteLine($"test perplexity: {evaluation[Metric.Perplexity]:F1}");
