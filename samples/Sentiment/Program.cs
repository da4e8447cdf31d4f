using GruGen;
using GruGen.Terminal;
using Sentiment;
using Spectre.Console;

const int Words = SentimentModel.InputSize, Length = 100, Seeds = 5;
string[] folders = ["train/pos", "train/neg", "test/pos", "test/neg"];
if (args.Length > 1 || (args.Length == 1 && !folders.All(folder => Directory.Exists(Path.Combine(args[0], folder)))))
{
    Console.Error.WriteLine($"Usage: [FOLDER], the unpacked IMDB reviews, with {string.Join(", ", folders)}; the sentences of this program without it.");
    return 2;
}

AnsiConsole.Write(Tables.Summary(new SentimentModel().Schema));
double accuracies = 0, baselines = 0;
TimeSpan elapsed = TimeSpan.Zero;
for (int seed = 0; seed < Seeds; seed++)
{
    // The data: words as tokens, of each review the last hundred; other sentences for the test with each seed.
    (Review[] train, Review[] test) = args.Length == 1 ? Review.Imdb(args[0]) : Review.Sentences(seed);
    var vocabulary = Vocabulary.FromTexts(
        train.Select(review => review.Text),
        Tokenization.WordsAndPunctuation,
        new VocabularyOptions { MaxCount = Words, MinFrequency = 2, PaddingSymbol = "<pad>", LowerCase = true });
    (SequenceDataset<int> learned, SequenceDataset<int> validation) = Data(train, vocabulary).SplitStratified(0.8, seed);
    Console.WriteLine($"seed {seed}: {learned.Count:N0} reviews to learn from, {validation.Count:N0} to validate on, {test.Length:N0} to test on; {vocabulary}");
    Console.WriteLine($"words of the test that are known: {vocabulary.Coverage(test.Select(review => review.Text)):P1}");

    // The training.
    var model = new SentimentModel(seed) { Vocabulary = vocabulary, LabelNames = ["negative", "positive"] };
    using var bar = new TrainingBar();
    History history = model.Fit(learned, new TrainingOptions
    {
        Loss = Loss.BinaryCrossEntropy,
        Optimizer = new Adam(2e-2),
        AverageDecay = 0.98,
        ClipNorm = 1,
        Epochs = 5,
        BatchSize = 32,
        ValidationData = validation,
        Metrics = [Metric.Accuracy],
        Seed = seed,
        Progress = bar,
    });
    elapsed += history.Elapsed;
    if (seed == 0)
    {
        AnsiConsole.Write(Charts.History(history));
        AnsiConsole.Write(Charts.History(history, "accuracy", "val_accuracy"));
        model.Save("sentiment.safetensors");
    }

    // The result.
    double accuracy = model.Evaluate(Data(test, vocabulary), metrics: [Metric.Accuracy]).Accuracy;
    double baseline = UnigramBaseline.Accuracy(train, test, vocabulary);
    Console.WriteLine($"seed {seed}: test accuracy {accuracy:F3}, of a logistic regression on single words {baseline:F3}");
    (accuracies, baselines) = (accuracies + accuracy / Seeds, baselines + baseline / Seeds);
}

SentimentModel loaded = SentimentModel.Load("sentiment.safetensors");
foreach (string text in new[] { "What a lovely little film!", "The food was cold and the waiter rude.", "It broke after two days." })
{
    Console.WriteLine($"{loaded.PredictLabelName(text)} ({loaded.Predict(text):F2}): {text}");
}

Console.WriteLine($"time of {Seeds} trainings: {elapsed.TotalSeconds:F1} s");
Console.WriteLine($"test accuracy of a logistic regression on single words: {baselines:F3}");
Console.WriteLine($"test accuracy: {accuracies:F3}");
return 0;

static SequenceDataset<int> Data(Review[] reviews, Vocabulary vocabulary)
{
    SequenceDataset<int> data = SentimentModel.CreateDataset();
    int[][] tokens = PadSequences.Pad(reviews.Select(review => vocabulary.Encode(review.Text)), Length);
    data.AddRange(tokens.Zip(reviews.Select(review => review.IsPositive ? 1 : 0)));
    return data;
}
