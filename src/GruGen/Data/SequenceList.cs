using System.Runtime.InteropServices;

namespace GruGen;

/// <summary>Sequences of different lengths one after another in one array.</summary>
internal sealed class SequenceList<T> : ISequences<T>
    where T : unmanaged
{
    private readonly List<T> _elements = [];
    private readonly List<int> _starts = [0]; // of each sequence, and after the last one

    public int Count => _starts.Count - 1;

    /// <summary>The elements of the longest sequence.</summary>
    public int MaxLength { get; private set; }

    public ReadOnlySpan<T> this[int index] => (uint)index < (uint)Count
        ? CollectionsMarshal.AsSpan(_elements)[_starts[index].._starts[index + 1]]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There is no sequence {index}; there are {Count}.");

    public void Add(params ReadOnlySpan<T> sequence)
    {
        _elements.AddRange(sequence);
        _starts.Add(_elements.Count);
        MaxLength = Math.Max(MaxLength, sequence.Length);
    }
}
