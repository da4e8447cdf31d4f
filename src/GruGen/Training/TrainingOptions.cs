namespace GruGen;

/// <summary>How a model is trained. The defaults are Keras', except for the optimiser's ε, which is PyTorch's.</summary>
public sealed partial record TrainingOptions
{
    /// <summary>
    /// The loss to minimise; null, the default, for the one that goes with the last activation: binary cross-entropy with a sigmoid,
    /// categorical cross-entropy with softmax, else mean squared error.
    /// </summary>
    public Loss? Loss { get; init; }

    /// <summary>The optimiser; <see cref="Adam"/> by default.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Optimizer Optimizer
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Optimizer));
    } = new Adam();

    /// <summary>
    /// The learning rate of each step, counted in steps of the optimiser; null, the default, for that of the optimiser all along. An epoch
    /// has as many steps as batches, or one for each <see cref="AccumulatedBatches"/> of them.
    /// </summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>
    /// Layers and tensors that are trained with a learning rate or a decay of their own; none by default. A name may be in one group only.
    /// <see cref="EncoderDecoder{TSource}"/> refuses groups.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value or a group is null.</exception>
    public IReadOnlyList<ParameterGroup> ParameterGroups
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(ParameterGroups));
            for (int i = 0; i < value.Count; i++)
            {
                ArgumentNullException.ThrowIfNull(value[i], nameof(ParameterGroups));
            }

            field = value;
        }
    } = [];

    /// <summary>
    /// The decay d of an exponential average of the weights, <c>a = a + (1 − d)·(w − a)</c> after each step, such as 0.999; 0, the
    /// default, for none. Predictions and validation then use the averages, and so does the model when training has ended: its parameters
    /// are the averages then. PyTorch's <c>AveragedModel</c> with this function, Keras' <c>use_ema</c>.
    /// </summary>
    /// <remarks>
    /// The average begins with the weights before the first step; those of PyTorch and Keras with the weights after it, which is
    /// forgotten at the same pace.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double AverageDecay
    {
        get;
        init => field = Check.FractionSingle(value, nameof(AverageDecay));
    }

    /// <summary>How many times <c>Fit</c> goes through the data; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epochs
    {
        get;
        init => field = Check.Positive(value, nameof(Epochs));
    } = 1;

    /// <summary>The number of sequences in a batch, 32 by default; the last batch of an epoch may have fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = Check.Positive(value, nameof(BatchSize));
    } = 32;

    /// <summary>Whether each epoch takes the sequences in a new random order; true by default.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of shuffling and of dropout. The model's initial values have a seed of their own, in its constructor.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The fraction of the data, taken from its end before shuffling, that is not trained on but validates each epoch, rounded to whole
    /// sequences as by <see cref="SequenceDataset{TInput}.Split"/>; 0, the default, for none. For <c>Fit</c> alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double ValidationSplit
    {
        get;
        init => field = Check.Fraction(value, nameof(ValidationSplit));
    }

    /// <summary>
    /// The data that validates each epoch, instead of <see cref="ValidationSplit"/>, or null: a dataset of the same kind as the training
    /// data. For <c>Fit</c> alone.
    /// </summary>
    public SequenceDataset? ValidationData { get; init; }

    /// <summary>What is measured besides the loss; nothing by default.</summary>
    /// <remarks>With up to seven metrics a progress report allocates nothing, in one shard and one process.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">A metric is null or is named <c>loss</c>, or two have the same name.</exception>
    public IReadOnlyList<Metric> Metrics
    {
        get;
        init => field = CheckMetrics(value, nameof(Metrics));
    } = [];

    /// <summary>
    /// The largest Euclidean norm of all gradients together; larger ones are scaled by <c>ClipNorm/(norm + 1e-6)</c>, as PyTorch's
    /// <c>clip_grad_norm_</c> does. 0, the default, for no limit. Keras' <c>global_clipnorm</c>.
    /// </summary>
    /// <remarks>
    /// Of <see cref="ClipNorm"/>, <see cref="ClipTensorNorm"/> and <see cref="ClipValue"/> one at most may be above 0. Gradients that are
    /// not finite are never clipped, but refused.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double ClipNorm
    {
        get;
        init => field = Check.NotNegative(value, nameof(ClipNorm));
    }

    /// <summary>
    /// The largest Euclidean norm of the gradients of a tensor, each by itself; larger ones are scaled by
    /// <c>ClipTensorNorm/(norm + 1e-6)</c>. 0, the default, for no limit. Keras' <c>clipnorm</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double ClipTensorNorm
    {
        get;
        init => field = Check.NotNegative(value, nameof(ClipTensorNorm));
    }

    /// <summary>
    /// The largest magnitude of a gradient; larger ones become as large. 0, the default, for no limit. PyTorch's <c>clip_grad_value_</c>,
    /// Keras' <c>clipvalue</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double ClipValue
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(ClipValue));
    }

    /// <summary>
    /// The names of layers whose parameters training leaves as they are, such as <c>embedding</c> or <c>gru1</c>: what was learned before
    /// stays, to the bit, while the rest adapts to other data. Their gradients do not count in norms. <see cref="EncoderDecoder{TSource}"/>
    /// refuses them.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> FrozenLayers
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(FrozenLayers));
    } = [];

    /// <summary>
    /// The number of threads that work on each step, the caller's included; 1 by default. The results are the same to the bit with any
    /// number; more threads than cores make training slower. The threads are the trainer's own and end with it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = Check.Positive(value, nameof(MaxDegreeOfParallelism));
    } = 1;

    /// <summary>
    /// The number of batches whose gradients are averaged for one step of the optimiser; 1 by default. Where all batches have as many
    /// targets that count, the step is, to rounding, that of one batch so many times as large; otherwise each batch weighs the same,
    /// whatever it counts, as it does in PyTorch and Keras. The last batches of an epoch make a step even if they are fewer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int AccumulatedBatches
    {
        get;
        init => field = Check.Positive(value, nameof(AccumulatedBatches));
    } = 1;

    /// <summary>
    /// Into how many parts a batch is divided whose gradients are added in one fixed binary tree; 1, the default, for none. It belongs to
    /// the recipe of a training as the batch size does, for it changes the last bits: with 8 they are the same on 1, 2, 3, … or 8 processes
    /// of a <see cref="Cluster"/>. The parts are consecutive ranges of the batch; where there are more of them than sequences, some are
    /// empty. <see cref="EncoderDecoder{TSource}"/> refuses more than one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no power of two.</exception>
    public int Shards
    {
        get;
        init => field = Check.PowerOfTwo(value, nameof(Shards));
    } = 1;

    /// <summary>
    /// The processes that train together, each on its part of the <see cref="Shards"/> of every batch; null, the default, for this one
    /// alone. All of them make the same calls on the same model with the same options and data, and all have the same parameters after
    /// each step; with a <see cref="SequenceSource{TInput}"/> in parts each has some of the data. Callbacks are called in all of them;
    /// those that write files do so in the first one. What fails in one process is a <see cref="TrainingClusterException"/> in all others.
    /// <see cref="EncoderDecoder{TSource}"/> refuses a cluster.
    /// </summary>
    public TrainingCluster? Cluster { get; init; }

    /// <summary>
    /// Whether the sequences of a batch are about equally long, so that less is computed for the longest of them: the sequences of fifty
    /// batches at a time are sorted by length, and then the batches are shuffled. False by default.
    /// </summary>
    public bool GroupByLength { get; init; }

    /// <summary>
    /// How often each sequence is drawn in an epoch, in proportion to the others: an epoch then draws as many sequences as there are, with
    /// replacement (PyTorch's <c>WeightedRandomSampler</c>). One number for each sequence that is trained on; null, the default, to take
    /// each once.
    /// </summary>
    /// <exception cref="ArgumentException">A number is negative or not finite, or all are 0.</exception>
    public IReadOnlyList<double>? SamplingWeights
    {
        get;
        init => field = CheckWeights(value, nameof(SamplingWeights));
    }

    /// <summary>
    /// When <c>Fit</c> reduces the learning rate because a measured value no longer improves; null, the default, for never. It multiplies
    /// what the schedule gives.
    /// </summary>
    public ReduceOnPlateau? ReduceOnPlateau { get; init; }

    /// <summary>What happens while <c>Fit</c> trains, in this order; nothing by default.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">A callback is null, or is there twice.</exception>
    public IReadOnlyList<TrainingCallback> Callbacks
    {
        get;
        init => field = CheckCallbacks(value, nameof(Callbacks));
    } = [];

    /// <summary>
    /// Receives the progress after every batch and every epoch, called on the thread that trains; null, the default, for no reports.
    /// </summary>
    /// <remarks>
    /// .NET's <see cref="Progress{T}"/> hands reports to other threads, late and not always in their order: what prints or counts them
    /// implements <see cref="IProgress{T}"/> itself, or uses <see cref="OnEpochEnd"/>.
    /// </remarks>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Is called with the progress at the end of each epoch, on the thread that trains; null, the default, for nothing.</summary>
    public Action<TrainingProgress>? OnEpochEnd { get; init; }
}
