using System.Collections.Immutable;

namespace GruGen.Generator.Layers;

/// <summary>The stages of a pass, as layer by layer adds its own.</summary>
internal sealed class StageList
{
    private readonly List<Stage> _stages = [];
    private int _clocks;

    /// <summary>The number of masks of dropout.</summary>
    public int MaskCount { get; private set; }

    /// <summary>The number of a further mask.</summary>
    public int NextMask() => MaskCount++;

    /// <summary>The number of a further clock, as <see cref="Rows.Clock"/> counts them.</summary>
    public int NextClock() => ++_clocks;

    /// <summary>Adds a stage; gives what it writes.</summary>
    public Rows Add(Stage stage)
    {
        _stages.Add(stage);
        return stage.Target;
    }

    /// <summary>
    /// The stages, each of which knows whether the gradient of what it reads accumulates: it does where a stage whose backward pass comes
    /// before has a part in it, and where that is a final state, which has a gradient from outside.
    /// </summary>
    /// <param name="outputs">The rows that heads read, whose backward pass comes first.</param>
    public IReadOnlyList<Stage> WithGradients(IEnumerable<Rows> outputs)
    {
        HashSet<Rows> written = [.. outputs];
        List<Stage> stages = [];
        foreach (Stage stage in Enumerable.Reverse(_stages))
        {
            stages.Add(stage with { AddsTo = stage.Inputs.Select(rows => rows.IsFinalState || written.Contains(rows)).ToImmutableArray() });
            written.UnionWith(stage.Inputs);
        }

        stages.Reverse();
        return stages;
    }
}
