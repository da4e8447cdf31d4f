using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Sequences in a batch, from their features to their outputs.</summary>
internal sealed class ManyPredictions(SequenceModel<float> model, int sequences, int steps) : Workload
{
    private readonly float[][] _inputs = [.. Inputs.Features(sequences * steps * model.Schema.InputSize).Chunk(steps * model.Schema.InputSize)];
    private readonly float[] _outputs = new float[sequences * (model.Schema.Output == SequenceOutput.EveryStep ? steps : 1) * model.Schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            model.Predict(_inputs, _outputs);
        }
    }
}
