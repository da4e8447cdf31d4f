using GruGen.Kernels;

namespace GruGen;

/// <content>A step: a batch on its way forward and backward, and what the optimiser makes of its gradients.</content>
public sealed partial class Trainer<TInput>
{
    IReadOnlyList<ModelSchema> ITraining.Models => [Model.Schema];

    int ITraining.ParameterCount => Model.Parameters.Count;

    long ITraining.Checksum => Checksum.Of([Model.Parameters.Buffer, .. _updater.Moments, _updater.Averages ?? new AlignedBuffer(0)]);

    double ITraining.LearningRateFactor
    {
        set => _updater.LearningRateFactor = value;
    }

    double ITraining<SequenceDataset<TInput>>.Step(
        SequenceDataset<TInput> data, ReadOnlySpan<int> indices, bool continues, BatchParts? parts) =>
        RunStep(data, indices, continues, keepsStates: data.Streams > 0, parts);

    void ITraining<SequenceDataset<TInput>>.Measure(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, BatchParts parts)
    {
        CheckFits(data);
        for (int shard = parts.Own.From; shard < parts.Own.To; shard++)
        {
            (int from, int to) = parts[shard];
            _losses.Begin(data, indices[from..to]);
            parts.SetDivisors(shard, _losses.Divisors);
        }
    }

    /// <summary>
    /// Makes the optimiser's step of the batches that wait for others, with <see cref="TrainingOptions.AccumulatedBatches"/>; an epoch of
    /// <see cref="RunEpoch(SequenceDataset{TInput}, CancellationToken)"/> or <c>Fit</c> ends with one.
    /// </summary>
    /// <exception cref="NotFiniteNumberException">As in <see cref="Step"/>.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void CompleteStep()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_accumulated.Count > 0)
        {
            Options.Cluster.Together(() =>
            {
                UpdateFromAccumulated();
                return StepCount;
            });
        }
    }

    void ITraining<SequenceDataset<TInput>>.ForgetGradients() => _accumulated.Clear();

    Evaluation ITraining<SequenceDataset<TInput>>.Evaluate(
        SequenceDataset<TInput> data, int first, int count, CancellationToken cancellationToken) =>
        Evaluations.EvaluateShards(Model, new DataRange<TInput>(data, first, count), _loss, Options, cancellationToken);

    double ITraining<SequenceDataset<TInput>>.Probe(SequenceDataset<TInput> data)
    {
        int count = data.Streams > 0 ? data.Streams : Math.Min(data.Count, 4);
        return Evaluations.Evaluate(Model, new DataRange<TInput>(data, 0, count), _loss, [], CancellationToken.None).Loss;
    }

    void ITraining.CopyParametersTo(Span<float> parameters) => _updater.CopyPublishableTo(parameters);

    void ITraining.SetParameters(ReadOnlySpan<float> parameters) => _updater.SetParameters(parameters);

    void ITraining.SaveModel(Stream stream) => Model.Save(stream);

    /// <summary>A step of a loop of one's own, made together; a delegate could not have the span.</summary>
    private double RunAlone(SequenceDataset<TInput> data, ReadOnlySpan<int> indices)
    {
        try
        {
            return RunStep(data, indices, continues: false, keepsStates: false, parts: null);
        }
        catch (Exception exception)
        {
            Options.Cluster?.Fail(exception);
            throw;
        }
    }

    private double RunStep(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, bool continues, bool keepsStates, BatchParts? parts)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        bool counts = Begin(data, indices, parts);
        if (!counts && !keepsStates)
        {
            return 0;
        }

        SequencePass<TInput> pass = PassFor(data, indices.Length, parts);
        int states = indices.Length * pass.StateSize;
        if (continues && _states.Length != states)
        {
            throw new InvalidOperationException("The training goes on in the middle of an epoch, but without the states of its streams.");
        }

        if (keepsStates && _nextStates.Length != states)
        {
            _nextStates = new float[states];
        }

        _sums.Begin();
        for (int shard = _sums.Own.From; shard < _sums.Own.To; shard++)
        {
            (int from, int to) = parts?[shard] ?? ShardRange.Part(indices.Length, shard, Options.Shards);
            if (from == to)
            {
                _sums.AddEmpty(shard);
            }
            else
            {
                RunShard(pass, shard, parts?.FirstPlace(shard) ?? from, data, indices[from..to], counts, continues, keepsStates);
            }
        }

        double loss = 0;
        if (counts)
        {
            long batch = Options.Cluster is null ? 0 : Tell(data, indices, parts);
            GradientSet gradients = _sums.Complete(StepCount + 1, batch, _lossSums);
            loss = _loop.TakeLoss(_losses, _losses.Mean(_lossSums), StepCount + 1);
            Update(gradients);
        }

        if (keepsStates)
        {
            (_states, _nextStates) = (_nextStates, _states);
        }

        return loss;
    }

    /// <summary>Takes a batch; returns whether anything of it counts.</summary>
    private bool Begin(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, BatchParts? parts)
    {
        if (parts is null)
        {
            CheckFits(data);
            CheckBatch(data, indices);
            _losses.Begin(data, indices);
        }
        else
        {
            _losses.Begin(parts.Divisors); // of what was checked when it was measured
        }

        return _losses.Counts;
    }

    /// <summary>Goes forward and backward through the sequences of a shard.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="shard">Its number.</param>
    /// <param name="place">The place of its first sequence in the batch.</param>
    /// <param name="data">The data.</param>
    /// <param name="indices">Where its sequences are in the data.</param>
    /// <param name="counts">Whether anything of the batch counts.</param>
    /// <param name="continues">Whether the sequences go on from the states of the batch before.</param>
    /// <param name="keepsStates">Whether the next batch goes on from theirs.</param>
    private void RunShard(
        SequencePass<TInput> pass,
        int shard,
        int place,
        SequenceDataset<TInput> data,
        ReadOnlySpan<int> indices,
        bool counts,
        bool continues,
        bool keepsStates)
    {
        Range states = (place * pass.StateSize)..((place + indices.Length) * pass.StateSize);
        pass.UseDropout(_loop.Seed, StepCount * Options.AccumulatedBatches + _accumulated.Count, first: place);
        pass.RunForward(data, indices, continues ? _states.AsSpan(states) : []);
        if (keepsStates)
        {
            pass.CopyFinalStatesTo(_nextStates.AsSpan(states)); // those of the trainer once the batch is done
        }

        if (counts)
        {
            pass.BeginGradients();
            _loop.RunLoss(pass, data, indices, _losses, shard);
            pass.FinishGradients();
            _sums.Add(shard, _losses.Sums, pass.Memory.Gradients);
        }
    }

    /// <summary>
    /// What tells a step from one on other sequences, or with another learning rate. Of a source in parts other processes cannot know the
    /// sequences, but all know how many there are.
    /// </summary>
    private long Tell(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, BatchParts? parts)
    {
        ulong told = RandomSource.Chain(BitConverter.DoubleToUInt64Bits(LearningRate), (ulong)(parts?.Count ?? indices.Length));
        foreach (int index in parts is null ? indices : [])
        {
            told = RandomSource.Chain(RandomSource.Chain(told, (ulong)index), (ulong)data.Length(index));
        }

        foreach (double divisor in _losses.Divisors)
        {
            told = RandomSource.Chain(told, BitConverter.DoubleToUInt64Bits(divisor));
        }

        return (long)told;
    }

    private void Update(GradientSet gradients)
    {
        _updater.ClearFrozen(gradients);
        if (Options.AccumulatedBatches == 1)
        {
            Update(gradients, factor: 1);
            return;
        }

        _accumulated.Add(gradients);
        if (_accumulated.Count == Options.AccumulatedBatches)
        {
            UpdateFromAccumulated();
        }
    }

    private void UpdateFromAccumulated()
    {
        try
        {
            Update(_accumulated.Sum!, 1.0 / _accumulated.Count);
        }
        finally
        {
            _accumulated.Clear(); // where they are not finite, too: the next batch begins anew
        }
    }

    private void Update(GradientSet gradients, double factor)
    {
        double sum = Math.Sqrt(gradients.SumOfSquares), scale = factor * ParameterUpdater<TInput>.ClipScale(sum * factor, Options.ClipNorm);
        GradientNorm = sum * factor;
        if (_updater.Foresee(gradients, sum, scale) is { } found)
        {
            throw _loop.NotFinite(found.What, found.Value, StepCount + 1);
        }

        _updater.Apply(gradients, scale);
    }

    /// <summary>The pass, made anew where the data has longer sequences or the batch more of them than before.</summary>
    private SequencePass<TInput> PassFor(SequenceDataset<TInput> data, int batch, BatchParts? parts)
    {
        batch = parts?.Largest ?? ShardRange.LargestPart(batch, Options.Shards);
        if (_pass is null || _pass.MaxBatch < batch || _pass.MaxSteps < data.MaxLength)
        {
            int whole = data.Streams > 0 ? data.Streams : parts is null ? Math.Min(Options.BatchSize, data.Count) : Options.BatchSize;
            int maxBatch = Math.Max(_pass?.MaxBatch ?? 0, Math.Max(batch, ShardRange.LargestPart(whole, Options.Shards)));
            int maxSteps = Math.Max(_pass?.MaxSteps ?? 1, data.MaxLength);
            _pass = null; // what is in the way of the new memory may go
            _pass = Model.CreatePass(maxBatch, maxSteps, _team);
        }

        return _pass;
    }
}
