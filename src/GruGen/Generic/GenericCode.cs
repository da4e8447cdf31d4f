using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>The layers of a generic model: one code for every width.</summary>
internal sealed class GenericCode<TInput>(ModelSchema schema) : ModelCode<TInput>
    where TInput : unmanaged
{
    private readonly Projection[] _projections = Projection.Of(schema, training: false);

    public override long PackedLength => _projections[^1].PackedEnd;

    public override long PackedBackwardLength => _projections[^1].PackedBackwardEnd;

    public override void Pack(ref float parameters, ref float packed)
    {
        foreach (Projection projection in _projections)
        {
            projection.Pack(ref parameters, ref packed);
        }
    }

    public override void PackBackward(ref float parameters, ref float packed)
    {
        foreach (Projection projection in _projections)
        {
            projection.PackBackward(ref parameters, ref packed);
        }
    }

    public override PassCode<TInput> CreatePass(PassMemory<TInput> memory) => new GenericPass<TInput>(memory);

    public override StreamCode<TInput> CreateStream(ModelWeights<TInput> weights) => new GenericStream<TInput>(weights);

    public override void Run(StreamCode<TInput> stream, ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs) =>
        ((GenericStream<TInput>)stream).Take(inputs, steps, outputs);
}
