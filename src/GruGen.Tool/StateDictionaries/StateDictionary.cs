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
/// <param name="epsilon">ε of normalisations, where nothing says another one.</param>
internal sealed class StateDictionary(
    IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool isOrdered, string source, double epsilon = 1e-5)
{
    private const string Version = "layers.version", Layers = "layers";

    /// <summary>Whether the file is one of this library.</summary>
    private bool IsOwn => metadata.ContainsKey(Version);

    /// <summary>The modules of PyTorch whose tensors these are; none where the file has tensors alone.</summary>
    public IReadOnlyList<TorchModule> Modules { get; init; } = [];

    /// <summary>Makes the model.</summary>
    /// <param name="options">What the user says.</param>
    /// <exception cref="InvalidDataException">The tensors are no model, or not with these options.</exception>
    /// <exception cref="NotSupportedException">The model has what is not read.</exception>
    public ImportedModel Import(ImportOptions options) => ModelDraft.Read(source, draft => Import(options, draft));

    private ImportedModel Import(ImportOptions options, ModelDraft draft)
    {
        Dictionary<string, string> said = OwnWords();
        IReadOnlyList<Module> modules = InOrder(options, draft, said);
        var words = new OptionWords(said, options, source);
        bool isOpen = false;
        var numbers = new Dictionary<LayerKind, int>();
        int size = 0;
        int last = modules.ToList().FindLastIndex(module => module.Kind is ModuleKind.Recurrent or ModuleKind.Convolution);
        for (int i = 0; i < modules.Count; i++)
        {
            Module module = modules[i];
            size = size == 0 ? First(modules) : size;
            bool everyStep = options.Pool is not null || NeedsSteps(modules, i);
            isOpen |= module.Kind == ModuleKind.Recurrent && !everyStep;
            SequenceOutput output = everyStep ? SequenceOutput.EveryStep : options.Output ?? SequenceOutput.Final;
            draft.Layers.AddRange(new ModuleLayers(module, size, output, draft.Notes, epsilon).Read(Named));
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
        IsOwn && metadata.TryGetValue($"{modules[place].Name}.from", out string? names)
            ? names.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
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
    /// <param name="options">What the user says.</param>
    /// <param name="draft">Takes what is assumed.</param>
    /// <param name="said">Takes what the file says of its layers.</param>
    private IReadOnlyList<Module> InOrder(ImportOptions options, ModelDraft draft, Dictionary<string, string> said)
    {
        var chosen = new ChosenTensors(tensors, options, IsOwn, source, draft.Notes);
        if (IsOwn)
        {
            return OwnModules(chosen.Tensors);
        }

        var torch = new TorchModules([.. chosen.Of(Modules)], options, draft.Notes);
        torch.CheckClasses();
        IReadOnlyList<Module> modules = Module.Find(
            chosen.Tensors, source, name => options.Tables.Contains(name) || (torch.IsTable(name) ?? Module.IsTable(name)));
        CheckTables(modules, options);
        modules = [.. torch.InOrder(modules).Select(module => Ungrouped(module, options))];
        modules = isOrdered ? modules
            : [.. modules.OrderBy(module => module.Kind == ModuleKind.Linear)
            .ThenBy(module => Padded(module.Name), StringComparer.Ordinal)];
        foreach ((string key, string word) in torch.Words)
        {
            said[key] = word;
        }

        var search = new OrderSearch(modules, isOrdered, options.Order, source, draft.Notes);
        return torch.IsEmpty ? search.Find() : search.Find(torch);
    }

    private static Module Ungrouped(Module module, ImportOptions options) =>
        module is { Kind: ModuleKind.Convolution, Groups: 1 } && options.Set.TryGetValue(module.Name + ".groups", out string? word)
            && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int groups) ? module.Ungrouped(groups) : module;

    private void CheckTables(IReadOnlyList<Module> modules, ImportOptions options)
    {
        if (options.Tables.FirstOrDefault(name => !modules.Any(module => module.Name == name && module.Kind == ModuleKind.Embedding))
            is { } other)
        {
            throw new InvalidDataException(
                $"{source} has no matrix '{other}' that could be a table of vectors; it has {string.Join(", ", modules)}.");
        }
    }

    /// <summary>The layers that a file of this library lists.</summary>
    private IReadOnlyList<Module> OwnModules(IReadOnlyList<StoredTensor> chosen)
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

    /// <summary>A name whose numbers have zeros before them, so that layer 10 comes after layer 9.</summary>
    private static string Padded(string name) => string.Concat(
        name.Select((c, i) => char.IsAsciiDigit(c) && (i == 0 || !char.IsAsciiDigit(name[i - 1]))
            ? new string('0', Math.Max(0, 6 - name[i..].TakeWhile(char.IsAsciiDigit).Count())) + c : c.ToString()));
}
