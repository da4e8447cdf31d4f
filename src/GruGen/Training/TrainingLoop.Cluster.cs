using System.Globalization;

namespace GruGen;

/// <content>What the processes of a cluster agree about before they train, and between batches.</content>
internal sealed partial class TrainingLoop
{
    /// <summary>Whether training ends before the next epoch, because a callback of this process or another has said so.</summary>
    private bool IsStopping(TrainingRun? run)
    {
        bool isStopping = run is { IsStopping: true };
        if (_cluster is not null)
        {
            isStopping = _cluster.Any(ClusterTask.Stop, _batch, isStopping);
        }

        if (isStopping)
        {
            run?.Stop();
        }

        return isStopping;
    }

    /// <summary>Advances to the next batch, in a cluster once all processes have it.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="run">Which callbacks may have stopped.</param>
    /// <param name="isStopping">Becomes true if they have.</param>
    /// <param name="cancellationToken">Ends waiting for it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, in a cluster in any of the processes.</exception>
    private bool MoveNext<TData>(
        ITraining<TData> training, BatchSource<TData> batches, TrainingRun? run, ref bool isStopping, CancellationToken cancellationToken)
        where TData : SequenceDataset
    {
        bool isStopped = run is { IsStopping: true }, hasNext = !isStopped && batches.MoveNext(cancellationToken);
        if (batches.Parts is not { } parts)
        {
            isStopping = IsStopping(run);
            return hasNext && !isStopping;
        }

        if (hasNext)
        {
            training.Measure(batches.Data, batches.Indices, parts);
        }

        isStopping = parts.Agree(_batch, isStopped);
        if (isStopping)
        {
            run?.Stop();
        }

        return !isStopping && parts.Count > 0;
    }

    /// <summary>Finds out whether all processes are about to train the same model in the same way on the same data.</summary>
    /// <exception cref="TrainingClusterException">They are not.</exception>
    private void Compare<TData>(ITraining<TData> training, BatchSource<TData> batches, int epochs, int validations)
        where TData : SequenceDataset
    {
        _reportsBatches = options.Progress is not null;
        if (_cluster is null)
        {
            return;
        }

        CultureInfo culture = CultureInfo.CurrentCulture; // in which records write their numbers
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            _cluster.Compare(ClusterTask.Begin, [.. Settings(training, batches, epochs, validations)]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        _reportsBatches = _cluster.Any(ClusterTask.Begin, 2, _reportsBatches);
    }

    /// <summary>What has to be the same in all processes.</summary>
    private IEnumerable<(string Name, string Value)> Settings<TData>(
        ITraining<TData> training, BatchSource<TData> batches, int epochs, int validations)
        where TData : SequenceDataset =>
    [
        ("version of GruGen", typeof(TrainingLoop).Assembly.GetName().Version!.ToString()),
        ("model", string.Join("; ", training.Models.Select(Describe))),
        ("position", $"epoch {EpochCount}, batch {_batch}, step {training.StepCount}, seed {Seed}, {epochs} epochs"),
        (nameof(options.Shards), $"{options.Shards}"),
        (nameof(options.BatchSize), $"{options.BatchSize}"),
        (nameof(options.Optimizer), options.Optimizer.ToString()!),
        (nameof(options.Schedule), options.Schedule is null ? "none" : $"{options.Schedule} {Milestones(options.Schedule)}"),
        (nameof(options.ParameterGroups), string.Join("; ", options.ParameterGroups.Select(Describe))),
        (nameof(options.AverageDecay), $"{options.AverageDecay}"),
        (nameof(options.Shuffle), $"{options.Shuffle}"),
        (nameof(options.GroupByLength), $"{options.GroupByLength}"),
        (nameof(options.SamplingWeights), $"{Checksum.Of<double>([.. options.SamplingWeights ?? []]):x}"),
        (nameof(options.Metrics), MetricNames),
        (nameof(options.ClipNorm), $"{options.ClipNorm}"),
        (nameof(options.ClipTensorNorm), $"{options.ClipTensorNorm}"),
        (nameof(options.ClipValue), $"{options.ClipValue}"),
        (nameof(options.FrozenLayers), string.Join(' ', options.FrozenLayers)),
        (nameof(options.AccumulatedBatches), $"{options.AccumulatedBatches}"),
        (nameof(options.ReduceOnPlateau), options.ReduceOnPlateau?.ToString() ?? "none"),
        ("loss", loss.ToString()),
        ("data", $"{batches.Sequences} sequences, {batches.BatchSize} a batch, {validations} to validate"),
        ("division of the data", batches.Parts is null ? "none" : $"{options.Shards} parts {string.Join(' ', batches.PartCounts)}"),
        ("checksum of the data's lengths", $"{Lengths(batches):x}"),
        ("checksum of the parameters, their averages and moments", $"{training.Checksum:x}"),
        ("loss of the first sequences", batches.Origin is TData data ? $"{training.Probe(data):R}" : "unknown"),
    ];

    private static string Describe(ParameterGroup group) => $"{group} {string.Join(' ', group.Names)}";

    private static string Milestones(LearningRateSchedule schedule) =>
        schedule is MultiStepSchedule several ? string.Join(' ', several.Milestones) : "";

    private static string Describe(ModelSchema model) => string.Join(
        ", ",
        [
            model.Name,
            .. FileContent.OfTrainer(model).Metadata()
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"),
            .. model.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"),
        ]);

    /// <summary>What the lengths of all sequences have in common in all processes, where they are there at once.</summary>
    private static long Lengths<TData>(BatchSource<TData> batches)
        where TData : SequenceDataset
    {
        if (batches.Origin is not SequenceDataset data)
        {
            return 0; // of a source
        }

        int[] lengths = new int[data.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = data.Length(i);
        }

        return Checksum.Of<int>(lengths);
    }
}
