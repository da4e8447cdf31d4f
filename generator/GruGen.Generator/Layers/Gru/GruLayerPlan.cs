using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>A recurrent layer: one direction, or two with parameters and states of their own.</summary>
internal sealed record GruLayerPlan(GruSpec Spec, GruPlan Kernel) : LayerPlan("gru", Kernel.InputSize, Spec.OutputSizeOn(Kernel.InputSize))
{
    /// <summary>The embedding whose tokens it reads; null if it reads vectors.</summary>
    public EmbeddingLayerPlan? Table { get; init; }

    /// <summary>The kernel of its second direction, and its type, where that has other activations than the first.</summary>
    public (GruPlan Plan, string Name)? SecondKernel { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> KernelNames => SecondKernel is { } second ? base.KernelNames.Append(second.Name) : base.KernelNames;

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
                yield return new GruDirectionPlan(this, Name + (i == 0 ? "" : "Reverse"), FirstState + i, start);
            }
        }
    }

    /// <summary>One state for each direction.</summary>
    public override IReadOnlyList<StatePlan> States =>
    [
        .. Directions.Select(direction => new StatePlan(
            direction.StateIndex,
            Kernel.HiddenSize,
            direction.Start.States,
            Spec.LearnsInitialState ? direction.InitialStateOffset : null)),
    ];

    /// <summary>The tensors of a direction: weights, biases where there are any, and the initial state if it is learned.</summary>
    public IEnumerable<(GruTensor Tensor, long Length)> Tensors
    {
        get
        {
            yield return (GruTensor.WeightIh, 3L * Kernel.HiddenSize * Kernel.InputSize);
            yield return (GruTensor.WeightHh, 3L * Kernel.HiddenSize * Kernel.HiddenSize);
            if (Spec.Options.Bias)
            {
                yield return (GruTensor.BiasIh, 3L * Kernel.HiddenSize);
            }

            if (Spec.Options is { Bias: true, ResetAfter: true })
            {
                yield return (GruTensor.BiasHh, 3L * Kernel.HiddenSize);
            }

            if (Spec.LearnsInitialState)
            {
                yield return (GruTensor.InitialState, Kernel.HiddenSize);
            }
        }
    }

    /// <inheritdoc/>
    public override Place Length => DirectionCount == 1 ? DirectionLength : DirectionLength + DirectionLength;

    /// <inheritdoc/>
    public override string? NeedsWholeSequence => Spec.Direction switch
    {
        Direction.Both => "is bidirectional",
        Direction.Reverse => "reads sequences from their end",
        _ => null,
    };

    /// <inheritdoc/>
    public override LayerWriter Writer => new GruWriter(this);

    private Place DirectionLength
    {
        get
        {
            int initial = Spec.LearnsInitialState ? Kernel.HiddenStride : 0;
            return new Place(
                Tensors.Sum(tensor => tensor.Length),
                Kernel.WeightLength + Kernel.BiasLength + initial,
                Kernel.BackwardLength,
                Kernel.GradientLength + initial,
                Kernel.HiddenStride,
                Kernel.PairLength + Kernel.TokenBiasLength(Vocabulary));
        }
    }

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs)
    {
        Rows source = inputs[0];
        if (Spec.Direction == Direction.Both)
        {
            return stages.AddWithResidual(Spec.Options.Residual, this, source, Spec.EveryStep, output =>
            {
                Rows[] ends = [.. Directions.Select((direction, i) => AddDirection(stages, direction, source, reverse: i == 1))];
                return stages.Add(new MergeStage(this, ends[0], ends[1], output));
            });
        }

        GruDirectionPlan only = Directions.Single();
        bool reverse = Spec.Direction == Direction.Reverse;
        if (reverse && Spec.EveryStep)
        {
            return stages.AddWithResidual(Spec.Options.Residual, this, source, perStep: true, output =>
                stages.Add(new TurnStage(AddDirection(stages, only, source, reverse), output)));
        }

        return Spec.Options.Residual
            ? stages.AddWithResidual(true, this, source, Spec.EveryStep, output =>
                AddDirection(stages, only, source, reverse: false, output))
            : AddDirection(stages, only, source, reverse);
    }

    /// <summary>The stages of one direction; gives its outputs, which lie reversed if it reads sequences from their end.</summary>
    private static Rows AddDirection(StageList stages, GruDirectionPlan direction, Rows source, bool reverse, Rows? output = null)
    {
        GruSpec spec = direction.Layer.Spec;
        if (reverse)
        {
            var reversed = source.OfSteps(direction.Name + "Turned", source.Size) with { AreInputs = source.AreInputs };
            source = stages.Add(new TurnStage(source, reversed));
        }

        if (spec.Options.Dropout > 0)
        {
            var dropped = source.OfSteps(direction.Name + "Input", source.Size) with { AreInputs = source.AreInputs };
            source = stages.Add(new DropStage(source, dropped, stages.NextMask(), spec.Options.Dropout, OneMask: true));
        }

        string name = direction.Name + (direction.Layer.DirectionCount > 1 || reverse ? "States" : "");
        Rows states = output ?? source.OfSteps(name, direction.Kernel.HiddenSize);
        Rows target = spec.EveryStep
            ? states
            : new Rows(direction.Name, direction.Kernel.HiddenSize, PerStep: false)
            {
                FinalState = direction.StateIndex,
                Clock = source.Clock,
            };
        int mask = spec.Options.RecurrentDropout > 0 ? stages.NextMask() : -1;
        return stages.Add(new GruStage(direction, source, states, target) { MaskIndex = mask });
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
/// <param name="StateIndex">The number of its state among those of all layers, from 0.</param>
/// <param name="Start">Where it starts in each of the model's buffers.</param>
internal sealed record GruDirectionPlan(GruLayerPlan Layer, string Name, int StateIndex, Place Start)
{
    public GruPlan Kernel => IsFirst || Layer.SecondKernel is not { } second ? Layer.Kernel : second.Plan;

    /// <summary>The type of its kernel.</summary>
    public string KernelName => IsFirst || Layer.SecondKernel is not { } second ? Layer.KernelName : second.Name;

    /// <summary>Its name in comments.</summary>
    public string Label => Layer.Name + Suffix;

    /// <summary>What the second direction has behind the names of its tensors.</summary>
    private string Suffix => IsFirst ? "" : "_reverse";

    private bool IsFirst => StateIndex == Layer.FirstState;

    /// <summary>Where its packed biases start.</summary>
    public long BiasOffset => Start.Packed + Kernel.WeightLength;

    /// <summary>Where its initial state lies among the packed weights, if it is learned.</summary>
    public long InitialStateOffset => BiasOffset + Kernel.BiasLength;

    /// <summary>Where the sum of the gradients of its initial state lies, if it is learned.</summary>
    public long InitialStateGradientOffset => Start.Gradients + Kernel.GradientLength;

    /// <summary>The name of a tensor in files.</summary>
    public string NameOf(GruTensor tensor) => $"{Layer.Name}.{tensor switch
    {
        GruTensor.WeightIh => "weight_ih",
        GruTensor.WeightHh => "weight_hh",
        GruTensor.BiasIh => "bias_ih",
        GruTensor.BiasHh => "bias_hh",
        _ => "initial_state",
    }}_l0{Suffix}";

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
