namespace GruGen;

/// <summary>A training that is under way, as a <see cref="TrainingCallback"/> sees it.</summary>
public sealed class TrainingRun
{
    private readonly TrainingLoop _loop;
    private readonly ITraining _training;

    internal TrainingRun(TrainingLoop loop, ITraining training, History history, bool validates)
    {
        (_loop, _training, History, Models) = (loop, training, history, training.Models);
        string[] names = ["loss", .. loop.Options.Metrics.Select(metric => metric.Name)];
        MeasuredNames = validates ? [.. names, .. names.Select(name => "val_" + name)] : names;
    }

    /// <summary>The options.</summary>
    public TrainingOptions Options => _loop.Options;

    /// <summary>The model that learns; of an <see cref="EncoderDecoder{TSource}"/> the encoder and the decoder.</summary>
    public IReadOnlyList<ModelSchema> Models { get; }

    /// <summary>What each epoch measures: <c>loss</c>, the metrics, and with validation the same with <c>val_</c> before it.</summary>
    public IReadOnlyList<string> MeasuredNames { get; }

    /// <summary>What was measured in the complete epochs.</summary>
    public History History { get; }

    /// <summary>The number of complete epochs.</summary>
    public int EpochCount => _loop.EpochCount;

    /// <summary>The number of batches of the epoch under way that are done; at the end of an epoch all of them.</summary>
    public int Batch => _loop.Reports.Batch;

    /// <summary>The number of the optimiser's steps so far.</summary>
    public long StepCount => _training.StepCount;

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate => _training.LearningRate;

    /// <summary>The Euclidean norm of all gradients of the last step, before clipping.</summary>
    public double GradientNorm => _training.GradientNorm;

    /// <summary>The loss of the last batch, before its step.</summary>
    public double BatchLoss => _loop.Reports.BatchLoss;

    /// <summary>
    /// The loss and the metrics over the epoch so far, or, at its end, over the epoch. In a cluster all processes have to ask for those so
    /// far.
    /// </summary>
    public Evaluation Metrics => _loop.Mean();

    /// <summary>The time since training began or went on from a checkpoint.</summary>
    public TimeSpan Elapsed => _loop.Reports.Elapsed;

    /// <summary>
    /// Whether this is the process that writes files and prints: the only one, or the first one of a
    /// <see cref="TrainingOptions.Cluster"/>.
    /// </summary>
    public bool IsFirstProcess => Options.Cluster is null or { IsFirst: true };

    /// <summary>Whether training ends, because somebody called <see cref="Stop"/>.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether training ended before its time, because it was cancelled or by an exception.</summary>
    public bool IsInterrupted { get; internal set; }

    /// <summary>Whether a trainer still has the model, which may go on after an interruption.</summary>
    internal bool MayGoOn { get; init; }

    /// <summary>
    /// Ends training after this batch or epoch. The model keeps what it has learned, and an epoch that is not complete is not in the
    /// history.
    /// </summary>
    public void Stop() => IsStopping = true;

    /// <summary>
    /// Writes a checkpoint, from which <see cref="Trainer{TInput}.Restore(string)"/> and <see cref="Checkpoint.Resume"/> go on.
    /// </summary>
    /// <param name="path">The file, which is replaced atomically: at any time the old one or the new one is there.</param>
    /// <remarks>In a cluster all processes call it, and the first one writes the file.</remarks>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="NotSupportedException">Two models learn together.</exception>
    public void Save(string path) => Options.Cluster.Write(path, _training.Save);

    /// <summary>The last value of a name in the history.</summary>
    internal double Last(string name) => History[name][^1];

    internal ITraining Training => _training;
}
