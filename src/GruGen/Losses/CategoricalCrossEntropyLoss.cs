using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>−ln softmax(l)_y</c> of the logits l, for a last layer with <see cref="Activation.Softmax"/>; the target y is the label of a
    /// class (PyTorch's <c>CrossEntropyLoss</c>, Keras' <c>SparseCategoricalCrossentropy</c>), or there is a probability for each class
    /// (Keras' <c>CategoricalCrossentropy</c>). <see cref="CategoricalCrossEntropyLoss"/> has options.
    /// </summary>
    public static Loss CategoricalCrossEntropy { get; } = new CategoricalCrossEntropyLoss();
}

/// <summary>
/// <c>−Σ_c w_c·t_c·ln softmax(l)_c</c> of the logits l, for a last layer with <see cref="Activation.Softmax"/>. The target t is 1 at the
/// label and 0 elsewhere, or a probability for each class, of which <see cref="LabelSmoothing"/> takes a part.
/// </summary>
/// <remarks>
/// The mean is over the rows that count; with <see cref="ClassWeights"/> and labels it is divided by the sum of the weights of the labels,
/// as in PyTorch, unless <see cref="DividesByClassWeights"/> is false.
/// </remarks>
public sealed class CategoricalCrossEntropyLoss : RowLoss
{
    private readonly float[] _classWeights = [];

    /// <summary>The loss, as <see cref="Loss.CategoricalCrossEntropy"/> is unless options are set.</summary>
    public CategoricalCrossEntropyLoss()
        : base("CategoricalCrossEntropy")
    {
    }

    /// <summary>
    /// s: a target t of K classes becomes <c>t·(1 − s) + s/K</c> (<c>label_smoothing</c> in PyTorch and Keras); 0, the default, leaves it
    /// as it is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or 1 or more.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = Check.Fraction(value, nameof(LabelSmoothing));
    }

    /// <summary>
    /// w, how much each class counts, from 0 on (PyTorch's <c>weight</c>, Keras' <c>class_weight</c>); empty, the default, for 1 each.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or not finite as a <see cref="float"/>.</exception>
    public IReadOnlyList<double> ClassWeights
    {
        get;
        init
        {
            field = Check.Weights(value, nameof(ClassWeights));
            _classWeights = Padded(field);
        }
    } = [];

    /// <summary>
    /// Whether the sum of the loss over rows with labels is divided by the sum of the class weights of these labels, as in PyTorch; true by
    /// default. Otherwise it is divided by the number of rows, as in Keras. Over rows with probabilities it is that in both.
    /// </summary>
    public bool DividesByClassWeights { get; init; } = true;

    /// <inheritdoc/>
    protected internal override Averaging Averaging => Averaging.Rows;

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireProbabilities(targets);
        if (ClassWeights.Count > 0)
        {
            RequireCount(targets, ClassWeights.Count, nameof(ClassWeights));
        }
    }

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows)
    {
        if (LabelSmoothing == 0 && rows.HasClasses)
        {
            LossRows.Run(rows, new LabelEntropy(_classWeights, rows.WantsGradients));
        }
        else
        {
            LossRows.Run(
                rows, new SoftCrossEntropy(_classWeights, (float)LabelSmoothing, smallest: 0, rows.HasClasses, rows.WantsGradients));
        }
    }

    internal override double Divisor(TargetColumn data, int index)
    {
        if (_classWeights.Length == 0 || !DividesByClassWeights || !data.HasClasses)
        {
            return base.Divisor(data, index);
        }

        double sum = 0;
        for (int row = 0; row < data.Rows(index); row++)
        {
            int label = data.Label(index, row);
            sum += label < 0 ? 0 : (double)_classWeights[label] * (NormalizesWeights ? data.Weight(index, row) : 1);
        }

        return sum;
    }

    /// <summary><c>−ln softmax(l)_y = ln Σ e^(l_i − m) + m − l_y</c> with m = max l, times the weight of y.</summary>
    private readonly struct LabelEntropy(float[] classWeights, bool wantsGradients) : IRowLoss
    {
        public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            float weight = classWeights.Length == 0 ? 1 : classWeights[label];
            float max = Reduce.Max(ref outputs, block.Size);
            SoftmaxTerms.Exponentials<V>(ref outputs, max, ref gradient, (nuint)block.Stride);

            // the exponential at the label apart from the others, which it would round away where the model is sure
            float own = Unsafe.Add(ref gradient, label);
            Unsafe.Add(ref gradient, label) = 0;
            double others = Reduce.Total(ref gradient, block.Size), sum = own + others;
            double loss = Portable.Log(sum) + ((double)max - Unsafe.Add(ref outputs, label));
            if (wantsGradients)
            {
                // softmax(l)_i − [i = y], which at y is −Σ_{i≠y} softmax(l)_i
                scale *= weight;
                SoftmaxTerms.Scale<V>(ref gradient, (float)(scale / sum), (nuint)block.Stride);
                Unsafe.Add(ref gradient, label) = Faint.Flush((float)(-scale * others / sum));
            }

            return weight == 0 ? 0 : weight * loss;
        }
    }
}
