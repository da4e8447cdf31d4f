using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>A Dense layer: one stage, and the sum with its input if it has a residual connection.</summary>
internal sealed record DenseLayerPlan(DenseSpec Spec, DensePlan Kernel) : LayerPlan("dense", Kernel.InputSize, Kernel.Units)
{
    public Activation Activation => Spec.Activation;

    public string WeightName => Name + ".weight";

    public string BiasName => Name + ".bias";

    /// <summary>Where the bias lies among the parameters.</summary>
    public long BiasParameters => Start.Parameters + ((long)Kernel.Units * Kernel.InputSize);

    /// <summary>Where it lies among the packed weights.</summary>
    public long BiasOffset => Start.Packed + Kernel.WeightLength;

    /// <summary>Where the sums of its gradient lie.</summary>
    public long BiasGradients => Start.Gradients + ((long)Kernel.UnitStride * Kernel.InputStride);

    /// <inheritdoc/>
    public override Place Length =>
        new(Kernel.ParameterCount, Kernel.WeightLength + Kernel.BiasLength, Kernel.BackwardLength, Kernel.GradientLength);

    /// <inheritdoc/>
    public override Activation OutputActivation => Spec.Residual ? Activation.Linear : Activation;

    /// <inheritdoc/>
    public override LayerWriter Writer => new DenseWriter(this);

    /// <inheritdoc/>
    public override HeadWriter? Head => Spec.Residual ? null : new DenseWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        stages.AddWithResidual(Spec.Residual, this, inputs[0], inputs[0].PerStep, output =>
            stages.Add(new DenseStage(this, inputs[0], output)));
}

/// <summary>y = activation(W·x + b)</summary>
internal sealed record DenseStage(DenseLayerPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new DenseStageWriter(this);

    /// <inheritdoc/>
    public override bool WritesApart => !Layer.Activation.NeedsArgument();
}
