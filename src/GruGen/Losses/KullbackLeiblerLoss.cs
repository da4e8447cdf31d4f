using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// The Kullback-Leibler divergence <c>Σ_c t_c·(ln t_c − ln softmax(l)_c)</c> of the probabilities t from those of the logits l, for a last
    /// layer with <see cref="Activation.Softmax"/> (PyTorch's <c>KLDivLoss(reduction="batchmean")</c>, Keras' <c>KLDivergence</c>).
    /// </summary>
    public static Loss KullbackLeibler { get; } = new KullbackLeiblerLoss();
}

/// <summary>
/// <c>Σ_c t_c·(ln t_c − ln softmax(l)_c)</c>, in which 0·ln 0 is 0; the mean is over rows. Its gradient is that of
/// <see cref="Loss.CategoricalCrossEntropy"/>, from which it differs by what does not depend on the model; unlike that it is 0 where the model
/// says what the target does.
/// </summary>
public sealed class KullbackLeiblerLoss : RowLoss
{
    /// <summary>The loss, as <see cref="Loss.KullbackLeibler"/> is.</summary>
    public KullbackLeiblerLoss()
        : base("KullbackLeibler")
    {
    }

    /// <inheritdoc/>
    protected internal override Averaging Averaging => Averaging.Rows;

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets) => RequireProbabilities(targets);

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows) =>
        LossRows.Run(rows, new Divergence(new SoftCrossEntropy([], 0, rows.HasClasses, rows.WantsGradients)));

    private readonly struct Divergence(SoftCrossEntropy crossEntropy) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            double value = crossEntropy.Row<V>(block, label, scale, ref outputs, ref gradient, start);
            return block.HasClasses ? value : value + NegativeEntropy<V>(ref block.Targets.At(start), ref block.Scratch.Start, block.Size);
        }

        /// <summary>Σ t·ln t, which is 0 of a label</summary>
        [MethodImpl(Jit.Optimized)]
        private static double NegativeEntropy<V>(ref float targets, ref float terms, int size)
            where V : struct, ISimd<V>
        {
            nuint stride = (nuint)Simd.Padded(size);
            Logarithm.Of(ref targets, ref terms, stride);
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V t = V.Load(ref targets, i);
                V.WherePositive(t, V.Multiply(t, V.Load(ref terms, i))).Store(ref terms, i);
            }

            return Reduce.Total(ref terms, size);
        }
    }
}
