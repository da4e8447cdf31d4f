namespace GruGen;

/// <summary>
/// Two models that are trained together (Sutskever, Vinyals and Le 2014): an encoder reads a source, its final states become the initial
/// states of a decoder, and the decoder writes the target, token by token.
/// </summary>
/// <remarks>
/// <para>The final states of all recurrent layers of the encoder are used; its outputs are not. At every step the decoder gives the
/// probabilities of the next token. In training it reads the true tokens (teacher forcing): the start token and then the target, and has
/// to predict the target and then the end token.</para>
/// <para>Both are models like any other, with files of their own. Decoding is thread-safe, and may go on while <see cref="Fit"/> trains:
/// it uses the weights of both models that were published last, at the end of the same epoch.</para>
/// </remarks>
/// <typeparam name="TSource">What the encoder reads: <see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class EncoderDecoder<TSource>
    where TSource : unmanaged
{
    /// <summary>Chains two models.</summary>
    /// <param name="encoder">Reads the sources.</param>
    /// <param name="decoder">Writes the targets: it reads tokens, and ends with a softmax at every step.</param>
    /// <param name="startToken">The token that the decoder reads first; usually one that no target has.</param>
    /// <param name="endToken">The token with which the decoder ends a target; no target may have it inside.</param>
    /// <exception cref="ArgumentException">
    /// The decoder does not end with a softmax at every step, gives tokens that it cannot read, has a padding token, or cannot be run step
    /// by step; the states of the two models have different sizes; or they are the same model.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The decoder does not read the start token, or does not give the end token.</exception>
    public EncoderDecoder(SequenceModel<TSource> encoder, SequenceModel<int> decoder, int startToken, int endToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        CheckFits(encoder.Schema, decoder.Schema);
        if (ReferenceEquals(encoder, decoder))
        {
            throw new ArgumentException(
                $"The encoder and the decoder are one model, {decoder.Schema.Name}; two are expected.", nameof(decoder));
        }

        CheckToken(startToken, decoder.Schema.InputSize, nameof(startToken), "reads");
        CheckToken(endToken, decoder.Schema.OutputSize, nameof(endToken), "gives");
        (Encoder, Decoder, StartToken, EndToken) = (encoder, decoder, startToken, endToken);
    }

    /// <summary>The model that reads the sources.</summary>
    public SequenceModel<TSource> Encoder { get; }

    /// <summary>The model that writes the targets.</summary>
    public SequenceModel<int> Decoder { get; }

    /// <summary>The token that the decoder reads first.</summary>
    public int StartToken { get; }

    /// <summary>The token with which the decoder ends a target.</summary>
    public int EndToken { get; }

    /// <summary>Held while weights of both models are published, so that who decodes never has those of two epochs.</summary>
    internal Lock Publishing { get; } = new();

    /// <summary>Creates an empty dataset for these models.</summary>
    public PairDataset<TSource> CreateDataset() => new(this);

    /// <summary>Trains both models together.</summary>
    /// <remarks>
    /// The loss is the mean cross-entropy over all tokens of the targets and their end tokens; the norm that
    /// <see cref="TrainingOptions.ClipNorm"/> limits is that of the gradients of both models together. The metrics and the validation are
    /// those of the decoder with teacher forcing: each token is predicted from the true ones before it. The same models, data and options,
    /// with their seed, give the same parameters to the bit.
    /// </remarks>
    /// <param name="data">The pairs to learn from, which are not changed.</param>
    /// <param name="options">The options, without frozen layers and parameter groups; null for the defaults.</param>
    /// <param name="cancellationToken">Stops before the next batch. The models keep what they have learned so far.</param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">
    /// The data or the validation data is empty or for other models; the loss or a metric does not fit the decoder; the options have both
    /// kinds of validation, a split that leaves one part empty, or frozen layers, parameter groups or a <see cref="Checkpoint"/>, which
    /// are for one model alone; gradients are to be clipped in two ways; the schedule sets a momentum that the optimiser does not have; or
    /// the optimiser's moments have unsuitable names (<see cref="Optimizer.MomentNames"/>).
    /// </exception>
    /// <exception cref="TrainingCanceledException">
    /// Training was cancelled. The exception has the history of the complete epochs.
    /// </exception>
    /// <exception cref="InvalidOperationException">One of the models is being trained already.</exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the norm of the gradients is not finite, or a moment or a parameter would not be after the step. Both models have the
    /// parameters from before that step.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A batch of the longest sources and targets does not fit into memory.</exception>
    public History Fit(PairDataset<TSource> data, TrainingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new TrainingOptions();
        if (options.FrozenLayers.Count > 0)
        {
            throw new ArgumentException(
                $"'{nameof(options.FrozenLayers)}' has {string.Join(", ", options.FrozenLayers)}, "
                    + "but two models that are trained together learn in all their layers.",
                nameof(options));
        }

        if (options.Callbacks.OfType<Checkpoint>().Any())
        {
            throw new ArgumentException(
                $"'{nameof(options.Callbacks)}' has a {nameof(Checkpoint)}, but two models that learn together have none.",
                nameof(options));
        }

        if (options.ParameterGroups.Count > 0)
        {
            throw new ArgumentException(
                $"'{nameof(options.ParameterGroups)}' has groups, but two models that are trained together have layers of the same names.",
                nameof(options));
        }

        if (options.Shards > 1 || options.Cluster is not null)
        {
            throw new ArgumentException(
                $"'{nameof(options.Shards)}' is {options.Shards}"
                    + (options.Cluster is null ? ", " : $", with a '{nameof(options.Cluster)}', ")
                    + "but two models that learn together are trained in one process and one shard.",
                nameof(options));
        }

        data.CheckFits(this);
        DataParts<PairDataset<TSource>> parts = DataParts<PairDataset<TSource>>.Of(data, options);
        parts.ValidationData.CheckFits(this);
        Loss loss = options.Loss ?? Loss.CategoricalCrossEntropy;
        Evaluations.CheckFits(Decoder.Schema, data, loss, options.Metrics);
        Evaluations.CheckFits(Decoder.Schema, parts.ValidationData, loss, options.Metrics);
        using var trainer = new PairTrainer<TSource>(this, options);
        return trainer.Fit(parts, cancellationToken);
    }

    private static void CheckFits(ModelSchema encoder, ModelSchema decoder)
    {
        if (decoder.Output != SequenceOutput.EveryStep || decoder.OutputActivation != Activation.Softmax || decoder.OutputSize < 2)
        {
            throw new ArgumentException(
                $"A decoder ends with a softmax of two outputs at least, every step, but {decoder.Name} ends with "
                    + $"{decoder.OutputSize} outputs and Activation.{decoder.OutputActivation}, SequenceOutput.{decoder.Output}.",
                nameof(decoder));
        }

        if (decoder.OutputSize > decoder.InputSize)
        {
            throw new ArgumentException(
                $"A decoder reads what it gave, but {decoder.Name} gives the tokens 0 to {decoder.OutputSize - 1} "
                    + $"and reads 0 to {decoder.InputSize - 1}.",
                nameof(decoder));
        }

        if (!decoder.RunsInBlocks)
        {
            string why = decoder.CanStream ? "gives an output after some of its steps only" : "needs whole sequences";
            throw new ArgumentException($"A decoder runs step by step, but {decoder.Name} {why}.", nameof(decoder));
        }

        if (decoder.PaddingToken >= 0)
        {
            throw new ArgumentException(
                $"Each token that a decoder writes is a step that it reads next, but {decoder.Name} has the padding token "
                    + $"{decoder.PaddingToken}, which is none.",
                nameof(decoder));
        }

        if (!encoder.StateSizes.AsSpan().SequenceEqual(decoder.StateSizes.AsSpan()))
        {
            throw new ArgumentException(
                $"The states of {encoder.Name} have the sizes {Sizes(encoder)}, but those of {decoder.Name}, which start from them, "
                    + $"have {Sizes(decoder)}.",
                nameof(decoder));
        }

        static string Sizes(ModelSchema schema) => string.Join(", ", schema.StateSizes);
    }

    private static void CheckToken(int token, int count, string name, string verb)
    {
        if ((uint)token >= (uint)count)
        {
            throw new ArgumentOutOfRangeException(name, token, $"'{name}' is {token}, but the decoder {verb} the tokens 0 to {count - 1}.");
        }
    }
}
