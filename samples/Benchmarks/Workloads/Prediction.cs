namespace GruGen.Benchmarks.Workloads;

/// <summary>One sequence from its first step to its last.</summary>
internal sealed class Prediction<TInput>(SequenceModel<TInput> model, TInput[] inputs) : Workload
    where TInput : unmanaged
{
    private readonly float[] _output = new float[model.Schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            model.Predict(inputs, _output);
        }
    }
}
