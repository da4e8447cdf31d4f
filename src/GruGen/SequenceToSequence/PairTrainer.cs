using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Trains an encoder and a decoder step by step. It owns what that needs beside the models: memory for a batch, gradients, moments, and the
/// numbers of steps and epochs. A step allocates nothing once it has seen the longest source and the longest target.
/// </summary>
internal sealed class PairTrainer<TSource> : IDisposable, ITraining<PairDataset<TSource>>
    where TSource : unmanaged
{
    private readonly EncoderDecoder<TSource> _models;
    private readonly TrainingOptions _options;
    private readonly ParameterUpdater<TSource> _encoder;
    private readonly ParameterUpdater<int> _decoder;
    private readonly TrainingLoop _loop;
    private readonly Loss _loss;
    private readonly LossParts _losses;
    private readonly ThreadTeam? _team;
    private readonly AccumulatedGradients _accumulatedEncoder, _accumulatedDecoder;
    private Memory? _memory;
    private bool _disposed;

    public PairTrainer(EncoderDecoder<TSource> models, TrainingOptions options)
    {
        _models = models;
        _options = options;
        _loss = options.Loss ?? Loss.CategoricalCrossEntropy;
        _loop = new TrainingLoop(options, _loss, models.Decoder.Schema, models.Decoder.GetType());
        _losses = new LossParts(_loss, models.Decoder.Schema);
        _accumulatedEncoder = new AccumulatedGradients(models.Encoder.Schema);
        _accumulatedDecoder = new AccumulatedGradients(models.Decoder.Schema);
        _team = ThreadTeam.Of(options.MaxDegreeOfParallelism);
        try
        {
            _encoder = new ParameterUpdater<TSource>(models.Encoder, options, _team);
            _decoder = new ParameterUpdater<int>(models.Decoder, options, _team);
        }
        catch
        {
            _encoder?.Dispose();
            _team?.Dispose();
            throw;
        }
    }

    public long StepCount => _decoder.StepCount;

    public double LearningRate => _decoder.LearningRate;

    public double LearningRateFactor
    {
        set => _encoder.LearningRateFactor = _decoder.LearningRateFactor = value;
    }

    /// <summary>The norm of the gradients of both models together in the last step, before they were clipped.</summary>
    public double GradientNorm { get; private set; }

    public IReadOnlyList<ModelSchema> Models => [_models.Encoder.Schema, _models.Decoder.Schema];

    public long Checksum => throw Alone();

    public int ParameterCount => _models.Encoder.Parameters.Count + _models.Decoder.Parameters.Count;

    /// <summary>All epochs of the options; the data fits.</summary>
    public History Fit(DataParts<PairDataset<TSource>> parts, CancellationToken cancellationToken) =>
        _loop.Fit(
            this,
            new DatasetBatches<PairDataset<TSource>>(parts.TrainingData, parts.TrainingCount, _options),
            parts,
            _options.Epochs,
            mayGoOn: false,
            cancellationToken);

    public void CopyParametersTo(Span<float> parameters)
    {
        int encoder = _models.Encoder.Parameters.Count;
        _encoder.CopyPublishableTo(parameters[..encoder]);
        _decoder.CopyPublishableTo(parameters[encoder..]);
    }

    public void SetParameters(ReadOnlySpan<float> parameters)
    {
        int encoder = _models.Encoder.Parameters.Count;
        _encoder.SetParameters(parameters[..encoder]);
        _decoder.SetParameters(parameters[encoder..]);
    }

    public void Save(Stream stream) => throw NoFile();

    public void SaveModel(Stream stream) => throw NoFile();

    public void Restore(Stream stream, string source) => throw NoFile();

    /// <summary>Makes the weights of both models as they are now those that are used.</summary>
    public void Publish()
    {
        lock (_models.Publishing)
        {
            _encoder.Publish();
            _decoder.Publish();
        }
    }

    /// <summary>Trains on one batch of pairs. Returns its mean loss before the update; 0 if nothing of it counts.</summary>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or the gradient is not finite, or a moment or a parameter would not be after the step. The parameters are those before
    /// this step.
    /// </exception>
    public double Step(PairDataset<TSource> data, ReadOnlySpan<int> indices, bool continues = false, BatchParts? parts = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _losses.Begin(data, indices);
        if (!_losses.Counts)
        {
            return 0;
        }

        (SequencePass<TSource> encoder, SequencePass<int> decoder, float[] memory) = Forward(data, indices, drops: true);
        decoder.BeginGradients();
        _loop.RunLoss(decoder, data, indices, _losses);
        double mean = _loop.TakeLoss(_losses, _losses.Mean(), StepCount + 1);
        decoder.FinishGradients();

        // the gradient of the decoder's h_0 is that of the encoder's h_n
        Span<float> states = memory.AsSpan(0, indices.Length * decoder.StateSize);
        decoder.CopyInitialStateGradientsTo(states);
        encoder.Backward(outputGradients: [], finalStateGradients: states);
        if (_options.AccumulatedBatches == 1)
        {
            Update(encoder.Memory.Gradients, decoder.Memory.Gradients, factor: 1);
            return mean;
        }

        _accumulatedEncoder.Add(encoder.Memory.Gradients);
        _accumulatedDecoder.Add(decoder.Memory.Gradients);
        if (_accumulatedDecoder.Count == _options.AccumulatedBatches)
        {
            CompleteStep();
        }

        return mean;
    }

    public void CompleteStep()
    {
        if (_accumulatedDecoder.Count == 0)
        {
            return;
        }

        try
        {
            Update(_accumulatedEncoder.Sum!, _accumulatedDecoder.Sum!, 1.0 / _accumulatedDecoder.Count);
        }
        finally
        {
            ForgetGradients(); // where they are not finite, too: the next batch begins anew
        }
    }

    public void ForgetGradients()
    {
        _accumulatedEncoder.Clear();
        _accumulatedDecoder.Clear();
    }

    /// <summary>The loss and the metrics over some pairs, in which the decoder reads the true tokens.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, before a batch.</exception>
    public Evaluation Evaluate(PairDataset<TSource> data, int first, int count, CancellationToken cancellationToken)
    {
        var totals = new Totals(_loss, _options.Metrics, _models.Decoder.Schema);
        SwapAverages();
        try
        {
            foreach (int[] batch in Enumerable.Range(first, count).Chunk(_options.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _losses.Begin(data, batch);
                Forward(data, batch, drops: false).Decoder.RunLoss(_losses, backward: false, data, batch, totals);
                totals.AddDivisors(_losses);
            }
        }
        finally
        {
            SwapAverages();
        }

        return totals.Mean();
    }

    /// <summary>Ends training: publishes the weights of both models, and frees them for another trainer.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _team?.Dispose();
            lock (_models.Publishing)
            {
                _encoder.Dispose();
                _decoder.Dispose();
            }
        }
    }

    /// <summary>Has both models compute with their averages, where they have them, and, the second time, with their parameters.</summary>
    private void SwapAverages()
    {
        _encoder.SwapAverages();
        _decoder.SwapAverages();
    }

    /// <summary>Runs both models forward, up to the decoder's last layer.</summary>
    private Memory Forward(PairDataset<TSource> data, ReadOnlySpan<int> indices, bool drops)
    {
        Memory memory = MemoryFor(data, indices.Length);
        if (drops)
        {
            long batch = StepCount * _options.AccumulatedBatches + _accumulatedDecoder.Count;
            memory.Encoder.UseDropout(_loop.Seed, batch);
            memory.Decoder.UseDropout(~_loop.Seed, batch); // other masks than the encoder's
        }
        else
        {
            memory.Encoder.StopDropout();
            memory.Decoder.StopDropout();
        }

        Span<float> states = memory.States.AsSpan(0, indices.Length * memory.Decoder.StateSize);
        memory.Encoder.RunForward(data.Sources, indices);
        memory.Encoder.CopyFinalStatesTo(states);
        memory.Decoder.RunForward(data.Inputs, indices, states);
        return memory;
    }

    /// <summary>Both models make their step with gradients scaled by their norm together, or neither does.</summary>
    private void Update(GradientSet encoder, GradientSet decoder, double factor)
    {
        double norm = Math.Sqrt(encoder.SumOfSquares + decoder.SumOfSquares);
        double scale = factor * ParameterUpdater<int>.ClipScale(norm * factor, _options.ClipNorm);
        GradientNorm = norm * factor;
        if ((_encoder.Foresee(encoder, norm, scale) ?? _decoder.Foresee(decoder, norm, scale)) is { } found)
        {
            throw _loop.NotFinite(found.What, found.Value, StepCount + 1);
        }

        _encoder.Apply(encoder, scale);
        _decoder.Apply(decoder, scale);
    }

    public double Probe(PairDataset<TSource> data) => throw Alone();

    public void Measure(PairDataset<TSource> data, ReadOnlySpan<int> indices, BatchParts parts) => throw Alone();

    private static NotSupportedException Alone() => new("Two models that learn together are trained by one process.");

    private static NotSupportedException NoFile() => new("There is no file for two models that learn together; each has one of its own.");

    /// <summary>The memory for a batch, made anew where the data has longer sequences or the batch more of them than before.</summary>
    private Memory MemoryFor(PairDataset<TSource> data, int batch)
    {
        if (_memory is null
            || _memory.Encoder.MaxBatch < batch
            || _memory.Encoder.MaxSteps < data.MaxSourceLength
            || _memory.Decoder.MaxSteps < data.MaxLength)
        {
            int maxBatch = Math.Max(_memory?.Encoder.MaxBatch ?? 0, Math.Max(batch, Math.Min(_options.BatchSize, data.Count)));
            int maxSource = Math.Max(_memory?.Encoder.MaxSteps ?? 1, data.MaxSourceLength);
            int maxTarget = Math.Max(_memory?.Decoder.MaxSteps ?? 1, data.MaxLength);
            _memory = null; // what is in the way of the new memory may go
            SequencePass<int> decoder = _models.Decoder.CreatePass(maxBatch, maxTarget, _team);
            _memory = new Memory(_models.Encoder.CreatePass(maxBatch, maxSource, _team), decoder, new float[maxBatch * decoder.StateSize]);
        }

        return _memory;
    }

    /// <summary>What a batch takes.</summary>
    /// <param name="Encoder">The encoder's part.</param>
    /// <param name="Decoder">The decoder's part.</param>
    /// <param name="States">
    /// [batch, hidden size] for each recurrent layer: the encoder's h_n, which is the decoder's h_0; in the backward pass the gradient of
    /// both.
    /// </param>
    private sealed record Memory(SequencePass<TSource> Encoder, SequencePass<int> Decoder, float[] States);
}
