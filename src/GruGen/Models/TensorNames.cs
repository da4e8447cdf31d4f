using System.Globalization;

namespace GruGen;

/// <summary>
/// The name in a file of each tensor of a model. A Python module that was not written for this library has names of its own, such as
/// <c>rnn.weight_ih_l1</c> for <c>gru2.weight_ih_l0</c> and <c>fc.weight</c> for <c>dense1.weight</c>.
/// </summary>
/// <remarks>
/// Where a file does not have the model's names, they are found layer by layer: a layer of the model is matched with the one module of the
/// file whose tensors have the same names within it and the same shapes. Of several that match, the layers of one stacked <c>nn.GRU</c> are
/// taken in their order; for any others the caller has to give the names.
/// </remarks>
public sealed class TensorNames
{
    private const string Reverse = "_reverse";

    private TensorNames(Dictionary<string, string> inFile) => All = inFile;

    /// <summary>The names in the file by the names of the model's tensors.</summary>
    public IReadOnlyDictionary<string, string> All { get; }

    /// <summary>The name in the file.</summary>
    /// <param name="name">The tensor's name in the model.</param>
    /// <exception cref="KeyNotFoundException">The model has no tensor of this name.</exception>
    public string this[string name] => All[name];

    /// <summary>A line for each tensor, <c>name in the model = name in the file</c>.</summary>
    public override string ToString() => string.Join(Environment.NewLine, All.Select(pair => $"{pair.Key} = {pair.Value}"));

    /// <summary>The names of a model's tensors in a file.</summary>
    /// <param name="tensors">The model's tensors.</param>
    /// <param name="inFile">The file's tensors.</param>
    /// <param name="given">What the caller says of them: names of tensors, or of layers; null if nothing.</param>
    /// <param name="ambiguity">
    /// If a layer could be several of the file, which; else empty. Tensors that were not found have their own names.
    /// </param>
    /// <exception cref="ArgumentException">A given name is none of the model or of the file.</exception>
    internal static TensorNames Find(
        IReadOnlyList<TensorSlot> tensors,
        IReadOnlyList<TensorEntry> inFile,
        IReadOnlyDictionary<string, string>? given,
        out string ambiguity)
    {
        Dictionary<string, string> names = Given(tensors, inFile, given ?? new Dictionary<string, string>());
        var taken = new HashSet<string>(names.Values, StringComparer.Ordinal);
        TensorSlot[] left = [.. tensors.Where(tensor => !names.ContainsKey(tensor.Name))];
        TensorEntry[] others = [.. inFile.Where(tensor => !taken.Contains(tensor.Name))];
        ambiguity = "";
        if (!left.All(tensor => others.Any(other => other.Name == tensor.Name)))
        {
            ILookup<string, Part> parts = Parts(others.Select(tensor => (tensor.Name, string.Join(",", tensor.Shape)))).ToLookup(Look);
            foreach (IGrouping<string, Part> same in Parts(left.Select(slot => (slot.Name, string.Join(",", slot.Shape)))).GroupBy(Look))
            {
                (Part[] ours, Part[] theirs) = ([.. same], [.. parts[same.Key]]);
                if (ours.Length == theirs.Length && (ours.Length == 1 || theirs.DistinctBy(part => part.Module).Count() == 1))
                {
                    foreach ((Part own, Part other) in ours.Zip(theirs.OrderBy(part => part.Number)))
                    {
                        own.Tensors.Zip(other.Tensors).ToList().ForEach(pair => names.Add(pair.First.Name, pair.Second.Name));
                    }
                }
                else if (theirs.Length > 0)
                {
                    ambiguity += $"{string.Join(" and ", ours.Select(part => part.Module))} could be "
                        + $"{string.Join(" or ", theirs.Select(part => part.Module).Distinct())}; give their names. ";
                }
            }
        }

        return new TensorNames(tensors.ToDictionary(
            tensor => tensor.Name, tensor => names.GetValueOrDefault(tensor.Name, tensor.Name), StringComparer.Ordinal));
    }

    /// <summary>The names that the caller gives: of a tensor, or of a layer, whose tensors then have the same names behind it.</summary>
    private static Dictionary<string, string> Given(
        IReadOnlyList<TensorSlot> tensors, IReadOnlyList<TensorEntry> inFile, IReadOnlyDictionary<string, string> given)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string own, string other) in given)
        {
            TensorSlot[] meant = [.. tensors.Where(
                tensor => tensor.Name == own || tensor.Name.StartsWith(own + ".", StringComparison.Ordinal))];
            if (meant.Length == 0)
            {
                throw new ArgumentException($"The model has no tensor or layer '{own}'.", nameof(names));
            }

            foreach (TensorSlot tensor in meant)
            {
                string name = other + tensor.Name[own.Length..];
                if (!inFile.Any(entry => entry.Name == name))
                {
                    throw new ArgumentException($"The file has no tensor '{name}' for {tensor.Name}.", nameof(names));
                }

                names[tensor.Name] = name;
            }
        }

        return names;
    }

    /// <summary>The tensors of each layer: of a stacked recurrent one, of each of its layers.</summary>
    private static IEnumerable<Part> Parts(IEnumerable<(string Name, string Shape)> tensors)
    {
        return tensors.GroupBy(tensor => Place(tensor.Name)).Select(part => new Part(
            part.Key.Module,
            part.Key.Number,
            [
                .. part.Select(tensor => new Member(tensor.Name, $"{Place(tensor.Name).Name} [{tensor.Shape}]"))
                    .OrderBy(member => member.Look, StringComparer.Ordinal),
            ]));

        static (string Module, int Number, string Name) Place(string name)
        {
            int dot = name.LastIndexOf('.');
            (string module, string rest) = (name[..Math.Max(dot, 0)], name[(dot + 1)..]);
            string direction = rest.EndsWith(Reverse, StringComparison.Ordinal) ? Reverse : "", layer = rest[..^direction.Length];
            int end = layer.LastIndexOf("_l", StringComparison.Ordinal) + 2; // weight_ih_l1_reverse is of the second layer of a stack
            return end >= 2 && int.TryParse(layer.AsSpan(end), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? (module, number, layer[..end] + direction)
                : (module, 0, rest);
        }
    }

    private static string Look(Part part) => string.Join("; ", part.Tensors.Select(member => member.Look));

    /// <summary>The tensors that are one layer of a model.</summary>
    private sealed record Part(string Module, int Number, Member[] Tensors);

    /// <summary>A tensor, and what it looks like: its name within its layer and its shape.</summary>
    private sealed record Member(string Name, string Look);
}
