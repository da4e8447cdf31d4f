namespace GruGen;

/// <summary>
/// Extension methods that cut long streams into chunks for truncated back-propagation through time:
/// <c>model.CreateStreamDataset(tokens, streams: 32, steps: 64)</c>.
/// </summary>
/// <remarks>
/// The whole is divided into equally long streams, side by side; what is left over at its end is not used. A batch is a chunk of each
/// stream, whatever <see cref="TrainingOptions.BatchSize"/> says. Chunks are taken in their order, and the states in which a chunk ends
/// are those from which the next one of its stream starts, in training and in evaluation. Gradients end at the start of a chunk. Each
/// epoch starts again from the model's initial states.
/// </remarks>
public static class StreamDatasets
{
    /// <summary>Makes a dataset for a language model: at every step the next token is to be predicted.</summary>
    /// <param name="model">A model that reads tokens and gives an output for each step.</param>
    /// <param name="tokens">The tokens, one long text.</param>
    /// <param name="streams">The number of streams, which is the number of sequences in a batch.</param>
    /// <param name="steps">The number of steps in a chunk; the last chunk of a stream may have fewer.</param>
    /// <returns>The dataset, which takes no other sequences.</returns>
    /// <exception cref="ArgumentException">There are not enough tokens: one more than streams at least.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, or a token is not in the vocabulary or among the outputs.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence, has no labels, or needs whole sequences.
    /// </exception>
    public static SequenceDataset<int> CreateStreamDataset(this SequenceModel<int> model, ReadOnlySpan<int> tokens, int streams, int steps)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (tokens.Length < 2)
        {
            throw new ArgumentException($"'{nameof(tokens)}' has {tokens.Length} elements, but 2 at least are expected.", nameof(tokens));
        }

        return model.CreateStreamDataset(tokens[..^1], tokens[1..], streams, steps);
    }

    /// <summary>Makes a dataset with a label for each step.</summary>
    /// <param name="model">A model that gives an output for each step.</param>
    /// <param name="inputs">The tokens, or the features of all steps one after another.</param>
    /// <param name="labels">A label for each step; −1 (<see cref="SequenceDataset.NotCounted"/>) for a step that does not count.</param>
    /// <param name="streams">The number of streams, which is the number of sequences in a batch.</param>
    /// <param name="steps">The number of steps in a chunk; the last chunk of a stream may have fewer.</param>
    /// <returns>The dataset, which takes no other sequences.</returns>
    /// <exception cref="ArgumentException">
    /// A span has a length that does not fit the other, or there are fewer steps than streams.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, a token is not in the vocabulary, a feature is not finite, or there is no such label.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model gives one output for a sequence, has no labels, or needs whole sequences.
    /// </exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static SequenceDataset<TInput> CreateStreamDataset<TInput>(
        this SequenceModel<TInput> model, ReadOnlySpan<TInput> inputs, ReadOnlySpan<int> labels, int streams, int steps)
        where TInput : unmanaged
    {
        Chunks chunks = Chunks.Of(model, inputs.Length, labels.Length, 1, nameof(labels), streams, steps);
        var data = new SequenceDataset<TInput>(model.Schema);
        foreach ((int start, int length) in chunks.All())
        {
            data.AddPerStep(inputs.Slice(start * chunks.StepSize, length * chunks.StepSize), labels.Slice(start, length));
        }

        return data.AsStreams(streams);
    }

    /// <summary>Makes a dataset with numbers as targets of each step.</summary>
    /// <param name="model">A model that gives an output for each step.</param>
    /// <param name="inputs">The tokens, or the features of all steps one after another.</param>
    /// <param name="targets">targets[steps, output size]</param>
    /// <param name="streams">The number of streams, which is the number of sequences in a batch.</param>
    /// <param name="steps">The number of steps in a chunk; the last chunk of a stream may have fewer.</param>
    /// <returns>The dataset, which takes no other sequences.</returns>
    /// <exception cref="ArgumentException">
    /// A span has a length that does not fit the other, or there are fewer steps than streams.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is below 1, a token is not in the vocabulary, or a feature or a target is not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model gives one output for a sequence, or needs whole sequences.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static SequenceDataset<TInput> CreateStreamDataset<TInput>(
        this SequenceModel<TInput> model, ReadOnlySpan<TInput> inputs, ReadOnlySpan<float> targets, int streams, int steps)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        int size = model.Schema.OutputSize;
        Chunks chunks = Chunks.Of(model, inputs.Length, targets.Length, size, nameof(targets), streams, steps);
        var data = new SequenceDataset<TInput>(model.Schema);
        foreach ((int start, int length) in chunks.All())
        {
            data.AddPerStep(
                inputs.Slice(start * chunks.StepSize, length * chunks.StepSize), targets.Slice(start * size, length * size));
        }

        return data.AsStreams(streams);
    }

    /// <summary>Where the chunks of all streams lie.</summary>
    private readonly record struct Chunks(int StepSize, int Length, int Streams, int Steps)
    {
        public static Chunks Of<TInput>(
            SequenceModel<TInput> model, int inputs, int targets, int targetSize, string targetName, int streams, int steps)
            where TInput : unmanaged
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(streams);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
            ModelSchema schema = model.Schema;
            if (!schema.RunsInBlocks || schema.Output != SequenceOutput.EveryStep)
            {
                throw new InvalidOperationException(schema.RunsInBlocks
                    ? $"{schema.Name} gives one output for a sequence, but the steps of a stream have an output each."
                    : $"{schema.Name} needs whole sequences or makes one step of several, so a stream cannot be cut into chunks for it.");
            }

            int stepSize = schema.ReadsTokens ? 1 : schema.InputSize;
            if (inputs % stepSize != 0 || targets != (long)inputs / stepSize * targetSize)
            {
                throw new ArgumentException(
                    $"'inputs' has {inputs} elements and '{targetName}' {targets}, but {stepSize} and {targetSize} a step are expected.",
                    targetName);
            }

            int length = inputs / stepSize / streams;
            return length > 0
                ? new Chunks(stepSize, length, streams, steps)
                : throw new ArgumentException(
                    $"There are {inputs / stepSize} steps, but {streams} streams need one each.", nameof(streams));
        }

        /// <summary>The first chunk of each stream, then the second ones, ….</summary>
        public IEnumerable<(int Start, int Length)> All()
        {
            for (int first = 0; first < Length; first += Steps)
            {
                for (int stream = 0; stream < Streams; stream++)
                {
                    yield return (stream * Length + first, Math.Min(Steps, Length - first));
                }
            }
        }
    }
}
