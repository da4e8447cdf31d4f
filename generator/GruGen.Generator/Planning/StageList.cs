using GruGen.Generator.Specs;

namespace GruGen.Generator.Planning;

/// <summary>Puts the stages of a pass together, layer by layer.</summary>
internal sealed class StageList(int inputSize)
{
    private readonly List<Stage> _stages = [];

    /// <summary>What the last layer so far hands on.</summary>
    public Rows Output { get; private set; } = new(Rows.Input, inputSize, PerStep: true);

    /// <summary>The number of masks of dropout.</summary>
    public int MaskCount { get; private set; }

    public void Add(LayerPlan layer)
    {
        switch (layer)
        {
            case EmbeddingLayerPlan { ByToken: true }:
                break;
            case EmbeddingLayerPlan embedding:
                Output = Add(new GatherStage(embedding, Output, Next(layer)));
                break;
            case GruLayerPlan gru:
                AddGru(gru);
                break;
            case DenseLayerPlan dense:
                AddResidual(dense.Spec.Residual, dense, output => Add(new DenseStage(dense, Output, output)));
                break;
            case DropoutLayerPlan dropout:
                Output = Add(new DropStage(Output, Next(layer) with { AreInputs = Output.AreInputs }, MaskCount++, dropout.Rate, OneMask: false));
                break;
            case LayerNormPlan norm:
                Output = Add(new NormStage(norm, Output, Next(layer)));
                break;
            case PoolLayerPlan pool:
                Output = Add(new PoolStage(pool, Output, new Rows(layer.Name, layer.OutputSize, PerStep: false)));
                break;
            default:
                throw new ArgumentException($"No stages are known for {layer}.", nameof(layer));
        }
    }

    /// <summary>
    /// The stages, each of which knows whether it adds to the gradient of what it reads: it does where a stage that went back before has a part in it,
    /// and where that is a final state, which has a gradient from outside.
    /// </summary>
    public IReadOnlyList<Stage> WithGradients()
    {
        HashSet<Rows> written = [];
        return [.. Enumerable.Reverse(_stages).Select(stage => stage with { Adds = stage.Source.IsFinalState || !written.Add(stage.Source) }).Reverse()];
    }

    private void AddGru(GruLayerPlan layer)
    {
        GruSpec spec = layer.Spec;
        if (spec.Direction == Direction.Both)
        {
            AddResidual(spec.Residual, layer, output =>
            {
                Rows source = Output;
                Rows[] ends = [.. layer.Directions.Select((direction, i) => AddDirection(direction, source, turn: i == 1))];
                return Add(new MergeStage(layer, ends[0], ends[1], output));
            });
            return;
        }

        GruDirectionPlan only = layer.Directions.Single();
        if (spec.Direction == Direction.Reverse && spec.EveryStep)
        {
            AddResidual(spec.Residual, layer, output => Add(new TurnStage(AddDirection(only, Output, turn: true), output)));
        }
        else if (spec.Residual)
        {
            AddResidual(true, layer, output => AddDirection(only, Output, turn: false, output));
        }
        else
        {
            Output = AddDirection(only, Output, turn: spec.Direction == Direction.Reverse);
        }
    }

    /// <summary>The stages of one direction; gives its outputs, which lie turned if it reads sequences from their end.</summary>
    private Rows AddDirection(GruDirectionPlan direction, Rows source, bool turn, Rows? output = null)
    {
        GruSpec spec = direction.Layer.Spec;
        if (turn)
        {
            source = Add(new TurnStage(source, new Rows(direction.Name + "Turned", source.Size, PerStep: true) { AreInputs = source.AreInputs }));
        }

        if (spec.Dropout > 0)
        {
            source = Add(new DropStage(source, new Rows(direction.Name + "Input", source.Size, PerStep: true) { AreInputs = source.AreInputs }, MaskCount++, spec.Dropout, OneMask: true));
        }

        Rows states = output ?? new Rows(direction.Name + (direction.Layer.DirectionCount > 1 || turn ? "States" : ""), direction.Kernel.HiddenSize, PerStep: true);
        Rows target = spec.EveryStep ? states : new Rows(direction.Name, direction.Kernel.HiddenSize, PerStep: false) { FinalState = direction.StateIndex };
        return Add(new GruStage(direction, source, states, target) { MaskIndex = spec.RecurrentDropout > 0 ? MaskCount++ : -1 });
    }

    /// <summary>The stages of a layer, and, if it has a residual connection, the sum of its input and its output.</summary>
    private void AddResidual(bool residual, LayerPlan layer, Func<Rows, Rows> add)
    {
        Rows source = Output;
        bool perStep = source.PerStep && layer is not GruLayerPlan { Spec.EveryStep: false };
        var sum = new Rows(layer.Name, layer.OutputSize, perStep);
        if (!residual)
        {
            Output = add(sum);
            return;
        }

        Rows output = add(new Rows(layer.Name + "Output", layer.OutputSize, perStep) { GradientOf = sum });
        Output = Add(new AddStage(source, output, sum));
    }

    private Rows Add(Stage stage)
    {
        _stages.Add(stage);
        return stage.Target;
    }

    /// <summary>The rows of a layer that hands on as many as it is given.</summary>
    private Rows Next(LayerPlan layer) => new(layer.Name, layer.OutputSize, Output.PerStep);
}
