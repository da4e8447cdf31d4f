using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary>
    /// <c>max(0, 1 − y·a)</c> of the output a, with any activation, for targets y of −1 and 1. <see cref="HingeLoss"/> has an option.
    /// </summary>
    public static Loss Hinge { get; } = new HingeLoss();
}

/// <summary>
/// <c>max(0, 1 − y·a)</c> of the output a, with any activation, or its square; targets y are the numbers −1 and 1 (Keras' <c>Hinge</c> and
/// <c>SquaredHinge</c>, which also take 0 for −1).
/// </summary>
public sealed class HingeLoss : RowLoss
{
    /// <summary>The loss, not squared unless it is set.</summary>
    public HingeLoss()
        : base("Hinge")
    {
    }

    /// <summary>Whether the loss is squared; false by default.</summary>
    public bool Squared { get; init; }

    private protected override bool WritesFlushedGradients => true;

    /// <inheritdoc/>
    protected internal override void CheckFits(in OutputTargets targets)
    {
        RequireValues(targets);
        if (targets.HasLabels)
        {
            throw new ArgumentException($"{Name} needs the numbers -1 and 1 as targets, but the dataset has labels.", "loss");
        }

        RequireRange(targets, -1, 1);
        if (targets.SmallestValue == 0)
        {
            throw new ArgumentException($"{Name} needs targets of -1 and 1, but the smallest of the dataset is 0.", "loss");
        }
    }

    /// <inheritdoc/>
    protected internal override void Compute(in OutputRows rows)
    {
        if (Squared)
        {
            LossRows.RunOnOutputs(rows, default(ElementLosses<SquaredMargin>));
        }
        else
        {
            LossRows.RunOnOutputs(rows, default(ElementLosses<Margin>));
        }
    }

    private readonly struct Margin : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V margin = V.Subtract(1f, V.Multiply(target, output));
            slope = V.WherePositive(margin, V.Subtract(0f, target));
            return V.Positive(margin);
        }
    }

    private readonly struct SquaredMargin : IElementLoss
    {
        [MethodImpl(Jit.Inline)]
        public V Element<V>(V output, V target, out V slope)
            where V : struct, ISimd<V>
        {
            V margin = V.Positive(V.Subtract(1f, V.Multiply(target, output)));
            slope = V.Multiply(target, V.MultiplyAdd(margin, -2f, 0f));
            return V.Multiply(margin, margin);
        }
    }
}
