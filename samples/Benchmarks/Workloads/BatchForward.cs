namespace GruGen.Benchmarks.Workloads;

/// <summary>All steps of a batch through the layer; the features lie in the pass already, step by step.</summary>
internal sealed class BatchForward : Workload
{
    private readonly SequencePass<float> _pass;
    private readonly int _steps;

    public BatchForward(SequenceModel<float> model, int batch, int steps)
    {
        _steps = steps;
        _pass = model.CreateInferencePass(batch, steps);
        _pass.Arrange([.. Enumerable.Repeat(steps, batch)]);
        int size = steps * model.Schema.InputSize;
        float[] features = Inputs.Features(batch * size);
        for (int row = 0; row < batch; row++)
        {
            _pass.LoadRow(row, features.AsSpan(row * size, size), 0, steps);
        }
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _pass.ForwardSteps(0, _steps);
        }
    }
}
