using GruGen.Kernels;

namespace GruGen;

/// <content>A step: a batch on its way forward and backward, and what the optimiser makes of its gradients.</content>
public sealed partial class Trainer<TInput>
{
    IReadOnlyList<ModelSchema> ITraining.Models => [Model.Schema];

    int ITraining.ParameterCount => Model.Parameters.Count;

    double ITraining.LearningRateFactor
    {
        set => _updater.LearningRateFactor = value;
    }

    double ITraining<SequenceDataset<TInput>>.Step(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, bool continues) =>
        RunStep(data, indices, continues, keepsStates: data.Streams > 0);

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
            UpdateFromAccumulated();
        }
    }

    void ITraining<SequenceDataset<TInput>>.ForgetGradients() => _accumulated.Clear();

    Evaluation ITraining<SequenceDataset<TInput>>.Evaluate(
        SequenceDataset<TInput> data, int first, int count, CancellationToken cancellationToken) =>
        Evaluations.Evaluate(Model, new DataRange<TInput>(data, first, count), _loss, Options.Metrics, cancellationToken);

    void ITraining.CopyParametersTo(Span<float> parameters) => _updater.CopyPublishableTo(parameters);

    void ITraining.SetParameters(ReadOnlySpan<float> parameters) => _updater.SetParameters(parameters);

    void ITraining.SaveModel(Stream stream) => Model.Save(stream);

    private double RunStep(SequenceDataset<TInput> data, ReadOnlySpan<int> indices, bool continues, bool keepsStates)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckFits(data);
        bool counts = CheckBatch(data, indices);
        if (!counts && !keepsStates)
        {
            return 0;
        }

        SequencePass<TInput> pass = PassFor(data, indices.Length);
        if (continues && _states.Length != indices.Length * pass.StateSize)
        {
            throw new InvalidOperationException("The training goes on in the middle of an epoch, but without the states of its streams.");
        }

        pass.UseDropout(_loop.Seed, StepCount * Options.AccumulatedBatches + _accumulated.Count);
        pass.RunForward(data, indices, continues ? _states : []);
        if (keepsStates)
        {
            KeepStates(pass, indices.Length);
        }

        double loss = 0;
        if (counts)
        {
            pass.BeginGradients();
            loss = _loop.RunLoss(pass, data, indices, _losses, StepCount + 1);
            pass.FinishGradients();
            Update(pass);
        }

        if (keepsStates)
        {
            (_states, _nextStates) = (_nextStates, _states);
        }

        return loss;
    }

    /// <summary>The final states of streams, which are those of the trainer once the batch is done.</summary>
    private void KeepStates(SequencePass<TInput> pass, int streams)
    {
        int length = streams * pass.StateSize;
        if (_nextStates.Length != length)
        {
            _nextStates = new float[length];
        }

        pass.CopyFinalStatesTo(_nextStates);
    }

    private void Update(SequencePass<TInput> pass)
    {
        _updater.ClearFrozen(pass);
        if (Options.AccumulatedBatches == 1)
        {
            Update(pass.Memory.Gradients, factor: 1);
            return;
        }

        _accumulated.Add(pass.Memory.Gradients);
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
    private SequencePass<TInput> PassFor(SequenceDataset<TInput> data, int batch)
    {
        if (_pass is null || _pass.MaxBatch < batch || _pass.MaxSteps < data.MaxLength)
        {
            int most = data.Streams > 0 ? data.Streams : Math.Min(Options.BatchSize, data.Count);
            int maxBatch = Math.Max(_pass?.MaxBatch ?? 0, Math.Max(batch, most));
            int maxSteps = Math.Max(_pass?.MaxSteps ?? 1, data.MaxLength);
            _pass = null; // what is in the way of the new memory may go
            _pass = Model.CreatePass(maxBatch, maxSteps, _team);
        }

        return _pass;
    }
}
