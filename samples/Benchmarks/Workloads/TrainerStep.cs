namespace GruGen.Benchmarks.Workloads;

/// <summary>A training step as <c>Fit</c> makes it: forward, the mean squared error of the output, backward and Adam, on several threads.</summary>
internal sealed class TrainerStep<TInput> : Workload, IDisposable
    where TInput : unmanaged
{
    private readonly Trainer<TInput> _trainer;
    private readonly SequenceDataset<TInput> _data;
    private readonly int[] _batch;

    /// <summary>A trainer at its first step.</summary>
    /// <param name="model">What it trains.</param>
    /// <param name="inputs">tokens[batch, steps], or features[batch, steps, input size].</param>
    /// <param name="lengths">The length of each sequence of the batch; the longest has all steps.</param>
    /// <param name="options">The optimiser, and on how many threads and processes.</param>
    public TrainerStep(SequenceModel<TInput> model, TInput[] inputs, int[] lengths, TrainingOptions options)
    {
        _trainer = model.BeginTraining(options with
        {
            Loss = Loss.MeanSquaredError,
            BatchSize = lengths.Length,
        });
        _data = new SequenceDataset<TInput>(model.Schema);
        _batch = [.. Enumerable.Range(0, lengths.Length)];
        int room = inputs.Length / lengths.Length, stepSize = room / lengths.Max();
        foreach (int i in _batch)
        {
            _data.Add(inputs.AsSpan(i * room, lengths[i] * stepSize), target: Inputs.Features(model.Schema.OutputSize));
        }
    }

    public void Dispose() => _trainer.Dispose();

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _trainer.Step(_data, _batch);
        }
    }
}
