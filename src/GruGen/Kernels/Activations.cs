using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The activations of Dense layers over rows, and their derivatives, which only need the outputs. No output is subnormal, and gradients
/// below 2^−95 are 0 (<see cref="Faint"/>).
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Activations
{
    /// <summary>
    /// <c>y = activation(y)</c> for y[rows, size, padded]; what is in the padding stays finite, but has no meaning afterwards.
    /// </summary>
    /// <param name="activation">The activation.</param>
    /// <param name="y">The rows.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Apply<V>(Activation activation, ref float y, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint count = (nuint)rows * (nuint)Simd.Padded(size);
        switch (activation)
        {
            case Activation.Sigmoid:
                Sigmoid<V>(ref y, count);
                break;
            case Activation.Tanh:
                Tanh<V>(ref y, count);
                break;
            case Activation.Relu:
                Relu<V>(ref y, count);
                break;
            case Activation.Softmax:
                Softmax<V>(ref y, rows, size);
                break;
            case Activation.Softsign:
                Softsign<V>(ref y, count);
                break;
        }
    }

    /// <summary><c>dy = activation'(y) · dy</c> for y[rows, size, padded] after its activation.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="dy">On entry the gradient of the outputs, on exit that of the values before the activation.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    [MethodImpl(Jit.Optimized)]
    public static void Backward<V>(Activation activation, ref float y, ref float dy, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint count = (nuint)rows * (nuint)Simd.Padded(size);
        switch (activation)
        {
            case Activation.Sigmoid:
                SigmoidBackward<V>(ref y, ref dy, count);
                break;
            case Activation.Tanh:
                TanhBackward<V>(ref y, ref dy, count);
                break;
            case Activation.Relu:
                ReluBackward<V>(ref y, ref dy, count);
                break;
            case Activation.Softmax:
                SoftmaxBackward<V>(ref y, ref dy, rows, size);
                break;
            case Activation.Softsign:
                SoftsignBackward<V>(ref y, ref dy, count);
                break;
        }
    }

    internal static void Apply(Activation activation, AlignedBuffer y, int rows, int size, int lanes)
    {
        switch (lanes)
        {
            case 16:
                Apply<V512>(activation, ref y.Start, rows, size);
                break;
            case 8:
                Apply<V256>(activation, ref y.Start, rows, size);
                break;
            case 4:
                Apply<V128>(activation, ref y.Start, rows, size);
                break;
            default:
                Apply<V1>(activation, ref y.Start, rows, size);
                break;
        }
    }

    internal static void Backward(Activation activation, AlignedBuffer y, AlignedBuffer dy, int rows, int size, int lanes)
    {
        switch (lanes)
        {
            case 16:
                Backward<V512>(activation, ref y.Start, ref dy.Start, rows, size);
                break;
            case 8:
                Backward<V256>(activation, ref y.Start, ref dy.Start, rows, size);
                break;
            case 4:
                Backward<V128>(activation, ref y.Start, ref dy.Start, rows, size);
                break;
            default:
                Backward<V1>(activation, ref y.Start, ref dy.Start, rows, size);
                break;
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Sigmoid<V>(ref float y, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Flush(Curve.Sigmoid(V.Load(ref y, i)), Faint.SubnormalBits).Store(ref y, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Tanh<V>(ref float y, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            Curve.Tanh(V.Load(ref y, i)).Store(ref y, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Relu<V>(ref float y, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Positive(V.Load(ref y, i)).Store(ref y, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void Softsign<V>(ref float y, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            Curve.Softsign(V.Load(ref y, i)).Store(ref y, i);
        }
    }

    /// <summary>e^(y − max y) / Σ e^(y − max y), row by row; the sum has a fixed shape, so the width does not show in it.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Softmax<V>(ref float y, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++, y = ref Unsafe.Add(ref y, stride))
        {
            float max = Reduce.Max(ref y, size);
            V shift = V.Create(max);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Flush(Curve.Exp(V.Subtract(V.Load(ref y, i), shift)), Faint.SubnormalBits).Store(ref y, i);
            }

            V scale = V.Create(1 / Reduce.Sum(ref y, size));
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Flush(V.Multiply(V.Load(ref y, i), scale), Faint.SubnormalBits).Store(ref y, i);
            }

            // e^(0 − max) may be infinite, which times zero is NaN to whoever sums whole rows
            Packing.Clear(ref Unsafe.Add(ref y, size), (nint)stride - size);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void SigmoidBackward<V>(ref float y, ref float dy, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Multiply(V.Load(ref dy, i), Slope.Sigmoid(V.Load(ref y, i))).Put(ref dy, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void TanhBackward<V>(ref float y, ref float dy, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Multiply(V.Load(ref dy, i), Slope.Tanh(V.Load(ref y, i))).Put(ref dy, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void ReluBackward<V>(ref float y, ref float dy, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.WherePositive(V.Load(ref y, i), V.Load(ref dy, i)).Store(ref dy, i);
        }
    }

    [MethodImpl(Jit.Optimized)]
    private static void SoftsignBackward<V>(ref float y, ref float dy, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Multiply(V.Load(ref dy, i), Slope.Softsign(V.Load(ref y, i))).Put(ref dy, i);
        }
    }

    /// <summary>dx = y ∘ (dy − Σ y·dy), row by row.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void SoftmaxBackward<V>(ref float y, ref float dy, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)Simd.Padded(size);
        for (nint row = 0; row < rows; row++, y = ref Unsafe.Add(ref y, stride), dy = ref Unsafe.Add(ref dy, stride))
        {
            V dot = V.Create(Reduce.Dot(ref y, ref dy, size));
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Multiply(V.Load(ref y, i), V.Subtract(V.Load(ref dy, i), dot)).Put(ref dy, i);
            }
        }
    }
}
