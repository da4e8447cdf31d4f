using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

public abstract partial class Loss
{
    /// <summary><c>(a − y)²</c>, where a is the output of any activation and y a number, or the label 0 or 1 of a single output.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredError();
}

/// <summary><c>(a − y)²</c> with the gradient <c>2·(a − y)·a'</c>.</summary>
internal sealed class MeanSquaredError() : Loss(nameof(MeanSquaredError))
{
    internal override void CheckFits(ModelSchema schema, SequenceDataset data) => RequireValues(schema, data);

    private protected override double RunRows(OutputBlock block, double gradientScale, double sum)
    {
        block.Activate();
        sum = LossRows.Run(block, new SquaredError((float)(2 * gradientScale)), sum);
        if (gradientScale != 0)
        {
            block.ActivateBackward();
        }

        return sum;
    }

    private readonly struct SquaredError(float gradientScale) : IRowLoss
    {
        [MethodImpl(Jit.Inline)]
        public double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
            where V : struct, ISimd<V>
        {
            V scale = V.Create(gradientScale);
            nuint stride = (nuint)block.Stride;
            ref float targets = ref block.Targets.At(start), differences = ref block.Scratch.Start;
            for (nuint i = 0; i < stride; i += (nuint)V.Count)
            {
                V difference = V.Subtract(V.Load(ref outputs, i), V.Load(ref targets, i));
                difference.Store(ref differences, i);
                V.Multiply(difference, scale).Put(ref gradient, i);
            }

            return Reduce.SumOfSquares(ref differences, block.Size);
        }
    }
}
