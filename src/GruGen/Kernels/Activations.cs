using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The activations of layers over rows, and their derivatives: most from the outputs, a few from the arguments, what the activation was
/// applied to (<see cref="ActivationTraits.NeedsArgument"/>). No output is subnormal, and gradients below 2^−95 are 0
/// (<see cref="Faint"/>).
/// </summary>
[CLSCompliant(false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Activations
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
        Run<V>(activation, ref y, ref Unsafe.NullRef<float>(), backward: false, Simd.Padded(size), rows, size);

    /// <summary>The same for rows that lie in wider ones, <paramref name="stride"/> apart.</summary>
    public static void Apply<V>(Activation activation, ref float y, nint stride, nint rows, int size)
        where V : struct, ISimd<V> =>
        Run<V>(activation, ref y, ref Unsafe.NullRef<float>(), backward: false, stride, rows, size);

    /// <summary>The same, and the arguments are kept where the derivative needs them.</summary>
    /// <param name="activation">An activation whose derivative needs its argument.</param>
    /// <param name="y">The rows.</param>
    /// <param name="arguments">Receives arguments[rows, size, padded]: y before the activation.</param>
    /// <param name="save">Whether the backward pass needs <paramref name="arguments"/>; they are not written otherwise.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    public static void Apply<V>(Activation activation, ref float y, ref float arguments, bool save, nint rows, int size)
        where V : struct, ISimd<V>
    {
        if (save)
        {
            Packing.Copy(ref y, ref arguments, rows * Simd.Padded(size));
        }

        Apply<V>(activation, ref y, rows, size);
    }

    /// <summary><c>dy = activation' · dy</c>, row by row.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="y">y[rows, size, padded]: the outputs, or the arguments if the derivative needs them.</param>
    /// <param name="dy">On entry the gradient of the outputs, on exit that of the values before the activation.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="size">The size of a row; rows start <see cref="Simd.Padded"/>(size) apart.</param>
    public static void Backward<V>(Activation activation, ref float y, ref float dy, nint rows, int size)
        where V : struct, ISimd<V> =>
        Run<V>(activation, ref y, ref dy, backward: true, Simd.Padded(size), rows, size);

    /// <summary>The same for rows that lie in wider ones, those of y and of dy <paramref name="stride"/> apart.</summary>
    public static void Backward<V>(Activation activation, ref float y, ref float dy, nint stride, nint rows, int size)
        where V : struct, ISimd<V> =>
        Run<V>(activation, ref y, ref dy, backward: true, stride, rows, size);

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
    private static void Run<V>(Activation activation, ref float y, ref float dy, bool backward, nint stride, nint rows, int size)
        where V : struct, ISimd<V>
    {
        nuint padded = (nuint)Simd.Padded(size);
        bool apart = (nuint)stride != padded; // rows without gaps are one long row
        (nint count, nuint length) = apart ? (rows, padded) : (1, (nuint)rows * padded);
        switch (activation)
        {
            case Activation.Sigmoid:
                Each<V, Sigmoid<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Tanh:
                Each<V, Tanh<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Relu:
                Each<V, Relu<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Softsign:
                Each<V, Softsign<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Silu:
                Each<V, Silu<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Elu:
                Each<V, Elu<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.LeakyRelu:
                Each<V, LeakyRelu<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Gelu:
                Each<V, Gelu<V>>(ref y, ref dy, backward, stride, count, length);
                break;
            case Activation.Softmax when backward:
                SoftmaxBackward<V>(ref y, ref dy, stride, rows, size);
                break;
            case Activation.Softmax:
                Softmax<V>(ref y, stride, rows, size);
                break;
        }
    }

    /// <summary>An activation that looks at one number at a time.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Each<V, TActivation>(ref float y, ref float dy, bool backward, nint stride, nint rows, nuint length)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        if (backward)
        {
            Derivatives<V, TActivation>(ref y, ref dy, stride, rows, length);
        }
        else
        {
            Values<V, TActivation>(ref y, stride, rows, length);
        }
    }

    /// <summary>y = f(y)</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Values<V, TActivation>(ref float y, nint stride, nint rows, nuint length)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        for (; rows > 0; rows--, y = ref Unsafe.Add(ref y, stride))
        {
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                TActivation.Value(V.Load(ref y, i)).Store(ref y, i);
            }
        }
    }

    /// <summary>dy = f'(y) · dy</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Derivatives<V, TActivation>(ref float y, ref float dy, nint stride, nint rows, nuint length)
        where V : struct, ISimd<V>
        where TActivation : struct, IActivation<V>
    {
        for (; rows > 0; rows--, y = ref Unsafe.Add(ref y, stride), dy = ref Unsafe.Add(ref dy, stride))
        {
            for (nuint i = 0; i < length; i += (nuint)V.Count)
            {
                TActivation.Gradient(V.Load(ref y, i), V.Load(ref dy, i)).Store(ref dy, i);
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

        /// <summary>dx = f'(x) · dy, from y = f(x), or from x itself if the derivative needs it.</summary>
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

    private readonly struct Silu<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Flush(Activate.Silu(x));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V x, V dy) => V.Flush(V.Multiply(dy, Derivative.Silu(x)));
    }

    private readonly struct Elu<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Flush(Activate.Elu(x));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.Flush(V.Multiply(dy, Derivative.Elu(y)));
    }

    private readonly struct LeakyRelu<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Flush(Activate.LeakyRelu(x));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V y, V dy) => V.Flush(V.Multiply(dy, Derivative.LeakyRelu(y)));
    }

    private readonly struct Gelu<V> : IActivation<V>
        where V : struct, ISimd<V>
    {
        [MethodImpl(Jit.Inline)]
        public static V Value(V x) => V.Flush(Activate.Gelu(x));

        [MethodImpl(Jit.Inline)]
        public static V Gradient(V x, V dy) => V.Flush(V.Multiply(dy, Derivative.Gelu(x)));
    }
}
