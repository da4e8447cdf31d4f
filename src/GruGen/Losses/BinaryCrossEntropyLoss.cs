using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>−y·ln σ(l) − (1 − y)·ln(1 − σ(l))</c> of the logit l, for a last layer with <see cref="Activation.Sigmoid"/>; the target y is a
    /// number from 0 to 1, or the label 0 or 1 of a single output (PyTorch's <c>BCEWithLogitsLoss</c>, Keras' <c>BinaryCrossentropy</c>).
    /// <see cref="BinaryCrossEntropyLoss"/> has options.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new BinaryCrossEntropyLoss();
}

/// <summary>
/// <c>−w·y·ln σ(l) − (1 − y)·ln(1 − σ(l))</c> of the logit l, for a last layer with <see cref="Activation.Sigmoid"/>; the target y is a
/// number from 0 to 1, or the label 0 or 1 of a single output.
/// </summary>
public sealed class BinaryCrossEntropyLoss : RowLoss
{
    private readonly float[] _positiveWeights = [];

    /// <summary>The loss, as <see cref="Loss.BinaryCrossEntropy"/> is unless options are set.</summary>
    public BinaryCrossEntropyLoss()
        : base("BinaryCrossEntropy")
    {
    }

    /// <summary>
    /// w, how much more a target of 1 counts than one of 0: a number for each output, or one for all of them; empty, the default, for 1.
    /// PyTorch's <c>pos_weight</c>; with Keras' <c>class_weight={0: 1, 1: w}</c> a single output has the same loss.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or not finite as a <see cref="float"/>.</exception>
    public IReadOnlyList<double> PositiveWeights
    {
        get;
        init
        {
            field = Check.Weights(value, nameof(PositiveWeights));
            _positiveWeights = Padded(field);
        }
    } = [];

    /// <summary>
    /// s: the target y becomes <c>y·(1 − s) + s/2</c> (Keras' <c>label_smoothing</c>); 0, the default, leaves it as it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = Check.Fraction(value, nameof(LabelSmoothing));
    }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireActivation(targets, Activation.Sigmoid);
        RequireValues(targets);
        RequireRange(targets, 0, 1);
        if (PositiveWeights.Count > 1)
        {
            RequireCount(targets, PositiveWeights.Count, nameof(PositiveWeights));
        }
    }

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows)
    {
        if (LabelSmoothing == 0 && PositiveWeights.Count == 0)
        {
            LossRows.Run(rows, default(ElementLosses<CrossEntropy>));
        }
        else
        {
            LossRows.Run(rows, new WeightedCrossEntropy(_positiveWeights, PositiveWeights.Count, (float)LabelSmoothing));
        }
    }

    /// <summary><c>max(l, 0) − l·y + ln(1 + e^−|l|)</c></summary>
    private readonly struct CrossEntropy : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V probability = Probability(output, out V complement, out V log);

            // σ(l) − y = (1 − y)·σ(l) − y·σ(−l), in which nothing cancels where y is 0 or 1
            slope = V.Subtract(V.Multiply(V.Subtract(1f, target), probability), V.Multiply(target, complement));
            return V.Add(V.MultiplyAdd(V.Subtract(0f, output), target, V.Positive(output)), log);
        }
    }

    /// <summary><c>w·y·(max(−l, 0) + ln(1 + e^−|l|)) + (1 − y)·(max(l, 0) + ln(1 + e^−|l|))</c></summary>
    private readonly struct WeightedCrossEntropy(float[] positiveWeights, int count, float smoothing) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V factor = V.Create((float)scale), same = V.Create(count == 0 ? 1 : positiveWeights[0]);
            nuint stride = (nuint)block.Stride;
            ref float weights = ref MemoryMarshal.GetArrayDataReference(positiveWeights);
            ref float targets = ref block.Targets.At(start), losses = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V l = V.Load(ref outputs, i), y = V.MultiplyAdd(V.Load(ref targets, i), 1 - smoothing, smoothing / 2);
                V positive = V.Multiply(count > 1 ? V.Load(ref weights, i) : same, y), negative = V.Subtract(1f, y);
                V probability = Probability(l, out V complement, out V log);
                V loss = V.Multiply(positive, V.Add(V.Positive(V.Subtract(0f, l)), log));
                loss = V.Add(loss, V.Multiply(negative, V.Add(V.Positive(l), log)));
                V.Flush(loss, Faint.SubnormalBits).Store(ref losses, i);
                V slope = V.Subtract(V.Multiply(negative, probability), V.Multiply(positive, complement));
                V.Multiply(slope, factor).Put(ref gradient, i);
            }

            return Reduce.Total(ref losses, block.Size);
        }
    }

    /// <summary>σ(l), σ(−l) and ln(1 + e^−|l|) of a logit l.</summary>
    [MethodImpl(Jit.Inline)]
    private static V Probability<V>(V l, out V complement, out V log)
        where V : struct, ISimd<V>
    {
        V minus = V.Subtract(0f, l);

        // u = e^−|l|
        V u = V.Flush(Activate.Exp(V.Subtract(0f, V.Add(V.Positive(l), V.Positive(minus)))), Faint.SubnormalBits);

        // σ(|l|) = 1/(1 + u) and σ(−|l|) = u/(1 + u)
        V large = V.Divide(1f, V.Add(V.Create(1f), u));
        V small = V.Multiply(u, large), rest = V.Subtract(large, small);
        log = Logarithm.OnePlus(u);
        complement = V.Add(V.WherePositive(minus, rest), small);
        return V.Add(V.WherePositive(l, rest), small);
    }
}
