using GruGen.Benchmarks.Workloads;

namespace GruGen.Benchmarks.Ratios;

/// <summary>Steps of a stream in which it is silent after noise, or goes on with noise.</summary>
internal sealed class SilentSteps : Workload
{
    private const int Frames = 64, StepCount = 2_000;
    private const float Update = 0.4f; // z is about 0.6: it rounds the least number there is to itself

    private readonly SequenceStream<float> _stream;
    private readonly float[][] _frames;
    private readonly float[] _output;
    private int _frame;

    public SilentSteps(SequenceModel<float> model, Func<SequenceModel<float>, SequenceStream<float>> open, bool silent)
    {
        Biases.Set(model, Update);
        int size = model.Schema.InputSize;
        _output = new float[model.Schema.OutputSize];
        _stream = open(model);
        _frames = [.. Inputs.Features(Frames * size).Chunk(size)];
        Run(Frames);
        _frames = silent ? [.. _frames.Select(frame => new float[frame.Length])] : _frames;
        Run(StepCount);
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _stream.Step(_frames[_frame], _output);
            _frame = (_frame + 1) % Frames;
        }
    }
}
