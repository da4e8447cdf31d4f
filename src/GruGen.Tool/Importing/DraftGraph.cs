using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>What a layer reads: some layers by their places, or the input, one behind the other or their sum.</summary>
/// <param name="Layers">Their places; −1 is the input of the model.</param>
/// <param name="IsSum">Whether they are added.</param>
internal sealed record DraftSource(ImmutableArray<int> Layers, bool IsSum = false);

/// <summary>Which layers read which. What only puts others together, or hands them on, is no layer of its own.</summary>
internal sealed class DraftGraph
{
    private const int MaximumLayers = 1_000; // that are read together

    private readonly Dictionary<string, (int? Layer, IReadOnlyList<string> Inputs, bool IsSum)> _nodes = new(StringComparer.Ordinal);

    /// <summary>Adds what a file has.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="layer">The place of its layer; null if it has none.</param>
    /// <param name="inputs">The names of what it reads; empty for the input.</param>
    /// <param name="isSum">Whether it adds them.</param>
    public void Add(string name, int? layer, IReadOnlyList<string> inputs, bool isSum) => _nodes.Add(name, (layer, inputs, isSum));

    /// <summary>What the layer at a place reads; that of a stack reads the one before it.</summary>
    public DraftSource Of(int place)
    {
        (int? layer, IReadOnlyList<string> inputs, bool isSum) = _nodes.Values.FirstOrDefault(node => node.Layer == place);
        return layer is null || inputs.Count == 0 ? new DraftSource([place - 1]) : Of(inputs, isSum);
    }

    /// <summary>What has a name: a layer, the input, or several put together.</summary>
    public DraftSource Of(string name)
    {
        (int? layer, IReadOnlyList<string> inputs, bool isSum) = _nodes[name];
        return layer is { } place ? new DraftSource([place]) : inputs.Count == 0 ? new DraftSource([-1]) : Of(inputs, isSum);
    }

    private DraftSource Of(IReadOnlyList<string> inputs, bool isSum)
    {
        var sources = new DraftSource[inputs.Count];
        int layers = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = Of(inputs[i]);
            layers += sources[i].Layers.Length;
            if (layers > MaximumLayers)
            {
                throw new InvalidDataException($"One layer reads more than {MaximumLayers} others.");
            }
        }

        return sources.Length == 1 ? sources[0]
            : Array.Exists(sources, source => (source.IsSum || isSum) && source.Layers.Length > 1)
                ? throw new NotSupportedException($"Sums and concatenations of one another are not read: {string.Join(", ", inputs)}.")
            : new DraftSource([.. sources.SelectMany(source => source.Layers)], isSum);
    }
}
