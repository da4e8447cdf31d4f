using System.Collections.Immutable;

namespace GruGen;

/// <summary>How the layers of a model hang together: their names, and what each of them reads.</summary>
internal static class LayerGraph
{
    /// <summary>The layers with the names that they have in a model, and with what they read by name.</summary>
    /// <exception cref="ArgumentException">
    /// A name is no name, or two have the same; a layer reads what is not there or stands after it, or the same twice; a layer reads
    /// tokens and is no embedding; or nobody reads a layer.
    /// </exception>
    public static LayerSchema[] Named(LayerSchema[] layers, bool readsTokens)
    {
        string[] names = NamesOf(layers);
        var places = new Dictionary<string, int>(StringComparer.Ordinal) { [LayerNames.Input] = -1 };
        var named = new LayerSchema[layers.Length];
        bool[] isRead = new bool[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            ImmutableArray<string> from = layers[i].From is { IsEmpty: false } given ? given : [i == 0 ? LayerNames.Input : names[i - 1]];
            foreach (string source in from)
            {
                if (!places.TryGetValue(source, out int place))
                {
                    string why = names.Contains(source) ? "that stands after it" : "there is no such layer";
                    throw Wrong($"{names[i]} reads '{source}', but {why}; before it are {string.Join(", ", places.Keys)}.");
                }

                if (place < 0 && readsTokens && layers[i].Kind != LayerKind.Embedding)
                {
                    throw Wrong($"{names[i]} reads the input, which is tokens; only an embedding does.");
                }

                if (place >= 0)
                {
                    isRead[place] = true;
                }
            }

            if (from.Distinct(StringComparer.Ordinal).Count() < from.Length)
            {
                throw Wrong($"{names[i]} reads one layer twice: {string.Join(", ", from)}.");
            }

            if (layers[i].Kind == LayerKind.Embedding && from is not [LayerNames.Input])
            {
                throw Wrong($"{names[i]} is an embedding, which reads the input, but it says that it reads {string.Join(", ", from)}.");
            }

            named[i] = layers[i] with { Name = names[i], From = from, IsOutput = layers[i].IsOutput || i == layers.Length - 1 };
            places[names[i]] = i;
        }

        int unread = Array.FindIndex(named, layer => !layer.IsOutput && !isRead[places[layer.Name]]);
        return unread < 0 ? named : throw Wrong($"Nobody reads {names[unread]}, and it is no output.");
    }

    /// <summary>The size of what a layer reads, and whether there is one for every step.</summary>
    /// <param name="layer">The layer, with a name.</param>
    /// <param name="before">The layers before it, in their places.</param>
    /// <param name="inputSize">The size of a step of the model's input.</param>
    /// <exception cref="ArgumentException">It reads what cannot be joined.</exception>
    public static (int Size, SequenceOutput Steps) InputOf(LayerSchema layer, IReadOnlyList<LayerSchema> before, int inputSize)
    {
        (int Size, SequenceOutput Steps)[] sources =
        [
            .. layer.From.Select(name => name == LayerNames.Input
                ? (inputSize, SequenceOutput.EveryStep)
                : before.First(source => source.Name == name) is var source ? (source.OutputSize, source.Output) : default),
        ];
        string read = string.Join(", ", layer.From.Zip(sources, (name, source) => $"{name} ({source.Size})"));
        if (sources.Any(source => source.Steps != sources[0].Steps))
        {
            throw Wrong($"{layer.Name} reads {read}, of which some are given for every step and others once for a sequence.");
        }

        bool adds = Check.Defined(layer.Combine, nameof(LayerSchema.Combine)) == Combine.Sum;
        if (adds && sources.Any(source => source.Size != sources[0].Size))
        {
            throw Wrong($"{layer.Name} reads the sum of {read}, which have not one size.");
        }

        long size = adds ? sources[0].Size : sources.Sum(source => (long)source.Size);
        return size <= LayerLimits.Units || layer.Kind == LayerKind.Embedding // which reads one token
            ? ((int)size, sources[0].Steps)
            : throw Wrong($"{layer.Name} reads {read}, which are {size} numbers a step; at most {LayerLimits.Units} can be read.");
    }

    /// <summary>Whether a layer reads the one before it and is read by the one after it alone, as in a stack.</summary>
    public static bool IsStacked(IReadOnlyList<LayerSchema> layers, int i) =>
        layers[i].From is [var source] && source == (i == 0 ? LayerNames.Input : layers[i - 1].Name)
        && layers[i].IsOutput == (i == layers.Count - 1);

    /// <summary>The name of a layer that is given none: its kind, and its number among those of the kind.</summary>
    public static string UsualName(IReadOnlyList<LayerSchema> layers, int i)
    {
        int number = 1;
        for (int before = 0; before < i; before++)
        {
            number += layers[before].Kind == layers[i].Kind ? 1 : 0;
        }

        return layers[i].Kind switch
        {
            LayerKind.Embedding => "embedding",
            LayerKind.Conv1D => $"conv{number}", // as PyTorch's models call them
            LayerKind kind => kind.ToString().ToLowerInvariant() + number,
        };
    }

    private static string[] NamesOf(LayerSchema[] layers)
    {
        string[] names = new string[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            names[i] = layers[i].Name is { Length: > 0 } given ? given : UsualName(layers, i);
            if (!LayerNames.IsWellFormed(names[i]) || LayerNames.IsReserved(names[i]))
            {
                throw Wrong(LayerNames.IsReserved(names[i])
                    ? $"A layer is called '{names[i]}', which has another meaning."
                    : $"A layer is called '{names[i]}', but a name has up to 64 {LayerNames.Rule}.");
            }
        }

        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;
        return twice is null ? names : throw Wrong($"Two layers are called '{twice}'.");
    }

    private static ArgumentException Wrong(string what) => new(what, "layers");
}
