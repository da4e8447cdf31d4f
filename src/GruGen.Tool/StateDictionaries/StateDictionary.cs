using System.Globalization;

namespace GruGen.Tool;

/// <summary>
/// Makes a model of tensors with PyTorch's names. What a module is, and its sizes, its tensors say; what is computed with them they do not,
/// so each thing that is assumed is a note. Files of this library say their options.
/// </summary>
/// <param name="tensors">The tensors of the file.</param>
/// <param name="metadata">What else it says.</param>
/// <param name="isOrdered">Whether the tensors lie in the order in which a module defines them.</param>
/// <param name="source">The file, for messages.</param>
internal sealed class StateDictionary(
    IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool isOrdered, string source)
{
    private const int MaximumName = 1_000;

    private const string Version = "layers.version", Layers = "layers";

    /// <summary>What the tensors of an optimiser are in, and other things beside a model in a checkpoint.</summary>
    private static readonly string[] s_beside = ["optimizer", "optim", "scheduler", "lr_scheduler", "exp_avg"];

    /// <summary>Whether the file is one of this library.</summary>
    private bool IsOwn => metadata.ContainsKey(Version);

    /// <summary>Makes the model.</summary>
    /// <param name="options">What the user says.</param>
    /// <exception cref="InvalidDataException">The tensors are no model, or not with these options.</exception>
    /// <exception cref="NotSupportedException">The model has what is not read.</exception>
    public ImportedModel Import(ImportOptions options) => ModelDraft.Read(source, draft => Import(options, draft));

    private ImportedModel Import(ImportOptions options, ModelDraft draft)
    {
        IReadOnlyList<Module> modules = Modules(options, draft);
        var words = new OptionWords(OwnWords(), options, source);
        bool isOpen = false;
        var numbers = new Dictionary<LayerKind, int>();
        int size = 0;
        int last = modules.ToList().FindLastIndex(module => module.Kind is ModuleKind.Recurrent or ModuleKind.Convolution);
        for (int i = 0; i < modules.Count; i++)
        {
            Module module = modules[i];
            size = size == 0 ? module.InputSize : size;
            bool everyStep = options.Pool is not null || NeedsSteps(modules, i);
            isOpen |= module.Kind == ModuleKind.Recurrent && !everyStep;
            SequenceOutput output = everyStep ? SequenceOutput.EveryStep : options.Output ?? SequenceOutput.Final;
            draft.Layers.AddRange(new ModuleLayers(module, size, output, draft.Notes).Read(Named));
            size = module.OutputSize == 0 ? size : module.OutputSize;
            if (i == last && options.Pool is { } pooling)
            {
                draft.Layers.Add(DraftLayer.Plain("", LayerSchema.Pool(pooling), new TextbookPool(pooling)));
            }
        }

        SetMask(words, draft);
        words.CheckAllUsed();
        if (isOpen && options.Output is null)
        {
            draft.Notes.Add("Assumed: the topmost GRU gives its final state; '--output every' gives an output for every step.");
        }

        int inputSize = modules[0].Kind == ModuleKind.Embedding ? 0 : First(modules);
        return draft.Build(options.Name, inputSize, IsOwn ? AddGraph(modules, draft) : null);

        LayerWords Named(LayerKind kind, string fileName)
        {
            int number = numbers[kind] = numbers.GetValueOrDefault(kind) + 1;
            string own = kind switch
            {
                LayerKind.Embedding => "embedding",
                LayerKind.Conv1D => $"conv{number}",
                _ => kind.ToString().ToLowerInvariant() + number.ToString(CultureInfo.InvariantCulture),
            };
            return words.Of(fileName, own, kind == LayerKind.Gru);
        }
    }

    /// <summary>What a layer reads, by names: in files of this library as they say.</summary>
    private string[] From(IReadOnlyList<Module> modules, int place) =>
        IsOwn && metadata.TryGetValue($"{modules[place].Name}.from", out string? names) ? names.Split(' ')
        : [place == 0 ? "input" : modules[place - 1].Name];

    /// <summary>Whether a layer above reads steps.</summary>
    private bool NeedsSteps(IReadOnlyList<Module> modules, int place)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal); // what somebody reads who needs every step
        for (int reader = modules.Count - 1; reader > place; reader--)
        {
            bool reads = modules[reader].Kind is ModuleKind.Recurrent or ModuleKind.Convolution or ModuleKind.Pool;
            if (reads || needed.Contains(modules[reader].Name))
            {
                needed.UnionWith(From(modules, reader));
            }
        }

        return needed.Contains(modules[place].Name);
    }

    /// <summary>The names of a file of this library, and what its layers read.</summary>
    /// <returns>The outputs.</returns>
    private List<string> AddGraph(IReadOnlyList<Module> modules, ModelDraft draft)
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { "input" };
        var outputs = new List<string>();
        draft.KeepsNames = true;
        draft.Graph.Add("input", null, [], isSum: false);
        for (int i = 0; i < modules.Count; i++)
        {
            string[] from = From(modules, i);
            string name = modules[i].Name;
            draft.Graph.Add(
                name,
                i,
                from.All(known.Contains) ? from
                    : throw new InvalidDataException($"'{name}' in {source} reads {string.Join(", ", from)}, which are not before it."),
                metadata.GetValueOrDefault($"{name}.combine") == "sum");
            known.Add(name);
            if (i == modules.Count - 1 || metadata.GetValueOrDefault($"{name}.output") == "true")
            {
                outputs.Add(name);
            }
        }

        return outputs;
    }

    private static int First(IReadOnlyList<Module> modules) => modules.Select(module => module.InputSize).FirstOrDefault(size => size > 0);

    private static void SetMask(OptionWords words, ModelDraft draft)
    {
        LayerWords mask = words.Of("mask", "mask");
        draft.MaskValue = (float?)mask.Number("value");
        draft.RepeatsOutputs = mask.Word("output", false, ("repeat", true), ("zero", false));
        mask.CheckAllUsed();
    }

    /// <summary>The modules in the order in which they are applied.</summary>
    private IReadOnlyList<Module> Modules(ImportOptions options, ModelDraft draft)
    {
        StoredTensor[] chosen = [.. Chosen(options, draft)];
        if (IsOwn)
        {
            return OwnModules(chosen);
        }

        IReadOnlyList<Module> modules = Module.Find(chosen, source);
        modules = isOrdered ? modules
            : [.. modules.OrderBy(module => module.Kind == ModuleKind.Linear)
            .ThenBy(module => Padded(module.Name), StringComparer.Ordinal)];
        IReadOnlyList<Module> ordered = ModuleOrder.Find(modules, options.Order, source, out bool others);
        if (others)
        {
            string names = string.Join(',', ordered.Select(module => module.Name));
            draft.Notes.Add($"Assumed: the modules are applied in the order {names}; '--order' gives another one.");
        }

        return ordered;
    }

    /// <summary>The layers that a file of this library lists.</summary>
    private IReadOnlyList<Module> OwnModules(StoredTensor[] chosen)
    {
        if (metadata[Version] != "1")
        {
            throw new NotSupportedException(
                $"{source} describes its layers in version {metadata[Version]} of the format, but version 1 is known.");
        }

        string[] names = metadata.GetValueOrDefault(Layers, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isTable(string name) => metadata.ContainsKey($"{name}.padding_token");
        Dictionary<string, Module> modules = Module
            .Find(chosen.Where(tensor => names.Contains(tensor.Name.Split('.')[0])), source, isTable)
            .ToDictionary(module => module.Name, StringComparer.Ordinal);
        if (names.Length == 0 || names.Distinct().Count() < names.Length || modules.Keys.Except(names).Any())
        {
            throw new InvalidDataException($"{source} lists the layers '{string.Join(' ', names)}', which are not those of its tensors.");
        }

        return
        [
            .. names.Select(name => modules.TryGetValue(name, out Module? module) ? module : new Module(
                name,
                metadata.ContainsKey($"{name}.pooling") ? ModuleKind.Pool : ModuleKind.Join,
                new Dictionary<string, StoredTensor>())),
        ];
    }

    /// <summary>What the file says of its layers, but for what they read.</summary>
    private Dictionary<string, string> OwnWords() => IsOwn
        ? metadata.Where(
            pair => pair.Key.Contains('.', StringComparison.Ordinal) && pair.Key != Version && IsOfLayer(pair.Key.Split('.')[0])
            && (pair.Key.StartsWith("mask.", StringComparison.Ordinal) || pair.Key.Split('.')[1] is not ("from" or "combine" or "output")))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
        : [];

    private bool IsOfLayer(string name) => name == "mask" || metadata.GetValueOrDefault(Layers, "").Split(' ').Contains(name);

    private static bool IsWeight(string name) =>
        name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal);

    /// <summary>The tensors of the model, without what stands before all of their names.</summary>
    private List<StoredTensor> Chosen(ImportOptions options, ModelDraft draft)
    {
        if (tensors.FirstOrDefault(tensor => tensor.Name.Length > MaximumName) is { } other)
        {
            throw new InvalidDataException($"{source} has a name of {other.Name.Length} letters; names have up to {MaximumName}.");
        }

        List<StoredTensor> chosen =
        [
            .. tensors.Where(tensor =>
                (options.Parts.Count == 0 || options.Parts.Any(part => tensor.Name.StartsWith(part, StringComparison.Ordinal)))
                && !options.Ignored.Any(name => tensor.Name == name || tensor.Name.StartsWith(name + ".", StringComparison.Ordinal))),
        ];
        StoredTensor[] beside = options.Parts.Count > 0 || IsOwn ? []
            : [.. chosen.Where(tensor => IsBeside(tensor.Name) || tensor.Shape.Length == 0 || (!tensor.IsReal && !IsWeight(tensor.Name)))];
        chosen.RemoveAll(beside.Contains);
        if (beside.Length > 0)
        {
            draft.Notes.Add($"Left out, as no parameters of a model: {Listed(beside.Select(tensor => tensor.Name))}.");
        }

        if (chosen.Find(tensor => !tensor.IsReal) is { } whole)
        {
            throw new InvalidDataException($"'{whole.Name}' in {source} is of the type {whole.Type}; weights are F32, F64, F16 or BF16.");
        }

        if (chosen.Count == 0)
        {
            throw new InvalidDataException(
                $"{source} has no tensor "
                    + $"{(options.Parts.Count > 0 ? $"whose name begins with {string.Join(" or ", options.Parts)}" : "of a model")}; "
                    + $"it has {Listed(tensors.Select(tensor => tensor.Name))}.");
        }

        while (!IsOwn && CommonStart(chosen) is { Length: > 0 } start)
        {
            chosen = [.. chosen.Select(tensor => tensor.As(tensor.Name[start.Length..], tensor.Shape, values => values))];
        }

        return chosen;
    }

    private static bool IsBeside(string name) => name.Split('.', '[', ']').Any(segment => s_beside.Any(word =>
        segment == word || segment.StartsWith(word + "_", StringComparison.Ordinal)));

    /// <summary>
    /// What a checkpoint or a wrapper puts before each name, such as <c>module.</c>; empty if it is the name of a module.
    /// </summary>
    private static string CommonStart(List<StoredTensor> chosen)
    {
        int dot = chosen[0].Name.IndexOf('.', StringComparison.Ordinal);
        string start = chosen[0].Name[..(dot + 1)];
        return dot > 0
            && chosen.All(tensor => tensor.Name.StartsWith(start, StringComparison.Ordinal) && tensor.Name.IndexOf('.', start.Length) > 0)
            ? start : "";
    }

    /// <summary>A name whose numbers have zeros before them, so that layer 10 comes after layer 9.</summary>
    private static string Padded(string name) => string.Concat(
        name.Select((c, i) => char.IsAsciiDigit(c) && (i == 0 || !char.IsAsciiDigit(name[i - 1]))
            ? new string('0', Math.Max(0, 6 - name[i..].TakeWhile(char.IsAsciiDigit).Count())) + c : c.ToString()));

    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(8)) + (all.Length > 8 ? $" and {all.Length - 8} more" : "");
    }
}
