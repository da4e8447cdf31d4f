using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>Moves weights and gradients between the shapes of the parameters and the memory of kernels.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Packing
{
    /// <summary>Packs a GRU layer: weights [block][k][r | z | n][lanes] with the inputs' k before the states', biases [block][r | z | n | q][lanes].</summary>
    /// <param name="weightIh">W_ir, W_iz, W_in: [3 · hidden, input].</param>
    /// <param name="weightHh">W_hr, W_hz, W_hn: [3 · hidden, hidden].</param>
    /// <param name="biasIh">b_ir, b_iz, b_in: [3 · hidden].</param>
    /// <param name="biasHh">b_hr, b_hz, b_hn: [3 · hidden].</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="bias">Receives b_ir + b_hr, b_iz + b_hz, b_in and b_hn.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gru<V>(
        ref float weightIh, ref float weightHh, ref float biasIh, ref float biasHh, int inputSize, int hiddenSize, ref float weights, ref float bias)
        where V : struct, ISimd<V>
    {
        int padded = Simd.Padded(hiddenSize);
        nint blockSize = 3 * ((nint)inputSize + hiddenSize) * V.Count;
        for (int unit = 0; unit < padded; unit++)
        {
            (int block, int lane) = Math.DivRem(unit, V.Count);
            ref float w = ref Unsafe.Add(ref weights, (block * blockSize) + lane);
            ref float b = ref Unsafe.Add(ref bias, ((nint)block * 4 * V.Count) + lane);
            if (unit >= hiddenSize)
            {
                Clear(ref w, 3 * ((nint)inputSize + hiddenSize), V.Count);
                Clear(ref b, 4, V.Count);
                continue;
            }

            for (int gate = 0; gate < 3; gate++)
            {
                nint row = ((nint)gate * hiddenSize) + unit;
                Spread(ref Unsafe.Add(ref weightIh, row * inputSize), inputSize, ref Unsafe.Add(ref w, gate * V.Count), 3 * V.Count);
                Spread(
                    ref Unsafe.Add(ref weightHh, row * hiddenSize), hiddenSize, ref Unsafe.Add(ref w, ((3 * (nint)inputSize) + gate) * V.Count), 3 * V.Count);
            }

            b = Unsafe.Add(ref biasIh, unit) + Unsafe.Add(ref biasHh, unit);
            Unsafe.Add(ref b, V.Count) = Unsafe.Add(ref biasIh, hiddenSize + unit) + Unsafe.Add(ref biasHh, hiddenSize + unit);
            Unsafe.Add(ref b, 2 * V.Count) = Unsafe.Add(ref biasIh, (2 * (nint)hiddenSize) + unit);
            Unsafe.Add(ref b, 3 * V.Count) = Unsafe.Add(ref biasHh, (2 * (nint)hiddenSize) + unit);
        }
    }

    /// <summary>Packs a Dense layer: weights [block][k][lanes], and the bias padded.</summary>
    /// <param name="weight">W[units, input].</param>
    /// <param name="bias">b[units].</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="packedWeight">Receives the weights.</param>
    /// <param name="packedBias">Receives the bias.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                Spread(ref Unsafe.Add(ref weight, (nint)unit * inputSize), inputSize, ref w, V.Count);
                Unsafe.Add(ref packedBias, unit) = Unsafe.Add(ref bias, unit);
            }
            else
            {
                Clear(ref w, inputSize, V.Count);
                Unsafe.Add(ref packedBias, unit) = 0;
            }
        }
    }

    /// <summary>Copies rows that lie <paramref name="sourceStride"/> apart to where they lie <paramref name="destinationStride"/> apart.</summary>
    public static void CopyRows(ref float source, nint sourceStride, ref float destination, nint destinationStride, nint rows, int columns)
    {
        for (nint row = 0; row < rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref source, row * sourceStride), columns)
                .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, row * destinationStride), columns));
        }
    }

    /// <summary>Copies the rows of the gates r, z and n of a padded gradient to the shape of the parameter.</summary>
    /// <param name="rz">[r | z, padded hidden, stride].</param>
    /// <param name="n">[padded hidden, stride].</param>
    /// <param name="paddedHidden">The padded number of units.</param>
    /// <param name="stride">From one row to the next; 1 for a bias.</param>
    /// <param name="destination">Receives [r | z | n, hidden, columns].</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="columns">The length of a row; 1 for a bias.</param>
    public static void CopyGates(ref float rz, ref float n, nint paddedHidden, nint stride, ref float destination, nint hiddenSize, int columns)
    {
        CopyRows(ref rz, stride, ref destination, columns, hiddenSize, columns);
        CopyRows(ref Unsafe.Add(ref rz, paddedHidden * stride), stride, ref Unsafe.Add(ref destination, hiddenSize * columns), columns, hiddenSize, columns);
        CopyRows(ref n, stride, ref Unsafe.Add(ref destination, 2 * hiddenSize * columns), columns, hiddenSize, columns);
    }

    /// <summary>Copies one row, which is mostly too short for a call to pay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    /// <summary>Copies <paramref name="count"/> floats.</summary>
    public static void Copy(ref float source, ref float destination, nint count)
    {
        for (; count > 0; count -= 1 << 20, source = ref Unsafe.Add(ref source, 1 << 20), destination = ref Unsafe.Add(ref destination, 1 << 20))
        {
            int length = (int)Math.Min(count, 1 << 20);
            MemoryMarshal.CreateReadOnlySpan(ref source, length).CopyTo(MemoryMarshal.CreateSpan(ref destination, length));
        }
    }

    /// <summary>Zeroes <paramref name="count"/> floats.</summary>
    public static void Clear(ref float destination, nint count)
    {
        for (; count > 0; count -= 1 << 20, destination = ref Unsafe.Add(ref destination, 1 << 20))
        {
            MemoryMarshal.CreateSpan(ref destination, (int)Math.Min(count, 1 << 20)).Clear();
        }
    }

    /// <summary>Adds <paramref name="count"/> floats, a multiple of <see cref="Simd.MaxLanes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<V>(ref float source, ref float destination, nint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < (nuint)count; i += (nuint)V.Count)
        {
            V.Add(V.Load(ref destination, i), V.Load(ref source, i)).Store(ref destination, i);
        }
    }

    private static void Spread(ref float row, nint count, ref float destination, nint step)
    {
        for (nint k = 0; k < count; k++)
        {
            Unsafe.Add(ref destination, k * step) = Unsafe.Add(ref row, k);
        }
    }

    private static void Clear(ref float destination, nint count, nint step)
    {
        for (nint k = 0; k < count; k++)
        {
            Unsafe.Add(ref destination, k * step) = 0;
        }
    }
}
