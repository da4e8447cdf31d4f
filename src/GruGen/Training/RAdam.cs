using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Rectified Adam (Liu et al. 2020) as PyTorch has it: m and v are those of <see cref="Adam"/>, <c>ρ∞ = 2/(1 − β₂) − 1</c>,
/// <c>ρₜ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ)</c>; <c>w = w − lr/(1 − β₁ᵗ) · r·√(1 − β₂ᵗ) · m / (√v + ε)</c> with
/// <c>r = √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ))</c> once ρₜ is above 5,
/// before that <c>w = w − lr/(1 − β₁ᵗ) · m</c>.
/// </summary>
/// <remarks>Keras has no such optimiser.</remarks>
public sealed record RAdam : AdamFamily
{
    private static readonly string[] s_moments = ["exp_avg", "exp_avg_sq"];

    /// <summary>RAdam.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public RAdam(double learningRate = 1e-3)
        : base(learningRate)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => s_moments;

    /// <inheritdoc/>
    protected internal override bool TakesMomentum => true;

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || moment != s_moments[1]);

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        double beta1 = step.Momentum ?? Beta1;
        double first = (float)beta1 * before.First + (1 - beta1) * gradient;
        double second = (float)Beta2 * before.Second + (1 - Beta2) * gradient * gradient;
        (double rate, bool isRectified) = Rate(step.LearningRate, beta1, step.Number);
        double quotient = isRectified ? first / Epsilon : first; // far too much mostly, but where v is 0 it is all that can be said
        bool isKnown = quotient < float.MaxValue / 2 && rate < float.MaxValue / 2;
        return new Magnitudes(isKnown ? before.Parameters + rate * quotient : double.PositiveInfinity, first, second);
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        double beta1 = update.Momentum ?? Beta1;
        (double rate, bool isRectified) = Rate(update.LearningRate, beta1, update.Step);
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            First = ref update.MomentBuffers[0].At(update.From),
            Second = ref update.MomentBuffers[1].At(update.From),
            IsRectified = isRectified,
            Scale = (float)update.GradientScale,
            Beta1 = (float)beta1,
            Rest1 = (float)(1 - beta1),
            Beta2 = (float)Beta2,
            RootRest2 = (float)Math.Sqrt(1 - Beta2),
            Epsilon = (float)Epsilon,
            Step = (float)-rate,
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    /// <summary>What m or its quotient is multiplied by, and which of both.</summary>
    private (double Rate, bool IsRectified) Rate(double learningRate, double beta1, long step)
    {
        double rate = learningRate / (1 - Portable.Power(beta1, step)), power = Portable.Power(Beta2, step);
        double end = 2 / (1 - Beta2) - 1, length = end - 2 * step * power / (1 - power);
        if (!(length > 5))
        {
            return (rate, false);
        }

        double r = Math.Sqrt((length - 4) * (length - 2) * end / ((end - 4) * (end - 2) * length));
        return (rate * r * Math.Sqrt(1 - power), true);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, First, Second;
        public bool IsRectified;
        public float Scale, Beta1, Rest1, Beta2, RootRest2, Epsilon, Step;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, first = ref First, second = ref Second;
            V scale = V.Create(Scale), beta1 = V.Create(Beta1), rest1 = V.Create(Rest1);
            V beta2 = V.Create(Beta2), rootRest2 = V.Create(RootRest2), epsilon = V.Create(Epsilon), step = V.Create(Step);
            bool isRectified = IsRectified;
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

                // w = w − lr/(1 − β₁ᵗ) · r·√(1 − β₂ᵗ) · m / (√v + ε), or w = w − lr/(1 − β₁ᵗ) · m
                V direction = isRectified ? V.Divide(m, V.Add(V.Sqrt(v), epsilon)) : m;
                V.Flush(V.MultiplyAdd(direction, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
