using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// The pass over the gates that follows the products of a step: over G_x and G_h, [rows, r | z | n] with each gate padded, and the states
/// before and after, [rows, hidden size].
/// </summary>
internal static class Gates
{
    /// <summary>
    /// r = σ(G_x.r + G_h.r), z = σ(G_x.z + G_h.z), n = tanh(G_x.n + r ∘ G_h.n), h' = (1 − z) ∘ n + z ∘ h.
    /// If <paramref name="saves"/>, r, z and n take the place of G_x; G_h stays as it is.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static void Forward(in Matrix inputGates, in Matrix hiddenGates, in Matrix h, in Matrix next, bool saves)
    {
        nuint size = (nuint)h.Columns, zGate = (nuint)h.RowStride, nGate = 2 * zGate;
        for (nint row = 0; row < h.Rows; row++)
        {
            ref float gx = ref inputGates[row, 0], gh = ref hiddenGates[row, 0], before = ref h[row, 0], after = ref next[row, 0];
            for (nuint unit = 0; unit < size; unit += (nuint)VectorT.Count)
            {
                VectorT r = Activate.Sigmoid(VectorT.Add(VectorT.Load(ref gx, unit), VectorT.Load(ref gh, unit)));
                VectorT z = Activate.SigmoidGate(VectorT.Add(VectorT.Load(ref gx, zGate + unit), VectorT.Load(ref gh, zGate + unit)));
                VectorT n = Activate.Tanh(VectorT.MultiplyAdd(r, VectorT.Load(ref gh, nGate + unit), VectorT.Load(ref gx, nGate + unit)));
                VectorT.Blend(z, n, VectorT.Load(ref before, unit)).Store(ref after, unit);
                if (saves)
                {
                    r.Put(ref gx, unit);
                    z.Store(ref gx, zGate + unit);
                    n.Store(ref gx, nGate + unit);
                }
            }
        }
    }

    /// <summary>
    /// dn = dh'·(1 − z)·(1 − n²), dz = dh'·(h − n)·z·(1 − z), dr = dn·q·r·(1 − r), dq = dn·r, with r, z, n in the place
    /// of G_x and q = G_h.n: dr, dz, dn are the gradient of G_x and dr, dz, dq that of G_h. dh' becomes dh'·z, which goes past the
    /// gates.
    /// </summary>
    [MethodImpl(Jit.Optimized)]
    public static void Backward(
        in Matrix inputGates, in Matrix hiddenGates, in Matrix h, in Matrix dInputGates, in Matrix dHiddenGates, in Matrix dh)
    {
        nuint size = (nuint)h.Columns, zGate = (nuint)h.RowStride, nGate = 2 * zGate;
        for (nint row = 0; row < h.Rows; row++)
        {
            ref float gx = ref inputGates[row, 0], gh = ref hiddenGates[row, 0], before = ref h[row, 0];
            ref float dGx = ref dInputGates[row, 0], dGh = ref dHiddenGates[row, 0], dState = ref dh[row, 0];
            for (nuint unit = 0; unit < size; unit += (nuint)VectorT.Count)
            {
                VectorT r = VectorT.Load(ref gx, unit), z = VectorT.Load(ref gx, zGate + unit), n = VectorT.Load(ref gx, nGate + unit);
                VectorT q = VectorT.Load(ref gh, nGate + unit), d = VectorT.Load(ref dState, unit), kept = VectorT.Multiply(d, z);

                // 1 − n² = (1 − n)·(1 + n)
                VectorT slope = VectorT.Multiply(VectorT.Subtract(1f, n), VectorT.Add(VectorT.Create(1f), n));
                VectorT dn = VectorT.Flush(VectorT.Multiply(VectorT.Multiply(d, VectorT.Subtract(1f, z)), slope));
                VectorT dr = VectorT.Flush(VectorT.Multiply(VectorT.Multiply(dn, q), VectorT.Multiply(r, VectorT.Subtract(1f, r))));
                VectorT change = VectorT.Subtract(VectorT.Load(ref before, unit), n);
                VectorT dz = VectorT.Flush(VectorT.Multiply(VectorT.Multiply(kept, VectorT.Subtract(1f, z)), change));
                dr.Store(ref dGx, unit);
                dr.Store(ref dGh, unit);
                dz.Store(ref dGx, zGate + unit);
                dz.Store(ref dGh, zGate + unit);
                dn.Store(ref dGx, nGate + unit);
                VectorT.Multiply(dn, r).Put(ref dGh, nGate + unit);
                kept.Store(ref dState, unit);
            }
        }
    }
}
