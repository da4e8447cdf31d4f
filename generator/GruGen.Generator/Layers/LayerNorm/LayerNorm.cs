using Microsoft.CodeAnalysis;
using static GruGen.Generator.Attributes.AttributeArguments;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Layer normalisation.</summary>
internal sealed record LayerNormSpec(double Epsilon) : LayerSpec
{
    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new LayerNormPlan(Epsilon, setting.InputSize);
}

/// <summary>[LayerNorm]</summary>
internal sealed class LayerNormReader : LayerReader<LayerNormSpec>
{
    /// <inheritdoc/>
    public override string Name => "LayerNorm";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) =>
        new LayerNormSpec(Property(attribute, "Epsilon", otherwise: 1e-5));

    /// <inheritdoc/>
    protected override void Check(LayerNormSpec layer, LayerRules rules) => rules.Values.CheckEpsilon(layer.Epsilon);
}

/// <summary>Layer normalisation: weight and bias, packed as padded copies.</summary>
internal sealed record LayerNormPlan(double Epsilon, int Size) : LayerPlan("layernorm", Size, Size)
{
    public string WeightName => Name + ".weight";

    public string BiasName => Name + ".bias";

    /// <summary>Where the bias lies among the parameters.</summary>
    public long BiasParameters => Start.Parameters + Size;

    /// <summary>Where it lies among the packed weights.</summary>
    public long BiasOffset => Start.Packed + OutputStride;

    /// <summary>Where the sums of its gradient lie.</summary>
    public long BiasGradients => Start.Gradients + OutputStride;

    /// <inheritdoc/>
    public override Place Length => new(2L * Size, 2L * OutputStride, 0, 2L * OutputStride);

    /// <inheritdoc/>
    public override LayerWriter Writer => new LayerNormWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        stages.Add(new NormStage(this, inputs[0], inputs[0].Like(Name, OutputSize)));
}

/// <summary>y = (x − μ)/√(σ² + ε) ∘ weight + bias</summary>
internal sealed record NormStage(LayerNormPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new NormWriter(this);
}

/// <summary>Writes what a layer normalisation is, and how its parameters lie.</summary>
internal sealed class LayerNormWriter(LayerNormPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => $"LayerNorm({Real(layer.Epsilon)})";

    /// <inheritdoc/>
    public override string Summary => $"ε {Real(layer.Epsilon)}";

    /// <inheritdoc/>
    public override IEnumerable<string> Pack() =>
    [
        Copy(layer.WeightName, layer.Start.Parameters, layer.Start.Packed),
        Copy(layer.BiasName, layer.BiasParameters, layer.BiasOffset),
    ];

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients() =>
    [
        Stored(layer.WeightName, layer.Start.Gradients, layer.Size, layer.Start.Parameters, 1, layer.Size),
        Stored(layer.BiasName, layer.BiasGradients, layer.Size, layer.BiasParameters, 1, layer.Size),
    ];

    private string Copy(string name, long parameters, long packed) =>
        $"{Kernels}Packing.Copy({At("parameters", parameters, name)}, {At("packed", packed, name)}, {layer.Size});";
}

/// <summary>Writes layer normalisation.</summary>
internal sealed class NormWriter(NormStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    private readonly LayerNormPlan _layer = stage.Layer;

    private string Weight => Packed(_layer.Start.Packed, _layer.WeightName);

    private string Statistics => Field(Target.Name) + "Statistics";

    /// <inheritdoc/>
    public override IEnumerable<Memory> Buffers()
    {
        string count = Target.PerStep ? "memory.TrainingRows" : "memory.TrainingBatch";
        return base.Buffers().Append(new Memory(Statistics, $"mean | 1/σ[{Unit(Target)}, 2]", $"{count} * 2"));
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First(Normalize(At(Source), At(Target), $"ref {Statistics}.Start", Count(Source), "Training"))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string inputs = $"inputs: {(Source.AreInputs ? "InputGradients" : "true")}, add: {Flag(stage.Adds)}";
        string sums = $"{GradientSums(_layer.Start.Gradients, _layer.WeightName)}, {GradientSums(_layer.BiasGradients, _layer.BiasName)}";
        return
        [
            First($"{Kernels}Normalization.Backward<TVector>({At(Source)}, ref {Statistics}.Start, {Weight}, "
                + $"{GradientAt(Target)}, {GradientAt(Source)}, {inputs}, {sums}, {Count(Source)}, {_layer.Size});"),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [Normalize(places[Source], places[Target], "ref NoTensor", rows, "save: false")];

    private string Normalize(string x, string y, string statistics, string rows, string save) =>
        $"{Kernels}Normalization.Forward<TVector>({x}, {Weight}, {Packed(_layer.BiasOffset, _layer.BiasName)}, "
            + $"{Real(_layer.Epsilon)}f, {y}, {statistics}, {rows}, {_layer.Size}, {save});";
}
