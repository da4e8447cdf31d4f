using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>
/// One step of each window of steps, which begins a clock: pooling over windows; and of a convolution with a stride or without padding
/// the outputs that it has, which are the last ones of windows.
/// </summary>
/// <param name="Pooling">What becomes of a window.</param>
/// <param name="Window">The steps of a window.</param>
/// <param name="Step">From one window to the next.</param>
/// <param name="Source">The rows of the steps.</param>
/// <param name="Target">Those of the windows.</param>
internal sealed record WindowStage(Pooling Pooling, int Window, int Step, Rows Source, Rows Target) : Stage(Source, Target)
{
    /// <summary>Why a model with such a layer takes whole sequences, behind the layer's name.</summary>
    public const string Reason = "makes one step of several";

    /// <inheritdoc/>
    public override StageWriter Writer => new WindowStageWriter(this);
}

/// <summary>Adds the windows of a layer.</summary>
internal static class WindowStages
{
    /// <summary>Adds a stage that makes one step of each window, at a clock of its own; gives what it writes.</summary>
    public static Rows AddWindows(this StageList stages, string name, Rows source, Pooling pooling, int window, int step)
    {
        Rows target = source.Like(name, source.Size) with { Clock = stages.NextClock(), AreInputs = source.AreInputs };
        return stages.Add(new WindowStage(pooling, window, step, source, target));
    }
}

/// <summary>Writes the stage.</summary>
internal sealed class WindowStageWriter(WindowStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly string _windows =
        $"global::GruGen.Pooling.{stage.Pooling}, window: {Literal(stage.Window)}, step: {Literal(stage.Step)}";

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First(Pool(At(Source), At(Target), PlacesOf(Source), PlacesOf(Target)))];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string rows = $"{At(Source)}, {At(Target)}, {GradientAt(Target)}, {GradientAt(Source)}, add: {Flag(stage.Adds)}";
        string places = $"{PlacesOf(Source)}, {PlacesOf(Target)}";
        return
        [
            First(IfWanted(Source, $$"""
                {{Kernels}}WindowPooling.Backward<TVector>(
                    {{_windows}},
                    {{rows}}, {{Source.Stride}}, {{places}});
                """)),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> BlockOfClock()
    {
        string sizes = $"window: {Literal(stage.Window)}, step: {Literal(stage.Step)}";
        yield return $"int {BlockCount(Target)} = {Kernels}WindowPooling.Windows({BlockCount(Source)}, {sizes});";
        yield return $"{Kernels}RowPlaces {BlockPlaces(Target)} = new({BlockCount(Target)});";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
        [Pool(places[Source], places[Target], BlockPlaces(Source), BlockPlaces(Target))];

    private string Pool(string x, string y, string steps, string windows) => $$"""
        {{Kernels}}WindowPooling.Forward<TVector>(
            {{_windows}},
            {{x}}, {{y}}, {{Source.Stride}}, {{steps}}, {{windows}});
        """;
}
