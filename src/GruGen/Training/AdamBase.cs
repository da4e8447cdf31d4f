using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// What <see cref="Adam"/> and <see cref="AdamW"/> have in common: <c>m = β₁·m + (1 − β₁)·g</c>, <c>v = β₂·v + (1 − β₂)·g²</c>,
/// <c>w = w − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)</c>.
/// </summary>
public abstract record AdamBase : AdamFamily
{
    private static readonly string[] s_moments = ["exp_avg", "exp_avg_sq"];
    private static readonly string[] s_amsgradMoments = [.. s_moments, "max_exp_avg_sq"];

    private protected AdamBase(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>
    /// Whose ε it is: PyTorch's, the default, which is added after the bias correction, or Keras', which is added before it:
    /// <c>w = w − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)</c>, so that it weighs more in the first steps.
    /// </summary>
    public Convention EpsilonConvention { get; init; }

    /// <summary>
    /// Whether v in the root is the largest of all v so far (Reddi, Kale and Kumar 2018), as PyTorch's and Keras' <c>amsgrad</c>. False by
    /// default.
    /// </summary>
    public bool Amsgrad { get; init; }

    /// <summary>
    /// Whether a step changes, of an embedding and its moments, only the rows of the batch's tokens, as PyTorch's
    /// <c>torch.optim.SparseAdam</c>. The cost of a step then does not grow with the vocabulary. False by default.
    /// </summary>
    /// <remarks>
    /// The numbers are not those of Adam, whose moments fade with every step and which goes on moving a row by what is left of them. As
    /// in PyTorch, t is the number of all steps, with the token or without, and in these rows ε is added before the bias correction:
    /// <c>w = w − lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)</c>. All other parameters are trained as usual.
    /// </remarks>
    public bool Lazy { get; init; }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => Amsgrad ? s_amsgradMoments : s_moments;

    /// <inheritdoc/>
    protected internal override bool KeepsUnusedRows => Lazy;

    /// <inheritdoc/>
    protected internal override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || (moment != s_amsgradMoments[1] && moment != s_amsgradMoments[2]));

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        double beta1 = step.Momentum ?? Beta1;
        double first = (float)beta1 * before.First + (1 - beta1) * gradient;
        double second = (float)Beta2 * before.Second + (1 - Beta2) * gradient * gradient;
        double quotient = first / Epsilon; // far too much mostly, but where v is 0 it is all that can be said
        double rate = step.LearningRate / (1 - Portable.Power(beta1, step.Number)), change = rate * quotient;
        bool isKnown = quotient < float.MaxValue / 2 && rate < float.MaxValue / 2;
        double parameters = isKnown ? before.Parameters + change : double.PositiveInfinity;
        return new Magnitudes(parameters, first, second, Math.Max(before.Third, second));
    }

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        double beta1 = update.Momentum ?? Beta1;
        bool addsBefore = update.RowSize > 0 || EpsilonConvention == Convention.Keras; // (√v + ε)/√(1 − β₂ᵗ)
        double rootScale = 1 / Math.Sqrt(1 - Portable.Power(Beta2, update.Step));
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            First = ref update.MomentBuffers[0].At(update.From),
            Second = ref update.MomentBuffers[1].At(update.From),
            Largest = ref update.MomentBuffers[^1].At(update.From),
            HasLargest = Amsgrad,
            Count = (nuint)(update.To - update.From),
            Rows = update.Rows.Span,
            RowSize = (nuint)update.RowSize,
            Scale = (float)update.GradientScale,
            Beta1 = (float)beta1,
            Rest1 = (float)(1 - beta1),
            Beta2 = (float)Beta2,
            RootRest2 = (float)Math.Sqrt(1 - Beta2),
            RootScale = (float)rootScale,
            Epsilon = (float)(addsBefore ? Epsilon * rootScale : Epsilon),
            Step = (float)(-update.LearningRate / (1 - Portable.Power(beta1, update.Step))),
        };
        SimdKernel.Run(update.Lanes, ref kernel);
    }

    private ref struct Kernel : ISimdKernel
    {
        public ref float Parameters, Gradients, First, Second, Largest;
        public bool HasLargest;
        public nuint Count, RowSize;
        public ReadOnlySpan<int> Rows;
        public float Scale, Beta1, Rest1, Beta2, RootRest2, RootScale, Epsilon, Step;

        public readonly void Run<V>()
            where V : struct, ISimd<V>
        {
            nuint whole = Count - Count % (nuint)V.Count;
            if (HasLargest)
            {
                WithLargest<V>(0, whole);
                WithLargest<V1>(whole, Count);
            }
            else
            {
                Run<V>(0, whole);
                Run<V1>(whole, Count);
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, first = ref First, second = ref Second;
            V scale = V.Create(Scale), beta1 = V.Create(Beta1), rest1 = V.Create(Rest1);
            V beta2 = V.Create(Beta2), rootRest2 = V.Create(RootRest2);
            V rootScale = V.Create(RootScale), epsilon = V.Create(Epsilon), step = V.Create(Step);
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    V g = V.Multiply(V.Load(ref gradients, i), scale);

                    // m = β₁·m + (1 − β₁)·g
                    V m = V.Flush(V.MultiplyAdd(V.Load(ref first, i), beta1, V.Multiply(g, rest1)));
                    m.Store(ref first, i);

                    // v = β₂·v + (1 − β₂)·g², where √(1 − β₂)·g is large enough for its square to be a normal number
                    V root2 = V.Flush(V.Multiply(g, rootRest2), Faint.SquareBits);
                    V v = V.Flush(V.MultiplyAdd(V.Load(ref second, i), beta2, V.Multiply(root2, root2)), Faint.SubnormalBits);
                    v.Store(ref second, i);

                    // w = w − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
                    V root = V.MultiplyAdd(V.Sqrt(v), rootScale, epsilon);
                    V.Flush(V.MultiplyAdd(V.Divide(m, root), step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
                }
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void WithLargest<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, first = ref First, second = ref Second, largest = ref Largest;
            V scale = V.Create(Scale), beta1 = V.Create(Beta1), rest1 = V.Create(Rest1);
            V beta2 = V.Create(Beta2), rootRest2 = V.Create(RootRest2);
            V rootScale = V.Create(RootScale), epsilon = V.Create(Epsilon), step = V.Create(Step);
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    // m and v as above; v̂ = max(v̂, v)
                    V g = V.Multiply(V.Load(ref gradients, i), scale);
                    V m = V.Flush(V.MultiplyAdd(V.Load(ref first, i), beta1, V.Multiply(g, rest1)));
                    m.Store(ref first, i);
                    V scaled = V.Flush(V.Multiply(g, rootRest2), Faint.SquareBits);
                    V v = V.Flush(V.MultiplyAdd(V.Load(ref second, i), beta2, V.Multiply(scaled, scaled)), Faint.SubnormalBits);
                    v.Store(ref second, i);
                    v = V.Max(V.Load(ref largest, i), v);
                    v.Store(ref largest, i);

                    // w = w − lr/(1 − β₁ᵗ) · m / (√v̂/√(1 − β₂ᵗ) + ε)
                    V root = V.MultiplyAdd(V.Sqrt(v), rootScale, epsilon);
                    V.Flush(V.MultiplyAdd(V.Divide(m, root), step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
                }
            }
        }
    }
}
