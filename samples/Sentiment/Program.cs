using GruGen;
using GruGen.Terminal;
using Sentiment;
using Spectre.Console;

const int Words = SentimentModel.InputSize, Length = 100, Seeds = 5;
string usage = $"Usage: [FOLDER], the unpacked IMDB reviews with train/pos, train/neg, test/pos and test/neg; without it {nameof(Review.Sentences)}.";
if (args.Length > 1 || (args.Length == 1 && !Directory.Exists(Path.Combine(args[0], "train", "pos"))))
{
    Console.Error.WriteLine(usage);
    return 2;
}

// The data: words as tokens, of each review the last hundred.
(Review[] train, Review[] test) = args.Length == 1 ? Review.Imdb(args[0]) : Review.Sentences();
var vocabulary = Vocabulary.FromTexts(
    train.Select(review => review.Text),
    Tokenization.WordsAndPunctuation,
    new VocabularyOptions { MaxCount = Words, PaddingSymbol = "<pad>", LowerCase = true });
Console.WriteLine($"{train.Length:N0} reviews to learn from, {test.Length:N0} to test on; {vocabulary}");
Console.WriteLine($"words of the test that are known: {vocabulary.Coverage(test.Select(review => review.Text)):P1}");

SequenceDataset<int> Data(Review[] reviews)
{
    SequenceDataset<int> data = SentimentModel.CreateDataset();
    int[][] tokens = PadSequences.Pad(reviews.Select(review => vocabulary.Encode(review.Text)), Length);
    data.AddRange(tokens.Zip(reviews.Select(review => review.IsPositive ? 1 : 0)));
    return data;
}

(SequenceDataset<int> trainData, SequenceDataset<int> testData) = (Data(train), Data(test));
AnsiConsole.Write(Tables.Summary(new SentimentModel().Schema));

// The training.
TimeSpan elapsed = TimeSpan.Zero;
double accuracies = 0;
SentimentModel? first = null;
for (int seed = 0; seed < Seeds; seed++)
{
    var model = new SentimentModel(seed) { Vocabulary = vocabulary, LabelNames = ["negative", "positive"] };
    using var bar = new TrainingBar();
    History history = model.Fit(trainData, new TrainingOptions
    {
        Loss = Loss.BinaryCrossEntropy,
        Optimizer = new Adam(1e-2),
        AverageDecay = 0.98,
        ClipNorm = 1,
        Epochs = 5,
        BatchSize = 32,
        ValidationSplit = 0.2f,
        Metrics = [Metric.Accuracy],
        Seed = seed,
        Progress = bar,
    });
    elapsed += history.Elapsed;
    accuracies += model.Evaluate(testData, metrics: [Metric.Accuracy]).Accuracy;
    if (first is null)
    {
        AnsiConsole.Write(Charts.History(history));
        AnsiConsole.Write(Charts.History(history, "accuracy", "val_accuracy"));
        first = model;
    }
}

// The result.
first!.Save("sentiment.safetensors");
SentimentModel loaded = SentimentModel.Load("sentiment.safetensors");
foreach (string text in new[] { "What a lovely little film!", "The food was cold and the waiter rude.", "It broke after two days." })
{
    Console.WriteLine($"{loaded.PredictLabelName(text)} ({loaded.Predict(text):F2}): {text}");
}

Console.WriteLine($"time of {Seeds} trainings: {elapsed.TotalSeconds:F1} s");
Console.WriteLine($"test accuracy of a logistic regression on single words: {UnigramBaseline.Accuracy(train, test, vocabulary):F3}");
Console.WriteLine($"test accuracy: {accuracies / Seeds:F3}");
return 0;
