using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>Moves weights and gradients between the shapes of the parameters and the memory of kernels.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Packing
{
    private const int Most = 1 << 20; // floats of a span, whose length is an int

    /// <summary>Packs a Dense layer: weights [block][k][lanes], and the bias padded.</summary>
    /// <param name="weight">W[units, input].</param>
    /// <param name="bias">b[units]; a null reference for zeros.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="packedWeight">Receives the weights.</param>
    /// <param name="packedBias">Receives the bias.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Dense<V>(ref float weight, ref float bias, int inputSize, int units, ref float packedWeight, ref float packedBias)
        where V : struct, ISimd<V>
    {
        int padded = Simd.Padded(units);
        for (int unit = 0; unit < padded; unit++)
        {
            (int block, int lane) = Math.DivRem(unit, V.Count);
            ref float w = ref Unsafe.Add(ref packedWeight, ((nint)block * inputSize * V.Count) + lane);
            if (unit < units)
            {
                Spread(ref Unsafe.Add(ref weight, (nint)unit * inputSize), inputSize, 1, ref w, V.Count);
                Unsafe.Add(ref packedBias, unit) = Unsafe.IsNullRef(ref bias) ? 0 : Unsafe.Add(ref bias, unit);
            }
            else
            {
                Clear(ref w, inputSize, V.Count);
                Unsafe.Add(ref packedBias, unit) = 0;
            }
        }
    }

    /// <summary>
    /// Copies rows that lie <paramref name="sourceStride"/> apart to where they lie <paramref name="destinationStride"/> apart.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static void CopyRows(ref float source, nint sourceStride, ref float destination, nint destinationStride, nint rows, int columns)
    {
        if (sourceStride == columns && destinationStride == columns)
        {
            Copy(ref source, ref destination, rows * columns);
            return;
        }

        for (; rows > 0; rows--)
        {
            CopyRow(ref source, ref destination, columns);
            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    /// <summary>
    /// Adds rows that lie <paramref name="sourceStride"/> apart to those that lie <paramref name="destinationStride"/> apart.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static void AddRows(ref float source, nint sourceStride, ref float destination, nint destinationStride, nint rows, int columns)
    {
        for (; rows > 0; rows--)
        {
            nuint k = 0;
            for (; k + 8 <= (nuint)columns; k += 8)
            {
                V256.Add(V256.Load(ref destination, k), V256.Load(ref source, k)).Store(ref destination, k);
            }

            for (; k < (nuint)columns; k++)
            {
                Unsafe.Add(ref destination, k) += Unsafe.Add(ref source, k);
            }

            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    /// <summary>Copies one row, which is mostly too short for a call to pay.</summary>
    [MethodImpl(Jit.Inline)]
    internal static void CopyRow(ref float source, ref float destination, int columns)
    {
        nuint k = 0;
        for (; k + 8 <= (nuint)columns; k += 8)
        {
            V256.Load(ref source, k).Store(ref destination, k);
        }

        for (; k < (nuint)columns; k++)
        {
            Unsafe.Add(ref destination, k) = Unsafe.Add(ref source, k);
        }
    }

    /// <summary>Makes all numbers of one row this one.</summary>
    [MethodImpl(Jit.Inline)]
    internal static void FillRow(ref float row, float value, int columns)
    {
        nuint k = 0;
        for (V256 values = V256.Create(value); k + 8 <= (nuint)columns; k += 8)
        {
            values.Store(ref row, k);
        }

        for (; k < (nuint)columns; k++)
        {
            Unsafe.Add(ref row, k) = value;
        }
    }

    /// <summary>
    /// Writes source[rows, columns], gradients whose rows lie <paramref name="stride"/> apart, as destination[columns, rows], and flushes
    /// them.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    internal static void TransposeGradients(ref float source, nint stride, nint rows, nint columns, ref float destination)
    {
        // a cache line of the destination at a time, for which the lines of the source stay in the cache
        for (nint row = 0; row < rows; row += 16)
        {
            nint count = nint.Min(16, rows - row);
            for (nint column = 0; column < columns; column++)
            {
                ref float from = ref Unsafe.Add(ref source, (row * stride) + column);
                ref float to = ref Unsafe.Add(ref destination, (column * rows) + row);
                for (nint i = 0; i < count; i++, from = ref Unsafe.Add(ref from, stride))
                {
                    Unsafe.Add(ref to, i) = Faint.Flush(from);
                }
            }
        }
    }

    /// <summary>Copies <paramref name="count"/> floats.</summary>
    public static void Copy(ref float source, ref float destination, nint count)
    {
        for (; count > 0; count -= Most, source = ref Unsafe.Add(ref source, Most), destination = ref Unsafe.Add(ref destination, Most))
        {
            int length = (int)Math.Min(count, Most);
            MemoryMarshal.CreateReadOnlySpan(ref source, length).CopyTo(MemoryMarshal.CreateSpan(ref destination, length));
        }
    }

    /// <summary>Zeroes <paramref name="count"/> floats.</summary>
    public static void Clear(ref float destination, nint count)
    {
        for (; count > 0; count -= Most, destination = ref Unsafe.Add(ref destination, Most))
        {
            MemoryMarshal.CreateSpan(ref destination, (int)Math.Min(count, Most)).Clear();
        }
    }

    /// <summary>Adds <paramref name="count"/> floats, a multiple of <see cref="Simd.MaxLanes"/>.</summary>
    [MethodImpl(Jit.Optimized)]
    public static void Add<V>(ref float source, ref float destination, nint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < (nuint)count; i += (nuint)V.Count)
        {
            V.Add(V.Load(ref destination, i), V.Load(ref source, i)).Store(ref destination, i);
        }
    }

    internal static void Spread(ref float row, nint count, float scale, ref float destination, nint step)
    {
        for (nint k = 0; k < count; k++)
        {
            Unsafe.Add(ref destination, k * step) = scale * Unsafe.Add(ref row, k);
        }
    }

    internal static void Clear(ref float destination, nint count, nint step)
    {
        for (nint k = 0; k < count; k++)
        {
            Unsafe.Add(ref destination, k * step) = 0;
        }
    }
}
