namespace GruGen.Benchmarks.Workloads;

/// <summary>One step of many streams together, from features that lie side by side to outputs that do.</summary>
internal sealed class GroupSteps(SequenceModel<float> model, int streams) : Workload
{
    private readonly StreamGroup<float> _group = model.OpenStreams(streams);
    private readonly float[] _features = Inputs.Features(streams * model.Schema.InputSize);
    private readonly float[] _outputs = new float[streams * model.Schema.OutputSize];

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _group.Step(_features, _outputs);
        }
    }
}
