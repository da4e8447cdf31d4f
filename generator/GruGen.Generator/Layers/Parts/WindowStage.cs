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
/// <param name="Counter">The state that counts the steps of the next window.</param>
/// <param name="History">That of the inputs which are still read; null if none are.</param>
internal sealed record WindowStage(
    Pooling Pooling, int Window, int Step, Rows Source, Rows Target, StatePlan Counter, StatePlan? History) : Stage(Source, Target)
{
    /// <inheritdoc/>
    public override StageWriter Writer => new WindowStageWriter(this);
}

/// <summary>The states of a layer that keeps inputs, or makes one step of several: the inputs, and the steps of the next window.</summary>
internal static class WindowStates
{
    /// <summary>What they take of the states of a sequence, padded.</summary>
    public static int Length(int history, bool counts) => Simd.Padded(history) + (counts ? Simd.Padded(1) : 0);

    /// <summary>The states.</summary>
    public static IReadOnlyList<StatePlan> Of(LayerPlan layer, int history, bool counts)
    {
        List<StatePlan> states = [];
        if (history > 0)
        {
            states.Add(new StatePlan(layer.FirstState, history, layer.Start.States));
        }

        if (counts)
        {
            states.Add(new StatePlan(layer.FirstState + states.Count, 1, layer.Start.States + Simd.Padded(history)));
        }

        return states;
    }

    /// <summary>Adds a stage that makes one step of each window, at a clock of its own; gives what it writes.</summary>
    /// <param name="stages">The stages below.</param>
    /// <param name="name">The name of what it writes.</param>
    /// <param name="source">The rows of the steps.</param>
    /// <param name="pooling">What becomes of a window.</param>
    /// <param name="window">The steps of a window.</param>
    /// <param name="step">From one window to the next.</param>
    /// <param name="states">The states of the layer, the counter last.</param>
    public static Rows AddWindows(
        this StageList stages, string name, Rows source, Pooling pooling, int window, int step, IReadOnlyList<StatePlan> states)
    {
        Rows target = source.Like(name, source.Size) with { Clock = stages.NextClock(), AreInputs = source.AreInputs };
        StatePlan? history = pooling != Pooling.Last && window > 1 ? states[0] : null;
        return stages.Add(new WindowStage(pooling, window, step, source, target, states[states.Count - 1], history));
    }
}

/// <summary>Writes the stage.</summary>
internal sealed class WindowStageWriter(WindowStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly string _pooling = $"global::GruGen.Pooling.{stage.Pooling}";
    private readonly string _sizes = $"window: {Literal(stage.Window)}, step: {Literal(stage.Step)}";

    private string Shape =>
        $"new({_pooling}, {Literal(stage.Window)}, stride: {Literal(stage.Step)}, {Literal(Source.Size)}, "
            + $"history: {stage.History?.Index ?? -1}, counter: {stage.Counter.Index})";

    private string Clocks => $"steps: {Source.Clock}, clock: {Target.Clock}";

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams) => streams && stage.History is not null ? [Memory.OfOneRow(Target)] : [];

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward() =>
        [First($"PoolWindows<TVector>({Shape}, {At(Source)}, {At(Target)}, {Clocks});")];

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string inputs = $"inputs: {(Source.AreInputs ? "InputGradients" : "true")}, add: {Flag(stage.Adds)}";
        return
        [
            First($$"""
                PoolWindowsBackward<TVector>(
                    {{Shape}},
                    {{At(Source)}}, {{At(Target)}}, {{GradientAt(Target)}}, {{GradientAt(Source)}}, {{inputs}}, {{Clocks}});
                """),
        ];
    }

    /// <inheritdoc/>
    public override string StepPlace(Places places) => stage.History is null ? places[Source] : base.StepPlace(places);

    /// <inheritdoc/>
    public override IEnumerable<string> StepOfClock(Places places)
    {
        string before = Source.Clock == 0 ? "" : $"{StepEnds(Source)} && ";
        string counter = $"{At("states", stage.Counter.Offset, Target.Name)}, {At("next", stage.Counter.Offset, Target.Name)}";
        yield return "";
        yield return $"bool {StepEnds(Target)} = {before}{Kernels}WindowPooling.Ends({_sizes}, {counter});";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Step(Places places)
    {
        if (stage.History is not { } history)
        {
            return [];
        }

        string before = At("states", history.Offset, Target.Name), after = At("next", history.Offset, Target.Name);
        return
        [
            $$"""
            if ({{StepEnds(Target)}})
            {
                {{Kernels}}WindowPooling.Step<TVector>({{Shape}}, {{places[Source]}}, {{before}}, {{places[Target]}});
            }

            """,
            $"{Kernels}WindowPooling.Keep({Literal(stage.Window)}, {Literal(Source.Size)}, {places[Source]}, {before}, {after});",
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> BlockOfClock()
    {
        yield return $"int {BlockCount(Target)} = {Kernels}WindowPooling.Windows({BlockCount(Source)}, {_sizes});";
        yield return $"{Kernels}RowPlaces {BlockPlaces(Target)} = new({BlockCount(Target)});";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows) =>
    [
        $$"""
        {{Kernels}}WindowPooling.Forward<TVector>(
            {{_pooling}}, {{_sizes}},
            {{places[Source]}}, {{places[Target]}}, {{Source.Stride}}, {{BlockPlaces(Source)}}, {{BlockPlaces(Target)}});
        """,
    ];
}
