namespace GruGen;

/// <summary>
/// Draws tokens from the scores that a model gives each of them. It knows what there has been in a text, for penalties, and allocates
/// nothing from token to token. The same seed, scores and options give the same tokens on any machine with fused multiply-add. One text,
/// and one thread at a time.
/// </summary>
/// <remarks>
/// <see cref="TokenGeneration"/> has methods that write texts with it; it is public for loops of one's own, and to look at the
/// distributions.
/// </remarks>
public sealed class Sampler
{
    private readonly TokenDistribution _distribution;
    private readonly TokenCounts? _counts;
    private readonly int _text;
    private RandomSource _random;

    /// <summary>A sampler for a text that has no tokens yet.</summary>
    /// <param name="vocabularySize">The number of tokens.</param>
    /// <param name="options">How tokens are drawn; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="vocabularySize"/> is below 1, or a forbidden token is not in the vocabulary.
    /// </exception>
    public Sampler(int vocabularySize, SamplingOptions? options = null)
        : this(new TokenDistribution(Check.Positive(vocabularySize, nameof(vocabularySize)), options ?? SamplingOptions.Default), text: 0)
    {
    }

    /// <summary>A sampler for one of several texts, which share memory for their distributions.</summary>
    internal Sampler(TokenDistribution distribution, int text)
    {
        (_distribution, _text) = (distribution, text);
        _counts = distribution.Options.CountsTokens ? new TokenCounts(distribution.Size) : null;
        _random = NewRandom();
    }

    /// <summary>The number of tokens.</summary>
    public int VocabularySize => _distribution.Size;

    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Options => _distribution.Options;

    /// <summary>Forgets the text, and starts from the seed again.</summary>
    public void Reset()
    {
        _counts?.Clear();
        _random = NewRandom();
    }

    /// <summary>Adds tokens to the text, such as those of a prompt. <see cref="Next"/> adds what it draws itself.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary; nothing has been added.</exception>
    public void Add(params ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            TokenDistribution.CheckToken(token, VocabularySize, nameof(tokens));
        }

        foreach (int token in tokens)
        {
            _counts?.Add(token);
        }
    }

    /// <summary>Draws the next token, and adds it to the text.</summary>
    /// <param name="scores">
    /// scores[vocabulary size]: the logits, or the logarithms of the probabilities, of the tokens; −∞ for one that must not come.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are more or fewer scores than tokens, one is NaN or +∞, or all tokens are forbidden or have the score −∞.
    /// </exception>
    public int Next(ReadOnlySpan<float> scores)
    {
        Compute(scores);
        int token = _distribution.At(_random.NextDouble());
        _counts?.Add(token);
        return token;
    }

    /// <summary>Gives the distribution that <see cref="Next"/> would draw from, and draws nothing.</summary>
    /// <param name="scores">The scores, as for <see cref="Next"/>.</param>
    /// <param name="probabilities">Receives probabilities[vocabulary size], whose sum is 1.</param>
    /// <exception cref="ArgumentException">
    /// A span has another length than there are tokens, a score is NaN or +∞, or all tokens are forbidden or have the score −∞.
    /// </exception>
    public void CopyProbabilitiesTo(ReadOnlySpan<float> scores, Span<double> probabilities)
    {
        CheckLength(probabilities.Length, nameof(probabilities));
        Compute(scores);
        _distribution.CopyTo(probabilities);
    }

    private void Compute(ReadOnlySpan<float> scores)
    {
        CheckLength(scores.Length, nameof(scores));
        _distribution.Compute(scores, _counts);
    }

    private void CheckLength(int given, string name)
    {
        if (given != VocabularySize)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {VocabularySize} are expected, one for each token.", name);
        }
    }

    private RandomSource NewRandom() => new((ulong)Options.Seed, RandomSource.SamplingStream + (ulong)_text);
}
