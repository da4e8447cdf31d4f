using System.Runtime.CompilerServices;

namespace GruGen;

/// <summary>
/// Extension methods that write tokens after a prompt, with a model that gives a score for each token of its vocabulary:
/// <c>foreach (int token in model.Generate(prompt, options))</c>.
/// </summary>
/// <remarks>
/// <para>The model reads the prompt, then a token is drawn from its output, which it reads next, and so on, until there are
/// <see cref="GenerationOptions.MaxTokens"/> tokens or a stop token is drawn. The model ends with a softmax, whose logarithms are the
/// scores, or with a linear layer, whose outputs are. Padding tokens of a prompt are left out, and padding is never written. Tokens come
/// one at a time, when they are asked for, and none of them allocates. The weights are those that were published when enumeration began;
/// enumerating a second time writes again, from the same seed. An output that is NaN, as that of a model whose training has diverged, or no
/// token that may be drawn is an <see cref="ArgumentException"/> while one enumerates.</para>
/// <para>If the model's outputs are NaN or infinite, or leave no token that may be drawn, enumeration ends with an
/// <see cref="ArgumentException"/> of the <see cref="Sampler"/>. A probability below 2⁻¹²⁶ is 0, and such a token is not drawn at any
/// temperature; a linear last layer knows no such limit.</para>
/// <para>The random numbers of a prompt depend on the seed and on its index. So what is written after a prompt does not depend, to the
/// bit, on those beside it, and the first of many prompts gets what it gets alone.</para>
/// </remarks>
public static class TokenGeneration
{
    private const int Batch = 256; // texts that are written side by side

    /// <summary>Writes tokens after a prompt.</summary>
    /// <param name="model">A model that can take sequences step by step and has one output for each token of its vocabulary.</param>
    /// <param name="prompt">The tokens that the text begins with: one at least, for example a start token.</param>
    /// <param name="options">How tokens are drawn and where the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends enumeration with an exception, before the next step.</param>
    /// <returns>The tokens after the prompt, without a stop token, one by one as they are written.</returns>
    /// <exception cref="ArgumentException">The prompt has no tokens, or none but padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token of the prompt, a stop token or a forbidden token is not in the vocabulary.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model takes whole sequences, has another number of outputs than tokens, or ends with neither a softmax nor a linear layer.
    /// </exception>
    [OverloadResolutionPriority(1)]
    public static IEnumerable<int> Generate(
        this SequenceModel<int> model,
        ReadOnlySpan<int> prompt,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        TokenWriter writer = new(model, [prompt.ToArray()], options, nameof(prompt));
        return Tokens(writer.Write(0, 1, cancellationToken));

        static IEnumerable<int> Tokens(IEnumerable<GeneratedToken> written)
        {
            foreach (GeneratedToken next in written)
            {
                yield return next.Token;
            }
        }
    }

    /// <summary>Writes tokens after many prompts, side by side, which is faster than one after another.</summary>
    /// <param name="model">A model that can take sequences step by step and has one output for each token of its vocabulary.</param>
    /// <param name="prompts">The prompts, of any lengths.</param>
    /// <param name="options">How tokens are drawn and where each text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends writing with an exception, before the next step.</param>
    /// <returns>For each prompt the tokens after it, without a stop token.</returns>
    /// <exception cref="ArgumentException">A prompt is null, or has no tokens but padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token of a prompt, a stop token or a forbidden token is not in the vocabulary.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model takes whole sequences, has another number of outputs than tokens, or ends with neither a softmax nor a linear layer.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int[][] Generate(
        this SequenceModel<int> model,
        IReadOnlyList<int[]> prompts,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        TokenWriter writer = new(model, prompts, options, nameof(prompts));
        List<int>[] texts = [.. prompts.Select(_ => new List<int>())];
        for (int first = 0; first < texts.Length; first += Batch)
        {
            foreach (GeneratedToken next in writer.Write(first, Math.Min(Batch, texts.Length - first), cancellationToken))
            {
                texts[next.Prompt].Add(next.Token);
            }
        }

        return [.. texts.Select(text => text.ToArray())];
    }

    /// <summary>Writes tokens after many prompts, side by side, and gives each as it is written.</summary>
    /// <param name="model">A model that can take sequences step by step and has one output for each token of its vocabulary.</param>
    /// <param name="prompts">The prompts, of any lengths: for each, memory of about the vocabulary is needed.</param>
    /// <param name="options">How tokens are drawn and where each text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends enumeration with an exception, before the next step.</param>
    /// <returns>
    /// The tokens, in each step one after every prompt that has been read and whose text has not ended, in the order of the prompts.
    /// </returns>
    /// <exception cref="ArgumentException">A prompt is null, or has no tokens but padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token of a prompt, a stop token or a forbidden token is not in the vocabulary.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model takes whole sequences, has another number of outputs than tokens, or ends with neither a softmax nor a linear layer.
    /// </exception>
    public static IEnumerable<GeneratedToken> GenerateSideBySide(
        this SequenceModel<int> model,
        IReadOnlyList<int[]> prompts,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        TokenWriter writer = new(model, prompts, options, nameof(prompts));
        return writer.Write(0, prompts.Count, cancellationToken);
    }
}
