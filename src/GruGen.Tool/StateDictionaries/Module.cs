using System.Globalization;
using System.Text.RegularExpressions;

namespace GruGen.Tool;

/// <summary>What a module of a state dictionary is, as far as its tensors show.</summary>
internal enum ModuleKind
{
    Embedding,
    Convolution,
    Recurrent,
    LayerNorm,
    BatchNorm,
    PReLU,
    Linear,
    Pool,
    Join,

    /// <summary>An activation that is a layer of its own.</summary>
    Function,
}

/// <summary>The tensors that belong together: those of one layer, or of a stack of recurrent ones.</summary>
/// <param name="Name">What their names begin with.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Tensors">The tensors by what they are in the module: <c>weight</c>, <c>weight_ih_l0</c>, …</param>
internal sealed partial record Module(string Name, ModuleKind Kind, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    private const int MaximumKernel = 1 << 26; // elements of a kernel that is made of groups

    /// <summary>The tensor of a part; null if there is none.</summary>
    public StoredTensor? this[string part] => Tensors.GetValueOrDefault(part);

    /// <summary>The number of recurrent layers upon each other.</summary>
    public int Depth { get; private init; } = 1;

    /// <summary>The size of a step of the input; 0 if any will do.</summary>
    public int InputSize { get; init; }

    /// <summary>The size of a step of the output; 0 if it is that of the input.</summary>
    public int OutputSize { get; init; }

    /// <summary>The groups that a convolution had before it became one that reads all features.</summary>
    public int Groups { get; private init; } = 1;

    /// <summary>Whether the file says of which class it is.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Whether it is a matrix by itself, which is a layer without a bias or a table of vectors.</summary>
    public bool IsMatrix => Kind == ModuleKind.Linear && !IsKnown && Tensors.Count == 1;

    /// <summary>A matrix as a table of vectors.</summary>
    public Module AsTable() => this with { Kind = ModuleKind.Embedding, InputSize = OutputSize, OutputSize = InputSize };

    /// <summary>A convolution in groups as one that reads all features, with zeros between the groups.</summary>
    /// <exception cref="InvalidDataException">It cannot have so many groups.</exception>
    public Module Ungrouped(int groups)
    {
        StoredTensor weight = this["weight"]!;
        (int channels, int inner, int taps) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        if (groups < 1 || channels % groups != 0 || (Int128)weight.Length * groups > MaximumKernel)
        {
            throw new InvalidDataException($"'{Name}' cannot have {groups} groups: {weight}.");
        }

        StoredTensor all = weight.As(weight.Name, [channels, inner * groups, taps], values =>
        {
            double[] kernel = new double[values.Length * groups];
            int row = inner * taps; // of the weights that a channel has of its own group
            for (int i = 0; i < values.Length; i++)
            {
                int channel = i / row, group = channel / (channels / groups);
                kernel[(((channel * groups) + group) * row) + (i % row)] = values[i];
            }

            return kernel;
        });
        var tensors = new Dictionary<string, StoredTensor>(Tensors, StringComparer.Ordinal) { ["weight"] = all };
        return this with { Tensors = tensors, InputSize = inner * groups, Groups = groups };
    }

    /// <summary>The modules that a file's tensors are, in the order of the file.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="isTable">Whether the matrix of a module is a table of vectors; null to tell by the name.</param>
    /// <exception cref="InvalidDataException">Some tensors are no layer that is known.</exception>
    public static IReadOnlyList<Module> Find(IEnumerable<StoredTensor> tensors, string source, Func<string, bool>? isTable = null)
    {
        var modules = new OrderedDictionary<string, Dictionary<string, StoredTensor>>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
        {
            (string name, string part) = Place(tensor.Name);
            if (!modules.TryGetValue(name, out Dictionary<string, StoredTensor>? parts))
            {
                modules.Add(name, parts = new Dictionary<string, StoredTensor>(StringComparer.Ordinal));
            }

            if (!parts.TryAdd(part, tensor))
            {
                throw new InvalidDataException(
                    $"{source} has two tensors for '{part}' of '{name}': '{parts[part].Name}' and '{tensor.Name}'.");
            }
        }

        return [.. modules.Select(module => Of(module.Key, module.Value, source, isTable ?? IsTable))];
    }

    /// <summary>The module of a tensor, and what it is there: <c>rnn.weight_ih_l1</c> is <c>weight_ih_l1</c> of <c>rnn</c>.</summary>
    private static (string Module, string Part) Place(string name)
    {
        Match recurrent = RecurrentName().Match(name);
        if (recurrent.Success)
        {
            GroupCollection parts = recurrent.Groups;
            string kind = parts["kind"].Value switch { "w" => "weight", "b" => "bias", var word => word };
            string side = parts["side"].Length > 0 ? "_" + parts["side"].Value : "", layer = parts["layer"].Success ? parts["layer"].Value
                : "0";
            return (parts["module"].Value, $"{kind}{side}_l{layer}{parts["reverse"].Value}");
        }

        Match plain = PlainName().Match(name);
        return plain.Success
            ? (plain.Groups["module"].Value, plain.Groups["part"].Value switch { "w" => "weight", "b" => "bias", var part => part })
            : (name, "weight");
    }

    /// <summary>Whether a name tells that a matrix is a table of vectors.</summary>
    public static bool IsTable(string name) => name.Contains("emb", StringComparison.OrdinalIgnoreCase);

    private static Module Of(string name, Dictionary<string, StoredTensor> tensors, string source, Func<string, bool> isTable)
    {
        if (tensors.Keys.Any(part => part.StartsWith("weight_hh_l", StringComparison.Ordinal)))
        {
            return Recurrent(name, tensors, source);
        }

        int rank = tensors.TryGetValue("weight", out StoredTensor? weight) ? weight.Shape.Length : 0;
        bool has(params string[] parts) => parts.All(tensors.ContainsKey) && tensors.Count == parts.Length;
        bool hasBias = has("weight", "bias"), isLayer = weight?.Name != name || rank == 2; // a tensor by itself may be anything but a table
        tensors.Remove("num_batches_tracked");
        return tensors switch
        {
            _ when !isLayer => throw Unknown(),
            _ when has("weight", "bias", "running_mean", "running_var") && rank == 1 || has("running_mean", "running_var") =>
                new(name, ModuleKind.BatchNorm, tensors) { InputSize = Size("running_mean"), OutputSize = Size("running_mean") },
            _ when (hasBias || has("weight")) && rank == 3 =>
                new(name, ModuleKind.Convolution, tensors) { InputSize = weight!.Shape[1], OutputSize = weight.Shape[0] },
            _ when has("weight") && rank == 2 && isTable(name) =>
                new(name, ModuleKind.Embedding, tensors) { InputSize = weight!.Shape[0], OutputSize = weight.Shape[1] },
            _ when (hasBias || has("weight")) && rank == 2 =>
                new(name, ModuleKind.Linear, tensors) { InputSize = weight!.Shape[1], OutputSize = weight.Shape[0] },
            _ when hasBias
                && rank == 1 => new(name, ModuleKind.LayerNorm, tensors) { InputSize = weight!.Shape[0], OutputSize = weight.Shape[0] },
            _ when has("weight") && rank == 1 => new(name, ModuleKind.PReLU, tensors)
            {
                InputSize = weight!.Shape[0] == 1 ? 0 : weight.Shape[0],
                OutputSize = weight.Shape[0] == 1 ? 0 : weight.Shape[0],
            },
            _ => throw Unknown(),
        };

        InvalidDataException Unknown() => new(
            $"'{name}' in {source} is no layer that is known; it has {string.Join(" and ", tensors.Values)}. "
                + "'--ignore' leaves it out, '--part' reads only tensors whose names begin so.");

        int Size(string part) => tensors[part].Shape.Length == 1 ? tensors[part].Shape[0]
            : throw new InvalidDataException(
                $"'{tensors[part].Name}' in {source} is [{string.Join(", ", tensors[part].Shape)}], but a vector is expected.");
    }

    private static Module Recurrent(string name, Dictionary<string, StoredTensor> tensors, string source)
    {
        int depth = 0;
        while (tensors.ContainsKey($"weight_hh_l{depth}"))
        {
            depth++;
        }

        int input = 0, output = 0, used = 0;
        for (int layer = 0; layer < depth; layer++)
        {
            int directions = tensors.ContainsKey($"weight_hh_l{layer}_reverse") ? 2 : 1;
            foreach (string reverse in new[] { "", "_reverse" }[..directions])
            {
                StoredTensor hidden = Matrix($"weight_hh_l{layer}{reverse}");
                int units = hidden.Shape[1];
                if (units == 0 || hidden.Shape[0] != 3 * units)
                {
                    string what = units > 0 && hidden.Shape[0] == 4 * units ? "an LSTM, whose matrices have four gates"
                        : units > 0 && hidden.Shape[0] == units ? "a plain recurrent layer, whose matrices have no gates"
                            : "no GRU, whose matrices have three gates";
                    throw new InvalidDataException($"'{name}' in {source} is {what}: {hidden}.");
                }

                StoredTensor inputs = Matrix($"weight_ih_l{layer}{reverse}");
                Check(inputs, [3 * units, layer == 0 && reverse.Length == 0 ? inputs.Shape[1] : layer == 0 ? input : output]);
                input = layer == 0 ? inputs.Shape[1] : input;
                used += 2 + Vector($"bias_ih_l{layer}{reverse}", 3 * units) + Vector($"bias_hh_l{layer}{reverse}", 3 * units)
                    + Vector($"initial_state_l{layer}{reverse}", units);
            }

            output = directions * tensors[$"weight_hh_l{layer}"].Shape[1];
        }

        return used == tensors.Count
            ? new(name, ModuleKind.Recurrent, tensors) { Depth = depth, InputSize = input, OutputSize = output }
            : throw new InvalidDataException(
                $"'{name}' in {source} is no GRU of PyTorch: of its tensors {string.Join(", ", tensors.Values)} only {used} are those of "
                    + $"{depth} layers.");

        StoredTensor Matrix(string part) => tensors.TryGetValue(part, out StoredTensor? tensor) && tensor.Shape.Length == 2 ? tensor
            : throw new InvalidDataException($"'{name}' in {source} has no matrix '{part}'{(tensor is null ? "" : $", but {tensor}")}.");

        int Vector(string part, int size)
        {
            if (tensors.TryGetValue(part, out StoredTensor? tensor))
            {
                Check(tensor, [size]);
            }

            return tensor is null ? 0 : 1;
        }

        void Check(StoredTensor tensor, int[] shape)
        {
            if (!tensor.Shape.SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"'{tensor.Name}' in {source} is [{string.Join(", ", tensor.Shape)}], but [{string.Join(", ", shape)}] is expected "
                        + $"beside '{name}'.");
            }
        }
    }

    public override string ToString() => InputSize == 0 ? $"{Name} ({Kind})"
        : string.Create(CultureInfo.InvariantCulture, $"{Name} ({Kind}, {InputSize} to {OutputSize})");

    [GeneratedRegex("^(?<module>.*?)[._]?(?:(?<kind>weight|bias|w|b)_(?<side>ih|hh)|(?<kind>initial_state))(?:_l(?<layer>[0-9]{1,3}))?"
        + "(?<reverse>_reverse)?$")]
    private static partial Regex RecurrentName();

    [GeneratedRegex("^(?:(?<module>.*)[._])?(?<part>weight|bias|w|b|running_mean|running_var|num_batches_tracked)$")]
    private static partial Regex PlainName();
}
