using GruGen;
using GruGen.Terminal;

namespace Translate;

/// <summary>Translates numbers: a reader of one language and a writer of another, which learn together.</summary>
internal sealed class Translator(Language from, SequenceModel<int> reader, Language to, SequenceModel<int> writer)
{
    private const int MostTokens = 20; // that it writes; no number has as many

    private readonly EncoderDecoder<int> _models = new(reader, writer, to.Vocabulary.StartToken, to.Vocabulary.EndToken);

    /// <summary>Learns from some numbers in both languages, while a bar shows how it does.</summary>
    public void Learn(int[] numbers, int epochs, int seed)
    {
        PairDataset<int> pairs = _models.CreateDataset();
        foreach (int number in numbers)
        {
            pairs.Add(from.Encode(number), to.Encode(number));
        }

        foreach (double learningRate in new[] { 2e-3, 3e-4 }) // in large steps to about the right place, then in small ones
        {
            using var bar = new TrainingBar();
            History history = _models.Fit(pairs, new TrainingOptions
            {
                Optimizer = new Adam(learningRate),
                BatchSize = 64,
                Epochs = epochs,
                ClipNorm = 1,
                Metrics = [Metric.Accuracy],
                Seed = seed,
                Progress = bar,
            });
            Console.WriteLine($"learning rate {learningRate}: {epochs} epochs in {history.Elapsed.TotalSeconds:F1} s");
        }
    }

    /// <summary>What it writes when it reads each of some numbers.</summary>
    public string[] Translate(int[] numbers) =>
        [.. _models.Decode([.. numbers.Select(from.Encode)], MostTokens).Select(tokens => to.Vocabulary.Decode(tokens))];

    /// <summary>The part of some numbers that it translates without a mistake.</summary>
    public double ExactMatches(int[] numbers) => Translate(numbers).Zip(numbers).Average(pair => pair.First == to.Text(pair.Second) ? 1.0 : 0.0);
}
