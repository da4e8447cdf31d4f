using System.Diagnostics;

namespace GruGen;

/// <content>Training, and what is done with whole datasets.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>Trains the model.</summary>
    /// <remarks>
    /// Meanwhile predictions use the weights of the end of the last epoch. The same model, data, options and seed give the same bits.
    /// </remarks>
    /// <param name="data">The data to learn from, which stays as it is.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops before the next batch. The model keeps what it has learned so far, and the history says that it was cancelled.
    /// </param>
    /// <returns>What was measured, epoch by epoch.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model; the loss or a metric does not fit the last activation or the targets; or the
    /// options ask for validation twice, or on nothing, or leave nothing to train on.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the gradient is not finite, or a moment or a parameter would not be after the step. The parameters are those before
    /// that step.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A batch of the data's longest sequences does not fit into memory.</exception>
    public History Fit(SequenceDataset<TInput> data, TrainingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new TrainingOptions();
        data.CheckFits(Schema);
        DataParts<SequenceDataset<TInput>> parts = DataParts<SequenceDataset<TInput>>.Of(data, options);
        var validation = new DataRange(parts.ValidationData, parts.ValidationFirst, parts.ValidationCount);
        validation.Data.CheckFits(Schema);
        Loss loss = options.Loss ?? Loss.For(Schema);
        CheckFits(data, loss, options.Metrics);
        CheckFits(validation.Data, loss, options.Metrics);

        long begun = Stopwatch.GetTimestamp();
        var history = new History();
        using (var trainer = new Trainer<TInput>(this, options))
        {
            try
            {
                while (trainer.EpochCount < options.Epochs)
                {
                    Evaluation training = trainer.RunEpoch(data, parts.Training, cancellationToken);
                    Evaluation? validated = validation.Count > 0 ? Evaluate(validation, loss, options.Metrics, cancellationToken) : null;
                    history.Add(training, validated);
                    trainer.ReportEpochEnd(training, validated);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                history.Cancelled = true;
            }
        }

        history.Elapsed = Stopwatch.GetElapsedTime(begun);
        return history;
    }

    /// <summary>Measures the model on data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="loss">
    /// The loss; null for the one that goes with the last activation: binary cross-entropy with a sigmoid, categorical cross-entropy with
    /// softmax, else mean squared error.
    /// </param>
    /// <param name="metrics">The metrics; null for accuracy where it has a meaning, else the mean absolute error.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>The loss and the metrics, means over all targets that count; NaN if none does.</returns>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or the loss or a metric does not fit the last activation or the targets.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Evaluation Evaluate(
        SequenceDataset<TInput> data, Loss? loss = null, IReadOnlyList<Metric>? metrics = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(Schema);
        metrics = metrics is null ? [Metric.For(Schema, data)] : TrainingOptions.CheckMetrics(metrics, nameof(metrics));
        loss ??= Loss.For(Schema);
        CheckFits(data, loss, metrics);
        return Evaluate(new DataRange(data, 0, data.Count), loss, metrics, cancellationToken);
    }

    /// <summary>Runs all sequences of a dataset; its targets are not read.</summary>
    /// <param name="data">The data.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the data: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for
    /// each step of each sequence.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The data is empty or for another kind of model, or <paramref name="outputs"/> has another length.
    /// </exception>
    public void Predict(SequenceDataset<TInput> data, Span<float> outputs)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.CheckFits(Schema);
        long expected = Schema.OutputSize * (long)(Schema.Output == Steps.Every ? data.TotalSteps : data.Count);
        if (outputs.Length != expected)
        {
            throw new ArgumentException(
                $"'{nameof(outputs)}' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        PredictMany(new DataRange(data, 0, data.Count), outputs);
    }

    private Evaluation Evaluate(DataRange range, Loss loss, IReadOnlyList<Metric> metrics, CancellationToken cancellationToken)
    {
        var sink = new EvaluationSink(range, loss, new Totals(metrics));
        RunMany(range, ref sink, cancellationToken);
        return sink.Totals.Mean();
    }

    private void CheckFits(SequenceDataset<TInput> data, Loss loss, IReadOnlyList<Metric> metrics)
    {
        loss.CheckFits(Schema, data);
        foreach (Metric metric in metrics)
        {
            metric.CheckFits(Schema, data);
        }
    }

    /// <summary>Sequences of a dataset, one after another.</summary>
    private readonly record struct DataRange(SequenceDataset<TInput> Data, int First, int Count) : ISequences<TInput>
    {
        public ReadOnlySpan<TInput> this[int index] => Data.Input(First + index);
    }

    /// <summary>Adds up losses and metrics.</summary>
    private struct EvaluationSink(DataRange range, Loss loss, Totals totals) : IRowSink<TInput>
    {
        private readonly int[] _indices = new int[PredictBatch];
        private OutputBlock? _block;
        private double _part; // of the loss, of rows that go on in the next block

        public readonly Totals Totals => totals;

        public void Begin(SequencePass<TInput> pass, int first, scoped ReadOnlySpan<int> lengths)
        {
            _block ??= OutputBlock.ForEvaluation(pass);
            for (int i = 0; i < lengths.Length; i++)
            {
                _indices[i] = range.First + first + i;
                totals.AddTargets((long)range.Data.CountedRows(_indices[i]) * range.Data.TargetsPerRow);
            }
        }

        public void Take(SequencePass<TInput> pass, nint first, int rows, scoped ref OutputWalk walk)
        {
            if (first == 0)
            {
                EndPart();
            }

            _block!.Load(pass, first, rows, ref walk, range.Data, _indices);
            _part = loss.Run(_block, gradientScale: 0, _part);
            totals.AddMetrics(_block);
            if (pass.EndsPart(first + rows))
            {
                EndPart();
            }
        }

        public void End(SequencePass<TInput> pass) => EndPart();

        private void EndPart()
        {
            totals.AddLoss(_part);
            _part = 0;
        }
    }
}
