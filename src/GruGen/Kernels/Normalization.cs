using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>
/// Layer normalisation, row by row (Ba et al. 2016): <c>x̂ = (x − μ)/√(σ² + ε)</c>, <c>y = x̂ ∘ weight + bias</c>. Mean and variance are
/// summed in double precision, the variance from the deviations themselves.
/// </summary>
/// <remarks>
/// Sums over a row have the shape of <see cref="Reduce"/>, but go over whole padded rows, in which the padding adds nothing: a row is
/// mostly too short for a copy of its end to pay.
/// </remarks>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Normalization
{
    /// <summary><c>y = (x − μ)/√(σ² + ε) ∘ weight + bias</c></summary>
    /// <param name="x">x[rows, size, padded], of which the last row may end without its padding.</param>
    /// <param name="weight">weight[size, padded], zero in its padding.</param>
    /// <param name="bias">bias[size, padded].</param>
    /// <param name="epsilon">ε</param>
    /// <param name="y">Receives y[rows, size, padded]; may be x.</param>
    /// <param name="statistics">Receives statistics[rows, 2]: μ and 1/√(σ² + ε).</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    /// <param name="save">Whether the backward pass needs <paramref name="statistics"/>; they are not written otherwise.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Forward<V>(
        ref float x, ref float weight, ref float bias, float epsilon, ref float y, ref float statistics, nint rows, int size, bool save)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++, x = ref Unsafe.Add(ref x, stride), y = ref Unsafe.Add(ref y, stride))
        {
            ref float from = ref x;
            if (size < (int)stride)
            {
                if (row == rows - 1)
                {
                    Packing.CopyRow(ref from, ref y, size); // after it there may be nothing
                    from = ref y;
                }

                Center<V>(ref from, 0, ref y, size, stride);
                from = ref y;
            }

            float mean = (float)(Sum<DoubleSum.Number>(ref from, stride) / size);
            Center<V>(ref from, mean, ref y, size, stride);
            float scale = (float)(1 / Math.Sqrt((Sum<DoubleSum.Square>(ref y, stride) / size) + epsilon));
            if (save)
            {
                Unsafe.Add(ref statistics, 2 * row) = mean;
                Unsafe.Add(ref statistics, (2 * row) + 1) = scale;
            }

            V s = V.Create(scale);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.MultiplyAdd(V.Multiply(V.Load(ref y, i), s), V.Load(ref weight, i), V.Load(ref bias, i)).Put(ref y, i);
            }
        }
    }

    /// <summary>
    /// With <c>g = dy ∘ weight</c> and means over a row: <c>dx = (g − mean(g) − x̂ · mean(g ∘ x̂))/√(σ² + ε)</c>;
    /// <c>dWeight += Σ dy ∘ x̂</c>, <c>dBias += Σ dy</c>, row after row.
    /// </summary>
    /// <param name="x">x[rows, size, padded].</param>
    /// <param name="statistics">statistics[rows, 2] of <see cref="Forward"/>.</param>
    /// <param name="weight">weight[size, padded], zero in its padding.</param>
    /// <param name="dy">dy[rows, size, padded].</param>
    /// <param name="dx">dx[rows, size, padded]; may be dy if it is overwritten.</param>
    /// <param name="inputs">Whether <paramref name="dx"/> is wanted.</param>
    /// <param name="add">Whether <paramref name="dx"/> is added to, or overwritten.</param>
    /// <param name="dWeight">dWeight[size, padded], which is added to.</param>
    /// <param name="dBias">dBias[size, padded], which is added to.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(
        ref float x,
        ref float statistics,
        ref float weight,
        ref float dy,
        ref float dx,
        bool inputs,
        bool add,
        ref float dWeight,
        ref float dBias,
        nint rows,
        int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++)
        {
            float mean = Unsafe.Add(ref statistics, 2 * row), scale = Unsafe.Add(ref statistics, (2 * row) + 1);
            V center = V.Create(mean), s = V.Create(scale), meanG = V.Zero, meanGx = V.Zero;
            if (inputs)
            {
                // mean(g), and mean(g ∘ x̂) with the scale of x̂ taken out of the sum
                (float sum, float moment) = SumAndMoment(ref dy, ref weight, ref x, mean, stride);
                meanG = V.Create(sum / size);
                meanGx = V.Create(scale * moment / size);
            }

            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V normal = V.Multiply(V.Subtract(V.Load(ref x, i), center), s), d = V.Load(ref dy, i);
                V.MultiplyAdd(d, normal, V.Load(ref dWeight, i)).Store(ref dWeight, i);
                V.Add(V.Load(ref dBias, i), d).Store(ref dBias, i);
                if (inputs)
                {
                    V g = V.Multiply(d, V.Load(ref weight, i));
                    V rest = V.Subtract(V.Subtract(g, meanG), V.Multiply(normal, meanGx));
                    V.Multiply(rest, s).Put(ref dx, i, add);
                }
            }

            x = ref Unsafe.Add(ref x, stride);
            dy = ref Unsafe.Add(ref dy, stride);
            dx = ref Unsafe.Add(ref dx, inputs ? stride : 0);
        }
    }

    /// <summary>
    /// Sixteen lanes above zero and sixteen that are not: from the place 16 − n on, n lanes of a row's end and its padding.
    /// </summary>
    internal static ReadOnlySpan<float> Lanes =>
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>y = x − μ, and zeros in the padding.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Center<V>(ref float x, float mean, ref float y, int size, nuint stride)
        where V : struct, ISimd<V>
    {
        V center = V.Create(mean);
        nuint i = 0, whole = (nuint)(size & -Simd.MaxLanes);
        for (; i < whole; i += (nuint)V.Count)
        {
            V.Subtract(V.Load(ref x, i), center).Store(ref y, i);
        }

        ref float lanes = ref Unsafe.Add(ref MemoryMarshal.GetReference(Lanes), Simd.MaxLanes - (size - (int)whole));
        for (; i < stride; i += (nuint)V.Count)
        {
            V.WherePositive(V.Load(ref lanes, i - whole), V.Subtract(V.Load(ref x, i), center)).Store(ref y, i);
        }
    }

    /// <summary>Σ x, or Σ x²</summary>
    [MethodImpl(Jit.Inline)]
    private static double Sum<TTerm>(ref float x, nuint stride)
        where TTerm : struct, DoubleSum.ITerm
    {
        DoubleSum sum = default;
        sum.Add<TTerm>(ref x, stride);
        return sum.Value;
    }

    /// <summary>Σ g and Σ g·(x − μ) for g = dy ∘ weight.</summary>
    [MethodImpl(Jit.Inline)]
    private static (float Sum, float Moment) SumAndMoment(ref float dy, ref float weight, ref float x, float mean, nuint stride)
    {
        Vector256<float> a = Vector256<float>.Zero, b = a, c = a, d = a, center = Vector256.Create(mean);
        for (nuint i = 0; i < stride; i += Simd.MaxLanes)
        {
            Vector256<float> low = Vector256.LoadUnsafe(ref dy, i) * Vector256.LoadUnsafe(ref weight, i);
            Vector256<float> high = Vector256.LoadUnsafe(ref dy, i + 8) * Vector256.LoadUnsafe(ref weight, i + 8);
            a += low;
            b += high;
            c = Vector256.MultiplyAddEstimate(low, Vector256.LoadUnsafe(ref x, i) - center, c);
            d = Vector256.MultiplyAddEstimate(high, Vector256.LoadUnsafe(ref x, i + 8) - center, d);
        }

        return (Reduce.Tree(a + b), Reduce.Tree(c + d));
    }
}
