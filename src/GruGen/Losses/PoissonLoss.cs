using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>e^a − y·a</c> for counts y: an output a is the logarithm of their rate, of a last layer with <see cref="Activation.Linear"/>
    /// mostly. <see cref="PoissonLoss"/> has options, such as outputs that are the rate itself.
    /// </summary>
    public static Loss Poisson { get; } = new PoissonLoss();
}

/// <summary>
/// The negative logarithm of the probability of a count y by Poisson's distribution (PyTorch's <c>PoissonNLLLoss</c>, Keras'
/// <c>Poisson</c>): <c>e^a − y·a</c> where outputs a are logarithms of the rate, <c>a − y·ln(a + ε)</c> where they are the rate, which must
/// then not be negative. The target y is a number from 0 on, or the label 0 or 1 of a single output.
/// </summary>
public sealed class PoissonLoss : RowLoss
{
    /// <summary>The loss, of logarithms unless <see cref="LogRate"/> is set.</summary>
    public PoissonLoss()
        : base("Poisson")
    {
    }

    /// <summary>
    /// Whether outputs are logarithms of the rate, PyTorch's <c>log_input</c>; true by default. Keras' outputs are the rate.
    /// </summary>
    public bool LogRate { get; init; } = true;

    /// <summary>ε, which is added to a rate before its logarithm; 1e-8 by default, as in PyTorch. Keras has 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a <see cref="float"/>.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.PositiveSingle(value, nameof(Epsilon));
    } = 1e-8;

    /// <summary>
    /// Whether what the rate does not change is in the loss, too: <c>ln y!</c> by Stirling's approximation, <c>y·ln y − y + ½·ln(2π·y)</c>,
    /// for y above 1 (PyTorch's <c>full</c>). False by default.
    /// </summary>
    public bool Full { get; init; }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireValues(targets);
        RequireRange(targets, 0, float.PositiveInfinity);
    }

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows)
    {
        if (LogRate)
        {
            LossRows.RunOnOutputs(rows, new WithFactorial<ElementLosses<OfLogRate>>(default, Full));
        }
        else
        {
            LossRows.RunOnOutputs(rows, new WithFactorial<OfRate>(new OfRate((float)Epsilon), Full));
        }
    }

    private readonly struct OfLogRate : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V rate = V.Flush(Activate.Exp(output), Faint.SubnormalBits);
            slope = V.Subtract(rate, target);
            return V.Subtract(rate, V.Multiply(target, output));
        }
    }

    private readonly struct OfRate(float epsilon) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V factor = V.Create((float)scale), small = V.Create(epsilon);
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), losses = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Add(V.Load(ref outputs, i), small).Store(ref losses, i);
            }

            Logarithm.Of(ref losses, ref losses, stride);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V rate = V.Load(ref outputs, i), count = V.Load(ref targets, i);
                V.Subtract(rate, V.Multiply(count, V.Load(ref losses, i))).Store(ref losses, i);
                V.Multiply(V.Subtract(1f, V.Divide(count, V.Add(rate, small))), factor).Put(ref gradient, i);
            }

            return Reduce.Total(ref losses, block.Size);
        }
    }

    /// <summary>A loss, and ln y! where it is wanted.</summary>
    private readonly struct WithFactorial<TLoss>(TLoss loss, bool full) : IRowLoss
        where TLoss : struct, IRowLoss
    {
        private const float HalfLogTwoPi = 0.918938533f; // ½·ln 2π

        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            double value = loss.Row<V>(block, label, scale, ref outputs, ref gradient, start);
            return full ? value + Factorials<V>(ref block.Targets.At(start), ref block.Scratch.Start, block.Size) : value;
        }

        /// <summary>Σ (y + ½)·ln y − y + ½·ln 2π over the y above 1.</summary>
        private static double Factorials<V>(ref float targets, ref float terms, int size)
            where V : struct, ISimd<V>
        {
            nuint stride = (nuint)Simd.Padded(size);
            Logarithm.Of(ref targets, ref terms, stride);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V y = V.Load(ref targets, i), half = V.MultiplyAdd(y, 1f, 0.5f);
                V term = V.MultiplyAdd(half, V.Load(ref terms, i), V.Subtract(HalfLogTwoPi, y));
                V.WherePositive(V.MultiplyAdd(y, 1f, -1f), term).Store(ref terms, i);
            }

            return Reduce.Total(ref terms, size);
        }
    }
}
