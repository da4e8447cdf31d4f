using System.Collections.Immutable;
using System.Numerics;

namespace GruGen.Tool;

/// <summary>A name of Python, which is only compared: nothing behind it is ever looked up.</summary>
/// <param name="Module">The module.</param>
/// <param name="Name">The name in it.</param>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An integer that no size is: it is too large for 64 bits.</summary>
internal sealed record PickleInteger(BigInteger Value);

/// <summary>A list, a set or a tuple.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary, in its order; a key that comes again has the last value.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    public List<KeyValuePair<object, object?>> Items { get; } = [];

    /// <summary>The value of a key that is a text; null if there is none.</summary>
    public object? this[string key] => _places.TryGetValue(key, out int place) ? Items[place].Value : null;

    public void Set(object key, object? value)
    {
        if (key is not string text)
        {
            Items.Add(new(key, value));
        }
        else if (_places.TryAdd(text, Items.Count))
        {
            Items.Add(new(key, value));
        }
        else
        {
            Items[_places[text]] = new(key, value);
        }
    }
}

/// <summary>An object with what was to be its state. Its class is a name, of which no code is known or runs.</summary>
internal sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type => type;

    public object? State { get; set; }
}

/// <summary>Where numbers lie.</summary>
/// <param name="Key">The name of the storage.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Length">The number of elements it is said to have.</param>
/// <param name="Start">Of a part of another storage, in files before PyTorch 1.6, its first element.</param>
internal sealed record PickleStorage(string Key, string Type, long Length, long Start = 0);

/// <summary>A tensor: how its elements lie in a storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, ImmutableArray<int> Shape, ImmutableArray<long> Strides);
