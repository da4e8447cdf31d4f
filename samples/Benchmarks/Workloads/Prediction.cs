namespace GruGen.Benchmarks.Workloads;

/// <summary>One sequence from its first step to its last.</summary>
internal sealed class Prediction(SequenceModel<float> model, int steps) : Workload
{
    private readonly float[] _features = Inputs.Features(steps * model.Schema.InputSize);
    private readonly float[] _output = new float[model.Schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            model.Predict(_features, _output);
        }
    }
}
