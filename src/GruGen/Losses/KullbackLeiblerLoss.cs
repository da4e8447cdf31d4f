using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// The Kullback-Leibler divergence <c>Σ_c t_c·(ln t_c − ln softmax(l)_c)</c> of the probabilities t from those of the logits l, for a
    /// last layer with <see cref="Activation.Softmax"/> (PyTorch's <c>KLDivLoss(reduction="batchmean")</c>, Keras' <c>KLDivergence</c>).
    /// </summary>
    public static Loss KullbackLeibler { get; } = new KullbackLeiblerLoss();
}

/// <summary>
/// <c>Σ_c t_c·(ln t_c − ln softmax(l)_c)</c>, in which 0·ln 0 is 0; the mean is over rows. Its gradient is that of
/// <see cref="Loss.CategoricalCrossEntropy"/>, from which it differs by what does not depend on the model; unlike that it is 0 where the
/// model says what the target does.
/// </summary>
public sealed class KullbackLeiblerLoss : RowLoss
{
    /// <summary>The loss, as <see cref="Loss.KullbackLeibler"/> is.</summary>
    public KullbackLeiblerLoss()
        : base("KullbackLeibler")
    {
    }

    /// <summary>
    /// ε, which no probability of the target or of the model is smaller than in the loss: Keras' has 1e-7. 0, the default, for no limit, as
    /// in PyTorch.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double Epsilon
    {
        get;
        init => field = Check.Fraction(value, nameof(Epsilon));
    }

    /// <inheritdoc/>
    protected internal override Averaging Averaging => Averaging.Rows;

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireProbabilities(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows)
    {
        float smallest = (float)Epsilon;
        LossRows.Run(
            rows, new Divergence(new SoftCrossEntropy([], smoothing: 0, smallest, rows.HasClasses, rows.WantsGradients), smallest));
    }

    private readonly struct Divergence(SoftCrossEntropy crossEntropy, float smallest) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            double value = crossEntropy.Row<V>(block, label, scale, ref outputs, ref gradient, start);
            if (block.HasClasses)
            {
                // t is 1 once, and 0 or ε elsewhere
                return value + (smallest == 0 ? 0 : (block.Size - 1) * smallest * Portable.Log(smallest));
            }

            return value + NegativeEntropy<V>(ref block.Targets.At(start), ref block.Scratch.Start, block.Size);
        }

        /// <summary>Σ t·ln t</summary>
        [MethodImpl(Jit.Optimized)]
        private double NegativeEntropy<V>(ref float targets, ref float terms, int size)
            where V : struct, ISimd<V>
        {
            nuint stride = (nuint)Simd.Padded(size);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V.Clamp(V.Load(ref targets, i), smallest, 1f).Store(ref terms, i);
            }

            Logarithm.Of(ref terms, ref terms, stride);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V t = V.Clamp(V.Load(ref targets, i), smallest, 1f);
                V.WherePositive(t, V.Multiply(t, V.Load(ref terms, i))).Store(ref terms, i);
            }

            return Reduce.Total(ref terms, size);
        }
    }
}
