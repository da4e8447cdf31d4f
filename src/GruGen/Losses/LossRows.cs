using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The loss of one row of outputs.</summary>
internal interface IRowLoss
{
    /// <summary>
    /// The loss of a row whose target counts, without its weight. Leaves its gradient times a scale in
    /// <see cref="OutputBlock.Gradients"/>; what is in the padding has no meaning.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="label">The class, or 0 where targets are values.</param>
    /// <param name="scale">What the gradient is multiplied by; the weight of the row is in it.</param>
    /// <param name="outputs">outputs[size, padded]: logits, or, once the block has its activation, outputs.</param>
    /// <param name="gradient">Receives gradient[size, padded].</param>
    /// <param name="start">Where the row starts among all: of <see cref="OutputBlock.Targets"/>, if the loss reads them.</param>
    double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
        where V : struct, ISimd<V>;
}

/// <summary>The loop over rows under every loss that is built in.</summary>
internal static class LossRows
{
    /// <summary>Sets the losses of all rows whose targets count, and the gradients.</summary>
    public static void Run<TLoss>(in OutputRows rows, TLoss loss)
        where TLoss : struct, IRowLoss
    {
        var kernel = new Kernel<TLoss> { Block = rows.Block, Scale = rows.Scale, Loss = loss };
        SimdKernel.Run(rows.Block.Lanes, ref kernel);
    }

    /// <summary>The same for a loss of outputs, and not of logits.</summary>
    public static void RunOnOutputs<TLoss>(in OutputRows rows, TLoss loss)
        where TLoss : struct, IRowLoss
    {
        rows.Activate();
        Run(rows, loss);
        if (rows.WantsGradients)
        {
            rows.BackwardThroughActivation();
        }
    }

    private struct Kernel<TLoss> : ISimdKernel
        where TLoss : struct, IRowLoss
    {
        public OutputBlock Block;
        public double Scale;
        public TLoss Loss;

        [MethodImpl(Jit.Optimized)]
        public void Run<V>()
            where V : struct, ISimd<V>
        {
            ReadOnlySpan<int> labels = Block.Labels;
            Span<double> losses = Block.Losses;
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels[row] >= 0)
                {
                    nint start = (nint)row * Block.Stride;
                    ref float outputs = ref Block.Outputs.At(start), gradient = ref Block.Gradients.At(start);
                    double loss = Loss.Row<V>(Block, labels[row], Scale * Block.Weight(row), ref outputs, ref gradient, start);
                    losses[row] = Block.Weighted(row, loss);
                }
            }
        }
    }
}
