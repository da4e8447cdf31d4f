using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A view of memory as a matrix; rows that are computed are padded to <see cref="Simd.MaxLanes"/>.</summary>
internal readonly ref struct Matrix
{
    private readonly ref float _start;

    public Matrix(ref float start, nint rows, nint columns, nint rowStride, nint columnStride = 1)
    {
        _start = ref start;
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, rowStride, columnStride);
    }

    public nint Rows { get; }

    public nint Columns { get; }

    /// <summary>The floats from an element to the one below it.</summary>
    public nint RowStride { get; }

    /// <summary>The floats from an element to the one beside it.</summary>
    public nint ColumnStride { get; }

    public Matrix Transposed => new(ref _start, Columns, Rows, ColumnStride, RowStride);

    public ref float this[nint row, nint column]
    {
        [MethodImpl(Jit.Inline)]
        get => ref Unsafe.Add(ref _start, row * RowStride + column * ColumnStride);
    }

    public Matrix Slice(nint first, nint rows) => new(ref this[first, 0], rows, Columns, RowStride, ColumnStride);

    public void CopyTo(in Matrix target) =>
        Packing.CopyRows(ref _start, RowStride, ref target._start, target.RowStride, Rows, (int)Columns);

    /// <summary>Adds to <paramref name="target"/>, row by row; with a row stride of 0 that is the sum of the rows.</summary>
    [MethodImpl(Jit.Optimized)]
    public void AddTo(in Matrix target)
    {
        for (nint row = 0; row < Rows; row++)
        {
            ref float source = ref this[row, 0], sum = ref target[row, 0];
            nint column = 0;
            for (; column <= Columns - VectorT.Count; column += VectorT.Count)
            {
                VectorT.Add(VectorT.Load(ref sum, (nuint)column), VectorT.Load(ref source, (nuint)column)).Store(ref sum, (nuint)column);
            }

            for (; column < Columns; column++)
            {
                Unsafe.Add(ref sum, column) += Unsafe.Add(ref source, column);
            }
        }
    }

    /// <summary>Everything becomes 0, with its padding.</summary>
    public void Clear() => Packing.Clear(ref _start, Rows * RowStride);
}

/// <summary>The memory of a matrix with padded rows.</summary>
internal sealed class MatrixBuffer
{
    private readonly AlignedBuffer _memory;
    private readonly nint _columns, _rowStride;

    /// <summary>[rows, size], or [rows, gates, size] with each gate padded as a row of its own; all zero.</summary>
    public MatrixBuffer(long rows, int size, int gates = 1)
    {
        nint gate = Simd.Padded(size);
        _columns = (gates - 1) * gate + size;

        // rows of gates are an odd number of cache lines apart, so that a column spreads over all sets of a cache
        _rowStride = gates == 1 ? gate : (gates * gate / Simd.MaxLanes | 1) * Simd.MaxLanes;
        _memory = new AlignedBuffer(checked(rows * _rowStride));
    }

    public MatrixBuffer(AlignedBuffer memory, int size) => (_memory, _columns, _rowStride) = (memory, size, Simd.Padded(size));

    public Matrix Rows(nint first, nint count) => new(ref _memory.At(first * _rowStride), count, _columns, _rowStride);
}
