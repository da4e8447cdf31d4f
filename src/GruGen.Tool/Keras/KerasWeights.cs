using System.Text.RegularExpressions;

namespace GruGen.Tool;

/// <summary>The weights of the layers of a Keras model.</summary>
internal abstract partial class KerasWeights
{
    /// <summary>All weights, in the order of the file.</summary>
    public abstract IReadOnlyList<StoredTensor> All { get; }

    /// <summary>The weights of a layer, in Keras' order.</summary>
    public abstract IReadOnlyList<StoredTensor> Of(KerasNode node);

    /// <summary>Checks that no layer of the file is missing in the configuration.</summary>
    public abstract void CheckAllUsed(IEnumerable<KerasNode> nodes, string source);

    /// <summary>The weights of a file, in either layout.</summary>
    public static KerasWeights In(Hdf5Group file, string source)
    {
        Hdf5Group group = file.Group("model_weights") ?? file;
        return group.Texts("layer_names") is { } layers ? new NamedKerasWeights(group, layers, source)
            : file.Group("layers") is { } numbered ? new NumberedKerasWeights(numbered, source)
            : throw new InvalidDataException($"{source} is an HDF5 file without the layers of a Keras model.");
    }

    /// <summary>The name that Keras 3 gives to the group of a class.</summary>
    protected static string Snake(string name) => Small().Replace(Word().Replace(name, "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex Word();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex Small();
}

/// <summary>
/// Keras 2, and Keras 3 in its old format: attributes list the layers, and in the group of each its weights, which lie where their names
/// say.
/// </summary>
internal sealed class NamedKerasWeights : KerasWeights
{
    private readonly List<(string Layer, IReadOnlyList<StoredTensor> Tensors)> _layers = [];

    public NamedKerasWeights(Hdf5Group group, IReadOnlyList<string> layers, string source)
    {
        foreach (string layer in layers)
        {
            Hdf5Group weights = group.Group(layer)
                ?? throw new InvalidDataException($"{source} lists the layer '{layer}', but has no group of it.");
            IReadOnlyList<string> names = weights.Texts("weight_names") ?? [];
            if (names.Distinct(StringComparer.Ordinal).Count() < names.Count || _layers.Exists(other => other.Layer == layer))
            {
                throw new InvalidDataException($"{source} lists a weight or a layer twice: '{layer}' with {string.Join(", ", names)}.");
            }

            _layers.Add((layer, [.. names.Select(name => weights.Tensor(name, $"{layer}/{name}"))]));
        }
    }

    public override IReadOnlyList<StoredTensor> All => [.. _layers.SelectMany(layer => layer.Tensors)];

    public override IReadOnlyList<StoredTensor> Of(KerasNode node) => _layers.Find(layer => layer.Layer == node.Name).Tensors ?? [];

    public override void CheckAllUsed(IEnumerable<KerasNode> nodes, string source)
    {
        HashSet<string> names = [.. nodes.Select(node => node.Name)];
        if (_layers.Find(layer => layer.Tensors.Count > 0 && !names.Contains(layer.Layer)) is { Layer: { } left })
        {
            throw new InvalidDataException($"{source} has weights of '{left}', which its configuration does not have.");
        }
    }
}

/// <summary>Keras 3: a group for each layer, named by its class and numbered among those of its class, with numbered weights.</summary>
internal sealed class NumberedKerasWeights(Hdf5Group layers, string source) : KerasWeights
{
    private const string Variables = "vars";

    private static readonly string[] s_directions = ["forward_layer", "backward_layer"];

    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public override IReadOnlyList<StoredTensor> All => [.. layers.Names.SelectMany(name => Weights(name))];

    public override IReadOnlyList<StoredTensor> Of(KerasNode node)
    {
        if (!_groups.TryGetValue(node.Name, out string? group))
        {
            string type = Snake(node.Class);
            int number = _counts[type] = _counts.GetValueOrDefault(type, -1) + 1;
            _groups[node.Name] = group = number == 0 ? type : $"{type}_{number}";
        }

        return layers.Group(group) is null ? [] : Weights(group);
    }

    public override void CheckAllUsed(IEnumerable<KerasNode> nodes, string of)
    {
        foreach (KerasNode node in nodes)
        {
            _ = Of(node);
        }

        if (layers.Names.FirstOrDefault(name => !_groups.ContainsValue(name) && Weights(name).Count > 0) is { } left)
        {
            throw new InvalidDataException($"{of} has weights of '{left}', which its configuration does not have.");
        }
    }

    /// <summary>Those of a layer, or of the layers inside it: a cell, two directions, or what is applied to every step.</summary>
    private IReadOnlyList<StoredTensor> Weights(string name)
    {
        Hdf5Group layer = layers.Group(name) ?? throw new InvalidDataException($"{source} has no group '{name}'.");
        return
        [
            .. Of(layer, name), .. Of(layer.Group("cell"), $"{name}/cell"), .. Of(layer.Group("layer"), $"{name}/layer"),
            .. s_directions.SelectMany(side => Of(layer.Group(side)?.Group("cell"), $"{name}/{side}/cell")),
        ];
    }

    private static IEnumerable<StoredTensor> Of(Hdf5Group? group, string path)
    {
        Hdf5Group? variables = group?.Group(Variables);
        for (int i = 0; variables is not null && variables.Names.Contains($"{i}"); i++)
        {
            yield return variables.Tensor($"{i}", $"{path}/{i}");
        }
    }
}
