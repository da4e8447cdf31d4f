namespace GruGen.Generator.Layers;

/// <summary>Where rows lie in a step or a block of steps of one sequence, as far as its stages have been written.</summary>
/// <param name="inputs">The inputs of the model.</param>
/// <param name="place">Where they lie.</param>
/// <param name="stride">From one of them to the next.</param>
internal sealed class Places(Rows inputs, string place, long stride)
{
    private readonly Dictionary<Rows, string> _places = new() { [inputs] = place };

    public string this[Rows rows]
    {
        get => _places[rows];
        set => _places[rows] = value;
    }

    /// <summary>From one row to the next.</summary>
    public long StrideOf(Rows rows) => rows == inputs ? stride : rows.Stride;
}
