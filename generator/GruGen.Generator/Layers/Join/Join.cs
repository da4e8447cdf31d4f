using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Layers;

/// <summary>What it reads, as one value that others read or that is an output.</summary>
internal sealed record JoinSpec : LayerSpec
{
    /// <inheritdoc/>
    public override int OutputSizeOn(int inputSize) => inputSize;

    /// <inheritdoc/>
    public override Repetition RepetitionOn(Repetition below) => below;

    /// <inheritdoc/>
    public override LayerPlan Plan(LayerSetting setting) => new JoinLayerPlan(setting.InputSize);
}

/// <summary>[Join]</summary>
internal sealed class JoinReader : LayerReader<JoinSpec>
{
    /// <inheritdoc/>
    public override string Name => "Join";

    /// <inheritdoc/>
    public override LayerSpec Read(AttributeData attribute, bool isTop) => new JoinSpec();

    /// <inheritdoc/>
    protected override void Check(JoinSpec layer, LayerRules rules)
    {
    }
}

/// <summary>No stage of its own: the values that a layer reads are joined before it.</summary>
internal sealed record JoinLayerPlan(int Size) : LayerPlan("join", Size, Size)
{
    /// <inheritdoc/>
    public override Place Length => default;

    /// <inheritdoc/>
    public override LayerWriter Writer => new JoinLayerWriter();

    /// <inheritdoc/>
    public override Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs) => inputs[0];
}

/// <summary>Writes what it is.</summary>
internal sealed class JoinLayerWriter : LayerWriter
{
    /// <inheritdoc/>
    public override string Schema => "Join()";
}
