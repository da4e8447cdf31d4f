using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Stochastic gradient descent as PyTorch has it: <c>buf = μ·buf + g</c> (the first buf is g), <c>w = w − lr·buf</c>; without momentum
/// <c>w = w − lr·g</c>.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public Sgd(double learningRate = 0.01)
        : base(learningRate)
    {
    }

    /// <summary>μ, the momentum; 0, the default, for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Momentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Momentum));
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => Momentum == 0 ? [] : ["momentum_buffer"];

    /// <inheritdoc/>
    protected internal override bool KeepsUnusedRows => Momentum == 0;

    internal override Magnitudes? After(Magnitudes before, double gradient, double learningRate, long step)
    {
        double buffer = Momentum * before.First + gradient;
        return new Magnitudes(before.Parameters + learningRate * buffer, buffer, 0);
    }

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Buffer = ref (Momentum == 0 ? update.GradientBuffer : update.MomentBuffers[0]).At(update.From),
            HasMomentum = Momentum != 0,
            Count = (nuint)(update.To - update.From),
            Rows = update.Rows.Span,
            RowSize = (nuint)update.RowSize,
            Momentum = (float)Momentum,
            Scale = (float)update.GradientScale,
            Step = (float)-update.LearningRate,
        };
        SimdKernel.Run(update.Lanes, ref kernel);
    }

    private ref struct Kernel : ISimdKernel
    {
        public ref float Parameters, Gradients, Buffer;
        public bool HasMomentum;
        public nuint Count, RowSize;
        public ReadOnlySpan<int> Rows;
        public float Momentum, Scale, Step;

        public readonly void Run<V>()
            where V : struct, ISimd<V>
        {
            nuint whole = Count - Count % (nuint)V.Count;
            if (HasMomentum)
            {
                WithMomentum<V>(0, whole);
                WithMomentum<V1>(whole, Count);
            }
            else
            {
                Plain<V>(0, whole);
                Plain<V1>(whole, Count);
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void Plain<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, g = ref Gradients;
            V scale = V.Create(Scale), step = V.Create(Step);
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    // w = w − lr·g
                    V next = V.MultiplyAdd(V.Multiply(V.Load(ref g, i), scale), step, V.Load(ref w, i));
                    V.Flush(next, Faint.SubnormalBits).Store(ref w, i);
                }
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void WithMomentum<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, g = ref Gradients, buffer = ref Buffer;
            V scale = V.Create(Scale), step = V.Create(Step), momentum = V.Create(Momentum);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                // buf = μ·buf + g; w = w − lr·buf
                V b = V.Flush(V.MultiplyAdd(V.Load(ref buffer, i), momentum, V.Multiply(V.Load(ref g, i), scale)));
                b.Store(ref buffer, i);
                V.Flush(V.MultiplyAdd(b, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
