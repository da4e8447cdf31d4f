namespace GruGen.Tool;

/// <summary>The tensors of a file that belong to a model, without what stands before all of their names.</summary>
internal sealed class ChosenTensors
{
    private const int MaximumName = 1_000;

    /// <summary>What the tensors of an optimiser are in, and other things beside a model in a checkpoint.</summary>
    private static readonly string[] s_beside = ["optimizer", "optim", "scheduler", "lr_scheduler", "exp_avg"];

    private readonly ImportOptions _options;
    private List<StoredTensor> _tensors;
    private string _start = "";

    /// <param name="tensors">The tensors of the file.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="isOwn">Whether the file is one of this library.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="notes">Takes what is left out.</param>
    /// <exception cref="InvalidDataException">There is none, or one of another type than weights have.</exception>
    public ChosenTensors(
        IReadOnlyList<StoredTensor> tensors, ImportOptions options, bool isOwn, string source, List<string> notes)
    {
        _options = options;
        if (tensors.FirstOrDefault(tensor => tensor.Name.Length > MaximumName) is { } other)
        {
            throw new InvalidDataException($"{source} has a name of {other.Name.Length} letters; names have up to {MaximumName}.");
        }

        _tensors = [.. tensors.Where(tensor => IsOfPart(tensor.Name) && !IsIgnored(tensor.Name))];
        HashSet<StoredTensor> beside = options.Parts.Count > 0 || isOwn ? [] : [.. _tensors.Where(IsBeside)];
        _tensors.RemoveAll(beside.Contains);
        if (beside.Count > 0)
        {
            notes.Add($"Left out, as no parameters of a model: {Listed(beside.Select(tensor => tensor.Name))}.");
        }

        if (_tensors.Find(tensor => !tensor.IsReal) is { } whole)
        {
            throw new InvalidDataException($"'{whole.Name}' in {source} is of the type {whole.Type}; weights are F32, F64, F16 or BF16.");
        }

        if (_tensors.Count == 0)
        {
            throw new InvalidDataException(
                $"{source} has no tensor "
                    + $"{(options.Parts.Count > 0 ? $"whose name begins with {string.Join(" or ", options.Parts)}" : "of a model")}; "
                    + $"it has {Listed(tensors.Select(tensor => tensor.Name))}.");
        }

        while (!isOwn && CommonStart() is { Length: > 0 } start)
        {
            _start += start;
            _tensors = [.. _tensors.Select(tensor => tensor.As(tensor.Name[start.Length..], tensor.Shape))];
        }
    }

    /// <summary>The tensors.</summary>
    public IReadOnlyList<StoredTensor> Tensors => _tensors;

    /// <summary>The modules that belong to the model, with the names that their tensors have here.</summary>
    public IEnumerable<TorchModule> Of(IEnumerable<TorchModule> modules) => modules
        .Where(module => IsOfPart(module.Name + ".") && !IsIgnored(module.Name) && !IsIgnored(Short(module.Name)))
        .Select(module => module with { Name = Short(module.Name) });

    private bool IsOfPart(string name) =>
        _options.Parts.Count == 0 || _options.Parts.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private bool IsIgnored(string name) =>
        _options.Ignored.Any(ignored => name == ignored || name.StartsWith(ignored + ".", StringComparison.Ordinal));

    private string Short(string name) => name.StartsWith(_start, StringComparison.Ordinal) ? name[_start.Length..] : name;

    private static bool IsWeight(string name) =>
        name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal);

    /// <summary>Whether a tensor is no parameter of a model.</summary>
    private static bool IsBeside(StoredTensor tensor) => tensor.Shape.Length == 0 || (!tensor.IsReal && !IsWeight(tensor.Name))
        || tensor.Name.Split('.', '[', ']').Any(segment => s_beside.Any(word =>
            segment == word || segment.StartsWith(word + "_", StringComparison.Ordinal)));

    /// <summary>
    /// What a checkpoint or a wrapper puts before each name, such as <c>module.</c>; empty if it is the name of a module.
    /// </summary>
    private string CommonStart()
    {
        int dot = _tensors[0].Name.IndexOf('.', StringComparison.Ordinal);
        string start = _tensors[0].Name[..(dot + 1)];
        return dot > 0
            && _tensors.TrueForAll(tensor =>
                tensor.Name.StartsWith(start, StringComparison.Ordinal) && tensor.Name.IndexOf('.', start.Length) > 0)
            ? start : "";
    }

    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(8)) + (all.Length > 8 ? $" and {all.Length - 8} more" : "");
    }
}
