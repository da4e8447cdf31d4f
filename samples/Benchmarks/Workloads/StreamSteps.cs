namespace GruGen.Benchmarks.Workloads;

/// <summary>One step of a stream: the next state from one step of inputs and the state before.</summary>
internal sealed class StreamSteps<TInput>(SequenceStream<TInput> stream, TInput[] input, int outputSize) : Workload
    where TInput : unmanaged
{
    private readonly float[] _output = new float[outputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            stream.Step(input, _output);
        }
    }
}
