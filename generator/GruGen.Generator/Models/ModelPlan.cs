using System.Collections.Immutable;
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
        IReadOnlyDictionary<Rows, Rows> placed = stages.WriteInPlace(outputs.Select(output => output.Rows));
        LayerRows = [.. rows.Select(row => row is not null && placed.TryGetValue(row, out Rows part) ? part : row)];
        Stages = stages.WithGradients(outputs.Select(output => output.Rows));
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

    /// <summary>What the model outputs.</summary>
    public IReadOnlyList<OutputPlan> Outputs { get; }

    /// <summary>The inputs of the model.</summary>
    public Rows Input => new(Rows.Input, ReadsTokens ? 1 : InputSize, PerStep: true);

    /// <summary>The stages that work on steps.</summary>
    public IEnumerable<Stage> OnSteps => Stages.Where(stage => stage.Source.PerStep);

    /// <summary>The stages that work on one row a sequence.</summary>
    public IEnumerable<Stage> OnFinal => Stages.Where(stage => !stage.Source.PerStep);

    /// <summary>The states of all layers, in the order of their numbers.</summary>
    public IEnumerable<StatePlan> States => Layers.SelectMany(layer => layer.States);

    /// <summary>The numbers of all outputs.</summary>
    public int OutputSize => Outputs.Sum(output => output.Layer.OutputSize);

    /// <summary>From one row of outputs to the next, all of them together.</summary>
    public int OutputStride => Outputs.Sum(output => output.Layer.OutputStride);

    /// <summary>Whether there is an output for every step.</summary>
    public bool EveryStep => Outputs[0].Rows.PerStep;

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
        List<OutputPlan> outputs = [];
        for (int i = 0; i < layers.Count; i++)
        {
            EquatableArray<Rows> inputs = model.Graph.Inputs[i].Select(input => values[input]).ToImmutableArray();
            Rows source = inputs.Count == 1 ? inputs[0] : stages.Add(new JoinStage(
                inputs,
                new Rows(layers[i].Name + "Joined", layers[i].InputSize, inputs[0].PerStep) { Clock = inputs[0].Clock },
                model.Graph.Combines[i]));
            bool isHead = model.Graph.Outputs.Contains(i + 1) && layers[i].Head is not null;
            bool isRead = model.Graph.ReadersOf(i + 1).Any(); // by layers, which read what it gives with its activation
            clocks.Add(source.Clock);
            rows.Add(isHead && !isRead ? null : layers[i].AddTo(stages, [source]));
            values.Add(rows[i] ?? source);
            if (model.Graph.Outputs.Contains(i + 1))
            {
                Rows output = isHead ? source : rows[i]!;
                bool adds = output.IsFinalState || outputs.Any(other => other.Rows == output);
                outputs.Add(new OutputPlan(output, layers[i], isHead ? layers[i].Head : null, outputs.Count, adds)
                {
                    Offset = outputs.Sum(other => other.Layer.OutputSize),
                    Start = outputs.Sum(other => other.Layer.OutputStride),
                });
            }
        }

        return new ModelPlan(readsTokens ? layers[0].InputSize : model.InputSize, readsTokens, layers, stages, rows, outputs)
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
            int place = layers.Count;
            LayerPlan layer = spec.Plan(new LayerSetting(
                size,
                shape,
                Below: model.Graph.Below(place) is { } below ? layers[below] : null,
                Above: model.Graph.Above(place) is { } above ? model.Layers[above] : null));
            int number = numbers[layer.Kind] = numbers.TryGetValue(layer.Kind, out int count) ? count + 1 : 1;
            string name = spec.GivenName.Length > 0 ? spec.GivenName : layer.NameOf(number);
            layer = layer with { Name = name, KernelName = shape?.Name ?? "", Start = start, FirstState = states };
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
/// <param name="Head">The layer, if it works on blocks of rows next to the loss, apart from the others.</param>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Adds">Whether the gradient of <paramref name="Rows"/> accumulates, because another output reads them too.</param>
internal sealed record OutputPlan(Rows Rows, LayerPlan Layer, HeadWriter? Head, int Index, bool Adds)
{
    /// <summary>Where it starts in a row that has all outputs, one behind the other.</summary>
    public int Offset { get; init; }

    /// <summary>Where it starts where each output is padded.</summary>
    public int Start { get; init; }
}
