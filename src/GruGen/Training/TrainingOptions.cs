namespace GruGen;

/// <summary>How a model is trained. The defaults are Keras', but for the optimiser's ε, which is PyTorch's.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// The loss to minimise; null, the default, for the one that goes with the last activation: binary cross-entropy with a sigmoid,
    /// categorical cross-entropy with softmax, else mean squared error.
    /// </summary>
    public Loss? Loss { get; init; }

    /// <summary>How gradients become new parameters.</summary>
    public Optimizer Optimizer
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Optimizer));
    } = new Adam();

    /// <summary>How many times training goes through the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epochs
    {
        get;
        init => field = Check.Positive(value, nameof(Epochs));
    } = 1;

    /// <summary>The number of sequences of a step; the last one of an epoch may have fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = Check.Positive(value, nameof(BatchSize));
    } = 32;

    /// <summary>Whether each epoch takes the sequences in a new order.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>What the orders of the epochs are drawn from: the same seed gives the same orders.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The fraction of the data, taken from its end before shuffling, that validates instead of training, rounded as by
    /// <see cref="SequenceDataset{TInput}.Split"/>; 0 for none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 on and below 1.</exception>
    public double ValidationSplit
    {
        get;
        init => field = Check.Fraction(value, nameof(ValidationSplit));
    }

    /// <summary>The data that validates, or null; instead of <see cref="ValidationSplit"/>.</summary>
    public SequenceDataset? ValidationData { get; init; }

    /// <summary>What is measured beside the loss.</summary>
    /// <remarks>Up to seven metrics a report of progress is made without memory on the heap.</remarks>
    /// <exception cref="ArgumentException">One is null, or two have the same name, or one that of the loss.</exception>
    public IReadOnlyList<Metric> Metrics
    {
        get;
        init => field = CheckMetrics(value, nameof(Metrics));
    } = [];

    /// <summary>
    /// The largest norm of all gradients together; larger ones are scaled by <c>ClipNorm/(norm + 1e-6)</c>, as PyTorch does. 0 for no
    /// limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double ClipNorm
    {
        get;
        init => field = Check.NotNegative(value, nameof(ClipNorm));
    }

    /// <summary>
    /// The names of layers whose parameters training leaves as they are, such as <c>embedding</c> or <c>gru1</c>: what was learned before
    /// stays, bit for bit, while the rest adapts to other data. Their gradients count in no norm. An
    /// <see cref="EncoderDecoder{TSource}"/> freezes none.
    /// </summary>
    public IReadOnlyList<string> FrozenLayers
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(FrozenLayers));
    } = [];

    /// <summary>
    /// How many threads work on a step. With any number the bits are the same; more than the processor has cores make it slower. The
    /// threads are the trainer's own, and end with it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = Check.Positive(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>Receives the progress after every batch and every epoch, on the thread that trains; or null.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal static IReadOnlyList<Metric> CheckMetrics(IReadOnlyList<Metric> metrics, string name)
    {
        ArgumentNullException.ThrowIfNull(metrics, name);
        string[] names = [.. metrics.Select(metric => metric?.Name ?? "null")];
        if (names.Contains("loss") || metrics.Contains(null) || names.Distinct().Count() < names.Length)
        {
            throw new ArgumentException(
                $"'{name}' has the metrics {string.Join(", ", names)}, but each needs a name of its own, other than 'loss'.", name);
        }

        return metrics;
    }
}
