using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>
/// The plan of a whole model: its layers and where their parameters lie, and the stages that a pass goes through.
/// </summary>
internal sealed record ModelPlan
{
    private ModelPlan(bool readsTokens, int inputSize, IReadOnlyList<LayerPlan> layers, StageList stages)
    {
        ReadsTokens = readsTokens;
        InputSize = inputSize;
        Layers = layers;
        Stages = stages.WithGradients();
        Output = stages.Output;
        MaskCount = stages.MaskCount;
    }

    /// <summary>Steps that a stream takes through all layers at once.</summary>
    public const int BlockSteps = 32;

    public bool ReadsTokens { get; }

    /// <summary>The number of features a step, or the vocabulary.</summary>
    public int InputSize { get; }

    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <summary>What a pass does before the head.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>What the head reads, or, without one, the output.</summary>
    public Rows Output { get; }

    /// <summary>The number of masks of dropout.</summary>
    public int MaskCount { get; }

    /// <summary>The last layer, if it is a plain Dense layer: it runs in blocks of rows next to the loss, apart from the others.</summary>
    public DenseLayerPlan? Head => HeadOf(Layers);

    /// <summary>The stages that work on steps.</summary>
    public IEnumerable<Stage> OnSteps => Stages.Where(stage => stage.Source.PerStep);

    /// <summary>The stages that work on one row a sequence.</summary>
    public IEnumerable<Stage> OnFinal => Stages.Where(stage => !stage.Source.PerStep);

    /// <summary>The directions of the recurrent layers, each with a state of its own.</summary>
    public IEnumerable<GruDirectionPlan> Directions => Layers.OfType<GruLayerPlan>().SelectMany(layer => layer.Directions);

    public int OutputSize => Layers[Layers.Count - 1].OutputSize;

    public int OutputStride => KernelPlan.Padded(OutputSize);

    /// <summary>Whether there is an output for every step.</summary>
    public bool EveryStep => Output.PerStep;

    /// <summary>The steps of a block of this model: of very wide layers only as many as have 4 MB, in whole tiles of rows.</summary>
    public int StepsOfBlock => Math.Max(8, Math.Min(BlockSteps, (1 << 20) / WidestStep / 8 * 8));

    private int WidestStep => OnSteps.Select(stage => stage.Target).Where(rows => rows.PerStep).Select(rows => rows.Stride).Append(EveryStep ? OutputStride : 1).Max();

    public Curve OutputActivation => Head?.Activation ?? Curve.Linear;

    /// <summary>The layer that needs the end of a sequence before it gives anything, and why; null if the model can take step after step.</summary>
    public (LayerPlan Layer, string Reason)? NeedsWholeSequence => Layers.Select(WholeSequence).FirstOrDefault(need => need is not null);

    /// <summary>What all layers take of each buffer.</summary>
    public Place Length => Layers.Aggregate(default(Place), (sum, layer) => sum + layer.Length);

    /// <summary>The plan for a model.</summary>
    public static ModelPlan For(ModelSpec model)
    {
        List<LayerPlan> layers = [];
        Dictionary<string, int> numbers = [];
        int states = 0;
        Place start = default;
        bool byToken = LayerShapes.Of(model).Any(shape => shape is GruShape { Variant.Tokens: true });
        foreach ((LayerSpec spec, int size, LayerShape? shape) in LayerShapes.ByLayer(model))
        {
            LayerPlan layer = spec switch
            {
                EmbeddingSpec embedding => new EmbeddingLayerPlan(EmbeddingPlan.For(embedding.Vocabulary, embedding.Size), embedding.PaddingToken) { ByToken = byToken },
                GruSpec gru => new GruLayerPlan(gru, GruPlan.For((GruShape)shape!)) { StateIndex = states, Table = shape is GruShape { Variant.Tokens: true } ? (EmbeddingLayerPlan)layers[0] : null },
                DenseSpec dense => new DenseLayerPlan(dense, DensePlan.For(size, dense.Units)),
                DropoutSpec dropout => new DropoutLayerPlan(dropout.Rate, size),
                LayerNormSpec norm => new LayerNormPlan(norm.Epsilon, size),
                PoolSpec pool => new PoolLayerPlan(pool.Pooling, size),
                _ => throw new ArgumentException($"No plan is known for {spec}.", nameof(model)),
            };
            int number = numbers[layer.Kind] = numbers.TryGetValue(layer.Kind, out int count) ? count + 1 : 1;
            layer = layer with
            {
                Name = layer is EmbeddingLayerPlan ? layer.Kind : layer.Kind + number,
                KernelName = shape?.Name ?? "",
                Start = start,
            };
            layers.Add(layer);
            start += layer.Length;
            states += layer is GruLayerPlan recurrent ? recurrent.DirectionCount : 0;
        }

        bool readsTokens = layers[0] is EmbeddingLayerPlan;
        var stages = new StageList(readsTokens ? 1 : model.InputSize);
        foreach (LayerPlan layer in layers.Take(layers.Count - (HeadOf(layers) is null ? 0 : 1)))
        {
            stages.Add(layer);
        }

        return new ModelPlan(readsTokens, readsTokens ? layers[0].InputSize : model.InputSize, layers, stages);
    }

    private static DenseLayerPlan? HeadOf(IReadOnlyList<LayerPlan> layers) =>
        layers[layers.Count - 1] is DenseLayerPlan { Spec.Residual: false } head ? head : null;

    private static (LayerPlan, string)? WholeSequence(LayerPlan layer) => layer switch
    {
        GruLayerPlan { Spec.Direction: Direction.Both } => (layer, "is bidirectional"),
        GruLayerPlan { Spec.Direction: Direction.Reverse } => (layer, "reads sequences from their end"),
        PoolLayerPlan { Pooling: not Pooling.Last } => (layer, "pools all steps of a sequence"),
        _ => null,
    };
}
