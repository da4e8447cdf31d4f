using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <content>Softmax, which looks at all numbers of a row.</content>
public static partial class Activations
{
    /// <summary>e^(y − max y) / Σ e^(y − max y), row by row; the sum has a fixed shape, so the width does not show in it.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Softmax<V>(ref float y, nint stride, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint length = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++, y = ref Unsafe.Add(ref y, stride))
        {
            float max = Reduce.Max(ref y, size);
            V shift = V.Create(max);
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                V.Flush(Activate.Exp(V.Subtract(V.Load(ref y, i), shift)), Faint.SubnormalBits).Store(ref y, i);
            }

            V scale = V.Create(1 / Reduce.Sum(ref y, size));
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                V.Flush(V.Multiply(V.Load(ref y, i), scale), Faint.SubnormalBits).Store(ref y, i);
            }

            // e^(0 − max) may be infinite, which times zero is NaN to whoever sums whole rows
            Packing.Clear(ref Unsafe.Add(ref y, size), (nint)length - size);
        }
    }

    /// <summary>dx = y ∘ (dy − Σ y·dy), row by row.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void SoftmaxBackward<V>(ref float y, ref float dy, nint stride, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint length = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++, y = ref Unsafe.Add(ref y, stride), dy = ref Unsafe.Add(ref dy, stride))
        {
            V dot = V.Create(Reduce.Dot(ref y, ref dy, size));
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                V.Multiply(V.Load(ref y, i), V.Subtract(V.Load(ref dy, i), dot)).Put(ref dy, i);
            }
        }
    }
}
