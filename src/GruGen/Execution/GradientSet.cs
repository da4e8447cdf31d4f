using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The gradients of a model's parameters, laid out like them. The table of an embedding, which comes first, has gradients in the rows of
/// the batch's tokens alone, often a small part of it: all other rows are zero, and nothing here touches them.
/// </summary>
internal sealed partial class GradientSet
{
    private readonly int _rowSize; // of table[vocabulary, row size]; 0 where no embedding is
    private readonly int _tableLength;
    private readonly int[] _tokens = [];
    private readonly bool[] _hasToken = []; // of a sum over batches
    private int _tokenCount;

    /// <summary>Zeros, and no batch yet.</summary>
    /// <param name="schema">The model.</param>
    /// <param name="maxRows">The most tokens of a batch.</param>
    /// <param name="training">Whether there is a backward pass; without one there are no gradients.</param>
    public GradientSet(ModelSchema schema, long maxRows, bool training)
    {
        Buffer = new AlignedBuffer(training ? schema.ParameterCount : 0);
        if (training && schema.ReadsTokens)
        {
            (_rowSize, _tableLength) = (schema.Layers[0].OutputSize, (int)schema.Tensors[0].Length);
            _tokens = new int[Math.Min(schema.InputSize, maxRows)];
        }
    }

    /// <summary>Zeros, to which the gradients of batches are added.</summary>
    public GradientSet(ModelSchema schema)
        : this(schema, maxRows: schema.InputSize, training: true) => _hasToken = new bool[_tokens.Length];

    /// <summary>All gradients.</summary>
    public AlignedBuffer Buffer { get; }

    /// <summary>The tokens of the batch, each once, in the order of their first rows in it.</summary>
    public ReadOnlyMemory<int> Tokens => _tokens.AsMemory(0, _tokenCount);

    /// <summary>
    /// The sum of their squares in double precision, always in the same order. No square of a float is too large for it, so it is finite
    /// just where all gradients are.
    /// </summary>
    public double SumOfSquares =>
        Reduce.SumOfSquares(ref Buffer.Start, _rowSize, Tokens.Span) + Reduce.SumOfSquares(Buffer.Span[_tableLength..]);

    /// <summary>The same of those from <paramref name="start"/> to before <paramref name="end"/>, whole tensors.</summary>
    public double SumOfSquaresOf(int start, int end) => start < _tableLength
        ? Reduce.SumOfSquares(ref Buffer.Start, _rowSize, Tokens.Span) + Reduce.SumOfSquares(Buffer.Span[_tableLength..end])
        : Reduce.SumOfSquares(Buffer.Span[start..end]);

    /// <summary>
    /// Turns to another batch: the table is zero, and gains gradients in the rows of these tokens. All else is still that of the batch
    /// before.
    /// </summary>
    /// <param name="tokens">The tokens of the batch, each once.</param>
    public void Begin(ReadOnlySpan<int> tokens)
    {
        ClearTable();
        tokens.CopyTo(_tokens);
        _tokenCount = tokens.Length;
    }

    /// <summary>Adds the gradients of a batch to this sum over batches.</summary>
    public void Add(GradientSet batch)
    {
        foreach (int token in batch.Tokens.Span)
        {
            if (!_hasToken[token])
            {
                AddToken(token);
            }

            AddRow(batch, token);
        }

        AddRange(batch, _tableLength, Buffer.Length - _tableLength);
    }

    /// <summary>Makes this sum over batches one of none.</summary>
    public void Reset()
    {
        ForgetTokens();
        Buffer.Span[_tableLength..].Clear();
    }

    /// <summary>The sum, which is zero, is to be one over batches with these tokens.</summary>
    public void UseTokens(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            _hasToken[token] = true;
        }

        tokens.CopyTo(_tokens);
        _tokenCount = tokens.Length;
    }

    /// <summary>Zeroes the gradients of some layers.</summary>
    /// <param name="start">The first parameter of the first of them.</param>
    /// <param name="end">The parameter after their last one.</param>
    public void Clear(int start, int end)
    {
        if (start < Math.Min(end, _tableLength))
        {
            ClearTable();
            start = _tableLength;
        }

        Buffer.Span[start..end].Clear();
    }

    /// <summary>The table is zero, and a sum over no tokens.</summary>
    private void ForgetTokens()
    {
        ClearTable();
        foreach (int token in Tokens.Span)
        {
            _hasToken[token] = false;
        }

        _tokenCount = 0;
    }

    private void AddToken(int token)
    {
        (_hasToken[token], _tokens[_tokenCount]) = (true, token);
        _tokenCount++;
    }

    private void AddRow(GradientSet values, int token) => Packing.AddRows(ref values.Row(token), 0, ref Row(token), 0, 1, _rowSize);

    private ref float Row(int token) => ref Buffer.At((nint)token * _rowSize);

    private void AddRange(GradientSet values, int start, int count)
    {
        var addition = new Addition { Sum = ref Buffer.At(start), Values = ref values.Buffer.At(start) };
        SimdKernel.RunElements(Simd.Lanes, count, ref addition);
    }

    [MethodImpl(Jit.Optimized)]
    private void ClearTable()
    {
        foreach (int token in Tokens.Span)
        {
            Packing.FillRow(ref Row(token), 0, _rowSize);
        }
    }

    private ref struct Addition : IElementKernel
    {
        public ref float Sum, Values;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float sum = ref Sum, values = ref Values;
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                V.Add(V.Load(ref sum, i), V.Load(ref values, i)).Store(ref sum, i);
            }
        }
    }
}
