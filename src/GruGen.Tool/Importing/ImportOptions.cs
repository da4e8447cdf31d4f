namespace GruGen.Tool;

/// <summary>What a user says of a file that says too little of itself.</summary>
internal sealed record ImportOptions
{
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

    /// <summary>Whether a user says that GRUs reset before the product, where a file says nothing or is not believed.</summary>
    public bool ResetBefore { get; init; }

    /// <summary>Whether a LogSoftmax at the end is taken as a softmax.</summary>
    public bool LogSoftmaxAsSoftmax { get; init; }

    /// <summary>Options of layers by <c>layer.option</c>, in the words that files have (docs/files.md).</summary>
    public IReadOnlyDictionary<string, string> Set { get; init; } = new Dictionary<string, string>();
}
