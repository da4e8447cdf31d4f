using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <content>One step backward.</content>
internal sealed partial class GenericGru
{
    /// <summary>
    /// From the gradient of h' to those of the gates before their curves, and to that of h:
    /// dn = dh'·(1 − z)·(1 − n²), dz = dh'·(h − n)·z·(1 − z), dr = dn·q·r·(1 − r), dq = dn·r, dh = dh'·z + W_hhᵀ·[dr | dz | dq].
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="saved">saved[rows, r | z | n | q, hidden size padded].</param>
    /// <param name="h">h[rows, hidden size, padded], the state before the step.</param>
    /// <param name="dy">The gradient of h' as the layer above sees it, rows <paramref name="dyStride"/> apart; 0 repeats one row.</param>
    /// <param name="dyStride">The floats from one row of <paramref name="dy"/> to the next.</param>
    /// <param name="dh">dh[rows, hidden size, padded]: on entry the gradient of h' that later steps leave, on exit that of h.</param>
    /// <param name="gates">Receives gates[rows, dn | dr | dz | dq], rows <see cref="GateStride"/> apart.</param>
    /// <param name="weights">The weights of the whole model.</param>
    public void StepBackward(
        nint rows, ref float saved, ref float h, ref float dy, nint dyStride, ref float dh, ref float gates, PackedWeights weights)
    {
        for (nint row = 0; row < rows; row++)
        {
            nint place = row * OutputStride;
            Gates(
                ref Unsafe.Add(ref saved, 4 * place), ref Unsafe.Add(ref h, place), ref Unsafe.Add(ref dy, row * dyStride),
                ref Unsafe.Add(ref dh, place), ref Unsafe.Add(ref gates, row * GateStride));
        }

        nint depth = 3 * (nint)OutputSize;
        ref float panels = ref weights.Backward!.At(PackedBackward + InputStride + (nint)Panels.Length(depth, InputSize));
        var target = new Matrix(ref dh, rows, OutputSize, OutputStride);
        Product.Multiply(HiddenGates(ref gates, rows), ref panels, target, target);
    }

    /// <summary>dx = W_ihᵀ·[dn | dr | dz], or dx += W_ihᵀ·[dn | dr | dz].</summary>
    public void MultiplyBackward(ref float gates, nint rows, InputGradient dx, PackedWeights weights)
    {
        ref float packed = ref weights.Backward!.At(PackedBackward);
        var target = new Matrix(ref dx.Start, rows, InputSize, InputStride);
        Product.Multiply(
            InputGates(ref gates, rows), ref Unsafe.Add(ref packed, InputStride), dx.Adds ? target : new Matrix(ref packed, rows, InputSize, 0), target);
    }

    /// <summary>[dn | dr | dz], what the input projection gets.</summary>
    public Matrix InputGates(ref float gates, nint rows) => new(ref gates, rows, 3 * (nint)OutputSize, GateStride);

    /// <summary>[dr | dz | dq], what the hidden projection gets.</summary>
    public Matrix HiddenGates(ref float gates, nint rows) => new(ref Unsafe.Add(ref gates, OutputSize), rows, 3 * (nint)OutputSize, GateStride);

    /// <summary>
    /// The gates of one row. Gate follows gate without padding, so a last block that is not full runs into the next gate; blocks go from
    /// the last to the first and gates from dn to dq, and what was run over is written after.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gates(ref float saved, ref float h, ref float dy, ref float dh, ref float gates)
    {
        nuint stride = (nuint)OutputStride, hidden = (nuint)OutputSize;
        for (nint block = Blocks - 1; block >= 0; block--)
        {
            nuint unit = (nuint)(block * VectorT.Count);
            VectorT r = VectorT.Load(ref saved, unit), z = VectorT.Load(ref saved, stride + unit);
            VectorT n = VectorT.Load(ref saved, 2 * stride + unit), q = VectorT.Load(ref saved, 3 * stride + unit);
            VectorT d = VectorT.Add(VectorT.Load(ref dh, unit), VectorT.Load(ref dy, unit));
            VectorT keep = VectorT.Multiply(d, z);
            keep.Store(ref dh, unit);

            // 1 − n² = (1 − n)·(1 + n)
            VectorT one = VectorT.Create(1f);
            VectorT slope = VectorT.Multiply(VectorT.Subtract(one, n), VectorT.Add(one, n));
            VectorT dn = VectorT.Multiply(VectorT.Multiply(d, VectorT.Subtract(one, z)), slope);
            VectorT dr = VectorT.Multiply(VectorT.Multiply(dn, q), VectorT.Multiply(r, VectorT.Subtract(one, r)));
            VectorT dz = VectorT.Multiply(VectorT.Multiply(keep, VectorT.Subtract(one, z)), VectorT.Subtract(VectorT.Load(ref h, unit), n));
            dn.Store(ref gates, unit);
            dr.Store(ref gates, hidden + unit);
            dz.Store(ref gates, 2 * hidden + unit);
            VectorT.Multiply(dn, r).Store(ref gates, 3 * hidden + unit);
        }
    }
}
