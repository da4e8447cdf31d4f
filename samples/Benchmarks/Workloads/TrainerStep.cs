namespace GruGen.Benchmarks.Workloads;

/// <summary>A training step as <c>Fit</c> makes it: forward, the mean squared error of the output, backward and Adam, on several threads.</summary>
internal sealed class TrainerStep : Workload, IDisposable
{
    private readonly Trainer<float> _trainer;
    private readonly SequenceDataset<float> _data;
    private readonly int[] _batch;

    public TrainerStep(SequenceModel<float> model, int[] lengths, int threads)
    {
        _trainer = new Trainer<float>(model, new TrainingOptions { Optimizer = new Adam(1e-4), BatchSize = lengths.Length, Threads = threads });
        _data = new SequenceDataset<float>(model.Schema);
        _batch = [.. Enumerable.Range(0, lengths.Length)];
        foreach (int length in lengths)
        {
            _data.Add(Inputs.Features(length * model.Schema.InputSize), target: Inputs.Features(model.Schema.OutputSize));
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
