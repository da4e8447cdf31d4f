using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Writes what a Dense layer is, how its parameters lie, and the calls of its kernel.</summary>
/// <param name="layer">The layer.</param>
/// <param name="stride">From one row of its outputs to the next, where they lie in wider rows.</param>
internal sealed class DenseWriter(DenseLayerPlan layer, int? stride = null) : HeadWriter
{
    private readonly DensePlan _kernel = layer.Kernel;

    /// <summary>The activation of its outputs.</summary>
    public RowActivation Activation { get; } = new(layer.Activation, layer.Kernel.Units, stride);

    /// <inheritdoc/>
    public override string Schema =>
        $"Dense({Emission.Text.Literal(_kernel.Units)}, {Activation.Name}{Options(", residual: true", ", bias: false")})";

    /// <inheritdoc/>
    public override string Summary => layer.Activation.ToString().ToLowerInvariant() + Options(", residual", ", no bias");

    /// <summary>The number of units with their padding, where a row is longer.</summary>
    private string Units => stride is null ? "" : $"units: {_kernel.UnitStride}, ";

    private string Weight => At("parameters", layer.Start.Parameters, layer.WeightName);

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string bias = _kernel.Bias ? At("parameters", layer.BiasParameters, layer.BiasName) : "ref NoTensor";
        string sizes = $"{_kernel.InputSize}, {_kernel.Units}";
        string packed = $"{At("packed", layer.Start.Packed, layer.WeightName)}, {At("packed", layer.BiasOffset, layer.BiasName)}";
        return [$"{Kernels}Packing.Dense<TVector>({Weight}, {bias}, {sizes}, {packed});"];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> PackBackward()
    {
        (int size, int stride) = (_kernel.InputSize, Simd.WeightStride(_kernel.InputSize));
        string packed = At("packed", layer.Start.Backward, layer.WeightName);
        return [$"{Kernels}Packing.CopyRows({Weight}, {size}, {packed}, {stride}, {_kernel.Units}, {size});"];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients() =>
    [
        Stored(layer.WeightName, layer.Start.Gradients, _kernel.InputStride, layer.Start.Parameters, _kernel.Units, _kernel.InputSize),
        .. _kernel.Bias ? new[] { Stored(layer.BiasName, layer.BiasGradients, _kernel.Units, layer.BiasParameters, 1, _kernel.Units) } : [],
    ];

    /// <inheritdoc/>
    public override string Forward(string source, string target, string rows) => Product(source, target, rows, ", share");

    /// <inheritdoc/>
    public override string Backward(string source, string gradient, string sourceGradient, string rows, string inputs, bool adds)
    {
        string sums = GradientSums(layer.Start.Gradients, layer.Name), weight = PackedBackward(layer.Start.Backward, layer.WeightName);
        return $$"""
            {{Kernels}}DenseKernel.Backward<TVector>(
                {{Kernels}}ProductTile.Of{{_kernel.InputTile}}, {{source}}, xStride: {{_kernel.InputStride}},
                {{gradient}}, yStride: {{stride ?? _kernel.UnitStride}}, units: {{_kernel.Units}},
                {{sourceGradient}}, {{rows}}, inputs: {{inputs}}, add: {{Flag(adds)}},
                {{sums}}, {{weight}}, weightStride: {{Simd.WeightStride(_kernel.InputSize)}}, share);
            """;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Rows(string source, string target, string rows) =>
        Activation.Rows(target, rows).Prepend(Product(source, target, rows, ""));

    /// <summary>What the layer is beyond its sizes and its activation.</summary>
    private string Options(string residual, string noBias) =>
        (layer.Spec.Residual ? residual : "") + (_kernel.Bias ? "" : noBias);

    private string Product(string source, string target, string rows, string share) =>
        $$"""
        {{Kernels}}DenseKernel.Forward<TVector>(
            {{Kernels}}ProductTile.Of{{_kernel.Tile}}, {{source}}, xStride: {{_kernel.InputStride}}, inputSize: {{_kernel.InputSize}},
            {{target}}, yStride: {{stride ?? _kernel.UnitStride}}, {{Units}}{{rows}},
            {{Packed(layer.Start.Packed, layer.WeightName)}}, {{Packed(layer.BiasOffset, layer.BiasName)}}{{share}});
        """;
}

/// <summary>Writes the stage of a Dense layer.</summary>
internal sealed class DenseStageWriter(DenseStage stage) : RowStageWriter(stage.Source, stage.Target)
{
    private readonly DenseWriter _layer = new(stage.Layer, stage.Target.Whole?.Stride);

    /// <inheritdoc/>
    public override IEnumerable<Memory> Buffers() => base.Buffers().Concat(_layer.Activation.Buffers(Target));

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        _layer.Activation.Forward(Target).Prepend(Part(_layer.Forward(At(Source), At(Target), Count(Source))));

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string inputs = Source.AreInputs ? "InputGradients" : "true";
        return _layer.Activation.Backward(Target).Append(
            Part(_layer.Backward(At(Source), GradientAt(Target), GradientAt(Source), Count(Source), inputs, stage.Adds)));
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => _layer.Rows(places[Source], places[Target], rows);
}
