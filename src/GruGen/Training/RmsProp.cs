using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// RMSprop (Hinton 2012) as PyTorch has it: <c>v = α·v + (1 − α)·g²</c>, <c>w = w − lr·g / (√v + ε)</c>; with momentum
/// <c>buf = μ·buf + g / (√v + ε)</c>, <c>w = w − lr·buf</c>; centred with <c>ḡ = α·ḡ + (1 − α)·g</c> and
/// <c>√(v − ḡ²)</c> for √v.
/// </summary>
public sealed record RmsProp : Optimizer
{
    private const string SquareMean = "square_avg", Buffer = "momentum_buffer", Mean = "grad_avg";

    /// <summary>RMSprop.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public RmsProp(double learningRate = 0.01)
        : base(learningRate)
    {
    }

    /// <summary>α, the decay rate of the mean of the squared gradients (Keras' <c>rho</c>); 0.99 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Alpha
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Alpha));
    } = 0.99;

    /// <summary>μ, the momentum; 0, the default, for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more as a <see cref="float"/>.</exception>
    public double Momentum
    {
        get;
        init => field = Check.FractionSingle(value, nameof(Momentum));
    }

    /// <summary>ε, which keeps the quotient finite; 1e-8 by default, as in PyTorch. Keras' default is 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Epsilon));
    } = 1e-8;

    /// <summary>Whose ε it is: PyTorch's, the default, <c>√v + ε</c>, or Keras', <c>√(v + ε)</c>.</summary>
    public Convention EpsilonConvention { get; init; }

    /// <summary>Whether gradients are divided by an estimate of their standard deviation, <c>√(v − ḡ²)</c>, instead of √v.</summary>
    /// <remarks>Where rounding makes v − ḡ² negative it counts as 0; PyTorch takes its root, which is NaN.</remarks>
    public bool Centered { get; init; }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames =>
        Momentum == 0 ? (Centered ? [SquareMean, Mean] : [SquareMean]) : Centered ? [SquareMean, Buffer, Mean] : [SquareMean, Buffer];

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override bool TakesMomentum => Momentum != 0;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || moment != SquareMean);

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        // g/ε is far too much mostly, but where v is 0 it is all that can be said
        double quotient = gradient / (EpsilonConvention == Convention.Keras ? Math.Sqrt(Epsilon) : Epsilon);
        double momentum = step.Momentum ?? Momentum;
        double buffer = Momentum == 0 ? before.Second : momentum * before.Second + quotient; // without momentum ḡ, which is between the g
        double change = step.LearningRate * (Momentum == 0 ? quotient : buffer);
        bool isKnown = quotient < float.MaxValue / 2;
        return new Magnitudes(
            isKnown ? before.Parameters + change : double.PositiveInfinity,
            (float)Alpha * before.First + (1 - Alpha) * gradient * gradient,
            Math.Max(buffer, gradient),
            Math.Max(before.Third, gradient));
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        AlignedBuffer[] moments = update.MomentBuffers;
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Squares = ref moments[0].At(update.From),
            Buffer = ref moments[Momentum == 0 ? 0 : 1].At(update.From),
            Means = ref moments[^1].At(update.From),
            HasMomentum = Momentum != 0,
            Centered = Centered,
            IsEpsilonInside = EpsilonConvention == Convention.Keras,
            Scale = (float)update.GradientScale,
            Alpha = (float)Alpha,
            Rest = (float)(1 - Alpha),
            RootRest = (float)Math.Sqrt(1 - Alpha),
            Epsilon = (float)Epsilon,
            Momentum = (float)(update.Momentum ?? Momentum),
            Step = (float)-update.LearningRate,
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, Squares, Buffer, Means;
        public bool HasMomentum, Centered, IsEpsilonInside;
        public float Scale, Alpha, Rest, RootRest, Epsilon, Momentum, Step;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, squares = ref Squares, buffer = ref Buffer, means = ref Means;
            V scale = V.Create(Scale), alpha = V.Create(Alpha), rest = V.Create(Rest), rootRest = V.Create(RootRest);
            V epsilon = V.Create(Epsilon), momentum = V.Create(Momentum), step = V.Create(Step);
            bool hasMomentum = HasMomentum, centered = Centered, isInside = IsEpsilonInside;
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                V g = V.Multiply(V.Load(ref gradients, i), scale);

                // v = α·v + (1 − α)·g², where √(1 − α)·g is large enough for its square to be a normal number
                V root = V.Flush(V.Multiply(g, rootRest), Faint.SquareBits);
                V v = V.Flush(V.MultiplyAdd(V.Load(ref squares, i), alpha, V.Multiply(root, root)), Faint.SubnormalBits);
                v.Store(ref squares, i);
                if (centered)
                {
                    // ḡ = α·ḡ + (1 − α)·g; v − ḡ²
                    V mean = V.Flush(V.MultiplyAdd(V.Load(ref means, i), alpha, V.Multiply(g, rest)));
                    mean.Store(ref means, i);
                    mean = V.Flush(mean, Faint.SquareBits);
                    v = V.Flush(V.Positive(V.MultiplyAdd(mean, V.Subtract(0f, mean), v)), Faint.SubnormalBits);
                }

                // buf = μ·buf + g / (√v + ε), or g / √(v + ε); w = w − lr·buf
                V direction = V.Divide(g, isInside ? V.Sqrt(V.Add(v, epsilon)) : V.Add(V.Sqrt(v), epsilon));
                if (hasMomentum)
                {
                    direction = V.Flush(V.MultiplyAdd(V.Load(ref buffer, i), momentum, direction));
                    direction.Store(ref buffer, i);
                }

                V.Flush(V.MultiplyAdd(direction, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
            }
        }
    }
}
