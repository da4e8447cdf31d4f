using System.Collections.Immutable;
using System.Globalization;

namespace GruGen.Tool;

/// <summary>
/// Weights of Keras without a configuration: the same is known of them as of a state dictionary, so they become one, in PyTorch's shapes
/// and order of gates.
/// </summary>
internal sealed class KerasStateDictionary(KerasWeights weights, string source)
{
    private static readonly string[] s_cell = ["kernel", "recurrent_kernel", "bias"];

    /// <summary>The places of r, z and n among z, r and h.</summary>
    private static readonly int[] s_gates = [1, 0, 2];

    /// <summary>What the numbered weights of a class are.</summary>
    private static readonly Dictionary<string, string[]> s_ofClasses = new(StringComparer.Ordinal)
    {
        ["dense"] = ["kernel", "bias"],
        ["time_distributed"] = ["kernel", "bias"],
        ["conv1d"] = ["kernel", "bias"],
        ["embedding"] = ["embeddings"],
        ["layer_normalization"] = ["gamma", "beta"],
        ["batch_normalization"] = ["gamma", "beta", "moving_mean", "moving_variance"],
        ["p_re_lu"] = ["alpha"],
    };

    /// <summary>Makes the model.</summary>
    public ImportedModel Import(ImportOptions options)
    {
        var tensors = new List<StoredTensor>();
        (string Layer, string Role, bool IsBackward)[] places = [.. weights.All.Select(Place)];
        HashSet<string> recurrent = [.. places.Where(place => place.Role == "recurrent_kernel").Select(place => place.Layer)];
        foreach (((string layer, string role, bool isBackward), StoredTensor tensor) in places.Zip(weights.All))
        {
            tensors.AddRange(recurrent.Contains(layer)
                ? OfGru(layer, role, isBackward ? "_reverse" : "", tensor) : [OfLayer(layer, role, tensor)]);
        }

        var dictionary = new StateDictionary(
            tensors, ImmutableDictionary<string, string>.Empty, weights is NamedKerasWeights, source, epsilon: 1e-3); // Keras' default
        ImportedModel model = dictionary.Import(options);
        return model with
        {
            Notes = [.. model.Notes,
            "The file has weights alone: activations are assumed to be Keras' defaults; '--activation' gives others."]
        };
    }

    private (string Layer, string Role, bool IsBackward) Place(StoredTensor tensor)
    {
        string[] parts = tensor.Name.Split('/');
        string last = parts[^1].Split(':')[0], layer = parts[0];
        bool isBackward = parts.Any(part => part.StartsWith("backward_", StringComparison.Ordinal));
        if (!int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return (layer, last, isBackward);
        }

        string type = s_ofClasses.Keys.FirstOrDefault(name => layer == name || layer.StartsWith(name + "_", StringComparison.Ordinal), "");
        string[]? roles = parts.Contains("cell") ? s_cell : s_ofClasses.GetValueOrDefault(type);
        return roles is not null && number < roles.Length ? (layer, roles[number], isBackward)
            : throw new NotSupportedException($"'{tensor.Name}' in {source} is of a layer that is not read.");
    }

    private IEnumerable<StoredTensor> OfGru(string layer, string role, string suffix, StoredTensor tensor)
    {
        int gates = tensor.Shape.Length > 0 ? tensor.Shape[^1] : 0, units = gates / 3;
        if (gates == 0 || gates % 3 != 0 || tensor.Shape.Length > 2)
        {
            throw new InvalidDataException(
                $"'{tensor.Name}' in {source} is [{string.Join(", ", tensor.Shape)}], but the last size of a GRU's weights is that of "
                + $"three gates.");
        }

        int[] rows = [.. s_gates.SelectMany(gate => Enumerable.Range(gate * units, units))]; // r, z, n of columns z, r, h
        if (role is "kernel" or "recurrent_kernel" && tensor.Shape.Length == 2)
        {
            int inputs = tensor.Shape[0];
            yield return tensor.As(
                $"{layer}.weight_{(role == "kernel" ? "ih" : "hh")}_l0{suffix}",
                [gates, inputs],
                values => [.. from row in rows from input in Enumerable.Range(0, inputs) select values[(input * gates) + row]]);
            yield break;
        }

        if (role != "bias" || (tensor.Shape.Length == 2 && tensor.Shape[0] != 2))
        {
            throw new InvalidDataException($"'{tensor.Name}' in {source} is no weight of a GRU: {tensor}.");
        }

        yield return tensor.As($"{layer}.bias_ih_l0{suffix}", [gates], values => [.. rows.Select(row => values[row])]);
        if (tensor.Shape.Length == 2)
        {
            yield return tensor.As($"{layer}.bias_hh_l0{suffix}", [gates], values => [.. rows.Select(row => values[gates + row])]);
        }
    }

    private StoredTensor OfLayer(string layer, string role, StoredTensor tensor)
    {
        ImmutableArray<int> shape = tensor.Shape;
        string name = role == "embeddings" && !layer.Contains("emb", StringComparison.OrdinalIgnoreCase) ? $"{layer}.embeddings" : layer;
        return (role, shape.Length) switch
        {
            ("kernel", 2) => tensor.Transposed($"{name}.weight"),
            ("kernel", 3) => tensor.As($"{name}.weight", [shape[2], shape[1], shape[0]], values =>
            [
                .. from o in Enumerable.Range(0, shape[2])
                   from i in Enumerable.Range(0, shape[1])
                   from tap in Enumerable.Range(0, shape[0])
                   select values[(((tap * shape[1]) + i) * shape[2]) + o],
            ]),
            ("embeddings", 2) or ("gamma", 1) => tensor.As($"{name}.weight", shape),
            ("bias", 1) or ("beta", 1) => tensor.As($"{name}.bias", shape),
            ("moving_mean", 1) => tensor.As($"{name}.running_mean", shape),
            ("moving_variance", 1) => tensor.As($"{name}.running_var", shape),
            ("alpha", _) => tensor.As($"{name}.weight", [(int)tensor.Length]),
            _ => throw new NotSupportedException($"'{tensor.Name}' in {source} is of a layer that is not read: {tensor}."),
        };
    }
}
