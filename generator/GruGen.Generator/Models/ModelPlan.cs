using GruGen.Generator.Layers;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Models;

/// <summary>
/// The plan of a whole model: its layers and where their parameters lie, and the stages that a pass goes through.
/// </summary>
internal sealed record ModelPlan
{
    private ModelPlan(
        int inputSize,
        bool readsTokens,
        IReadOnlyList<LayerPlan> layers,
        StageList stages,
        IReadOnlyList<Rows?> rows,
        IReadOnlyList<OutputPlan> outputs)
    {
        ReadsTokens = readsTokens;
        InputSize = inputSize;
        Layers = layers;
        LayerRows = rows;
        Stages = stages.WithGradients();
        MaskCount = stages.MaskCount;
        Outputs = outputs;
    }

    /// <summary>Steps that a stream takes through all layers at once.</summary>
    public const int BlockSteps = 32;

    public bool ReadsTokens { get; }

    /// <summary>The number of features a step, or the vocabulary.</summary>
    public int InputSize { get; }

    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <summary>What each layer outputs; null of a head, whose outputs exist in blocks of rows only.</summary>
    public IReadOnlyList<Rows?> LayerRows { get; }

    /// <summary>The clock of what each layer reads, which is that of its states.</summary>
    public IReadOnlyList<int> LayerClocks { get; private init; } = [];

    /// <summary>Whether a layer makes one step of several.</summary>
    public bool ChangesSteps => Stages.Any(stage => stage.Target.Clock > 0);

    /// <summary>Whether predictions take whole sequences, and not some steps at a time.</summary>
    public bool RunsWhole => NeedsWholeSequence is not null || ChangesSteps;

    /// <summary>What a pass does before the heads.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>The number of masks of dropout.</summary>
    public int MaskCount { get; }

    /// <summary>What the model outputs; so far there is one.</summary>
    public IReadOnlyList<OutputPlan> Outputs { get; }

    /// <summary>What the head reads, or, without one, the output.</summary>
    public Rows Output => Outputs[0].Rows;

    /// <summary>The last layer, if it works on blocks of rows next to the loss, apart from the others.</summary>
    public HeadWriter? Head => Outputs[0].Layer.Head;

    /// <summary>The stages that work on steps.</summary>
    public IEnumerable<Stage> OnSteps => Stages.Where(stage => stage.Source.PerStep);

    /// <summary>The stages that work on one row a sequence.</summary>
    public IEnumerable<Stage> OnFinal => Stages.Where(stage => !stage.Source.PerStep);

    /// <summary>The states of all layers, in the order of their numbers.</summary>
    public IEnumerable<StatePlan> States => Layers.SelectMany(layer => layer.States);

    public int OutputSize => Outputs[0].Layer.OutputSize;

    public int OutputStride => Outputs[0].Layer.OutputStride;

    /// <summary>Whether there is an output for every step.</summary>
    public bool EveryStep => Output.PerStep;

    public Activation OutputActivation => Outputs[0].Layer.OutputActivation;

    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    public int PaddingToken => Layers[0].PaddingToken;

    /// <summary>The steps of a block of this model: of very wide layers only as many as have 4 MB, in whole tiles of rows.</summary>
    public int StepsOfBlock => Math.Max(8, Math.Min(BlockSteps, (1 << 20) / WidestStep / 8 * 8));

    private int WidestStep => OnSteps
        .Select(stage => stage.Target)
        .Where(rows => rows.PerStep)
        .Select(rows => rows.Stride)
        .Append(EveryStep ? OutputStride : 1)
        .Max();

    /// <summary>
    /// The layer that needs the end of a sequence before it gives anything, and why; null if the model can take step after step.
    /// </summary>
    public (LayerPlan Layer, string Reason)? NeedsWholeSequence => Layers
        .Where(layer => layer.NeedsWholeSequence is not null)
        .Select(layer => ((LayerPlan, string)?)(layer, layer.NeedsWholeSequence!))
        .FirstOrDefault();

    /// <summary>What all layers take of each buffer.</summary>
    public Place Length => Layers.Aggregate(default(Place), (sum, layer) => sum + layer.Length);

    /// <summary>The plan for a model.</summary>
    public static ModelPlan For(ModelSpec model)
    {
        List<LayerPlan> layers = Placed(model);
        bool readsTokens = model.Layers[0].Vocabulary is not null;
        var stages = new StageList();
        List<Rows> values = [new Rows(Rows.Input, readsTokens ? 1 : model.InputSize, PerStep: true)];
        List<Rows?> rows = [];
        List<int> clocks = [];
        for (int i = 0; i < layers.Count; i++)
        {
            Rows[] inputs = [.. model.Graph.Inputs[i].Select(input => values[input])];
            clocks.Add(inputs[0].Clock);
            rows.Add(model.Graph.Outputs.Contains(i + 1) && layers[i].Head is not null ? null : layers[i].AddTo(stages, inputs));
            values.Add(rows[i] ?? inputs[0]);
        }

        return new ModelPlan(
            readsTokens ? layers[0].InputSize : model.InputSize,
            readsTokens,
            layers,
            stages,
            rows,
            [.. model.Graph.Outputs.Select(output => new OutputPlan(values[output], layers[output - 1]))])
        {
            LayerClocks = clocks,
        };
    }

    /// <summary>The layers, one behind the other in each of the model's buffers.</summary>
    private static List<LayerPlan> Placed(ModelSpec model)
    {
        List<LayerPlan> layers = [];
        Dictionary<string, int> numbers = [];
        int states = 0;
        Place start = default;
        foreach ((LayerSpec spec, int size, LayerShape? shape) in LayerShapes.ByLayer(model))
        {
            int input = model.Graph.Inputs[layers.Count][0];
            int[] readers = [.. model.Graph.ReadersOf(layers.Count + 1)];
            LayerPlan layer = spec.Plan(new LayerSetting(
                size,
                shape,
                Below: input == 0 ? null : layers[input - 1],
                Above: readers.Length == 1 ? model.Layers[readers[0]] : null));
            int number = numbers[layer.Kind] = numbers.TryGetValue(layer.Kind, out int count) ? count + 1 : 1;
            layer = layer with { Name = layer.NameOf(number), KernelName = shape?.Name ?? "", Start = start, FirstState = states };
            layers.Add(layer);
            start += layer.Length;
            states += layer.States.Count;
        }

        return layers;
    }
}

/// <summary>One output of a model.</summary>
/// <param name="Rows">What its head reads, or, without one, the output.</param>
/// <param name="Layer">The layer whose output it is.</param>
internal sealed record OutputPlan(Rows Rows, LayerPlan Layer);
