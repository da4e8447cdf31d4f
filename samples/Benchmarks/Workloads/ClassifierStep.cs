namespace GruGen.Benchmarks.Workloads;

/// <summary>A training step of the text classifier: forward, binary cross-entropy, backward, and Adam, as <c>Fit</c> makes them.</summary>
internal sealed class ClassifierStep : Workload
{
    private readonly Trainer<int> _trainer;
    private readonly SequenceDataset<int> _data;
    private readonly int[] _indices;

    public ClassifierStep(SequenceModel<int> model, int batch, int steps)
    {
        _trainer = new Trainer<int>(model, new TrainingOptions { BatchSize = batch, Loss = Loss.BinaryCrossEntropy, Optimizer = new Adam(1e-4) });
        _indices = [.. Enumerable.Range(0, batch)];
        _data = new SequenceDataset<int>(model.Schema);
        int[] tokens = Inputs.Tokens(batch * steps, model.Schema.InputSize);
        foreach (int index in _indices)
        {
            _data.Add(tokens.AsSpan(index * steps, steps), label: index % 2);
        }
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _trainer.Step(_data, _indices);
        }
    }
}
