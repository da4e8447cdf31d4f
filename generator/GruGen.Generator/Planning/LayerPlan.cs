using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>One layer in its place: where its parameters, its packed weights and its gradients lie.</summary>
internal abstract record LayerPlan(string Kind, int InputSize, int OutputSize)
{
    /// <summary>The layer's name in files.</summary>
    public string Name { get; init; } = "";

    /// <summary>The type that its kernel is written into; "" if the runtime has all its code.</summary>
    public string KernelName { get; init; } = "";

    /// <summary>Where it starts in each of the model's buffers.</summary>
    public Place Start { get; init; }

    /// <summary>What it takes of each of them.</summary>
    public abstract Place Length { get; }

    /// <summary>From one row of its outputs to the next.</summary>
    public int OutputStride => KernelPlan.Padded(OutputSize);
}

/// <summary>A place in each of a model's buffers, or the length of a stretch of each.</summary>
/// <param name="Parameters">In the flat parameters.</param>
/// <param name="Packed">In the packed weights.</param>
/// <param name="Backward">In the weights that lie row by row.</param>
/// <param name="Gradients">In the padded sums of gradients.</param>
/// <param name="States">In the states of one sequence, padded.</param>
/// <param name="Prepared">In what predictions read beside the packed weights.</param>
internal readonly record struct Place(long Parameters, long Packed = 0, long Backward = 0, long Gradients = 0, int States = 0, long Prepared = 0)
{
    public static Place operator +(Place a, Place b) => new(
        a.Parameters + b.Parameters, a.Packed + b.Packed, a.Backward + b.Backward, a.Gradients + b.Gradients, a.States + b.States, a.Prepared + b.Prepared);
}

internal sealed record EmbeddingLayerPlan(EmbeddingPlan Kernel, int PaddingToken) : LayerPlan("embedding", Kernel.Vocabulary, Kernel.Size)
{
    public override Place Length => new(Kernel.ParameterCount);

    /// <summary>Whether the layer above reads tokens, so that a step's vector is never gathered.</summary>
    public bool ByToken { get; init; }
}

/// <summary>A recurrent layer: one direction, or two with parameters and states of their own.</summary>
internal sealed record GruLayerPlan(GruSpec Spec, GruPlan Kernel) : LayerPlan("gru", Kernel.InputSize, Spec.OutputSizeOn(Kernel.InputSize))
{
    /// <summary>The number of its first direction among those of all layers, from 0.</summary>
    public int StateIndex { get; init; }

    /// <summary>The embedding whose tokens it reads; null if it reads vectors.</summary>
    public EmbeddingLayerPlan? Table { get; init; }

    /// <summary>The tokens it reads; 0 if it reads vectors.</summary>
    public int Vocabulary => Table?.Kernel.Vocabulary ?? 0;

    public int DirectionCount => Spec.Direction == Direction.Both ? 2 : 1;

    /// <summary>Its directions.</summary>
    public IEnumerable<GruDirectionPlan> Directions
    {
        get
        {
            Place start = Start;
            for (int i = 0; i < DirectionCount; i++, start += DirectionLength)
            {
                yield return new GruDirectionPlan(this, Name + (i == 0 ? "" : "Reverse"), StateIndex + i, start);
            }
        }
    }

    /// <summary>The tensors of a direction: weights, biases where there are any, and the initial state if it is learned.</summary>
    public IEnumerable<(GruTensor Tensor, long Length)> Tensors
    {
        get
        {
            yield return (GruTensor.WeightIh, 3L * Kernel.HiddenSize * Kernel.InputSize);
            yield return (GruTensor.WeightHh, 3L * Kernel.HiddenSize * Kernel.HiddenSize);
            if (Spec.Bias)
            {
                yield return (GruTensor.BiasIh, 3L * Kernel.HiddenSize);
            }

            if (Spec is { Bias: true, ResetAfter: true })
            {
                yield return (GruTensor.BiasHh, 3L * Kernel.HiddenSize);
            }

            if (Spec.LearnedInitialState)
            {
                yield return (GruTensor.InitialState, Kernel.HiddenSize);
            }
        }
    }

    public override Place Length => DirectionCount == 1 ? DirectionLength : DirectionLength + DirectionLength;

    private Place DirectionLength
    {
        get
        {
            int initial = Spec.LearnedInitialState ? Kernel.HiddenStride : 0;
            return new Place(
                Tensors.Sum(tensor => tensor.Length),
                Kernel.WeightLength + Kernel.BiasLength + initial,
                Kernel.BackwardLength,
                Kernel.GradientLength + initial,
                Kernel.HiddenStride,
                Kernel.PairLength + Kernel.TokenBiasLength(Vocabulary));
        }
    }
}

/// <summary>The tensors of one direction of a recurrent layer.</summary>
internal enum GruTensor
{
    WeightIh,
    WeightHh,
    BiasIh,
    BiasHh,
    InitialState,
}

/// <summary>One direction of a recurrent layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Name">The name of its buffers.</param>
/// <param name="StateIndex">Its number among those of all layers, from 0.</param>
/// <param name="Start">Where it starts in each of the model's buffers.</param>
internal sealed record GruDirectionPlan(GruLayerPlan Layer, string Name, int StateIndex, Place Start)
{
    public GruPlan Kernel => Layer.Kernel;

    /// <summary>Where its packed biases start.</summary>
    public long BiasOffset => Start.Packed + Kernel.WeightLength;

    /// <summary>Where its initial state lies among the packed weights, if it is learned.</summary>
    public long InitialStateOffset => BiasOffset + Kernel.BiasLength;

    /// <summary>Where the sum of the gradients of its initial state lies, if it is learned.</summary>
    public long InitialStateGradientOffset => Start.Gradients + Kernel.GradientLength;

    /// <summary>Where a tensor lies among the parameters; null if the layer has none.</summary>
    public long? OffsetOf(GruTensor tensor)
    {
        long offset = Start.Parameters;
        foreach ((GruTensor each, long length) in Layer.Tensors)
        {
            if (each == tensor)
            {
                return offset;
            }

            offset += length;
        }

        return null;
    }
}

internal sealed record DenseLayerPlan(DenseSpec Spec, DensePlan Kernel) : LayerPlan("dense", Kernel.InputSize, Kernel.Units)
{
    public Curve Activation => Spec.Activation;

    public long BiasOffset => Start.Packed + Kernel.WeightLength;

    public override Place Length => new(Kernel.ParameterCount, Kernel.WeightLength + Kernel.BiasLength, Kernel.BackwardLength, Kernel.GradientLength);
}

internal sealed record DropoutLayerPlan(double Rate, int Size) : LayerPlan("dropout", Size, Size)
{
    public override Place Length => default;
}

/// <summary>Layer normalisation: weight and bias, packed as padded copies.</summary>
internal sealed record LayerNormPlan(double Epsilon, int Size) : LayerPlan("layernorm", Size, Size)
{
    public long BiasOffset => Start.Packed + OutputStride;

    public override Place Length => new(2L * Size, 2L * OutputStride, 0, 2L * OutputStride);
}

internal sealed record PoolLayerPlan(Pooling Pooling, int Size) : LayerPlan("pool", Size, Size)
{
    public override Place Length => default;
}
