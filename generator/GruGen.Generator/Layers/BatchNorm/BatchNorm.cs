using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Batch normalisation by running averages.</summary>
internal sealed record BatchNormSpec(double Epsilon) : LayerSpec
{
    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new BatchNormPlan(Epsilon, setting.InputSize);
}

/// <summary>[BatchNorm]</summary>
internal sealed class BatchNormReader : LayerReader<BatchNormSpec>
{
    /// <inheritdoc/>
    public override string Name => "BatchNorm";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) =>
        new BatchNormSpec(Property(attribute, "Epsilon", otherwise: 1e-5));

    /// <inheritdoc/>
    protected override void Check(BatchNormSpec layer, LayerRules rules) => rules.Values.CheckEpsilon(layer.Epsilon);
}

/// <summary>
/// Weight, bias, running mean and running variance of each feature, packed as scale, mean and bias. Nothing of it has a gradient.
/// </summary>
internal sealed record BatchNormPlan(double Epsilon, int Size) : LayerPlan("batchnorm", Size, Size)
{
    /// <inheritdoc/>
    public override Place Length => new(4L * Size, 3L * OutputStride);

    /// <inheritdoc/>
    public override LayerWriter Writer => new BatchNormWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        stages.Add(new BatchNormStage(this, inputs[0], inputs[0].Like(Name, OutputSize) with { AreInputs = inputs[0].AreInputs }));
}

/// <summary>y = (x − μ) ∘ weight/√(σ² + ε) + bias</summary>
internal sealed record BatchNormStage(BatchNormPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new BatchNormStageWriter(this);
}

/// <summary>Writes what the layer is, and how its parameters lie.</summary>
internal sealed class BatchNormWriter(BatchNormPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => $"BatchNorm({Real(layer.Epsilon)})";

    /// <inheritdoc/>
    public override string Summary => $"ε {Real(layer.Epsilon)}";

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string parameters = At("parameters", layer.Start.Parameters, layer.Name);
        string packed = At("packed", layer.Start.Packed, layer.Name);
        return [$"{Kernels}BatchNormalization.Pack({parameters}, {Real(layer.Epsilon)}, {packed}, {layer.Size});"];
    }
}

/// <summary>Writes the stage.</summary>
internal sealed class BatchNormStageWriter(BatchNormStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    private readonly BatchNormPlan _layer = stage.Layer;

    private string Weights => Packed(_layer.Start.Packed, _layer.Name);

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Normalize(At(Source), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string rows = $"{GradientAt(Target)}, {Weights}, {GradientAt(Source)}, add: {Flag(stage.Adds)}, {Count(Source)}, {_layer.Size}";
        return [First(IfWanted(Source, $"{Kernels}BatchNormalization.Backward<TVector>({rows});"))];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [Normalize(places[Source], places[Target], rows)];

    private string Normalize(string x, string y, string rows) =>
        $"{Kernels}BatchNormalization.Forward<TVector>({x}, {Weights}, {y}, {rows}, {_layer.Size});";
}
