namespace GruGen;

/// <summary>
/// How a token is drawn from the scores that a model gives each of them. The defaults draw from the model's own distribution. What is set
/// applies in this order: forbidden tokens, repetition penalty, frequency and presence penalties, temperature, top-k, top-p, min-p.
/// </summary>
/// <remarks>
/// <para>Names, order and meaning are those of Hugging Face's <c>GenerationConfig</c>; its default of <c>top_k</c> is 50, here it is 0. The
/// frequency and presence penalties are those of OpenAI's interface and of vLLM, which count generated tokens alone; here all
/// three penalties count the text so far: the prompt and what was generated.</para>
/// <para>Scores are logits, or logarithms of probabilities, which differ from logits by a constant. Only the repetition penalty tells
/// them apart, because it looks at the sign: it makes a logit above 0 smaller and any logarithm of a probability smaller.</para>
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>
    /// T of <c>softmax(score / T)</c>, 1 by default: below 1 probable tokens are drawn more often, above 1 less often. 0 always takes the
    /// token with the highest score, the first of equal ones (Hugging Face's <c>do_sample=False</c>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double Temperature
    {
        get;
        init => field = Check.NotNegative(value, nameof(Temperature));
    } = 1;

    /// <summary>
    /// k: only tokens whose score is not below the k-th highest are drawn, so that ties stay; 0, the default, for all tokens.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int TopK
    {
        get;
        init => field = Check.NotNegative(value, nameof(TopK));
    }

    /// <summary>
    /// p: only the most probable tokens are drawn, as few as have the probability p together; the one that reaches it is among them, and
    /// of equally probable tokens the first comes first. 1, the default, for all tokens (Holtzman et al. 2020, nucleus sampling).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and at most 1.</exception>
    public double TopP
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(TopP), value, $"'{nameof(TopP)}' is {value}, but must be a number above 0, up to 1.");
    } = 1;

    /// <summary>
    /// Only tokens are drawn that are at least so probable as this fraction of the most probable one; 0, the default, for all tokens.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to 1.</exception>
    public double MinP
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinP), value, $"'{nameof(MinP)}' is {value}, but must be a number from 0 to 1.");
    }

    /// <summary>
    /// The score of each token that the text so far has is divided by this if it is above 0, and otherwise multiplied; 1, the default, for
    /// no change (Keskar et al. 2019, CTRL). Above 1, what has been there comes less often.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a <see cref="float"/>.</exception>
    public double RepetitionPenalty
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(RepetitionPenalty));
    } = 1;

    /// <summary>
    /// What is taken from the score of a token for each time that the text so far has it; 0 by default, below 0 for more repetition.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite as a <see cref="float"/>.</exception>
    public double FrequencyPenalty
    {
        get;
        init => field = Check.FiniteSingle(value, nameof(FrequencyPenalty));
    }

    /// <summary>
    /// What is taken from the score of a token that the text so far has, however often; 0 by default, below 0 for more repetition.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite as a <see cref="float"/>.</exception>
    public double PresencePenalty
    {
        get;
        init => field = Check.FiniteSingle(value, nameof(PresencePenalty));
    }

    /// <summary>
    /// Tokens that are never drawn, such as the one of unknown words; none by default. Hugging Face's <c>suppress_tokens</c>.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<int> ForbiddenTokens
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(ForbiddenTokens));
    } = [];

    /// <summary>
    /// What tokens are drawn with: the same seed, scores and options give the same tokens on any machine with fused multiply-add. 0 by
    /// default, so that a call that is repeated gives the same; <c>Random.Shared.Next()</c> gives others.
    /// </summary>
    public int Seed { get; init; }

    internal static SamplingOptions Default { get; } = new();

    /// <summary>Whether it matters which tokens there have been.</summary>
    internal bool CountsTokens => RepetitionPenalty != 1 || FrequencyPenalty != 0 || PresencePenalty != 0;
}
