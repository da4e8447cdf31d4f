using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// Sums over the shards of a batch. To a table, a shard without a token adds nothing, not even a zero: that would make −0 another number.
/// </content>
internal sealed partial class GradientSet
{
    /// <summary>
    /// The floats that the gradients are where the table has the rows of some tokens alone: all others, and then those rows.
    /// </summary>
    /// <param name="tokens">The number of tokens.</param>
    public long FlatLength(int tokens) => Buffer.Length - _tableLength + (long)tokens * _rowSize;

    /// <summary>Some of those floats where they lie, where there are no tokens.</summary>
    public Span<float> Flat(long from, int length) => Buffer.Span.Slice(_tableLength + (int)from, length);

    /// <summary>Makes this sum that of one set of gradients.</summary>
    [MethodImpl(Jit.Optimized)]
    public void Set(GradientSet gradients)
    {
        ForgetTokens();
        UseTokens(gradients.Tokens.Span);
        foreach (int token in gradients.Tokens.Span)
        {
            CopyRow(gradients, token);
        }

        gradients.Buffer.Span[_tableLength..].CopyTo(Buffer.Span[_tableLength..]);
    }

    /// <summary>Adds the gradients of the shards behind those of this sum.</summary>
    [MethodImpl(Jit.Optimized)]
    public void AddShards(GradientSet right)
    {
        foreach (int token in right.Tokens.Span)
        {
            if (_hasToken[token])
            {
                AddRow(right, token);
            }
            else
            {
                AddToken(token);
                CopyRow(right, token);
            }
        }

        AddRange(right, _tableLength, Buffer.Length - _tableLength);
    }

    /// <summary>Adds numbers, with the bits that gradients are added with.</summary>
    public static void Add(Span<float> sum, ReadOnlySpan<float> numbers)
    {
        var addition = new Addition
        {
            Sum = ref MemoryMarshal.GetReference(sum),
            Values = ref MemoryMarshal.GetReference(numbers[..sum.Length]),
        };
        SimdKernel.RunElements(Simd.Lanes, sum.Length, ref addition);
    }

    /// <summary>Makes this sum one of these tokens, whose rows <see cref="ReadFlat"/> gives.</summary>
    public void BeginTokens(ReadOnlySpan<int> tokens)
    {
        ForgetTokens();
        UseTokens(tokens);
    }

    /// <summary>
    /// Copies some floats of <see cref="FlatLength"/>; −0, to which every number can be added, in rows that are not here.
    /// </summary>
    /// <param name="tokens">The tokens of the rows, in their order.</param>
    /// <param name="from">The first of the floats.</param>
    /// <param name="numbers">Receives as many as it has room for.</param>
    [MethodImpl(Jit.Optimized)]
    public void WriteFlat(ReadOnlySpan<int> tokens, long from, Span<float> numbers)
    {
        int dense = Buffer.Length - _tableLength, before = (int)Math.Clamp(dense - from, 0, numbers.Length);
        if (before > 0)
        {
            Buffer.Span.Slice(_tableLength + (int)from, before).CopyTo(numbers);
        }

        numbers = numbers[before..];
        for (var place = new RowPlace(from + before - dense, _rowSize); !numbers.IsEmpty; place = place.Next)
        {
            (int token, int length) = (tokens[place.Row], Math.Min(_rowSize - place.Column, numbers.Length));
            ref float row = ref MemoryMarshal.GetReference(numbers);
            if (_hasToken[token])
            {
                Packing.CopyRow(ref Unsafe.Add(ref Row(token), place.Column), ref row, length);
            }
            else
            {
                Packing.FillRow(ref row, -0f, length);
            }

            numbers = numbers[length..];
        }
    }

    /// <summary>Takes floats as <see cref="WriteFlat"/> gives them, of the tokens of this sum.</summary>
    [MethodImpl(Jit.Optimized)]
    public void ReadFlat(long from, ReadOnlySpan<float> numbers)
    {
        int dense = Buffer.Length - _tableLength, before = (int)Math.Clamp(dense - from, 0, numbers.Length);
        if (before > 0)
        {
            numbers[..before].CopyTo(Buffer.Span.Slice(_tableLength + (int)from, before));
        }

        numbers = numbers[before..];
        for (var place = new RowPlace(from + before - dense, _rowSize); !numbers.IsEmpty; place = place.Next)
        {
            int length = Math.Min(_rowSize - place.Column, numbers.Length);
            ref float row = ref Unsafe.Add(ref Row(_tokens[place.Row]), place.Column);
            Packing.CopyRow(ref MemoryMarshal.GetReference(numbers), ref row, length);
            numbers = numbers[length..];
        }
    }

    private void CopyRow(GradientSet from, int token) => Packing.CopyRow(ref from.Row(token), ref Row(token), _rowSize);

    /// <summary>A place among the rows of some tokens, one behind the other.</summary>
    private readonly record struct RowPlace(int Row, int Column)
    {
        public RowPlace(long place, int rowSize)
            : this((int)(place / Math.Max(rowSize, 1)), (int)(place % Math.Max(rowSize, 1)))
        {
        }

        /// <summary>The start of the next row.</summary>
        public RowPlace Next => new(Row + 1, 0);
    }
}
