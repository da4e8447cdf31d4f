using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// A ReLU whose slope below zero is a parameter, one for each feature (He et al. 2015): <c>y = max(0, x) + weight ∘ min(0, x)</c>.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LearnedSlopes
{
    /// <summary><c>y = max(0, x) + weight ∘ min(0, x)</c></summary>
    /// <param name="x">x[rows, size, padded], of which the last row may end without its padding.</param>
    /// <param name="weight">weight[size, padded].</param>
    /// <param name="y">Receives y[rows, size, padded]; may be x.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward<V>(ref float x, ref float weight, ref float y, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (; rows > 0; rows--, x = ref Unsafe.Add(ref x, stride), y = ref Unsafe.Add(ref y, stride))
        {
            nuint i = 0, end = rows > 1 ? stride : (nuint)size; // after the last row there may be nothing
            for (; i + (nuint)V.Count <= end; i += (nuint)V.Count)
            {
                Value(V.Load(ref x, i), V.Load(ref weight, i)).Put(ref y, i);
            }

            for (; i < end; i++)
            {
                Value(V1.Load(ref x, i), V1.Load(ref weight, i)).Put(ref y, i);
            }

            for (; i < stride; i++)
            {
                Unsafe.Add(ref y, i) = 0;
            }
        }
    }

    /// <summary>
    /// <c>dx = dy</c> where x is above zero, <c>weight ∘ dy</c> elsewhere; <c>dWeight += Σ dy ∘ min(0, x)</c>, row after row.
    /// </summary>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="weight">weight[size, padded].</param>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="dx">dx[rows, size, padded]; may be dy if it is overwritten.</param>
    /// <param name="inputs">Whether <paramref name="dx"/> is wanted.</param>
    /// <param name="add">Whether <paramref name="dx"/> is added to, or overwritten.</param>
    /// <param name="dWeight">dWeight[size, padded], which is added to.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(
        ref float x, ref float weight, ref float dy, ref float dx, bool inputs, bool add, ref float dWeight, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (; rows > 0; rows--)
        {
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V value = V.Load(ref x, i), d = V.Load(ref dy, i);
                V.Subtract(V.Load(ref dWeight, i), V.Multiply(d, Below(value))).Store(ref dWeight, i);
                if (inputs)
                {
                    V sloped = V.Multiply(d, V.Load(ref weight, i));
                    V elsewhere = V.Subtract(sloped, V.WherePositive(value, sloped));
                    V.Add(V.WherePositive(value, d), elsewhere).Put(ref dx, i, add);
                }
            }

            x = ref Unsafe.Add(ref x, stride);
            dy = ref Unsafe.Add(ref dy, stride);
            dx = ref Unsafe.Add(ref dx, inputs ? stride : 0);
        }
    }

    /// <summary>One of the two parts is zero, so that the sum is exact.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Value<V>(V x, V slope)
        where V : struct, ISimd<V> =>
        V.Subtract(V.Positive(x), V.Multiply(slope, Below(x)));

    /// <summary><c>−min(0, x)</c></summary>
    [MethodImpl(Jit.Inline)]
    private static V Below<V>(V x)
        where V : struct, ISimd<V> =>
        V.Positive(V.Subtract(0f, x));
}
