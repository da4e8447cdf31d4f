using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// A Dense layer, forward and backward, without its activation: <c>y = W·x + b</c>; <c>dx = Wᵀ·dy</c>, <c>dW += dy·xᵀ</c>,
/// <c>db += dy</c>.
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DenseKernel
{
    /// <summary><c>y = W·x + b</c>, row by row.</summary>
    /// <param name="tile">
    /// Rows by blocks of V.Count units; the blocks divide the units, and rows left over go one by one.
    /// </param>
    /// <param name="x">x[rows, inputSize].</param>
    /// <param name="xStride">From one row of x to the next.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="y">Receives y[rows, yStride].</param>
    /// <param name="yStride">From one row of y to the next, and the number of units that are computed.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="weights">W packed as [block][inputSize][V.Count].</param>
    /// <param name="bias">b[yStride].</param>
    [MethodImpl(Jit.Inline)]
    public static void Forward<V>(
        ProductTile tile, ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nint rows,
        ref float weights, ref float bias)
        where V : struct, ISimd<V> =>
        Forward<V>(tile, ref x, xStride, inputSize, ref y, yStride, units: yStride, rows, ref weights, ref bias);

    /// <summary>The same for a share of the rows.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Forward<V>(
        ProductTile tile, ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nint rows,
        ref float weights, ref float bias, Share share)
        where V : struct, ISimd<V> =>
        Forward<V>(tile, ref x, xStride, inputSize, ref y, yStride, units: yStride, rows, ref weights, ref bias, share);

    /// <summary>The same where rows of y are longer than the <paramref name="units"/> that are computed, padding included.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Forward<V>(
        ProductTile tile, ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nuint units, nint rows,
        ref float weights, ref float bias)
        where V : struct, ISimd<V>
    {
        switch (tile)
        {
            case ProductTile.Of2x1:
                Forward<V, DenseTile2x1<V>>(ref x, xStride, inputSize, ref y, yStride, units, (nuint)rows, ref weights, ref bias);
                break;
            case ProductTile.Of8x1:
                Forward<V, DenseTile8x1<V>>(ref x, xStride, inputSize, ref y, yStride, units, (nuint)rows, ref weights, ref bias);
                break;
            case ProductTile.Of4x2:
                Forward<V, DenseTile4x2<V>>(ref x, xStride, inputSize, ref y, yStride, units, (nuint)rows, ref weights, ref bias);
                break;
            case ProductTile.Of4x3:
                Forward<V, DenseTile4x3<V>>(ref x, xStride, inputSize, ref y, yStride, units, (nuint)rows, ref weights, ref bias);
                break;
        }
    }

    /// <summary>The same for a share of the rows.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Forward<V>(
        ProductTile tile, ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nuint units, nint rows,
        ref float weights, ref float bias, Share share)
        where V : struct, ISimd<V>
    {
        (nuint row, nuint end) = share.Of((nuint)rows, tile == ProductTile.Of2x1 ? 2 : tile == ProductTile.Of8x1 ? 8 : 4);
        Forward<V>(
            tile, ref Unsafe.Add(ref x, row * xStride), xStride, inputSize,
            ref Unsafe.Add(ref y, row * yStride), yStride, units, (nint)(end - row),
            ref weights, ref bias);
    }

    /// <summary>From the gradient of the outputs, before their activation, to those of the inputs and the parameters.</summary>
    /// <param name="tile">Of dx rows by vectors, of dW units by vectors.</param>
    /// <param name="x">x[rows, xStride], as the forward pass had it.</param>
    /// <param name="xStride">From one row of x, dx and dW to the next.</param>
    /// <param name="dy">dy[rows, yStride].</param>
    /// <param name="yStride">From one row of dy to the next.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="dx">Receives or gains dx[rows, xStride], if <paramref name="inputs"/>.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="inputs">Whether the gradient of the inputs is wanted.</param>
    /// <param name="add">Whether it is added to what dx holds.</param>
    /// <param name="gradients">Gains dWeight[units, padded, xStride] and dBias[units, padded].</param>
    /// <param name="weights">W[units, weightStride].</param>
    /// <param name="weightStride">From one row of W to the next.</param>
    /// <param name="share">Whose part it is: of the sums some units, of dx some rows.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(
        ProductTile tile, ref float x, nuint xStride, ref float dy, nuint yStride, nuint units,
        ref float dx, nint rows, bool inputs, bool add,
        ref float gradients, ref float weights, nuint weightStride, Share share)
        where V : struct, ISimd<V>
    {
        nuint count = (nuint)rows, columns = (nuint)Simd.Padded((int)units);
        ColumnSums.Add<V>(ref dy, yStride, count, ref Unsafe.Add(ref gradients, columns * xStride), columns, share);
        WeightGradient.Add<V>(
            tile, ref dy, yStride, units, ref x, xStride, columns: xStride, ref gradients, dStride: xStride, count, share);
        if (inputs)
        {
            InputGradient.Multiply<V>(
                tile, ref dy, yStride, segments: 1, depth: units, segmentStride: 0,
                ref weights, weightStride, ref dx, columns: xStride, count, add, share);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Forward<V, TTile>(
        ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nuint units, nuint rows, ref float weights, ref float bias)
        where V : struct, ISimd<V>
        where TTile : struct, IDenseTile
    {
        if (rows == 1)
        {
            TTile.Row(ref x, inputSize, ref weights, ref bias, ref y, units); // a step of a stream
        }
        else
        {
            Rows<V, TTile>(ref x, xStride, inputSize, ref y, yStride, units, rows, ref weights, ref bias);
        }
    }

    /// <summary>Blocks of units outside, so that their weights serve all rows.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Rows<V, TTile>(
        ref float x, nuint xStride, nuint inputSize, ref float y, nuint yStride, nuint units, nuint rows, ref float weights, ref float bias)
        where V : struct, ISimd<V>
        where TTile : struct, IDenseTile
    {
        nuint together = TTile.Blocks * (nuint)V.Count;
        for (nuint unit = 0; unit < units; unit += together)
        {
            ref float w = ref Unsafe.Add(ref weights, unit * inputSize), b = ref Unsafe.Add(ref bias, unit);
            nuint row = 0;
            for (; row + TTile.Height <= rows; row += TTile.Height)
            {
                ref float xRow = ref Unsafe.Add(ref x, row * xStride), yRow = ref Unsafe.Add(ref y, (row * yStride) + unit);
                TTile.Rows(ref xRow, xStride, inputSize, ref w, ref b, ref yRow, yStride);
            }

            for (; row < rows; row++)
            {
                ref float xRow = ref Unsafe.Add(ref x, row * xStride), yRow = ref Unsafe.Add(ref y, (row * yStride) + unit);
                TTile.Row(ref xRow, inputSize, ref w, ref b, ref yRow, together);
            }
        }
    }
}
