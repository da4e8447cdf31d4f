using Microsoft.CodeAnalysis;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>A ReLU with a slope below zero that is learned.</summary>
internal sealed record PReLUSpec : LayerSpec
{
    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new PReLUPlan(setting.InputSize);
}

/// <summary>[PReLU]</summary>
internal sealed class PReLUReader : LayerReader<PReLUSpec>
{
    /// <inheritdoc/>
    public override string Name => "PReLU";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) => new PReLUSpec();

    /// <inheritdoc/>
    protected override void Check(PReLUSpec layer, LayerRules rules)
    {
    }
}

/// <summary>A slope for each feature, packed as a padded copy.</summary>
internal sealed record PReLUPlan(int Size) : LayerPlan("prelu", Size, Size)
{
    public string WeightName => Name + ".weight";

    /// <inheritdoc/>
    public override Place Length => new(Size, OutputStride, 0, OutputStride);

    /// <inheritdoc/>
    public override LayerWriter Writer => new PReLUWriter(this);

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) =>
        stages.Add(new PReLUStage(this, inputs[0], inputs[0].Like(Name, OutputSize)));
}

/// <summary>y = max(0, x) + weight ∘ min(0, x)</summary>
internal sealed record PReLUStage(PReLUPlan Layer, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new PReLUStageWriter(this);
}

/// <summary>Writes what the layer is, and how its slopes lie.</summary>
internal sealed class PReLUWriter(PReLUPlan layer) : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => "PReLU()";

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string slopes = At("parameters", layer.Start.Parameters, layer.WeightName);
        return [$"{Kernels}Packing.Copy({slopes}, {At("packed", layer.Start.Packed, layer.WeightName)}, {layer.Size});"];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients() =>
        [Stored(layer.WeightName, layer.Start.Gradients, layer.Size, layer.Start.Parameters, 1, layer.Size)];
}

/// <summary>Writes the stage.</summary>
internal sealed class PReLUStageWriter(PReLUStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    private readonly PReLUPlan _layer = stage.Layer;

    private string Slopes => Packed(_layer.Start.Packed, _layer.WeightName);

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() => [First(Apply(At(Source), At(Target), Count(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string inputs = $"inputs: {(Source.AreInputs ? "InputGradients" : "true")}, add: {Flag(stage.Adds)}";
        string sums = GradientSums(_layer.Start.Gradients, _layer.WeightName);
        return
        [
            First($"{Kernels}LearnedSlopes.Backward<TVector>({At(Source)}, {Slopes}, "
                + $"{GradientAt(Target)}, {GradientAt(Source)}, {inputs}, {sums}, {Count(Source)}, {_layer.Size});"),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [Apply(places[Source], places[Target], rows)];

    private string Apply(string x, string y, string rows) =>
        $"{Kernels}LearnedSlopes.Forward<TVector>({x}, {Slopes}, {y}, {rows}, {_layer.Size});";
}
