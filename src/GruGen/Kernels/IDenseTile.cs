using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>Some rows of a Dense layer's outputs by some blocks of units, which stay in registers.</summary>
internal interface IDenseTile
{
    /// <summary>The rows.</summary>
    static abstract nuint Height { get; }

    /// <summary>The blocks of V.Count units.</summary>
    static abstract nuint Blocks { get; }

    /// <summary><c>y = W·x + b</c> for the rows and blocks of a tile.</summary>
    /// <param name="x">x[Height, inputSize].</param>
    /// <param name="xStride">From one row of x to the next.</param>
    /// <param name="inputSize">The number of inputs.</param>
    /// <param name="w">W packed as [block][inputSize][V.Count].</param>
    /// <param name="bias">b[Blocks · V.Count].</param>
    /// <param name="y">Receives y[Height, Blocks · V.Count].</param>
    /// <param name="yStride">From one row of y to the next.</param>
    static abstract void Rows(ref float x, nuint xStride, nuint inputSize, ref float w, ref float bias, ref float y, nuint yStride);

    /// <summary>The same for one row and so many units: its sums have the order of those of many rows.</summary>
    static abstract void Row(ref float x, nuint inputSize, ref float w, ref float bias, ref float y, nuint units);
}
