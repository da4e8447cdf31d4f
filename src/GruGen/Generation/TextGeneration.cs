namespace GruGen;

/// <summary>
/// Extension methods that write texts, with models that have a <see cref="SequenceModel{TInput}.Vocabulary"/>:
/// <c>foreach (string symbol in model.GenerateSymbols("Call me", options))</c>.
/// </summary>
/// <remarks>
/// They write as <see cref="TokenGeneration"/> does. If the vocabulary has a start token, the text begins with it, and the prompt may be
/// empty; if it has an end token, that ends the text as stop tokens do. Special tokens, that of unknown symbols among them, are never
/// written, and neither are tokens of the model that the vocabulary has no symbol for; stop tokens end the text nevertheless.
/// </remarks>
public static class TextGeneration
{
    /// <summary>Writes a text after a prompt, symbol by symbol.</summary>
    /// <param name="model">A model with a vocabulary that has one output for each token.</param>
    /// <param name="prompt">What the text begins with.</param>
    /// <param name="options">How symbols are drawn and where the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends enumeration with an exception, before the next symbol.</param>
    /// <returns>
    /// The symbols, as they are written: characters, or words and punctuation, with a space in front where one belongs. The prompt and all
    /// of them one after another are the text.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The prompt has no symbols, and there is no start token; or one of them has no token, and there is none for unknown ones.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A stop token or a forbidden token is not in the model's vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The model has no vocabulary.</exception>
    /// <exception cref="NotSupportedException">
    /// The model takes whole sequences, has another number of outputs than tokens, or ends with neither a softmax nor a linear layer.
    /// </exception>
    public static IEnumerable<string> GenerateSymbols(
        this SequenceModel<int> model, string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        int[] tokens = PromptOf(model, prompt);
        return Symbols(model.Vocabulary!, prompt, tokens, model.Generate(tokens, OptionsOf(model, options), cancellationToken));
    }

    /// <summary>Writes a text after a prompt.</summary>
    /// <param name="model">A model with a vocabulary that has one output for each token.</param>
    /// <param name="prompt">What the text begins with.</param>
    /// <param name="options">How symbols are drawn and where the text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends writing with an exception, before the next symbol.</param>
    /// <returns>What has been written after the prompt, without it.</returns>
    /// <inheritdoc cref="GenerateSymbols"/>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string GenerateText(
        this SequenceModel<int> model, string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        string.Concat(model.GenerateSymbols(prompt, options, cancellationToken));

    /// <summary>Writes texts after many prompts, side by side, which is faster than one after another.</summary>
    /// <param name="model">A model with a vocabulary that has one output for each token.</param>
    /// <param name="prompts">What the texts begin with.</param>
    /// <param name="options">How symbols are drawn and where each text ends; null for the defaults.</param>
    /// <param name="cancellationToken">Ends writing with an exception, before the next symbol of all texts.</param>
    /// <returns>For each prompt what has been written after it.</returns>
    /// <exception cref="ArgumentException">
    /// A prompt is null; it has no symbols, and there is no start token; or one has no token, and there is none for unknown ones.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A stop token or a forbidden token is not in the model's vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The model has no vocabulary.</exception>
    /// <exception cref="NotSupportedException">
    /// The model takes whole sequences, has another number of outputs than tokens, or ends with neither a softmax nor a linear layer.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string[] GenerateTexts(
        this SequenceModel<int> model,
        IReadOnlyList<string> prompts,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        int[][] tokens =
        [
            .. prompts.Select((prompt, i) => PromptOf(
                model, prompt ?? throw new ArgumentException($"Prompt {i} is null.", nameof(prompts)))),
        ];
        int[][] written = model.Generate(tokens, OptionsOf(model, options), cancellationToken);
        return [.. prompts.Select((prompt, i) => string.Concat(Symbols(model.Vocabulary!, prompt, tokens[i], written[i])))];
    }

    private static IEnumerable<string> Symbols(Vocabulary vocabulary, string text, int[] prompt, IEnumerable<int> written)
    {
        bool endsInSpace = text.Length > 0 && char.IsWhiteSpace(text[^1]); // no other one is wanted then
        int before = endsInSpace ? -1 : Array.FindLast([-1, .. prompt], token => token < 0 || vocabulary.IsWritten(token));
        foreach (int token in written)
        {
            yield return vocabulary.TextOf(token, before);
            before = token;
        }
    }

    private static int[] PromptOf(SequenceModel<int> model, string prompt)
    {
        int[] tokens = model.Encode(prompt);
        return model.Vocabulary!.StartToken is >= 0 and var start ? [start, .. tokens] : tokens;
    }

    /// <summary>The same options, but for the tokens that are no part of a text.</summary>
    private static GenerationOptions OptionsOf(SequenceModel<int> model, GenerationOptions? options)
    {
        Vocabulary vocabulary = model.Vocabulary!;
        options ??= GenerationOptions.Default;
        int[] stop = vocabulary.EndToken < 0 ? [.. options.StopTokens] : [.. options.StopTokens, vocabulary.EndToken];
        IEnumerable<int> none = Enumerable.Range(0, model.Schema.InputSize)
            .Where(token => (token >= vocabulary.Count || vocabulary.IsSpecial(token)) && !stop.Contains(token));
        SamplingOptions sampling = options.Sampling;
        return options with { StopTokens = stop, Sampling = sampling with { ForbiddenTokens = [.. sampling.ForbiddenTokens, .. none] } };
    }
}
