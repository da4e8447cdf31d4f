using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>
/// The plan of a whole model: which rows each layer works on, and where its parameters, its packed weights and its gradients lie.
/// </summary>
internal sealed record ModelPlan
{
    private ModelPlan(bool readsTokens, int inputSize, IReadOnlyList<LayerPlan> layers)
    {
        ReadsTokens = readsTokens;
        InputSize = inputSize;
        Layers = layers;
    }

    /// <summary>Steps that a stream takes through all layers at once.</summary>
    public const int BlockSteps = 32;

    public bool ReadsTokens { get; }

    /// <summary>The number of features a step, or the vocabulary.</summary>
    public int InputSize { get; }

    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <summary>The last layer, if it is a Dense layer: it runs in blocks of rows next to the loss, apart from the others.</summary>
    public DenseLayerPlan? Head => Layers[Layers.Count - 1] as DenseLayerPlan;

    /// <summary>All layers but the head.</summary>
    public IEnumerable<LayerPlan> Body => Layers.Take(Head is null ? Layers.Count : Layers.Count - 1);

    /// <summary>The layers of the body that work on steps.</summary>
    public IEnumerable<LayerPlan> OnSteps => Body.Where(layer => !layer.OnFinal);

    /// <summary>The layers of the body that work on final states.</summary>
    public IEnumerable<LayerPlan> OnFinal => Body.Where(layer => layer.OnFinal);

    /// <summary>The recurrent layers.</summary>
    public IEnumerable<GruLayerPlan> Recurrent => Layers.OfType<GruLayerPlan>();

    /// <summary>The topmost recurrent layer.</summary>
    public GruLayerPlan Top => Recurrent.Last();

    public int OutputSize => Layers[Layers.Count - 1].OutputSize;

    public int OutputStride => KernelPlan.Padded(OutputSize);

    /// <summary>Whether there is an output for every step.</summary>
    public bool EveryStep => Top.EveryStep;

    public Curve OutputActivation => Head?.Activation ?? Curve.Linear;

    public long ParameterCount => Layers.Sum(layer => layer.ParameterCount);

    /// <summary>The floats of all packed weights.</summary>
    public long PackedLength => Layers.Sum(layer => layer.PackedLength);

    /// <summary>The floats of all weights that lie row by row.</summary>
    public long BackwardLength => Layers.Sum(layer => layer.BackwardLength);

    /// <summary>The floats of all padded sums of gradients.</summary>
    public long GradientLength => Layers.Sum(layer => layer.GradientLength);

    /// <summary>The floats of all states of one sequence, padded.</summary>
    public int StateStride => Recurrent.Sum(layer => layer.Kernel.HiddenStride);

    /// <summary>The plan for a model.</summary>
    public static ModelPlan For(ModelSpec model)
    {
        List<LayerPlan> layers = [];
        Dictionary<string, int> numbers = [];
        long parameters = 0, packed = 0, backward = 0, gradients = 0;
        int size = model.InputSize, state = 0, recurrent = 0;
        bool onFinal = false;
        foreach (LayerSpec spec in model.Layers)
        {
            LayerPlan layer = spec switch
            {
                EmbeddingSpec embedding => new EmbeddingLayerPlan(EmbeddingPlan.For(embedding.Vocabulary, embedding.Size)),
                GruSpec gru => new GruLayerPlan(GruPlan.For(size, gru.HiddenSize), gru.EveryStep) { StateIndex = recurrent, StateOffset = state },
                DenseSpec dense => new DenseLayerPlan(DensePlan.For(size, dense.Units), dense.Activation),
                _ => throw new ArgumentException($"No plan is known for {spec}.", nameof(model)),
            };
            int number = numbers[layer.Kind] = numbers.TryGetValue(layer.Kind, out int count) ? count + 1 : 1;
            layers.Add(layer with
            {
                Name = layer is EmbeddingLayerPlan ? layer.Kind : layer.Kind + number,
                KernelName = spec.ShapeOn(size)?.Name ?? "",
                OnFinal = onFinal,
                Below = layers.LastOrDefault(),
                ParameterOffset = parameters,
                PackedOffset = packed,
                BackwardOffset = backward,
                GradientOffset = gradients,
            });
            parameters += layer.ParameterCount;
            packed += layer.PackedLength;
            backward += layer.BackwardLength;
            gradients += layer.GradientLength;
            size = layer.OutputSize;
            if (layer is GruLayerPlan top)
            {
                state += top.Kernel.HiddenStride;
                recurrent++;
                onFinal = !top.EveryStep;
            }
        }

        bool readsTokens = layers[0] is EmbeddingLayerPlan;
        return new ModelPlan(readsTokens, readsTokens ? layers[0].InputSize : model.InputSize, layers);
    }
}

/// <summary>One layer in its place.</summary>
internal abstract record LayerPlan(string Kind)
{
    /// <summary>The layer's name in files.</summary>
    public string Name { get; init; } = "";

    /// <summary>The type that its kernel is written into.</summary>
    public string KernelName { get; init; } = "";

    /// <summary>Whether it works on final states, one row a sequence.</summary>
    public bool OnFinal { get; init; }

    /// <summary>The layer that its inputs come from.</summary>
    public LayerPlan? Below { get; init; }

    /// <summary>Where its parameters start among all.</summary>
    public long ParameterOffset { get; init; }

    /// <summary>Where its packed weights start.</summary>
    public long PackedOffset { get; init; }

    /// <summary>Where its weights start that lie row by row.</summary>
    public long BackwardOffset { get; init; }

    /// <summary>Where its sums of gradients start.</summary>
    public long GradientOffset { get; init; }

    public abstract int InputSize { get; }

    public abstract int OutputSize { get; }

    public abstract long ParameterCount { get; }

    public abstract long PackedLength { get; }

    public abstract long BackwardLength { get; }

    public abstract long GradientLength { get; }

    /// <summary>From one row of its outputs to the next.</summary>
    public int OutputStride => KernelPlan.Padded(OutputSize);
}

internal sealed record EmbeddingLayerPlan(EmbeddingPlan Kernel) : LayerPlan("embedding")
{
    public override int InputSize => Kernel.Vocabulary;

    public override int OutputSize => Kernel.Size;

    public override long ParameterCount => Kernel.ParameterCount;

    public override long PackedLength => 0;

    public override long BackwardLength => 0;

    public override long GradientLength => 0;
}

internal sealed record GruLayerPlan(GruPlan Kernel, bool EveryStep) : LayerPlan("gru")
{
    /// <summary>Its number among the recurrent layers, from 0.</summary>
    public int StateIndex { get; init; }

    /// <summary>Where its state lies among those of a stream.</summary>
    public int StateOffset { get; init; }

    public override int InputSize => Kernel.InputSize;

    public override int OutputSize => Kernel.HiddenSize;

    public override long ParameterCount => Kernel.ParameterCount;

    public override long PackedLength => Kernel.WeightLength + Kernel.BiasLength;

    public override long BackwardLength => Kernel.BackwardLength;

    public override long GradientLength => Kernel.GradientLength;
}

internal sealed record DenseLayerPlan(DensePlan Kernel, Curve Activation) : LayerPlan("dense")
{
    public override int InputSize => Kernel.InputSize;

    public override int OutputSize => Kernel.Units;

    public override long ParameterCount => Kernel.ParameterCount;

    public override long PackedLength => Kernel.WeightLength + Kernel.BiasLength;

    public override long BackwardLength => Kernel.BackwardLength;

    public override long GradientLength => Kernel.GradientLength;
}
