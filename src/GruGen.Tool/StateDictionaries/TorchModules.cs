using System.Globalization;

namespace GruGen.Tool;

/// <summary>
/// What the modules of a pickle say of a model: the class and the options of each, and the order in which they are registered. What a
/// class of a user's own does with its modules is code, which is not in the file.
/// </summary>
/// <param name="all">The modules, each before those in it, with the names that their tensors have.</param>
/// <param name="options">What the user says.</param>
/// <param name="notes">Takes what is assumed and what is left out.</param>
internal sealed class TorchModules(IReadOnlyList<TorchModule> all, ImportOptions options, List<string> notes)
{
    private static readonly Dictionary<string, StoredTensor> s_nothing = [];

    private static readonly HashSet<string> s_containers =
        ["Sequential", "ModuleList", "ModuleDict", "DataParallel", "DistributedDataParallel"];

    /// <summary>What does nothing outside training.</summary>
    private static readonly HashSet<string> s_ofTraining = ["Identity", "Dropout", "Dropout1d", "AlphaDropout", "FeatureAlphaDropout"];

    /// <summary>Those whose tensors say all.</summary>
    private static readonly HashSet<string> s_ofTensors =
        ["Linear", "NonDynamicallyQuantizableLinear", "GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell", "PReLU"];

    private static readonly HashSet<string> s_withOptions = ["Embedding", "Conv1d", "LayerNorm", "BatchNorm1d", "SyncBatchNorm",
        "MaxPool1d", "AvgPool1d", "AdaptiveMaxPool1d", "AdaptiveAvgPool1d", "LeakyReLU", "LogSoftmax", "Flatten", "Unflatten"];

    private readonly IReadOnlyList<TorchModule> _all = all;

    private readonly Dictionary<string, bool> _tables = all.Where(module => module.Class.Length > 0)
        .DistinctBy(module => module.Name)
        .ToDictionary(module => module.Name, module => module.Class == "Embedding", StringComparer.Ordinal);

    private readonly List<Module> _read = [];

    /// <summary>The options of layers by <c>layer.option</c>.</summary>
    public Dictionary<string, string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is said.</summary>
    public bool IsEmpty => _all.Count == 0;

    /// <summary>The class that holds the modules and whose code is not known; null if there is none.</summary>
    public string? Owner { get; } = all.Where(module => module.Parts == 0).SelectMany(module => module.Holders.Reverse())
        .FirstOrDefault(holder => !holder.AppliesInOrder)?.Type.Name;

    /// <summary>Whether a module is a table of vectors; null if it is not known.</summary>
    public bool? IsTable(string name) => _tables.TryGetValue(name, out bool isTable) ? isTable : null;

    /// <summary>A module with its activation: <c>fc1 (relu)</c>.</summary>
    public string Describe(Module module)
    {
        string key = module.Name + ".activation";
        return (options.Set.GetValueOrDefault(key) ?? Words.GetValueOrDefault(key)) is { } word && module.Kind != ModuleKind.Function
            ? $"{module.Name} ({word})" : module.Name;
    }

    /// <summary>Checks that each class of PyTorch is one that is read.</summary>
    /// <exception cref="NotSupportedException">One is not.</exception>
    public void CheckClasses()
    {
        if (_all.FirstOrDefault(module => module.Class.Length > 0 && !s_containers.Contains(module.Class) && !IsLoss(module)
            && (module.Parts > 0 || !IsLayer(module))) is { } other)
        {
            throw other.Unsupported("is not read");
        }
    }

    /// <summary>The modules in the order in which they are registered.</summary>
    /// <param name="found">What the tensors are.</param>
    public IReadOnlyList<Module> InOrder(IReadOnlyList<Module> found)
    {
        Dictionary<string, Module> left = found.ToDictionary(module => module.Name, StringComparer.Ordinal);
        foreach (TorchModule module in _all.Where(module => module.Parts == 0 && !s_containers.Contains(module.Class) && !IsLoss(module)))
        {
            left.Remove(module.Name, out Module? tensors);
            if (Read(module, tensors) is { } read)
            {
                _read.Add(read with { IsKnown = module.Class.Length > 0 });
            }
        }

        return [.. _read, .. left.Values];
    }

    private Module? Read(TorchModule module, Module? tensors) => module.Class switch
    {
        "" when tensors is null => OfUser(module),
        "" => tensors,
        "Embedding" => tensors is null ? null : Embedding(module, tensors),
        "Conv1d" => tensors is { Kind: ModuleKind.Convolution } ? Convolution(module, tensors) : tensors,
        "LayerNorm" => LayerNorm(module, tensors),
        "BatchNorm1d" or "SyncBatchNorm" => BatchNorm(module, tensors),
        "MaxPool1d" => Windows(module, "max"),
        "AvgPool1d" => Windows(module, "mean"),
        "AdaptiveMaxPool1d" => Pool(module, "max"),
        "AdaptiveAvgPool1d" => Pool(module, "mean"),
        "Flatten" or "Unflatten" => LeftOut(module),
        _ when s_ofTensors.Contains(module.Class) => tensors,
        _ when s_ofTraining.Contains(module.Class) => null,
        "LeakyReLU" when Function(module) is null => new Module(module.Name, ModuleKind.PReLU, new Dictionary<string, StoredTensor>
        {
            ["weight"] = new(module.Name + ".weight", "F64", [1], () => [module.Number("negative_slope", 0.01)]),
        }),
        _ => Applied(module, Function(module) ?? throw module.Unsupported("is another function than those of layers here")),
    };

    /// <summary>An activation: that of the product before it, or else a layer of its own.</summary>
    private Module? Applied(TorchModule module, string function)
    {
        if (_read is [.., { Kind: ModuleKind.Linear or ModuleKind.Convolution } below]
            && Words.TryAdd(below.Name + ".activation", function))
        {
            return null;
        }

        Words[module.Name + ".activation"] = function;
        return new Module(module.Name, ModuleKind.Function, s_nothing);
    }

    private string? Function(TorchModule module)
    {
        switch (module.Class)
        {
            case "ReLU" or "Sigmoid" or "Tanh" or "Softsign" or "SiLU":
                return module.Class.ToLowerInvariant();
            case "GELU" when module.Text("approximate", "none") == "none":
                return "gelu";
            case "ELU" when module.Number("alpha", 1) == 1:
                return "elu";
            case "LeakyReLU" when module.Number("negative_slope", 0.01) == 0.01:
                return "leaky_relu";
            case "Softmax" when module.State["dim"] is not 0L:
                return "softmax";
            case "LogSoftmax" when options.LogSoftmaxAsSoftmax:
                notes.Add($"'{module.Name}' became a softmax: outputs here are probabilities, of which the file's are the logarithms.");
                return "softmax";
            case "LogSoftmax":
                throw module.Unsupported(
                    "gives logarithms of probabilities, which no layer does; '--log-softmax-as-softmax' takes it as a softmax");
            default:
                return null;
        }
    }

    private Module Embedding(TorchModule module, Module tensors)
    {
        if (module.State["max_norm"] is not null)
        {
            throw module.Unsupported("scales its vectors to a largest norm");
        }

        bool isSaid = IsGiven(module, "padding_token") || options.Set.ContainsKey("embedding.padding_token");
        if (module.State["padding_idx"] is long padding && !isSaid)
        {
            notes.Add($"Training leaves the vector {padding} of '{module.Name}' as it is, but layers read such steps all the same; "
                + $"'--set {module.Name}.padding_token={padding}' leaves them out.");
        }

        return tensors;
    }

    private Module Convolution(TorchModule module, Module tensors)
    {
        int taps = tensors["weight"]!.Shape[^1], dilation = module.One("dilation", 1), groups = module.One("groups", 1);
        if (module.Text("padding_mode", "zeros") != "zeros")
        {
            throw module.Unsupported("pads with something else than zeros");
        }

        Words[module.Name + ".dilation"] = $"{dilation}";
        Words[module.Name + ".stride"] = $"{module.One("stride", 1)}";
        if (!IsGiven(module, "padding"))
        {
            Words[module.Name + ".padding"] = module.State["padding"] as string ?? Padding(module, (taps - 1L) * dilation);
        }

        if (groups == 1)
        {
            return tensors;
        }

        notes.Add($"The {groups} groups of '{module.Name}' became one kernel with zeros between them.");
        return tensors.Ungrouped(groups);
    }

    /// <summary>What zeros on both sides are here.</summary>
    /// <param name="module">The convolution.</param>
    /// <param name="reach">How many steps it reads before the one at its end.</param>
    private string Padding(TorchModule module, long reach)
    {
        long padding = module.One("padding", 0);
        if (padding == 0 && reach > 0 && Owner is not null)
        {
            notes.Add($"Assumed: no step is added before or behind what '{module.Name}' reads, as its options say; "
                + $"'--set {module.Name}.padding=causal' says otherwise.");
        }
        else if (padding > 0 && padding == reach)
        {
            notes.Add($"Assumed: of what '{module.Name}' gives the last {padding} steps are cut off, so that it is causal.");
        }

        return padding == reach ? "causal" : padding == 0 ? "valid" : 2 * padding == reach ? "same"
            : throw module.Unsupported($"adds {padding} steps on both sides, where no layer adds others than {reach / 2.0} or {reach}");
    }

    private Module LayerNorm(TorchModule module, Module? tensors)
    {
        if (module.State["normalized_shape"] is not PickleList { Items: [long size] } || size is < 1 or > int.MaxValue)
        {
            throw module.Unsupported("normalises more than the features of a step");
        }

        Words[module.Name + ".epsilon"] = Epsilon(module);
        return new Module(module.Name, ModuleKind.LayerNorm, tensors?.Tensors ?? s_nothing)
        {
            InputSize = (int)size,
            OutputSize = (int)size,
        };
    }

    private Module BatchNorm(TorchModule module, Module? tensors)
    {
        Words[module.Name + ".epsilon"] = Epsilon(module);
        return tensors is { Kind: ModuleKind.BatchNorm } ? tensors
            : throw module.Unsupported("has no running averages, but normalises by the batch as in training");
    }

    private Module Windows(TorchModule module, string pooling)
    {
        int window = module.One("kernel_size", 0);
        if (module.One("padding", 0) != 0 || module.One("dilation", 1) != 1 || module.Truth("ceil_mode"))
        {
            throw module.Unsupported("pools otherwise than windows of steps without padding");
        }

        Words[module.Name + ".window"] = $"{window}";
        Words[module.Name + ".stride"] = $"{module.One("stride", window)}";
        return Pool(module, pooling);
    }

    private Module Pool(TorchModule module, string pooling)
    {
        Words[module.Name + ".pooling"] = module.One("output_size", 1) == 1 ? pooling
            : throw module.Unsupported("makes more than one step of all");
        return new Module(module.Name, ModuleKind.Pool, s_nothing);
    }

    /// <summary>A module of a user's own without tensors: nothing is known of what it does.</summary>
    private Module? OfUser(TorchModule module) => module.Holder is { Class: "Sequential" }
        ? throw module.Unsupported("is a class of a user's own, of which nothing is known") : LeftOut(module);

    private Module? LeftOut(TorchModule module)
    {
        notes.Add($"Left out: '{module.Name}', of the class {module.Type.Name}.");
        return null;
    }

    private bool IsGiven(TorchModule module, string option) => options.Set.ContainsKey($"{module.Name}.{option}");

    private bool IsLayer(TorchModule module) => s_ofTensors.Contains(module.Class) || s_ofTraining.Contains(module.Class)
        || s_withOptions.Contains(module.Class) || Function(module) is not null;

    private static bool IsLoss(TorchModule module) => module.Type.Module == "torch.nn.modules.loss";

    private static string Epsilon(TorchModule module) => module.Number("eps", 1e-5).ToString("R", CultureInfo.InvariantCulture);
}
