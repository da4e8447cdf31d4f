namespace GruGen.Tool;

/// <summary>What a file of PyTorch has.</summary>
/// <param name="Tensors">The tensors, each with the names of what it is in before its own.</param>
/// <param name="Modules">The modules, each before those in it; none where tensors alone were saved.</param>
internal sealed record TorchContent(IReadOnlyList<StoredTensor> Tensors, IReadOnlyList<TorchModule> Modules);

/// <summary>A module of PyTorch as a pickle has it: its class and its attributes. Nothing of it runs.</summary>
/// <param name="Name">Its name, behind those of the modules that it is in: <c>encoder.gru</c>.</param>
/// <param name="Type">Its class.</param>
/// <param name="State">Its attributes.</param>
/// <param name="Holder">The module that it is in; null if it is in none.</param>
/// <param name="Source">The file, for messages.</param>
internal sealed record TorchModule(string Name, PickleGlobal Type, PickleDictionary State, TorchModule? Holder, string Source)
{
    /// <summary>The name of its class if that is one of PyTorch's; empty if it is a user's own.</summary>
    public string Class => Type.Module.StartsWith("torch.nn.", StringComparison.Ordinal) ? Type.Name : "";

    /// <summary>How many modules it holds.</summary>
    public int Parts { get; } =
        State["_modules"] is PickleDictionary { Items: var parts } ? parts.Count(part => part.Value is not null) : 0;

    /// <summary>Whether what it holds is applied one after another, for all that is known without its code.</summary>
    public bool AppliesInOrder => Class == "Sequential" || (Class.Length > 0 && Parts < 2);

    /// <summary>The modules that it is in, from within.</summary>
    public IEnumerable<TorchModule> Holders
    {
        get
        {
            for (TorchModule? holder = Holder; holder is not null; holder = holder.Holder)
            {
                yield return holder;
            }
        }
    }

    /// <summary>An attribute that is a whole number, or a tuple of one; another if there is none.</summary>
    public int One(string attribute, int otherwise) => State[attribute] switch
    {
        null => otherwise,
        long value when value is >= 0 and <= int.MaxValue => (int)value,
        PickleList { Items: [long value] } when value is >= 0 and <= int.MaxValue => (int)value,
        _ => throw Unsupported($"has a '{attribute}' that is no single number"),
    };

    /// <summary>An attribute that is a number.</summary>
    public double Number(string attribute, double otherwise) => State[attribute] switch
    {
        null => otherwise,
        double value => value,
        long value => value,
        _ => throw Unsupported($"has a '{attribute}' that is no number"),
    };

    /// <summary>An attribute that is a text.</summary>
    public string Text(string attribute, string otherwise) => State[attribute] as string ?? otherwise;

    /// <summary>Whether an attribute is true.</summary>
    public bool Truth(string attribute) => State[attribute] is true;

    /// <summary>What is not read.</summary>
    public NotSupportedException Unsupported(string what) =>
        new($"'{Name}' in {Source}, of the class {Type.Name}, {what}; '--ignore {Name}' leaves it out.");
}
