namespace GruGen.Benchmarks.Workloads;

/// <summary>One step of a stream: the next state from one step of features and the state before.</summary>
internal sealed class StreamSteps(SequenceModel<float> model) : Workload
{
    private readonly SequenceStream<float> _stream = model.CreateStream();
    private readonly float[] _features = Inputs.Random<float>(model.Schema, steps: 1);
    private readonly float[] _output = new float[model.Schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _stream.Step(_features, _output);
        }
    }
}
