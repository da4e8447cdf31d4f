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
                AddRange(right, token * _rowSize, _rowSize);
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

        for (long place = from + before - dense; before < numbers.Length;)
        {
            (int token, int column) = (tokens[(int)(place / _rowSize)], (int)(place % _rowSize));
            Span<float> row = numbers.Slice(before, Math.Min(_rowSize - column, numbers.Length - before));
            if (_hasToken[token])
            {
                Buffer.Span.Slice(token * _rowSize + column, row.Length).CopyTo(row);
            }
            else
            {
                row.Fill(-0f);
            }

            (place, before) = (place + row.Length, before + row.Length);
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

        for (long place = from + before - dense; before < numbers.Length;)
        {
            (int token, int column) = (_tokens[(int)(place / _rowSize)], (int)(place % _rowSize));
            ReadOnlySpan<float> row = numbers.Slice(before, Math.Min(_rowSize - column, numbers.Length - before));
            row.CopyTo(Buffer.Span.Slice(token * _rowSize + column, row.Length));
            (place, before) = (place + row.Length, before + row.Length);
        }
    }

    private void CopyRow(GradientSet from, int token) =>
        from.Buffer.Span.Slice(token * _rowSize, _rowSize).CopyTo(Buffer.Span.Slice(token * _rowSize, _rowSize));
}
