using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Writes what a convolution is, and how its parameters lie.</summary>
internal sealed class Conv1DWriter(Conv1DPlan layer) : LayerWriter
{
    /// <summary>The activation of its outputs.</summary>
    public RowActivation Activation { get; } = new(layer.Spec.Activation, layer.Channels);

    /// <summary>What its kernel has to know.</summary>
    public string Shape =>
        $"new({Literal(layer.InputSize)}, {Literal(layer.Channels)}, kernelSize: {Literal(layer.KernelSize)}, "
            + $"dilation: {Literal(layer.Spec.Dilation)}, {PaddingOf(layer.Spec.LooksAhead ? ConvPadding.Same : ConvPadding.Causal)})";

    /// <inheritdoc/>
    public override string Schema
    {
        get
        {
            string[] arguments =
            [
                Literal(layer.Channels),
                Literal(layer.KernelSize),
                layer.Spec.Activation == default ? "" : $"activation: {Activation.Name}",
                layer.Spec.Dilation == 1 ? "" : $"dilation: {Literal(layer.Spec.Dilation)}",
                layer.Spec.Padding == default ? "" : $"padding: {Padding}",
                layer.Spec.Bias ? "" : "bias: false",
                layer.Spec.Stride == 1 ? "" : $"stride: {Literal(layer.Spec.Stride)}",
            ];
            return $"Conv1D({string.Join(", ", arguments.Where(argument => argument.Length > 0))})";
        }
    }

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string[] words =
            [
                $"kernel {layer.KernelSize}",
                layer.Spec.Dilation == 1 ? "" : $"dilation {layer.Spec.Dilation}",
                layer.Spec.Stride == 1 ? "" : $"stride {layer.Spec.Stride}",
                layer.Spec.Padding.ToString().ToLowerInvariant(),
                layer.Spec.Activation.ToString().ToLowerInvariant(),
                layer.Spec.Bias ? "" : "no bias",
            ];
            return string.Join(", ", words.Where(word => word.Length > 0));
        }
    }

    private string Padding => PaddingOf(layer.Spec.Padding);

    private static string PaddingOf(ConvPadding padding) => $"global::GruGen.ConvPadding.{padding}";

    private string Weight => At("parameters", layer.Start.Parameters, layer.WeightName);

    /// <inheritdoc/>
    public override IEnumerable<string> Pack()
    {
        string bias = layer.Spec.Bias ? At("parameters", layer.BiasParameters, layer.BiasName) : "ref NoTensor";
        string packed = $"{At("packed", layer.Start.Packed, layer.WeightName)}, {At("packed", layer.BiasOffset, layer.BiasName)}";
        return [$"{Kernels}Conv1DKernel.Pack<TVector>({Shape}, {Weight}, {bias}, {packed});"];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> PackBackward() =>
        [$"{Kernels}Conv1DKernel.PackBackward({Shape}, {Weight}, {At("packed", layer.Start.Backward, layer.WeightName)});"];

    /// <inheritdoc/>
    public override IEnumerable<string> StoreGradients()
    {
        string weight = At("gradients", layer.Start.Parameters, layer.WeightName);
        yield return $"{Kernels}Conv1DKernel.StoreGradients({Shape}, {GradientSums(layer.Start.Gradients, layer.WeightName)}, {weight});";
        if (layer.Spec.Bias)
        {
            yield return Stored(layer.BiasName, layer.BiasGradients, layer.Channels, layer.BiasParameters, 1, layer.Channels);
        }
    }
}

/// <summary>Writes a convolution in a pass, in a step and in a block of steps.</summary>
internal sealed class Conv1DStageWriter(Conv1DStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly Conv1DPlan _layer = stage.Layer;
    private readonly Conv1DWriter _writer = new(stage.Layer);
    private readonly string _name = Field(stage.Target.Name);

    private string Weights => $"{Packed(_layer.Start.Packed, _layer.WeightName)}, {Packed(_layer.BiasOffset, _layer.BiasName)}";

    private string Windows => $"ref {_name}Windows.Start";

    private const string Kernel = Kernels + "Conv1DKernel.";

    private bool HasHistory => _layer.HistorySize > 0;

    private string State => $"State({_layer.FirstState})";

    private string BySequence => $"ref {_name}Inputs.Start, ref {_name}OutputGradients.Start, ref {_name}InputGradients.Start";

    /// <inheritdoc/>
    public override IEnumerable<Memory> Buffers()
    {
        (int size, int window) = (_layer.InputSize, _layer.WindowSize);
        string windows = $"global::System.Math.Max({_layer.WindowRows}L, memory.MaxBatch) * {Literal(window)}";
        string rows = $"{Kernel}Rows(memory.TrainingRows, memory.TrainingBatch, "
            + $"{Literal(_layer.KernelSize)}, {Literal(_layer.Spec.Dilation)})";
        return
        [
            .. base.Buffers(),
            .. _writer.Activation.Buffers(Target),
            new Memory(_name + "Windows", $"windows[rows, {window}]", windows),
            new Memory(_name + "Inputs", $"x[sequences, steps, {size}]", $"({rows} * {Literal(size)}) + {Simd.MaxLanes}"),
            new Memory(_name + "OutputGradients", $"dy[sequences, steps, {Target.Stride}]", $"{rows} * {Target.Stride}"),
            new Memory(_name + "InputGradients", $"dx[sequences, steps, {Source.Stride}]", $"{rows} * {Source.Stride}"),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams)
    {
        if (streams)
        {
            yield return Memory.OfOneRow(Target);
        }

        string shape = $"windows[{_layer.WindowRows}, {_layer.WindowSize}]";
        yield return new Memory(_name + "Windows", shape, Literal((long)_layer.WindowRows * _layer.WindowSize));
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward()
    {
        string states = HasHistory ? $"ref {State}.Initial.Start, ref {State}.Final.Start" : "ref NoTensor, ref NoTensor";
        yield return Sequences(Product(At(Source), Source.Stride, states, At(Target), $"{PlacesOf(Source)}, {StepsOf(Source)}, share"));
        foreach (Work activation in _writer.Activation.Forward(Target))
        {
            yield return activation;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string states = HasHistory ? $"ref {State}.Initial.Start, ref {State}.Gradient.Start" : "ref NoTensor, ref NoTensor";
        string inputs = Source.AreInputs ? "InputGradients" : "true";
        string sums = GradientSums(_layer.Start.Gradients, _layer.Name), weight = PackedBackward(_layer.Start.Backward, _layer.WeightName);
        return
        [
            .. _writer.Activation.Backward(Target),
            new Work(Sharing.Met, $$"""
                {{Kernel}}Backward<TVector>(
                    {{_writer.Shape}},
                    {{Kernels}}ProductTile.Of{{_layer.InputTile}}, {{Kernels}}ProductTile.Of{{_layer.WeightTile}},
                    {{At(Source)}}, {{GradientAt(Target)}}, {{GradientAt(Source)}}, inputs: {{inputs}}, add: {{Flag(stage.Adds)}},
                    {{states}}, {{BySequence}},
                    {{sums}}, {{weight}}, {{PlacesOf(Source)}}, share);
                """),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Step(Places places)
    {
        string states = HasHistory
            ? $"{At("states", _layer.Start.States, _layer.Name)}, {At("next", _layer.Start.States, _layer.Name)}"
            : "ref NoTensor, ref NoTensor";
        string step = $$"""
            {{Kernel}}Step<TVector>(
                {{_writer.Shape}}, {{Tile}},
                {{places[Source]}}, {{states}}, {{Windows}}, {{places[Target]}},
                {{Weights}});
            """;
        return _writer.Activation.Rows(places[Target], "1").Prepend(step);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows)
    {
        string state = HasHistory ? At("States", _layer.Start.States, _layer.Name) : "ref NoTensor";
        string product = Product(places[Source], places.StrideOf(Source), $"{state}, {state}", places[Target], rows);
        return _writer.Activation.Rows(places[Target], rows).Prepend(product);
    }

    private string Tile => $"{Kernels}ProductTile.Of{_layer.Tile}";

    private string Product(string source, long stride, string states, string target, string steps) => $$"""
        {{Kernel}}Forward<TVector>(
            {{_writer.Shape}}, {{Tile}}, {{source}}, xStride: {{stride}},
            {{states}}, {{Windows}}, {{_layer.WindowRows}}, {{target}},
            {{Weights}}, {{steps}});
        """;
}
