using Shared;

namespace GruGen.Tests.Samples;

/// <summary>The n-grams that samples of language models are compared with.</summary>
public class NGramsTests
{
    private const int Symbols = 5;

    private static readonly int[] s_text = [.. Enumerable.Range(0, 400).Select(i => (i * i + i / 7) % 4)]; // 4 never comes

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Probabilities_of_all_symbols_are_one_together(int order)
    {
        NGrams model = NGrams.Fit(s_text, Symbols, order);
        foreach (int[] history in new int[][] { [1], [0, 1], [3, 2, 1, 0], [4, 4, 1], [4] })
        {
            double before = history.Length == 1 ? 0 : model.CrossEntropy(history) * (history.Length - 1);
            double sum = Enumerable.Range(0, Symbols).Sum(symbol => Math.Exp(before - model.CrossEntropy([.. history, symbol]) * history.Length));
            Assert.Equal(1, sum, 1e-12);
        }
    }

    /// <summary>With one symbol of history and the discounts found by trying all, everything counted by hand.</summary>
    [Fact]
    public void A_bigram_is_what_its_equation_says()
    {
        int[] text = s_text, tail = s_text[(s_text.Length * 9 / 10)..], head = s_text[..(s_text.Length * 9 / 10)];
        (double, double) best = default;
        double least = double.MaxValue;
        for (int a = 1; a < 20; a++)
        {
            for (int b = 1; b < 20; b++)
            {
                double loss = Bigram(head, tail, a / 20.0, b / 20.0);
                (least, best) = loss < least ? (loss, (a / 20.0, b / 20.0)) : (least, best);
            }
        }

        NGrams model = NGrams.Fit(text, Symbols, 2);
        int[] other = [0, 1, 2, 3, 4, 3, 2, 1, 1, 2, 2];
        Assert.Equal(Bigram(text, other, best.Item1, best.Item2), model.CrossEntropy(other), 1e-9);
    }

    private static double Bigram(int[] text, int[] other, double discount0, double discount1)
    {
        double sum = 0;
        (int Front, int Next)[] fronts = [.. text.Select((next, i) => (i == 0 ? -1 : text[i - 1], next)).Distinct()];
        for (int i = 1; i < other.Length; i++)
        {
            double unigram = (Math.Max(fronts.Count(front => front.Next == other[i]) - discount0, 0)
                + discount0 * text.Distinct().Count() / Symbols) / fronts.Length;
            int[] behind = [.. Enumerable.Range(1, text.Length - 1).Where(j => text[j - 1] == other[i - 1]).Select(j => text[j])];
            double probability = behind.Length == 0
                ? unigram
                : (Math.Max(behind.Count(t => t == other[i]) - discount1, 0) + discount1 * behind.Distinct().Count() * unigram) / behind.Length;
            sum -= Math.Log(probability);
        }

        return sum / (other.Length - 1);
    }
}
