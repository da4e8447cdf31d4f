using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>How tiles end.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Rows
{
    /// <summary>Writes a result, or adds it to what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V>(V result, ref float destination, nuint offset, bool add)
        where V : struct, ISimd<V>
    {
        if (add)
        {
            result = V.Add(V.Load(ref destination, offset), result);
        }

        result.Store(ref destination, offset);
    }

    /// <summary><c>h' = (1 − z) ∘ n + z ∘ h</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Blend<V>(V z, V n, V h)
        where V : struct, ISimd<V> =>
        V.MultiplyAdd(V.Subtract(1f, z), n, V.Multiply(z, h));
}
