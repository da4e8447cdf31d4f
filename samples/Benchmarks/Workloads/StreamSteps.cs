namespace GruGen.Benchmarks.Workloads;

/// <summary>One step of a stream: the next state from one step of features and the state before.</summary>
internal sealed class StreamSteps(SequenceStream<float> stream, ModelSchema schema) : Workload
{
    private readonly float[] _features = Inputs.Features(schema.InputSize);
    private readonly float[] _output = new float[schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            stream.Step(_features, _output);
        }
    }
}
