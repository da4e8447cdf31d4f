using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>An emitted stream whose kernels run on vectors that record; its weights are packed for as many lanes.</summary>
internal sealed class RecordedStream<TInput, TLanes>
    where TInput : unmanaged
    where TLanes : struct, ILanes
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic;

    private readonly SequenceStream<TInput> _stream;

    public RecordedStream(SequenceModel<TInput> model, int steps)
    {
        model.Lanes = TLanes.Count;
        _stream = model.Weights.Code.CreateStream(model.Weights); // which takes whole sequences, if that is all it can
        int blockSteps = model.Schema.RunsInBlocks ? 32 : (int)BitOperations.RoundUpToPowerOf2((uint)steps);
        object block = Activator.CreateInstance(_stream.GetType().GetNestedType("Block", Hidden)!, blockSteps)!;
        _stream.GetType().GetField("_block", Hidden)!.SetValue(_stream, block);
        Memory = new MemoryMap(_stream, block);
    }

    private delegate void StepToken(int token);

    private delegate void StepTokenTo(int token, Span<float> output);

    private delegate void StepFeatures(ref float features);

    private delegate void StepFeaturesTo(ref float features, Span<float> output);

    private delegate bool TryToken(int token, Span<float> output);

    private delegate bool TryFeatures(ref float features, Span<float> output);

    private delegate void RunSteps(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs);

    /// <summary>What its kernels may touch, without the inputs.</summary>
    public MemoryMap Memory { get; }

    /// <summary>
    /// One step; a single number stays with the stream, and so do several outputs. Of a model that makes one step of several as many
    /// as one of its outputs needs.
    /// </summary>
    public void Step(AlignedBuffer input)
    {
        int token = MemoryMarshal.Cast<float, int>(input.Span)[0];
        float[] output = new float[_stream.Schema.OutputSize];
        if (_stream.Schema.ChangesSteps)
        {
            MethodInfo some = Method("TryStep");
            for (int left = 1_000; left > 0; left--)
            {
                if (typeof(TInput) == typeof(int)
                    ? some.CreateDelegate<TryToken>(_stream)(token, output)
                    : some.CreateDelegate<TryFeatures>(_stream)(ref input.Start, output))
                {
                    return;
                }
            }

            throw new InvalidOperationException("There is no output.");
        }

        MethodInfo step = Method("Step");
        bool stays = output.Length == 1 || _stream.Schema.Outputs.Length > 1;
        switch (typeof(TInput) == typeof(int), stays)
        {
            case (true, true):
                step.CreateDelegate<StepToken>(_stream)(token);
                break;
            case (true, false):
                step.CreateDelegate<StepTokenTo>(_stream)(token, output);
                break;
            case (false, true):
                step.CreateDelegate<StepFeatures>(_stream)(ref input.Start);
                break;
            default:
                step.CreateDelegate<StepFeaturesTo>(_stream)(ref input.Start, output);
                break;
        }
    }

    /// <summary>Many steps at once.</summary>
    public void Run(AlignedBuffer inputs, int steps, float[] outputs) =>
        Method("Run").CreateDelegate<RunSteps>(_stream)(MemoryMarshal.Cast<float, TInput>(inputs.Span), steps, outputs);

    private MethodInfo Method(string name) => _stream.GetType().GetMethods(Hidden)
        .Single(method => method.Name == name && method.IsGenericMethodDefinition)
        .MakeGenericMethod(typeof(Recorded<TLanes>));
}
