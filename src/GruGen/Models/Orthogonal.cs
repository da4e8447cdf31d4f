using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Random matrices with orthonormal columns (Saxe et al. 2014): the Q of a Gaussian matrix's factors QR with the signs that make R's
/// diagonal positive, which is uniform among all such matrices.
/// </summary>
internal static class Orthogonal
{
    /// <summary>Fills w[rows, columns].</summary>
    /// <param name="w">The matrix, row-major.</param>
    /// <param name="rows">Its rows, at least as many as its columns.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="random">Where it is drawn from.</param>
    /// <remarks>
    /// Modified Gram–Schmidt in double precision. It loses as many digits as the condition of the matrix has, which is about (1 + √a)/(1
    /// − √a) with a = columns/rows: half a digit for a GRU's 3H rows, of the eight that a double has more than a float.
    /// </remarks>
    public static void Fill(Span<float> w, int rows, int columns, RandomSource random)
    {
        double[][] q = new double[columns][];
        for (int j = 0; j < columns; j++)
        {
            double[] column = q[j] = new double[Simd.Padded(rows)]; // whole vectors, with zeros after the rows
            for (int i = 0; i < rows; i++)
            {
                column[i] = random.NextNormal();
            }

            for (int k = 0; k < j; k++)
            {
                // q_j = q_j − (q_k·q_j) q_k
                Subtract(column, Dot(q[k], column), q[k]);
            }

            double norm = Math.Sqrt(Dot(column, column));
            for (int i = 0; i < rows; i++)
            {
                column[i] /= norm;
                w[(i * columns) + j] = (float)column[i];
            }
        }
    }

    /// <summary>Σ x·y in a fixed shape and without fused products, which gives the same bits on every machine.</summary>
    [MethodImpl(Jit.Optimized)]
    private static double Dot(double[] x, double[] y)
    {
        ref double x0 = ref x[0], y0 = ref y[0];
        Vector256<double> a = Vector256<double>.Zero, b = a, c = a, d = a;
        for (nuint i = 0; i < (nuint)x.Length; i += Simd.MaxLanes)
        {
            a += Vector256.LoadUnsafe(ref x0, i) * Vector256.LoadUnsafe(ref y0, i);
            b += Vector256.LoadUnsafe(ref x0, i + 4) * Vector256.LoadUnsafe(ref y0, i + 4);
            c += Vector256.LoadUnsafe(ref x0, i + 8) * Vector256.LoadUnsafe(ref y0, i + 8);
            d += Vector256.LoadUnsafe(ref x0, i + 12) * Vector256.LoadUnsafe(ref y0, i + 12);
        }

        Vector256<double> four = (a + c) + (b + d);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>y = y − factor·x, without fused products</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Subtract(double[] y, double factor, double[] x)
    {
        ref double x0 = ref x[0], y0 = ref y[0];
        for (nuint i = 0; i < (nuint)y.Length; i += 4)
        {
            (Vector256.LoadUnsafe(ref y0, i) - (Vector256.LoadUnsafe(ref x0, i) * factor)).StoreUnsafe(ref y0, i);
        }
    }
}
