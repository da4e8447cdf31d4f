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
    public static void Apply<V>(Activation activation, ref float y, nint rows, int size)
        where V : struct, ISimd<V> =>
        Run<V>(activation, ref y, ref Unsafe.NullRef<float>(), backward: false, rows, size);

    /// <summary><c>dy = activation'(y) · dy</c> for y[rows, size, padded] after its activation.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="y">The outputs.</param>
    /// <param name="dy">On entry the gradient of the outputs, on exit that of the values before the activation.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    public static void Backward<V>(Activation activation, ref float y, ref float dy, nint rows, int size)
        where V : struct, ISimd<V> =>
        Run<V>(activation, ref y, ref dy, backward: true, rows, size);

    internal static void Apply(Activation activation, AlignedBuffer y, int rows, int size, int lanes)
    {
        var kernel = new Kernel { Activation = activation, Y = y, Dy = null, Rows = rows, Size = size };
        SimdKernel.Run(lanes, ref kernel);
    }

    internal static void Backward(Activation activation, AlignedBuffer y, AlignedBuffer dy, int rows, int size, int lanes)
    {
        var kernel = new Kernel { Activation = activation, Y = y, Dy = dy, Rows = rows, Size = size };
        SimdKernel.Run(lanes, ref kernel);
    }

    [MethodImpl(Jit.Optimized)]
    private static void Run<V>(Activation activation, ref float y, ref float dy, bool backward, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint count = (nuint)rows * (nuint)Simd.Padded(size);
        switch (activation)
        {
            case Activation.Sigmoid:
                Each<V, Sigmoid<V>>(ref y, ref dy, backward, count);
                break;
            case Activation.Tanh:
                Each<V, Tanh<V>>(ref y, ref dy, backward, count);
                break;
            case Activation.Relu:
                Each<V, Relu<V>>(ref y, ref dy, backward, count);
                break;
            case Activation.Softsign:
                Each<V, Softsign<V>>(ref y, ref dy, backward, count);
                break;
            case Activation.Softmax when backward:
                SoftmaxBackward<V>(ref y, ref dy, rows, size);
                break;
            case Activation.Softmax:
                Softmax<V>(ref y, rows, size);
                break;
        }
    }

    /// <summary>An activation that looks at one number at a time.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Each<V, TActivation>(ref float y, ref float dy, bool backward, nuint count)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        if (backward)
        {
            Derivatives<V, TActivation>(ref y, ref dy, count);
        }
        else
        {
            Values<V, TActivation>(ref y, count);
        }
    }

    /// <summary>y = f(y)</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Values<V, TActivation>(ref float y, nuint count)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            TActivation.Value(V.Load(ref y, i)).Store(ref y, i);
        }
    }

    /// <summary>dy = f'(y) · dy</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Derivatives<V, TActivation>(ref float y, ref float dy, nuint count)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            TActivation.Gradient(V.Load(ref y, i), V.Load(ref dy, i)).Store(ref dy, i);
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
                V.Flush(Activate.Exp(V.Subtract(V.Load(ref y, i), shift)), Faint.SubnormalBits).Store(ref y, i);
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

    private struct Kernel : ISimdKernel
    {
        public Activation Activation;
        public AlignedBuffer Y;
        public AlignedBuffer? Dy;
        public int Rows;
        public int Size;

        public readonly void Run<V>()
            where V : struct, ISimd<V>
        {
            if (Dy is null)
            {
                Apply<V>(Activation, ref Y.Start, Rows, Size);
            }
            else
            {
                Backward<V>(Activation, ref Y.Start, ref Dy.Start, Rows, Size);
            }
        }
    }

    /// <summary>An activation that looks at one number at a time.</summary>
    private interface IActivation<V>
        where V : struct, ISimd<V>
    {
        /// <summary>y = f(x)</summary>
        static abstract V Value(V x);

        /// <summary>dx = f'(x) · dy, from y = f(x).</summary>
        static abstract V Gradient(V y, V dy);
    }

    private readonly struct Sigmoid<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Flush(Activate.Sigmoid(x), Faint.SubnormalBits);

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.Flush(V.Multiply(dy, Derivative.Sigmoid(y)));
    }

    private readonly struct Tanh<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => Activate.Tanh(x);

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.Flush(V.Multiply(dy, Derivative.Tanh(y)));
    }

    private readonly struct Relu<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Positive(x);

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.WherePositive(y, dy);
    }

    private readonly struct Softsign<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => Activate.Softsign(x);

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.Flush(V.Multiply(dy, Derivative.Softsign(y)));
    }
}
