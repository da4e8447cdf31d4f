namespace GruGen;

/// <summary>
/// Where the rows of each clock lie. The sequences of a batch have the same order in all of them: one that has more steps of the input than
/// another has no fewer of any clock.
/// </summary>
internal sealed class ClockLayouts
{
    private readonly BatchLayout[] _layouts;
    private readonly StepWindows[] _windows; // of which the steps of each clock are made, from those of the clock before
    private readonly int[] _lengths;

    /// <summary>The layouts of a model.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="input">That of the steps of the input, clock 0.</param>
    /// <param name="size">How much there is room for.</param>
    public ClockLayouts(ModelSchema schema, BatchLayout input, PassSize size)
    {
        _windows = [.. schema.Clocks];
        _layouts = [input, .. _windows.Select(_ => new BatchLayout(size.MaxBatch, size.BlockSteps))];
        _lengths = new int[_windows.Length == 0 ? 0 : size.MaxBatch];
        OutputClock = _windows.Length;
    }

    /// <summary>The clock of the outputs, if there is one for every step.</summary>
    public int OutputClock { get; }

    /// <summary>The layout of a clock.</summary>
    public BatchLayout this[int clock] => _layouts[clock];

    /// <summary>
    /// Whether each sequence has one step of clock 0, with a state that says which further clocks have one: the first sequences.
    /// </summary>
    public bool AreOneStep { get; private set; }

    /// <summary>Takes one step of every sequence.</summary>
    /// <param name="counts">How many sequences, the first ones, have a step of each further clock.</param>
    public void ArrangeStep(ReadOnlySpan<int> counts)
    {
        AreOneStep = true;
        for (int clock = 1; clock < _layouts.Length; clock++)
        {
            Span<int> own = _lengths.AsSpan(0, _layouts[0].BatchSize);
            own[..counts[clock - 1]].Fill(1);
            own[counts[clock - 1]..].Clear();
            _layouts[clock].Arrange(own);
        }
    }

    /// <summary>Takes the lengths of another batch, which are those of clock 0 by now.</summary>
    public void Arrange()
    {
        AreOneStep = false;
        for (int clock = 0; clock < _windows.Length; clock++)
        {
            ReadOnlySpan<int> before = _layouts[clock].Lengths;
            Span<int> own = _lengths.AsSpan(0, before.Length);
            for (int row = 0; row < own.Length; row++)
            {
                own[row] = _windows[clock].In(before[row]);
            }

            _layouts[clock + 1].Arrange(own);
        }
    }
}
