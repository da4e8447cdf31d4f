namespace GruGen;

/// <summary>The tokens there have been in a text, and how often: what penalties are computed from.</summary>
internal sealed class TokenCounts(int vocabularySize)
{
    private readonly int[] _counts = new int[vocabularySize];
    private readonly int[] _tokens = new int[vocabularySize]; // each that there has been, once
    private int _distinct;

    public void Add(int token)
    {
        if (_counts[token]++ == 0)
        {
            _tokens[_distinct++] = token;
        }
    }

    public void Clear()
    {
        foreach (int token in _tokens.AsSpan(0, _distinct))
        {
            _counts[token] = 0;
        }

        _distinct = 0;
    }

    /// <summary>Changes the scores of tokens that there have been.</summary>
    public void Penalize(Span<double> scores, SamplingOptions options)
    {
        foreach (int token in _tokens.AsSpan(0, _distinct))
        {
            double score = scores[token];
            score = score > 0 ? score / options.RepetitionPenalty : score * options.RepetitionPenalty;
            scores[token] = score - options.FrequencyPenalty * _counts[token] - options.PresencePenalty;
        }
    }
}
