using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>
/// Dropout: some numbers are set to zero while training, by the mask <paramref name="Index"/>; <paramref name="OneMask"/>: the same of
/// every step of a sequence.
/// </summary>
internal sealed record DropStage(Rows Source, Rows Target, int Index, double Rate, bool OneMask) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new DropWriter(this);
}

/// <summary>Writes dropout; where nothing is trained there is none, and its outputs are its inputs.</summary>
internal sealed class DropWriter(DropStage stage) : StageWriter(stage.Source, stage.Target)
{
    private string Kind => stage.OneMask ? "Sequences" : Source.PerStep ? "Steps" : "Final";

    private string Clock => Source is { PerStep: true, Clock: > 0 } ? $", clock: {Source.Clock}" : "";

    private string Mask => Field(Target.Name) + "Mask";

    /// <inheritdoc/>
    protected override string Letter => "x";

    /// <inheritdoc/>
    public override IEnumerable<Memory> Buffers()
    {
        string count = stage.OneMask || !Source.PerStep ? "memory.TrainingBatch" : "memory.TrainingRows";
        string shape = $"mask[{(stage.OneMask ? "sequences" : Unit(Target))}, {Target.Stride}]";
        return base.Buffers().Append(new Memory(Mask, shape, $"{count} * {Target.Stride}"));
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long Stride)> BlockMemory() => [];

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward()
    {
        string rows = $"{At(Source)}, ref {Mask}.Start, {At(Target)}, {Count(Source)}{Clock}";
        return [First($"Drop{Kind}<TVector>({stage.Index}, {Real(stage.Rate)}, {Source.Size}, {rows});")];
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string rows = $"{GradientAt(Target)}, ref {Mask}.Start, {GradientAt(Source)}, {Count(Source)}";
        string drop = $"Drop{Kind}Backward<TVector>({Source.Size}, {rows}, add: {Flag(stage.Adds)}{Clock});";
        return [First(IfWanted(Source, drop))];
    }

    /// <inheritdoc/>
    public override string StepPlace(Places places) => places[Source];

    /// <inheritdoc/>
    public override string BlockPlace(Places places) => places[Source];

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) => [];
}
