using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Adamax (Kingma and Ba 2015, section 7.1) as PyTorch has it: <c>m = β₁·m + (1 − β₁)·g</c>, <c>u = max(β₂·u, |g| + ε)</c>,
/// <c>w = w − lr/(1 − β₁ᵗ) · m / u</c>.
/// </summary>
public sealed record Adamax : AdamFamily
{
    private static readonly string[] s_moments = ["exp_avg", "exp_inf"];

    /// <summary>Adamax.</summary>
    /// <param name="learningRate">The learning rate; 0.002 by default, as in PyTorch. Keras' default is 0.001.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public Adamax(double learningRate = 2e-3)
        : base(learningRate)
    {
    }

    /// <summary>
    /// Whose ε it is: PyTorch's, the default, which is added to each gradient, or Keras': <c>u = max(β₂·u, |g|)</c> and <c>m / (u + ε)</c>.
    /// </summary>
    public Convention EpsilonConvention { get; init; }

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
        double quotient = first / Epsilon; // far too much mostly, but where g was 0 it is all that can be said
        double rate = step.LearningRate / (1 - Portable.Power(beta1, step.Number)), change = rate * quotient;
        bool isKnown = quotient < float.MaxValue / 2 && rate < float.MaxValue / 2;
        return new Magnitudes(
            isKnown ? before.Parameters + change : double.PositiveInfinity, first, Math.Max(before.Second, gradient + Epsilon));
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        double beta1 = update.Momentum ?? Beta1;
        bool isKeras = EpsilonConvention == Convention.Keras;
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            First = ref update.MomentBuffers[0].At(update.From),
            Largest = ref update.MomentBuffers[1].At(update.From),
            Scale = (float)update.GradientScale,
            Beta1 = (float)beta1,
            Rest1 = (float)(1 - beta1),
            Beta2 = (float)Beta2,
            ToGradient = isKeras ? 0 : (float)Epsilon,
            ToLargest = isKeras ? (float)Epsilon : 0,
            Step = (float)(-update.LearningRate / (1 - Portable.Power(beta1, update.Step))),
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, First, Largest;
        public float Scale, Beta1, Rest1, Beta2, ToGradient, ToLargest, Step;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, first = ref First, largest = ref Largest;
            V scale = V.Create(Scale), beta1 = V.Create(Beta1), rest1 = V.Create(Rest1), beta2 = V.Create(Beta2);
            V toGradient = V.Create(ToGradient), toLargest = V.Create(ToLargest), step = V.Create(Step);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                V g = V.Multiply(V.Load(ref gradients, i), scale);

                // m = β₁·m + (1 − β₁)·g
                V m = V.Flush(V.MultiplyAdd(V.Load(ref first, i), beta1, V.Multiply(g, rest1)));
                m.Store(ref first, i);

                // u = max(β₂·u, |g| + ε); what is divided by is not flushed, so that it is above zero
                V u = V.Max(V.Multiply(V.Load(ref largest, i), beta2), V.Add(V.Abs(g), toGradient));
                V.Flush(u, Faint.SubnormalBits).Store(ref largest, i);

                // w = w − lr/(1 − β₁ᵗ) · m / u
                V quotient = V.Divide(m, V.Add(u, toLargest));
                V.Flush(V.MultiplyAdd(quotient, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
