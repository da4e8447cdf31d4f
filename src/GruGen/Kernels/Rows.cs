using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>How tiles end.</summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Rows
{
    /// <summary>Writes a gradient, or adds it to what is there; what is below 2^−95 then becomes 0, see <see cref="Faint"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V>(V result, ref float destination, nuint offset, bool add)
        where V : struct, ISimd<V>
    {
        if (add)
        {
            result = V.Add(V.Load(ref destination, offset), result);
        }

        result.Put(ref destination, offset);
    }
}
