using System.Numerics;

namespace GruGen;

/// <summary>
/// The rows of an embedding's table that training has changed since the table was copied for those who predict, where an optimiser
/// changes few: the next copy is then of these alone.
/// </summary>
internal sealed class ChangedRows
{
    private readonly int _rowSize;
    private readonly ulong[] _rows; // a bit for each

    public ChangedRows(int rows, int rowSize)
    {
        _rowSize = rowSize;
        _rows = new ulong[(rows + 63) / 64];
    }

    /// <summary>How many updates changed no other rows than those that were added.</summary>
    public long Updates { get; private set; }

    /// <summary>An update has changed the rows of these tokens at most.</summary>
    public void Add(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            _rows[token >> 6] |= 1UL << token;
        }

        Updates++;
    }

    /// <summary>Copies the changed rows.</summary>
    /// <param name="table">table[rows, row size].</param>
    /// <param name="copy">What it was before the changes, laid out like it.</param>
    public void Copy(ReadOnlySpan<float> table, Span<float> copy)
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            for (ulong rest = _rows[i]; rest != 0; rest &= rest - 1)
            {
                int place = ((i * 64) + BitOperations.TrailingZeroCount(rest)) * _rowSize;
                table.Slice(place, _rowSize).CopyTo(copy[place..]);
            }
        }
    }

    /// <summary>There is a new copy.</summary>
    public void Clear()
    {
        Array.Clear(_rows);
        Updates = 0;
    }
}
