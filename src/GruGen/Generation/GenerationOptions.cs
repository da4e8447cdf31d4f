namespace GruGen;

/// <summary>How a text is written: how tokens are drawn, and where it ends.</summary>
public sealed record GenerationOptions
{
    /// <summary>How each token is drawn, and the seed.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public SamplingOptions Sampling
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Sampling));
    } = SamplingOptions.Default;

    /// <summary>
    /// The largest number of tokens that are written after a prompt; 100 by default. Hugging Face's <c>max_new_tokens</c>, whose default is
    /// 20 tokens with the prompt's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxTokens
    {
        get;
        init => field = Check.NotNegative(value, nameof(MaxTokens));
    } = 100;

    /// <summary>
    /// Tokens that end a text and are no part of it; none by default. Hugging Face's <c>eos_token_id</c>, which its results have at their
    /// end.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<int> StopTokens
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(StopTokens));
    } = [];

    internal static GenerationOptions Default { get; } = new();
}
