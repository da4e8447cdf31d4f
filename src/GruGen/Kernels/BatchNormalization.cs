using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// Batch normalisation by running averages (Ioffe and Szegedy 2015): <c>y = (x − μ) ∘ scale + bias</c>, with
/// <c>scale = weight/√(σ² + ε)</c>. The mean is subtracted first, so that a mean that is large beside σ costs no digits.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BatchNormalization
{
    /// <summary>From the parameters of the layer to what <see cref="Forward"/> reads.</summary>
    /// <param name="parameters">weight | bias | μ | σ² [4, size].</param>
    /// <param name="epsilon">ε</param>
    /// <param name="packed">Receives scale | μ | bias [3, size, padded], but for the padding.</param>
    /// <param name="size">The number of features.</param>
    public static void Pack(ref float parameters, double epsilon, ref float packed, int size)
    {
        int stride = Simd.Padded(size);
        for (int i = 0; i < size; i++)
        {
            double variance = Unsafe.Add(ref parameters, (3 * size) + i);
            Unsafe.Add(ref packed, i) = (float)(Unsafe.Add(ref parameters, i) / Math.Sqrt(variance + epsilon));
            Unsafe.Add(ref packed, stride + i) = Unsafe.Add(ref parameters, (2 * size) + i);
            Unsafe.Add(ref packed, (2 * stride) + i) = Unsafe.Add(ref parameters, size + i);
        }
    }

    /// <summary><c>y = (x − μ) ∘ scale + bias</c></summary>
    /// <param name="x">x[rows, size, padded], of which the last row may end without its padding.</param>
    /// <param name="packed">scale | μ | bias [3, size, padded], zero in the padding.</param>
    /// <param name="y">Receives y[rows, size, padded]; may be x.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward<V>(ref float x, ref float packed, ref float y, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        ref float mean = ref Unsafe.Add(ref packed, stride);
        ref float bias = ref Unsafe.Add(ref packed, 2 * stride);
        for (; rows > 0; rows--, x = ref Unsafe.Add(ref x, stride), y = ref Unsafe.Add(ref y, stride))
        {
            nuint i = 0, end = rows > 1 ? stride : (nuint)size; // after the last row there may be nothing
            for (; i + (nuint)V.Count <= end; i += (nuint)V.Count)
            {
                V centered = V.Subtract(V.Load(ref x, i), V.Load(ref mean, i));
                V.MultiplyAdd(centered, V.Load(ref packed, i), V.Load(ref bias, i)).Put(ref y, i);
            }

            for (; i < end; i++)
            {
                V1 centered = V1.Subtract(V1.Load(ref x, i), V1.Load(ref mean, i));
                V1.MultiplyAdd(centered, V1.Load(ref packed, i), V1.Load(ref bias, i)).Put(ref y, i);
            }

            for (; i < stride; i++)
            {
                Unsafe.Add(ref y, i) = 0;
            }
        }
    }

    /// <summary><c>dx = dy ∘ scale</c></summary>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="packed">scale [size, padded] first.</param>
    /// <param name="dx">dx[rows, size, padded]; may be dy if it is overwritten.</param>
    /// <param name="add">Whether <paramref name="dx"/> is added to, or overwritten.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(ref float dy, ref float packed, ref float dx, bool add, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (; rows > 0; rows--, dy = ref Unsafe.Add(ref dy, stride), dx = ref Unsafe.Add(ref dx, stride))
        {
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Multiply(V.Load(ref dy, i), V.Load(ref packed, i)).Put(ref dx, i, add);
            }
        }
    }
}
