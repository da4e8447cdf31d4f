using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// The same layers for sizes that are known only at run time: models that a program puts together while it runs, and the baseline that the
/// emitted code is compared with. Its loops have bounds that are read, not written; everything else is done as well as it can be.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed class GenericModel<TInput> : SequenceModel<TInput>
    where TInput : unmanaged
{
    private readonly GenericLayer[] _layers;

    /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
    /// <param name="schema">Its layers.</param>
    /// <param name="seed">The same seed gives the same values, on any machine.</param>
    /// <exception cref="ArgumentException">
    /// The layers read tokens but <typeparamref name="TInput"/> is not <see cref="int"/>, or features but it is not <see cref="float"/>.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    public GenericModel(ModelSchema schema, int seed = 0)
        : base(CheckInputType(schema), seed)
    {
        long parameters = 0, packed = 0, packedBackward = 0;
        var layers = new List<GenericLayer>();
        foreach (LayerSchema layer in schema.Layers)
        {
            if (layer.Kind == LayerKind.Embedding)
            {
                parameters += (long)layer.InputSize * layer.OutputSize;
                continue;
            }

            GenericLayer built = layer.Kind == LayerKind.Gru ? new GenericGru(layer) : new GenericDense(layer);
            built.Place((nint)parameters, (nint)packed, (nint)packedBackward);
            parameters += built.ParameterCount;
            packed += Aligned(built.PackedLength);
            packedBackward += Aligned(built.PackedBackwardLength);
            layers.Add(built);
        }

        _layers = [.. layers];
        PackedLength = packed;
        PackedBackwardLength = packedBackward;
    }

    /// <summary>A sequence that arrives step by step, from zero states.</summary>
    public SequenceStream<TInput> OpenStream() => new GenericStream<TInput>(this);

    /// <summary>A model with the same values, which goes its own way from here.</summary>
    public GenericModel<TInput> Clone()
    {
        var clone = new GenericModel<TInput>(Schema);
        clone.CopyParametersFrom(this);
        return clone;
    }

    /// <summary>The layers with weights that kernels pack: all but an embedding.</summary>
    internal ReadOnlySpan<GenericLayer> Layers => _layers;

    /// <inheritdoc/>
    protected override long PackedLength { get; }

    /// <inheritdoc/>
    protected override long PackedBackwardLength { get; }

    /// <inheritdoc/>
    protected override void Pack(int lanes, ref float parameters, ref float packed)
    {
        foreach (GenericLayer layer in _layers)
        {
            layer.Pack(ref Unsafe.Add(ref parameters, layer.Parameters), ref Unsafe.Add(ref packed, layer.Packed));
        }
    }

    /// <inheritdoc/>
    protected override void PackBackward(ref float parameters, ref float packed)
    {
        foreach (GenericLayer layer in _layers)
        {
            layer.PackBackward(ref Unsafe.Add(ref parameters, layer.Parameters), ref Unsafe.Add(ref packed, layer.PackedBackward));
        }
    }

    /// <inheritdoc/>
    protected override SequencePass<TInput> CreatePass(PassSetup<TInput> setup, int lanes) => new GenericPass<TInput>(this, setup);

    /// <inheritdoc/>
    protected override SequenceStream<TInput> CreateStream() => new GenericStream<TInput>(this);

    /// <inheritdoc/>
    private static long Aligned(long length) => (length + Simd.MaxLanes - 1) / Simd.MaxLanes * Simd.MaxLanes;

    private static ModelSchema CheckInputType(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        (Type expected, string what) = schema.ReadsTokens ? (typeof(int), "tokens (int)") : (typeof(float), "features (float)");
        return typeof(TInput) == expected
            ? schema
            : throw new ArgumentException($"{schema.Name} reads {what}, but the model is one of {typeof(TInput).Name}.", nameof(schema));
    }
}
