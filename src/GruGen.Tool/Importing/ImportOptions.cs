namespace GruGen.Tool;

/// <summary>What a user says of a file that says too little of itself.</summary>
internal sealed record ImportOptions
{
    /// <summary>The option by which all GRUs reset before the product.</summary>
    public const string ResetOfAll = "*.reset";

    /// <summary>The name of the class.</summary>
    public string Name { get; init; } = "Model";

    /// <summary>Which steps of the topmost GRU are outputs; null if nothing is said.</summary>
    public SequenceOutput? Output { get; init; }

    /// <summary>How the steps above the topmost GRU are reduced to one vector; null if they are not.</summary>
    public Pooling? Pool { get; init; }

    /// <summary>The modules in the order in which they are applied; empty to find it.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>The beginnings of the names of tensors that belong to the model; empty for all.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>The tensors or modules that do not belong to it.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The matrices that are tables of vectors, one for each token.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Whether a user says that GRUs reset before the product, where a file says nothing or is not believed.</summary>
    public bool ResetBefore { get; init; }

    /// <summary>Whether a LogSoftmax at the end is taken as a softmax.</summary>
    public bool LogSoftmaxAsSoftmax { get; init; }

    /// <summary>Options of layers by <c>layer.option</c>, in the words that files have (docs/files.md).</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();

    /// <summary>Notes that what describes layers is in vain, if there is such, because the file says what they are.</summary>
    /// <param name="notes">Takes the note.</param>
    /// <param name="knowsReset">Whether <see cref="ResetBefore"/> is not in vain.</param>
    public void NoteVain(List<string> notes, bool knowsReset = false)
    {
        int words = Set.Count - (knowsReset && Set.ContainsKey(ResetOfAll) ? 1 : 0);
        string[] vain =
        [
            .. new[]
            {
                (Output is not null, "--output"), (Pool is not null, "--pool"), (Order.Count > 0, "--order"), (Parts.Count > 0, "--part"),
                (Ignored.Count > 0, "--ignore"), (Tables.Count > 0, "--embedding"), (words > 0, "--activation, --set"),
            }.Where(option => option.Item1).Select(option => option.Item2),
        ];
        if (vain.Length > 0)
        {
            notes.Add($"The file says what its layers are, so that these options changed nothing: {string.Join(", ", vain)}.");
        }
    }
}
