using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Adadelta (Zeiler 2012) as PyTorch and Keras have it: <c>v = ρ·v + (1 − ρ)·g²</c>, <c>Δ = √(u + ε) / √(v + ε) · g</c>,
/// <c>u = ρ·u + (1 − ρ)·Δ²</c>, <c>w = w − lr·Δ</c>.
/// </summary>
public sealed record Adadelta : Optimizer
{
    private static readonly string[] s_moments = ["square_avg", "acc_delta"];

    /// <summary>Adadelta.</summary>
    /// <param name="learningRate">The learning rate; 1 by default, as in PyTorch and the paper. Keras' default is 0.001.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public Adadelta(double learningRate = 1)
        : base(learningRate)
    {
    }

    /// <summary>ρ, the decay rate of both means of squares; 0.9 by default, as in PyTorch. Keras' default is 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Rho
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Rho));
    } = 0.9;

    /// <summary>
    /// ε, which keeps the quotient finite and the first steps above zero; 1e-6 by default, as in PyTorch. Keras' default is 1e-7.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Epsilon));
    } = 1e-6;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => s_moments;

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || (moment != s_moments[0] && moment != s_moments[1]));

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        // v is (1 − ρ)·g² at least, but for a g so faint that its square counts as 0
        double faint = Math.ScaleB(1, -63), largest = Math.Min(gradient, faint / Math.Sqrt(1 - Rho)) / Math.Sqrt(Epsilon);
        double quotient = Math.Min(gradient / Math.Sqrt(Epsilon), 1 / Math.Sqrt(1 - Rho) + largest);
        double root = Math.Sqrt(before.Second + Epsilon), change = root * quotient;
        bool isKnown = root / Math.Sqrt(Epsilon) < float.MaxValue / 2;
        return new Magnitudes(
            isKnown ? before.Parameters + step.LearningRate * change : double.PositiveInfinity,
            (float)Rho * before.First + (1 - Rho) * gradient * gradient,
            (float)Rho * before.Second + (1 - Rho) * change * change);
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Squares = ref update.MomentBuffers[0].At(update.From),
            Changes = ref update.MomentBuffers[1].At(update.From),
            Scale = (float)update.GradientScale,
            Rho = (float)Rho,
            RootRest = (float)Math.Sqrt(1 - Rho),
            Epsilon = (float)Epsilon,
            Step = (float)-update.LearningRate,
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, Squares, Changes;
        public float Scale, Rho, RootRest, Epsilon, Step;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, squares = ref Squares, changes = ref Changes;
            V scale = V.Create(Scale), rho = V.Create(Rho), rootRest = V.Create(RootRest);
            V epsilon = V.Create(Epsilon), step = V.Create(Step);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                V g = V.Multiply(V.Load(ref gradients, i), scale);

                // v = ρ·v + (1 − ρ)·g², where √(1 − ρ)·g is large enough for its square to be a normal number
                V root = V.Flush(V.Multiply(g, rootRest), Faint.SquareBits);
                V v = V.Flush(V.MultiplyAdd(V.Load(ref squares, i), rho, V.Multiply(root, root)), Faint.SubnormalBits);
                v.Store(ref squares, i);

                // Δ = √(u + ε) / √(v + ε) · g; u = ρ·u + (1 − ρ)·Δ²
                V u = V.Load(ref changes, i);
                V change = V.Flush(V.Multiply(V.Divide(V.Sqrt(V.Add(u, epsilon)), V.Sqrt(V.Add(v, epsilon))), g));
                root = V.Flush(V.Multiply(change, rootRest), Faint.SquareBits);
                V.Flush(V.MultiplyAdd(u, rho, V.Multiply(root, root)), Faint.SubnormalBits).Store(ref changes, i);

                // w = w − lr·Δ
                V.Flush(V.MultiplyAdd(change, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
