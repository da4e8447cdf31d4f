using System.Globalization;

namespace GruGen;

/// <content>What the processes of a cluster agree about before they train, and between batches.</content>
internal sealed partial class TrainingLoop
{
    /// <summary>Whether training ends before the next epoch, because a callback of this process or another has said so.</summary>
    private bool IsStopping(TrainingRun run)
    {
        if (_cluster is not null && _cluster.Any(ClusterTask.Stop, _batch, run.IsStopping))
        {
            run.Stop();
        }

        return run.IsStopping;
    }

    /// <summary>Whether an epoch ends before its next batch.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, in a cluster in any of the processes.</exception>
    private bool MustStop(TrainingRun? run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested(); // so that no other process begins a batch that this one does not
        return run is not null && IsStopping(run);
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

        float[] parameters = new float[training.ParameterCount];
        training.CopyParametersTo(parameters);
        _cluster.Compare(
            ClusterTask.Begin,
            [
                ("version of GruGen", typeof(TrainingLoop).Assembly.GetName().Version!.ToString()),
                ("model", string.Join("; ", training.Models.Select(Describe))),
                ("position", Text($"epoch {EpochCount}, batch {_batch}, step {training.StepCount}, seed {Seed}, {epochs} epochs")),
                .. Settings(),
                ("loss", loss.ToString()),
                ("data", Text($"{batches.Sequences} sequences, {batches.BatchSize} a batch, {validations} to validate")),
                ("checksum of the data's lengths", Text($"{Lengths(batches):x}")),
                ("checksum of the parameters", Text($"{Checksum.Of<float>(parameters):x}")),
            ]);
        _reportsBatches = _cluster.Any(ClusterTask.Begin, 2, _reportsBatches);
    }

    /// <summary>The options that change what is learned.</summary>
    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        (nameof(options.Shards), Text($"{options.Shards}")),
        (nameof(options.BatchSize), Text($"{options.BatchSize}")),
        (nameof(options.Optimizer), options.Optimizer.ToString()!),
        (nameof(options.Schedule), options.Schedule?.ToString() ?? "none"),
        (nameof(options.ParameterGroups), string.Join("; ", options.ParameterGroups)),
        (nameof(options.AverageDecay), Text($"{options.AverageDecay}")),
        (nameof(options.Shuffle), Text($"{options.Shuffle}")),
        (nameof(options.GroupByLength), Text($"{options.GroupByLength}")),
        (nameof(options.SamplingWeights), Text($"{Checksum.Of<double>([.. options.SamplingWeights ?? []]):x}")),
        (nameof(options.Metrics), MetricNames),
        (nameof(options.ClipNorm), Text($"{options.ClipNorm}")),
        (nameof(options.ClipTensorNorm), Text($"{options.ClipTensorNorm}")),
        (nameof(options.ClipValue), Text($"{options.ClipValue}")),
        (nameof(options.FrozenLayers), string.Join(' ', options.FrozenLayers)),
        (nameof(options.AccumulatedBatches), Text($"{options.AccumulatedBatches}")),
        (nameof(options.ReduceOnPlateau), options.ReduceOnPlateau?.ToString() ?? "none"),
    ];

    private static string Describe(ModelSchema model) => string.Join(
        ", ",
        [
            model.Name,
            .. FileContent.OfTrainer(model).Metadata().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"),
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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
