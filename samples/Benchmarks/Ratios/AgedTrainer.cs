using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>
/// A training step of the text classifier after so many updates of Adam. The first batches have every token of the vocabulary, all others only those below
/// 500: the moments of the rest fade.
/// </summary>
internal sealed class AgedTrainer : Workload, IDisposable
{
    private const int Vocabulary = TextClassifier.InputSize, Used = 500, StepCount = 100, Batch = 32;

    private readonly Trainer<int> _trainer = new(new TextClassifier(), new TrainingOptions { Optimizer = new Adam(1e-3), BatchSize = Batch });
    private readonly SequenceDataset<int> _data = TextClassifier.CreateDataset();
    private readonly int[] _batch = [.. Enumerable.Range(0, Batch)];
    private readonly MemoryStream _state = new();

    public AgedTrainer(int updates)
    {
        int[] tokens = Inputs.Tokens(Batch * StepCount, Used);
        for (int i = 0; i < Batch; i++)
        {
            _data.Add(tokens.AsSpan(i * StepCount, StepCount), label: i % 2);
        }

        _data.Add(tokens.AsSpan(0, 4), label: 1); // makes an update in little time
        for (int first = 0; first < Vocabulary; first += StepCount)
        {
            _data.Add([.. Enumerable.Range(first, StepCount)], label: first / StepCount % 2);
        }

        foreach (int[] all in Enumerable.Range(Batch + 1, Vocabulary / StepCount).Chunk(Batch))
        {
            _trainer.Step(_data, all);
        }

        while (_trainer.StepCount < updates)
        {
            _trainer.Step(_data, [Batch]);
        }

        _trainer.Save(_state);
    }

    /// <summary>Back to the update at hand.</summary>
    public override void Prepare()
    {
        _state.Position = 0;
        _trainer.Restore(_state);
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _trainer.Step(_data, _batch);
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _state.Dispose();
    }
}
