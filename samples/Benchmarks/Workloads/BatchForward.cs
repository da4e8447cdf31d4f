namespace GruGen.Benchmarks.Workloads;

/// <summary>All steps of a batch through the layer; the inputs lie in the pass already, step by step.</summary>
internal sealed class BatchForward<TInput> : Workload
    where TInput : unmanaged
{
    private readonly SequencePass<TInput> _pass;
    private readonly int _steps;

    public BatchForward(SequenceModel<TInput> model, TInput[] inputs, int[] lengths)
    {
        _steps = lengths.Max();
        _pass = model.CreateInferencePass(lengths.Length, _steps);
        _pass.Arrange(lengths);
        int size = inputs.Length / lengths.Length;
        for (int row = 0; row < lengths.Length; row++)
        {
            _pass.Memory.Inputs.LoadRow(row, inputs.AsSpan(row * size, size), 0, _steps);
        }
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _pass.ForwardSteps(0, _steps);
            _pass.ForwardFinal();
        }
    }
}
