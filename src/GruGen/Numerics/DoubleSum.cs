using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GruGen.Kernels;

/// <summary>A sum in double precision of the shape of <see cref="Reduce"/>: sixteen partial results, which are added as a tree.</summary>
internal struct DoubleSum
{
    private Vector256<double> _a, _b, _c, _d;

    /// <summary>Σ of what was added.</summary>
    public readonly double Value => Reduce.Tree((_a + _c) + (_b + _d));

    /// <summary>Adds a term of each of <paramref name="length"/> floats, a multiple of sixteen.</summary>
    [MethodImpl(Jit.Inline)]
    public void Add<TTerm>(ref float x, nuint length)
        where TTerm : struct, ITerm
    {
        for (nuint i = 0; i < length; i += 16)
        {
            (Vector256<double> x0, Vector256<double> x1) = Vector256.Widen(Vector256.LoadUnsafe(ref x, i));
            (Vector256<double> x2, Vector256<double> x3) = Vector256.Widen(Vector256.LoadUnsafe(ref x, i + 8));
            _a = TTerm.AddTo(_a, x0);
            _b = TTerm.AddTo(_b, x1);
            _c = TTerm.AddTo(_c, x2);
            _d = TTerm.AddTo(_d, x3);
        }
    }

    /// <summary>What is summed.</summary>
    internal interface ITerm
    {
        static abstract Vector256<double> AddTo(Vector256<double> sum, Vector256<double> x);
    }

    /// <summary>x</summary>
    internal readonly struct Number : ITerm
    {
        [MethodImpl(Jit.Inline)]
        public static Vector256<double> AddTo(Vector256<double> sum, Vector256<double> x) => sum + x;
    }

    /// <summary>x², which is exact in double precision: the bits are the same with fused multiply-add and without.</summary>
    internal readonly struct Square : ITerm
    {
        [MethodImpl(Jit.Inline)]
        public static Vector256<double> AddTo(Vector256<double> sum, Vector256<double> x) => Vector256.MultiplyAddEstimate(x, x, sum);
    }
}
