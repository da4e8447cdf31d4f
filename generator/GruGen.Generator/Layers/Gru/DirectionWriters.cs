using GruGen.Generator.Values;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Writes the reversal of each sequence.</summary>
internal sealed class TurnWriter(TurnStage stage) : StageWriter(stage.Source, stage.Target)
{
    /// <inheritdoc/>
    protected override string Letter => "x";

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First($"{Kernels}Reversal.Forward({At(Source)}, {At(Target)}, {Source.Stride}, {PlacesOf(Source)});")];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string gradients = $"{GradientAt(Target)}, {GradientAt(Source)}, {Source.Stride}";
        return [First(IfWanted(Source, $"{Kernels}Reversal.Backward<TVector>({gradients}, {PlacesOf(Source)}, add: {Flag(stage.Adds)});"))];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [$"{Kernels}Reversal.Forward({places[Source]}, {places[Target]}, {Source.Stride}, {BlockPlaces(Source)});"];
}

/// <summary>Writes how the outputs of two directions become one.</summary>
internal sealed class MergeWriter(MergeStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly string _merge = $"global::GruGen.Merge.{stage.Merge}";

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams) => Target.PerStep ? [] : [Memory.OfOneRow(Target)];

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First(Merge(At(Source), At(stage.Reverse), At(Target), "BatchSize", PlacesOf(Source)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string gradients = $"{GradientAt(Target)}, {GradientAt(Source)}, {GradientAt(stage.Reverse)}";
        string rows = Source.PerStep ? $"{Source.Size}, {PlacesOf(Source)}" : $"BatchSize, {Source.Size}";
        return
        [
            First($"{Kernels}BidirectionalMerge.Backward{(Source.PerStep ? "" : "Final")}<TVector>("
                + $"{_merge}, {At(Source)}, {At(stage.Reverse)}, {gradients}, {rows});"),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [Merge(places[Source], places[stage.Reverse], places[Target], "1", BlockPlaces(Source))];

    private string Merge(string ahead, string reverse, string target, string sequences, string places) => Source.PerStep
        ? $"{Kernels}BidirectionalMerge.Forward<TVector>({_merge}, {ahead}, {reverse}, {target}, {Source.Size}, {places});"
        : $"{Kernels}BidirectionalMerge.ForwardFinal<TVector>({_merge}, {ahead}, {reverse}, {target}, {sequences}, {Source.Size});";
}
