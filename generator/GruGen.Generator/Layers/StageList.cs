using System.Collections.Immutable;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

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
    /// Has a value written where a concatenation reads it, not copied there, if nothing else reads it and its rows fit: they start at a
    /// whole vector, and end at one or with the row, so that the padding which kernels write behind a row is nobody else's.
    /// </summary>
    /// <param name="outputs">The rows that heads read.</param>
    /// <returns>These values, and what each has become.</returns>
    public IReadOnlyDictionary<Rows, Rows> WriteInPlace(IEnumerable<Rows> outputs)
    {
        List<Rows> read = [.. _stages.SelectMany(stage => stage.Inputs), .. outputs];
        Dictionary<Rows, Rows> placed = [];
        foreach (Stage join in _stages.Where(stage => stage.Concatenates))
        {
            int start = 0;
            foreach (Rows part in join.Inputs)
            {
                int end = start + part.Size;
                bool fits = start % Simd.MaxLanes == 0 && (end % Simd.MaxLanes == 0 || end == join.Target.Size);
                if (fits && read.Count(rows => rows == part) == 1 && _stages.Any(stage => stage.WritesApart && stage.Target == part))
                {
                    placed.Add(part, part with { Whole = join.Target, Start = start });
                }

                start = end;
            }
        }

        for (int i = 0; i < _stages.Count; i++)
        {
            _stages[i] = _stages[i] with
            {
                Inputs = _stages[i].Inputs.Select(Placed).ToImmutableArray(),
                Target = Placed(_stages[i].Target),
            };
        }

        return placed;

        Rows Placed(Rows rows) => placed.TryGetValue(rows, out Rows part) ? part : rows;
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
