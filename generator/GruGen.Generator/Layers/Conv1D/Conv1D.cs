using GruGen.Generator.Attributes;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;

namespace GruGen.Generator.Layers;

/// <summary>A convolution over steps.</summary>
internal sealed record Conv1DSpec(int Channels, int KernelSize) : LayerSpec
{
    public int Dilation { get; init; } = 1;

    public ConvPadding Padding { get; init; }

    public Activation Activation { get; init; }

    public bool Bias { get; init; } = true;

    public int Stride { get; init; } = 1;

    /// <summary>The steps of a window, of which an output is made and which end within the sequence; 1 where it is padded.</summary>
    public int Window => Padding == ConvPadding.Valid ? ((KernelSize - 1) * Dilation) + 1 : 1;

    /// <inheritdoc/>
    public override bool ChangesSteps => Window > 1 || Stride > 1;

    /// <summary>Whether an output depends on later steps.</summary>
    public bool LooksAhead => Padding == ConvPadding.Same && KernelSize > 1;

    /// <inheritdoc/>
    public override string? NeedsEnds => LooksAhead ? "reads steps that are still to come" : null;

    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => Channels;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new Conv1DPlan(this, setting.InputSize);
}

/// <summary>[Conv1D(channels, kernelSize)]</summary>
internal sealed class Conv1DReader : LayerReader<Conv1DSpec>
{
    /// <inheritdoc/>
    public override string Name => "Conv1D";

    /// <inheritdoc/>
    public override string NameOf(int number) => $"conv{number}";

    /// <inheritdoc/>
    public override bool IsRecurrent => true;

    /// <inheritdoc/>
    public override bool ReadsSequences => true;

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) =>
        new Conv1DSpec(Argument<int>(attribute, 0), Argument<int>(attribute, 1))
        {
            Dilation = Property(attribute, "Dilation", otherwise: 1),
            Padding = Property(attribute, "Padding", otherwise: ConvPadding.Causal),
            Activation = Property(attribute, "Activation", otherwise: Activation.Linear),
            Bias = Property(attribute, "Bias", otherwise: true),
            Stride = Property(attribute, "Stride", otherwise: 1),
        };

    /// <inheritdoc/>
    protected override void Check(Conv1DSpec layer, LayerRules rules)
    {
        rules.Values.CheckSize("channels", layer.Channels);
        rules.Values.CheckSize("Dilation", layer.Dilation);
        if (layer.Padding == ConvPadding.Same)
        {
            rules.Values.CheckSize("Stride", layer.Stride, 1, ", because 'ConvPadding.Same' gives as many outputs as steps");
        }
        else
        {
            rules.Values.CheckSize("Stride", layer.Stride);
        }

        if (ActivationParameters.AreOfRecurrentLayers(layer.Activation))
        {
            rules.Add(Rules.UnsuitableActivation, $"'{layer.Activation}'", rules.Number, "only a [Gru] has it; choose another one");
        }

        long step = (long)Math.Max(layer.Dilation, 1) * Math.Max(rules.Place.InputSize, 1);
        if (layer.KernelSize - 1L > ConvLimits.History / step)
        {
            const string Reason = ", because (kernelSize − 1) · Dilation · inputs is the history of a sequence and at most ";
            string most = ValueRules.Number(ConvLimits.History);
            rules.Values.CheckSize("kernelSize", layer.KernelSize, (int)(ConvLimits.History / step) + 1, Reason + most);
        }
        else
        {
            rules.Values.CheckSize("kernelSize", layer.KernelSize, ConvLimits.History);
        }
    }
}

/// <summary>
/// A convolution in its place. It is a product with windows: of each step, the inputs of all taps side by side, which a causal layer has of
/// the steps before the sequence too, its history.
/// </summary>
internal sealed record Conv1DPlan(Conv1DSpec Spec, int InputSize) : LayerPlan("conv", InputSize, Spec.Channels)
{
    public string WeightName => Name + ".weight";

    public string BiasName => Name + ".bias";

    public int Channels => Spec.Channels;

    public int KernelSize => Spec.KernelSize;

    /// <summary>The numbers of a window.</summary>
    public int WindowSize => InputSize * KernelSize;

    /// <summary>The numbers of a history: of the steps that the first tap lies before the last one; 0 if the layer keeps none.</summary>
    public int HistorySize => Spec.LooksAhead ? 0 : (KernelSize - 1) * Spec.Dilation * InputSize;

    /// <summary>Windows that are gathered before they are multiplied: they stay in the first level of the cache.</summary>
    public int WindowRows => Math.Max(8, Math.Min(32, 4096 / WindowSize / 8 * 8));

    /// <summary>Rows by blocks of the forward product.</summary>
    public Tile Tile => DensePlan.For(WindowSize, Channels).Tile;

    /// <summary>Of dx rows by vectors.</summary>
    public Tile InputTile => DensePlan.For(InputSize, Channels).InputTile;

    /// <summary>Of dW channels by vectors.</summary>
    public Tile WeightTile => DensePlan.For(WindowSize, Channels).InputTile;

    /// <summary>Where the bias lies among the parameters.</summary>
    public long BiasParameters => Start.Parameters + ((long)Channels * WindowSize);

    /// <summary>Where it lies among the packed weights; zeros if there is none.</summary>
    public long BiasOffset => Start.Packed + ((long)OutputStride * WindowSize);

    /// <summary>Where the sums of its gradient lie.</summary>
    public long BiasGradients => Start.Gradients + ((long)OutputStride * Simd.Padded(WindowSize));

    /// <inheritdoc/>
    public override Place Length => new(
        ((long)Channels * WindowSize) + (Spec.Bias ? Channels : 0),
        OutputStride * (WindowSize + 1L),
        (long)Channels * KernelSize * Simd.WeightStride(InputSize),
        OutputStride * (Simd.Padded(WindowSize) + 1L),
        WindowStates.Length(HistorySize, Spec.ChangesSteps));

    /// <inheritdoc/>
    public override IReadOnlyList<StatePlan> States => WindowStates.Of(this, HistorySize, Spec.ChangesSteps);

    /// <inheritdoc/>
    public override string? NeedsWholeSequence => Spec.NeedsEnds;

    /// <inheritdoc/>
    public override LayerWriter Writer => new Conv1DWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs)
    {
        Rows outputs = inputs[0].OfSteps(Spec.ChangesSteps ? Name + "Steps" : Name, OutputSize);
        stages.Add(new Conv1DStage(this, inputs[0], outputs));
        return Spec.ChangesSteps ? stages.AddWindows(Name, outputs, Pooling.Last, Spec.Window, Spec.Stride, States) : outputs;
    }
}

/// <summary>y_t = activation(Σ W_j·x_(t + j·dilation − before) + b)</summary>
internal sealed record Conv1DStage(Conv1DPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override bool ReadsUnpadded => true;

    /// <inheritdoc/>
    public override StageWriter Writer => new Conv1DStageWriter(this);
}
