using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Generic;

/// <summary>
/// A view of memory as a matrix: element [row, column] lies at row · <see cref="RowStride"/> + column · <see cref="ColumnStride"/>.
/// </summary>
internal readonly ref struct Matrix
{
    private readonly ref float _start;

    public Matrix(ref float start, nint rows, nint columns, nint rowStride, nint columnStride = 1)
    {
        _start = ref start;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    public nint Rows { get; }

    public nint Columns { get; }

    public nint RowStride { get; }

    public nint ColumnStride { get; }

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public Matrix Transposed => new(ref _start, Columns, Rows, ColumnStride, RowStride);

    public ref float this[nint row, nint column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref _start, row * RowStride + column * ColumnStride);
    }

    /// <summary>Copies the rows, whose columns lie side by side, one after another without padding.</summary>
    public void CopyTo(ref float destination)
    {
        int columns = (int)Columns;
        for (nint row = 0; row < Rows; row++)
        {
            Span<float> target = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, row * columns), columns);
            MemoryMarshal.CreateReadOnlySpan(ref this[row, 0], columns).CopyTo(target);
        }
    }
}
