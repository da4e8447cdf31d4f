using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>A training step on one long sequence with a target for every step.</summary>
internal sealed class LongTraining : Workload, IDisposable
{
    private readonly Trainer<float> _trainer = new(new EveryStep8(), new TrainingOptions { Optimizer = new Adam(1e-4), BatchSize = 1 });
    private readonly SequenceDataset<float> _data = EveryStep8.CreateDataset();

    public LongTraining(int steps)
    {
        float[] numbers = Inputs.Features(steps);
        _data.AddPerStep(numbers, targets: numbers);
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _trainer.Step(_data, [0]);
        }
    }

    public void Dispose() => _trainer.Dispose();
}
