using System.Text;

namespace GruGen.Report;

/// <summary>
/// Writes one HTML page about a training while it goes on: <c>Callbacks = [new HtmlReport("run.html")]</c>. It has curves of the loss, the
/// metrics, the learning rate, the gradients' norm and the time, each with its table, the layers, and the <see cref="Sections"/> that were
/// asked for. The page needs no network and no script.
/// </summary>
/// <remarks>
/// The file is there when training begins, and is replaced atomically at the end of epochs, at most every <see cref="Interval"/> and so
/// seldom that it takes about a tenth of the time; and when training ends, however it does. While training goes on, a page that is open
/// loads itself anew. Nothing is written and nothing allocated during an epoch. To show the weights that <see cref="EarlyStopping"/> brings
/// back, put the report behind it.
/// </remarks>
public sealed class HtmlReport : TrainingCallback
{
    private const int Rarity = 10; // times as long as a page takes, until the next one

    private readonly EpochRecorder _recorder = new();
    private long _written; // when the last page was, and how long it took
    private TimeSpan _took;
    private int _drawnEpoch; // that the sections are of

    /// <summary>A report.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public HtmlReport(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FilePath = path;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The heading; null, the default, for the name of the model.</summary>
    public string? Title { get; init; }

    /// <summary>What the page has besides curves and layers, such as <see cref="ReportSection.Predictions"/>; nothing by default.</summary>
    /// <exception cref="ArgumentNullException">The value or a section is null.</exception>
    public IReadOnlyList<ReportSection> Sections
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Sections));
            foreach (ReportSection section in value)
            {
                ArgumentNullException.ThrowIfNull(section, nameof(Sections));
            }

            field = value;
        }
    } = [];

    /// <summary>The least time between two pages, one second by default; zero for a page at the end of every epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Interval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Interval));
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override void OnTrainingBegin(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(FilePath))!);
        _recorder.Begin(run);
        (_drawnEpoch, _took, _written) = (0, TimeSpan.Zero, 0);
        foreach (ReportSection section in Sections)
        {
            section.Begin(run);
        }

        Write(run, ReportStatus.Training);
    }

    /// <inheritdoc/>
    protected override void OnBatchEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _recorder.TakeBatch(run);
    }

    /// <inheritdoc/>
    protected override void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _recorder.TakeEpoch(run);
        TimeSpan since = _written == 0 ? TimeSpan.MaxValue : TimeProvider.System.GetElapsedTime(_written);
        if (Interval == TimeSpan.Zero || (since >= Interval && since >= _took * Rarity))
        {
            long begun = TimeProvider.System.GetTimestamp();
            Draw(run, $"after epoch {run.EpochCount}");
            Write(run, ReportStatus.Training);
            _written = TimeProvider.System.GetTimestamp();
            _took = TimeProvider.System.GetElapsedTime(begun, _written);
        }

        _recorder.BeginEpoch(run);
    }

    /// <inheritdoc/>
    protected override void OnTrainingEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!run.IsInterrupted && run.EpochCount > 0)
        {
            EarlyStopping? stopping = run.Options.Callbacks.TakeWhile(callback => callback != this).OfType<EarlyStopping>()
                .LastOrDefault(callback => callback.RestoreBestWeights && callback.BestEpoch > 0);
            if (stopping is not null || _drawnEpoch != run.EpochCount)
            {
                Draw(run, $"after epoch {stopping?.BestEpoch ?? run.EpochCount}");
            }
        }

        Write(run, run.IsInterrupted ? ReportStatus.Interrupted : run.IsStopping ? ReportStatus.Stopped : ReportStatus.Complete);
    }

    /// <inheritdoc/>
    protected override string? SaveState() => _recorder.Save();

    /// <inheritdoc/>
    protected override void RestoreState(string? state) => _recorder.Restore(state);

    private void Draw(TrainingRun run, string when)
    {
        _drawnEpoch = run.EpochCount;
        foreach (ReportSection section in Sections)
        {
            section.Draw(run, when);
        }
    }

    private void Write(TrainingRun run, ReportStatus status)
    {
        if (!run.IsFirstProcess)
        {
            return;
        }

        string page = new ReportPage(run, _recorder.Epochs(run), Sections, status) { Title = Title }.Write();
        AtomicFile.Write(FilePath, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }
}
