using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011) as PyTorch has it: <c>s = s + g²</c>, <c>w = w − lr/(1 + (t − 1)·δ) · g / (√s + ε)</c> with the
/// step t from 1 and a decay δ of the learning rate.
/// </summary>
/// <remarks>A step leaves out the rows of an embedding whose tokens the batch does not have: their gradients of 0 change nothing.</remarks>
public sealed record Adagrad : Optimizer
{
    private static readonly string[] s_moments = ["sum"];

    /// <summary>Adagrad.</summary>
    /// <param name="learningRate">The learning rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="learningRate"/> is negative, or not finite as a <see cref="float"/>.
    /// </exception>
    public Adagrad(double learningRate = 0.01)
        : base(learningRate)
    {
    }

    /// <summary>δ, by which the learning rate falls; 0, the default, for not at all. PyTorch's <c>lr_decay</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double LearningRateDecay
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(LearningRateDecay));
    }

    /// <summary>
    /// The value of s before the first step; 0 by default, as in PyTorch. Keras' default is 0.1. The moment <c>sum</c> is s without it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite as a <see cref="float"/>.</exception>
    public double InitialAccumulator
    {
        get;
        init => field = Check.NotNegativeSingle(value, nameof(InitialAccumulator));
    }

    /// <summary>ε, which keeps the quotient finite; 1e-10 by default, as in PyTorch. Keras' default is 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite, as a <see cref="float"/>.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Epsilon));
    } = 1e-10;

    /// <summary>Whose ε it is: PyTorch's, the default, <c>√s + ε</c>, or Keras', <c>√(s + ε)</c>.</summary>
    public Convention EpsilonConvention { get; init; }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> MomentNames => s_moments;

    /// <inheritdoc/>
    protected internal override bool KeepsUnusedRows => true;

    internal override bool KeepsDecayingRows => false;

    private protected override bool TakesManyRows => true;

    /// <inheritdoc/>
    protected internal override bool IsValidMoment(string moment, float value) =>
        float.IsFinite(value) && (value >= 0 || moment != s_moments[0]);

    internal override Magnitudes? After(Magnitudes before, double gradient, StepSettings step)
    {
        // g/ε is far too much mostly, but where s is 0 it is all that can be said
        double quotient = gradient / (EpsilonConvention == Convention.Keras ? Math.Sqrt(Epsilon) : Epsilon);
        bool isKnown = quotient < float.MaxValue / 2;
        double sum = before.First + gradient * gradient, parameters = before.Parameters + step.LearningRate * quotient;
        return new Magnitudes(isKnown ? parameters : double.PositiveInfinity, sum);
    }

    /// <inheritdoc/>
    protected internal override void Update(in ParameterUpdate update)
    {
        bool isInside = EpsilonConvention == Convention.Keras;
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Sums = ref update.MomentBuffers[0].At(update.From),
            Rows = update.Rows.Span,
            RowSize = (nuint)update.RowSize,
            Scale = (float)update.GradientScale,
            Inside = (float)(InitialAccumulator + (isInside ? Epsilon : 0)),
            Outside = isInside ? 0 : (float)Epsilon,
            Step = (float)(-update.LearningRate / (1 + (update.Step - 1) * LearningRateDecay)),
        };
        SimdKernel.RunElements(update.Lanes, update.To - update.From, ref kernel);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Parameters, Gradients, Sums;
        public nuint RowSize;
        public ReadOnlySpan<int> Rows;
        public float Scale, Inside, Outside, Step;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, sums = ref Sums;
            V scale = V.Create(Scale), inside = V.Create(Inside), outside = V.Create(Outside), step = V.Create(Step);
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    V g = V.Multiply(V.Load(ref gradients, i), scale);

                    // s = s + g², where g is large enough for its square to be a normal number
                    V root = V.Flush(g, Faint.SquareBits);
                    V sum = V.MultiplyAdd(root, root, V.Load(ref sums, i));
                    sum.Store(ref sums, i);

                    // w = w − lr · g / (√s + ε)
                    V quotient = V.Divide(g, V.Add(V.Sqrt(V.Add(sum, inside)), outside));
                    V.Flush(V.MultiplyAdd(quotient, step, V.Load(ref w, i)), Faint.SubnormalBits).Store(ref w, i);
                }
            }
        }
    }
}
