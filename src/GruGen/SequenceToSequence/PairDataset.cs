namespace GruGen;

/// <summary>
/// Sources with their targets, which an <see cref="EncoderDecoder{TSource}"/> learns from. The lengths that this dataset gives are those of
/// the decoder's sequences, one step more than the target has tokens: the decoder reads the start token and then the target, and has to
/// predict the target and then the end token.
/// </summary>
/// <remarks>What does not fit the models is refused when it is added. Sources and targets may be empty.</remarks>
/// <typeparam name="TSource">What the encoder reads: <see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed class PairDataset<TSource> : SequenceDataset
    where TSource : unmanaged
{
    private readonly EncoderDecoder<TSource> _models;

    internal PairDataset(EncoderDecoder<TSource> models)
        : base(models.Decoder.Schema) => _models = models;

    /// <summary>What the encoder reads.</summary>
    internal SequenceList<TSource> Sources { get; } = new();

    /// <summary>What the decoder reads while it is taught: the start token, then the target.</summary>
    internal SequenceList<int> Inputs { get; } = new();

    /// <summary>The number of steps of the longest source.</summary>
    internal int MaxSourceLength => Sources.MaxLength / (_models.Encoder.Schema.ReadsTokens ? 1 : _models.Encoder.Schema.InputSize);

    /// <summary>Adds a source with its target.</summary>
    /// <param name="source">The encoder's tokens, or the features of all its steps one after another.</param>
    /// <param name="target">The decoder's tokens, without the start token and the end token.</param>
    /// <exception cref="ArgumentException">
    /// The number of features is no multiple of the encoder's input size, or the target has the end token inside.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in its vocabulary, or a feature is not finite.</exception>
    public void Add(ReadOnlySpan<TSource> source, ReadOnlySpan<int> target) => Add(source, target, weight: 1);

    /// <summary>Adds a source with its target, and a weight.</summary>
    /// <param name="source">The encoder's tokens, or the features of all its steps one after another.</param>
    /// <param name="target">The decoder's tokens, without the start token and the end token.</param>
    /// <param name="weight">How much each of these tokens counts, and the end token, from 0 on; 1 is as without it.</param>
    /// <exception cref="ArgumentException">
    /// The number of features is no multiple of the encoder's input size, or the target has the end token inside.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in its vocabulary, a feature is not finite, or the weight is negative or not finite.
    /// </exception>
    public void Add(ReadOnlySpan<TSource> source, ReadOnlySpan<int> target, double weight)
    {
        SequenceDataset<TSource>.CheckInput(_models.Encoder.Schema, source, nameof(source));
        for (int t = 0; t < target.Length; t++)
        {
            if ((uint)target[t] >= (uint)Schema.OutputSize)
            {
                throw BatchInputs<int>.BadToken(target[t], t, Schema.OutputSize, nameof(target));
            }

            if (target[t] == _models.EndToken)
            {
                throw new ArgumentException(
                    $"The token at step {t} is {_models.EndToken}, the end token, after which nothing can follow.", nameof(target));
            }
        }

        float own = CheckWeight(weight, nameof(weight));
        Sources.Add(source);
        Inputs.Add([_models.StartToken, .. target]);
        Append(target.Length + 1, [.. target, _models.EndToken], [own]);
    }

    /// <summary>Throws unless this is data for two models such as <paramref name="models"/>.</summary>
    internal void CheckFits(EncoderDecoder<TSource> models)
    {
        CheckFits(models.Decoder.Schema);
        if ((models.StartToken, models.EndToken) != (_models.StartToken, _models.EndToken))
        {
            throw new ArgumentException(
                $"The dataset has the start token {_models.StartToken} and the end token {_models.EndToken}, "
                    + $"but {models.StartToken} and {models.EndToken} are expected.",
                "data");
        }

        (ModelSchema given, ModelSchema expected) = (_models.Encoder.Schema, models.Encoder.Schema);
        if (given.InputSize != expected.InputSize)
        {
            throw new ArgumentException(
                $"The sources of the dataset are for an encoder with the input size {given.InputSize}, "
                    + $"but {expected.Name} has {expected.InputSize}.",
                "data");
        }
    }
}
