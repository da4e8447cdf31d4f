using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Adam with Nesterov's momentum (Dozat 2016) as PyTorch has it: m and v are those of <see cref="Adam"/>,
/// <c>μₜ = β₁·(1 − ½·0.96^(t·ψ))</c>, <c>πₜ = μ₁·…·μₜ</c>,
/// <c>w = w − lr · ((1 − μₜ)/(1 − πₜ)·g + μₜ₊₁/(1 − πₜ·μₜ·μₜ₊₁)·m) / (√v/√(1 − β₂ᵗ) + ε)</c>.
/// </summary>
/// <remarks>
/// μₜ is in the second divisor twice, as in PyTorch to version 1.13; <see cref="ProductConvention"/> selects <c>1 − πₜ·μₜ₊₁</c>,
/// that of Keras and of PyTorch since version 2.
/// </remarks>
public sealed record NAdam : AdamFamily
{
    private static readonly string[] s_moments = ["exp_avg", "exp_avg_sq"];

    /// <summary>NAdam.</summary>
    /// <param name="learningRate">The learning rate; 0.002 by default, as in PyTorch. Keras' default is 0.001.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public NAdam(double learningRate = 2e-3)
        : base(learningRate)
    {
    }

    /// <summary>ψ, how fast μ grows to β₁; 0.004 by default, as in PyTorch. Keras' is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double MomentumDecay
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(MomentumDecay));
    } = 0.004;

    /// <summary>
    /// Whose second divisor it is: <c>1 − πₜ·μₜ·μₜ₊₁</c> of PyTorch to version 1.13, the default, or <c>1 − πₜ·μₜ₊₁</c>
    /// of Keras, and of PyTorch since version 2. The first steps differ by some percent, later ones not at all.
    /// </summary>
    public Convention ProductConvention { get; init; }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => s_moments;

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || moment != s_moments[1]);

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        double first = (float)Beta1 * before.First + (1 - Beta1) * gradient;
        double second = (float)Beta2 * before.Second + (1 - Beta2) * gradient * gradient;
        (double ofGradient, double ofMean) = Rates(step.LearningRate, step.Number);
        double direction = ofGradient * gradient + ofMean * first, change = direction / Epsilon;
        bool isKnown = direction < float.MaxValue / 2 && change < float.MaxValue / 2
            && ofGradient < float.MaxValue / 2 && ofMean < float.MaxValue / 2;
        return new Magnitudes(isKnown ? before.Parameters + change : double.PositiveInfinity, first, second);
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        (double ofGradient, double ofMean) = Rates(update.LearningRate, update.Step);
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            First = ref update.MomentBuffers[0].At(update.From),
            Second = ref update.MomentBuffers[1].At(update.From),
            Scale = (float)update.GradientScale,
            Beta1 = (float)Beta1,
            Rest1 = (float)(1 - Beta1),
            Beta2 = (float)Beta2,
            RootRest2 = (float)Math.Sqrt(1 - Beta2),
            RootScale = (float)(1 / Math.Sqrt(1 - Portable.Power(Beta2, update.Step))),
            Epsilon = (float)Epsilon,
            OfGradient = (float)-ofGradient,
            OfMean = (float)-ofMean,
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    /// <summary>
    /// What g and m are multiplied by: <c>lr·(1 − μₜ)/(1 − πₜ)</c> and <c>lr·μₜ₊₁/(1 − πₜ·μₜ·μₜ₊₁)</c>.
    /// </summary>
    private (double OfGradient, double OfMean) Rates(double learningRate, long step)
    {
        double q = Portable.Pow(0.96, MomentumDecay), product = 1;
        long i = 1;
        for (double power = q; i <= step && power > 1e-17 && product > 1e-17; i++, power *= q)
        {
            product *= Beta1 * (1 - 0.5 * power);
        }

        product *= Portable.Power(Beta1, step + 1 - i); // where 0.96^(i·ψ) is nothing beside 1, or the product is
        double now = Momentum(step), next = Momentum(step + 1);
        double other = product * next * (ProductConvention == Convention.Keras ? 1 : now);
        return (learningRate * (1 - now) / (1 - product), learningRate * next / (1 - other));

        double Momentum(long t) => Beta1 * (1 - 0.5 * Portable.Power(q, t));
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, First, Second;
        public float Scale, Beta1, Rest1, Beta2, RootRest2, RootScale, Epsilon, OfGradient, OfMean;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, first = ref First, second = ref Second;
            V scale = V.Create(Scale), beta1 = V.Create(Beta1), rest1 = V.Create(Rest1);
            V beta2 = V.Create(Beta2), rootRest2 = V.Create(RootRest2);
            V rootScale = V.Create(RootScale), epsilon = V.Create(Epsilon), ofGradient = V.Create(OfGradient), ofMean = V.Create(OfMean);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                V g = V.Multiply(V.Load(ref gradients, i), scale);

                // m = β₁·m + (1 − β₁)·g
                V m = V.Flush(V.MultiplyAdd(V.Load(ref first, i), beta1, V.Multiply(g, rest1)));
                m.Store(ref first, i);

                // v = β₂·v + (1 − β₂)·g², where √(1 − β₂)·g is large enough for its square to be a normal number
                V root2 = V.Flush(V.Multiply(g, rootRest2), Faint.SquareBits);
                V v = V.Flush(V.MultiplyAdd(V.Load(ref second, i), beta2, V.Multiply(root2, root2)), Faint.SubnormalBits);
                v.Store(ref second, i);

                // w = w − lr · ((1 − μₜ)/(1 − πₜ)·g + μₜ₊₁/(1 − πₜ·μₜ·μₜ₊₁)·m)
                //            / (√v/√(1 − β₂ᵗ) + ε)
                V direction = V.MultiplyAdd(m, ofMean, V.Multiply(g, ofGradient));
                V change = V.Divide(direction, V.MultiplyAdd(V.Sqrt(v), rootScale, epsilon));
                V.Flush(V.Add(V.Load(ref w, i), change), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
