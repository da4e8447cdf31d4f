namespace GruGen;

/// <summary>Extension methods that evaluate a model: <c>model.Evaluate(data)</c>.</summary>
public static class Evaluations
{
    /// <summary>Measures the loss and the metrics of the model over all sequences of a dataset.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="loss">
    /// The loss; null for the one that goes with the last activation: binary cross-entropy with a sigmoid, categorical cross-entropy with
    /// softmax, else mean squared error.
    /// </param>
    /// <param name="metrics">
    /// The metrics; null for accuracy if the targets are labels or the last activation is a sigmoid, else mean absolute error.
    /// </param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The loss and the metrics, means over all targets that count; 0 if none does.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model; the loss or a metric does not fit the last activation or the targets; or a metric is
    /// null or is named <c>loss</c>, or two have the same name.
    /// </exception>
    /// <exception cref="OperationCanceledException">Evaluation was cancelled.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static Evaluation Evaluate<TInput>(
        this SequenceModel<TInput> model,
        SequenceDataset<TInput> data,
        Loss? loss = null,
        IReadOnlyList<Metric>? metrics = null,
        CancellationToken cancellationToken = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(model.Schema);
        metrics = metrics is null ? Metric.For(model.Schema, data) : TrainingOptions.CheckMetrics(metrics, nameof(metrics));
        loss ??= Loss.For(model.Schema);
        CheckFits(model.Schema, data, loss, metrics);
        return Evaluate(model, new DataRange<TInput>(data, 0, data.Count), loss, metrics, cancellationToken);
    }

    /// <summary>Measures the model on some sequences of a dataset; arguments are checked by the caller.</summary>
    internal static Evaluation Evaluate<TInput>(
        SequenceModel<TInput> model, DataRange<TInput> range, Loss loss, IReadOnlyList<Metric> metrics, CancellationToken cancellationToken)
        where TInput : unmanaged
    {
        var totals = new Totals(loss, metrics, model.Schema);
        Evaluate(model, range, loss, totals, cancellationToken);
        return totals.Mean();
    }

    /// <summary>
    /// The same in the shards of a training, those of a cluster's other processes too; of streams each process measures all.
    /// </summary>
    internal static Evaluation EvaluateShards<TInput>(
        SequenceModel<TInput> model, DataRange<TInput> range, Loss loss, TrainingOptions options, CancellationToken cancellationToken)
        where TInput : unmanaged
    {
        if (range.Data.Streams > 0)
        {
            Evaluation all = Evaluate(model, range, loss, options.Metrics, cancellationToken);
            options.Cluster?.Any(ClusterTask.Sums, 0, isSo: false); // none goes on that others have to do without
            return all;
        }

        var totals = new EpochTotals(loss, options, model.Schema);
        for (int shard = totals.Own.From; shard < totals.Own.To; shard++)
        {
            (int from, int to) = ShardRange.Part(range.Count, shard, options.Shards);
            if (from < to)
            {
                DataRange<TInput> part = range with { First = range.First + from, Count = to - from };
                Evaluate(model, part, loss, totals[shard], cancellationToken);
            }
        }

        return totals.Mean();
    }

    private static void Evaluate<TInput>(
        SequenceModel<TInput> model, DataRange<TInput> range, Loss loss, Totals totals, CancellationToken cancellationToken)
        where TInput : unmanaged
    {
        var sink = new EvaluationSink<TInput>(range, new LossParts(loss, model.Schema), totals);
        int streams = range.Data.Streams;
        if (streams == 0)
        {
            model.RunMany(range, ref sink, cancellationToken);
            return;
        }

        float[] states = new float[streams * model.Schema.StateSize];
        var options = new PredictOptions { FinalStates = states };
        for (int first = 0; first < range.Count; first += streams, options = options with { InitialStates = states })
        {
            DataRange<TInput> chunks = range with { First = range.First + first, Count = streams, Options = options };
            sink.MoveTo(chunks);
            model.RunMany(chunks, ref sink, cancellationToken);
        }
    }

    /// <summary>The loss and the metrics are for such outputs and targets.</summary>
    internal static void CheckFits(ModelSchema schema, SequenceDataset data, Loss loss, IReadOnlyList<Metric> metrics)
    {
        loss.CheckFits(schema, data);
        foreach (Metric metric in metrics)
        {
            metric.CheckFits(schema, data);
        }
    }

    /// <summary>Adds up losses and metrics.</summary>
    private struct EvaluationSink<TInput>(DataRange<TInput> range, LossParts losses, Totals totals) : IRowSink<TInput>
        where TInput : unmanaged
    {
        private readonly int[] _indices = new int[SequenceModel<TInput>.PredictBatch];
        private readonly OutputBlock?[] _blocks = new OutputBlock?[losses.Count];
        private readonly SequenceOutputs?[] _sequences = new SequenceOutputs?[losses.Count];
        private int _count;

        /// <summary>Goes on with other sequences.</summary>
        public void MoveTo(DataRange<TInput> next) => range = next;

        private readonly ReadOnlySpan<int> Indices => _indices.AsSpan(0, _count);

        public void Begin(SequencePass<TInput> pass, int first, scoped ReadOnlySpan<int> lengths)
        {
            _count = lengths.Length;
            for (int i = 0; i < lengths.Length; i++)
            {
                _indices[i] = range.First + first + i;
            }

            losses.Begin(range.Data, Indices);
            totals.AddDivisors(losses);
            for (int i = 0; i < losses.Count; i++)
            {
                OutputHead head = pass.Memory.Heads[i];
                _blocks[i] ??= OutputBlock.ForEvaluation(pass.Memory, head);
                if (totals.NeedWholeSequences(i))
                {
                    _sequences[i] ??= new SequenceOutputs(head.Schema, rows: 0, range.Data.MaxLength, pass.Memory.Weights.Lanes);
                    _sequences[i]!.Arrange(range.Data, Indices);
                }
            }
        }

        public void Take(SequencePass<TInput> pass, nint first, int rows, scoped ref OutputWalk walk)
        {
            if (first == 0)
            {
                losses.EndPart(totals);
            }

            pass.Head(first, rows);
            OutputWalk start = walk;
            for (int i = 0; i < losses.Count; i++)
            {
                OutputWalk targets = start, places = start;
                OutputBlock block = _blocks[i]!;
                block.Load(rows, ref targets, range.Data.Targets[i], Indices);
                _sequences[i]?.Take(block.Outputs, rows, ref places);
                if (losses.Losses[i] is RowLoss loss)
                {
                    ref double part = ref losses.Part(i);
                    part = loss.Run(block, gradientScale: 0, part);
                }

                totals.AddRows(i, block);
                walk = targets;
            }

            if (pass.EndsPart(first + rows))
            {
                losses.EndPart(totals);
            }
        }

        public void End(SequencePass<TInput> pass)
        {
            losses.EndPart(totals);
            for (int i = 0; i < losses.Count; i++)
            {
                TargetColumn targets = range.Data.Targets[i];
                totals.AddLoss(i, _sequences[i]?.Run(i, losses.Losses[i], gradientScale: 0, targets, Indices, totals) ?? 0);
            }
        }
    }
}
