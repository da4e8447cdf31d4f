using System.Runtime.InteropServices;

namespace Shared;

/// <summary>
/// What there was before neural networks: a symbol is predicted from how often it followed the same few symbols. Longer histories are
/// interpolated with shorter ones by Kneser and Ney's method (1995; Chen and Goodman 1999), with a discount for each length that is tuned
/// on the last tenth of the training text:
/// <c>p(w | h) = max(c(h, w) − d, 0)/c(h) + d·n(h)/c(h)·p(w | h')</c>, where n(h) is how many different symbols have followed h, and h' is
/// h without its first symbol. For all but the longest histories, c counts in how many different ways the text goes on in front.
/// </summary>
internal sealed class NGrams
{
    private readonly int _symbols; // how many there are
    private readonly Dictionary<ulong, int>[] _counts; // [length of the history]: of history and symbol
    private readonly Dictionary<ulong, (int Count, int Distinct)>[] _histories; // [length]
    private readonly double[] _discounts;

    private NGrams(ReadOnlySpan<int> tokens, int symbols, int order, double[]? discounts = null)
    {
        _symbols = symbols;
        _counts = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<ulong, int>())];
        _histories = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<ulong, (int, int)>())];
        _discounts = discounts ?? [.. Enumerable.Repeat(0.7, order)];
        for (int i = 0; i < tokens.Length; i++)
        {
            bool isNew = true; // with one symbol more in front, or there is none
            for (int length = Math.Min(order - 1, i); length >= 0 && isNew; length--)
            {
                ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts[length], Key(tokens, i, length, 1), out _);
                ref (int Count, int Distinct) history =
                    ref CollectionsMarshal.GetValueRefOrAddDefault(_histories[length], Key(tokens, i, length, 0), out _);
                isNew = count++ == 0;
                history = (history.Count + 1, history.Distinct + (isNew ? 1 : 0));
            }
        }
    }

    /// <summary>Counts a text, after the discounts have been tuned on its last tenth.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="symbols">The number of different tokens.</param>
    /// <param name="order">n, the length of the longest history and one.</param>
    public static NGrams Fit(ReadOnlySpan<int> tokens, int symbols, int order)
    {
        int cut = tokens.Length * 9 / 10;
        var tuned = new NGrams(tokens[..cut], symbols, order);
        tuned.Tune(tuned.Count(tokens[cut..]));
        return new NGrams(tokens, symbols, order, tuned._discounts);
    }

    /// <summary>The mean of −ln p of all tokens of a text but the first one.</summary>
    public double CrossEntropy(ReadOnlySpan<int> tokens) => CrossEntropy(Count(tokens));

    /// <summary>The discounts that are best, one after another, until none of them changes.</summary>
    private void Tune(Occurrences[] text)
    {
        for (double least = double.MaxValue, before = double.NaN; least != before;)
        {
            before = least;
            for (int length = 0; length < _discounts.Length; length++)
            {
                double best = _discounts[length];
                for (double discount = 0.05; discount < 1; discount += 0.05)
                {
                    _discounts[length] = discount;
                    double loss = CrossEntropy(text);
                    (least, best) = loss < least ? (loss, discount) : (least, best);
                }

                _discounts[length] = best;
            }
        }
    }

    private double CrossEntropy(Occurrences[] text)
    {
        double sum = 0;
        for (int i = 0; i < text.Length; i += _discounts.Length)
        {
            double probability = 1.0 / _symbols;
            for (int length = 0; length < _discounts.Length && text[i + length] is { History: > 0 } seen; length++)
            {
                double discount = _discounts[length];
                probability = (Math.Max(seen.Count - discount, 0) + discount * seen.Distinct * probability) / seen.History;
            }

            sum -= Math.Log(probability);
        }

        return sum / (text.Length / _discounts.Length);
    }

    /// <summary>What was counted for each token but the first, and each length of its history.</summary>
    private Occurrences[] Count(ReadOnlySpan<int> tokens)
    {
        int order = _discounts.Length;
        var seen = new Occurrences[(tokens.Length - 1) * order];
        for (int i = 1; i < tokens.Length; i++)
        {
            for (int length = 0; length < order && length <= i; length++)
            {
                (int history, int distinct) = _histories[length].GetValueOrDefault(Key(tokens, i, length, 0));
                int count = _counts[length].GetValueOrDefault(Key(tokens, i, length, 1));
                seen[(i - 1) * order + length] = new Occurrences(count, history, distinct);
            }
        }

        return seen;
    }

    /// <summary>A number for a history, with the token behind it or not.</summary>
    private ulong Key(ReadOnlySpan<int> tokens, int place, int length, int with)
    {
        ulong key = 0;
        foreach (int token in tokens.Slice(place - length, length + with))
        {
            key = checked(key * (ulong)_symbols + (ulong)token);
        }

        return key;
    }

    /// <summary>How often a token was behind a history, how often that was there, and how many different tokens were behind it.</summary>
    private readonly record struct Occurrences(int Count, int History, int Distinct);
}
