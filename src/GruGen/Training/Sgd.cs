using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Stochastic gradient descent as PyTorch has it: <c>buf = μ·buf + (1 − τ)·g</c> (the first buf is g), <c>w = w − lr·buf</c>, or with
/// Nesterov's momentum <c>w = w − lr·(g + μ·buf)</c>; without momentum <c>w = w − lr·g</c>.
/// </summary>
/// <remarks>
/// Keras has the learning rate inside the momentum, <c>v = μ·v − lr·g</c>, <c>w = w + v</c>, which is the same as long as the rate does
/// not change.
/// </remarks>
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

    /// <summary>τ, the part of a gradient that does not enter the momentum; 0, the default, for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Dampening
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Dampening));
    }

    /// <summary>
    /// Whether a step goes along <c>g + μ·buf</c>, to where momentum will lead (Nesterov 1983), and not along buf. Without momentum it is
    /// the same.
    /// </summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => Momentum == 0 ? [] : ["momentum_buffer"];

    /// <inheritdoc/>
    protected internal override bool KeepsUnusedRows => Momentum == 0;

    /// <inheritdoc/>
    protected internal override bool TakesMomentum => Momentum != 0;

    internal override bool KeepsDecayingRows => false;

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        double momentum = step.Momentum ?? Momentum, buffer = momentum * before.First + gradient;
        double direction = Nesterov ? gradient + momentum * buffer : buffer;
        return new Magnitudes(before.Parameters + step.LearningRate * direction, buffer);
    }

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        double kept = Momentum == 0 || update.Step == 1 ? 1 : 1 - Dampening; // the first buf is g
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Buffer = ref (Momentum == 0 ? update.GradientBuffer : update.MomentBuffers[0]).At(update.From),
            HasMomentum = Momentum != 0,
            IsNesterov = Nesterov,
            Count = (nuint)(update.To - update.From),
            Rows = update.Rows.Span,
            RowSize = (nuint)update.RowSize,
            Momentum = (float)(update.Momentum ?? Momentum),
            Scale = (float)(Nesterov ? update.GradientScale : update.GradientScale * kept),
            Kept = (float)kept,
            Step = (float)-update.LearningRate,
        };
        SimdKernel.Run(update.Lanes, ref kernel);
    }

    private ref struct Kernel : ISimdKernel
    {
        public ref float Parameters, Gradients, Buffer;
        public bool HasMomentum, IsNesterov;
        public nuint Count, RowSize;
        public ReadOnlySpan<int> Rows;
        public float Momentum, Scale, Kept, Step;

        public readonly void Run<V>()
            where V : struct, ISimd<V>
        {
            nuint whole = Count - Count % (nuint)V.Count;
            if (HasMomentum && IsNesterov)
            {
                AlongNesterov<V>(0, whole);
                AlongNesterov<V1>(whole, Count);
            }
            else if (HasMomentum)
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

        [MethodImpl(Jit.Optimized)]
        private readonly void AlongNesterov<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, buffer = ref Buffer;
            V scale = V.Create(Scale), kept = V.Create(Kept), step = V.Create(Step), momentum = V.Create(Momentum);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                // buf = μ·buf + (1 − τ)·g; w = w − lr·(g + μ·buf)
                V g = V.Multiply(V.Load(ref gradients, i), scale);
                V next = V.Flush(V.MultiplyAdd(V.Load(ref buffer, i), momentum, V.Multiply(g, kept)));
                next.Store(ref buffer, i);
                V.Flush(V.MultiplyAdd(V.MultiplyAdd(next, momentum, g), step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
