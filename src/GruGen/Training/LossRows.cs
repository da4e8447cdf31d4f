using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The loss of one row of outputs.</summary>
internal interface IRowLoss
{
    /// <summary>
    /// The loss of a row whose target counts. Leaves its gradient, times the scale of this loss, in <see cref="OutputBlock.Gradients"/>;
    /// what is in the padding has no meaning.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="label">The class, or 0 where targets are values.</param>
    /// <param name="outputs">outputs[size, padded]: logits, or, once the block has its activation, outputs.</param>
    /// <param name="gradient">Receives gradient[size, padded].</param>
    /// <param name="start">Where the row starts among all: of <see cref="OutputBlock.Targets"/>, if the loss reads them.</param>
    double Row<V>(OutputBlock block, int label, ref float outputs, ref float gradient, nint start)
        where V : struct, ISimd<V>;
}

/// <summary>The loop over rows under every loss that is built in.</summary>
internal static class LossRows
{
    /// <summary>Sets the losses of all rows whose targets count, and the gradients.</summary>
    public static void Run<TLoss>(OutputBlock block, TLoss loss)
        where TLoss : struct, IRowLoss
    {
        var kernel = new Kernel<TLoss> { Block = block, Loss = loss };
        SimdKernel.Run(block.Lanes, ref kernel);
    }

    private struct Kernel<TLoss> : ISimdKernel
        where TLoss : struct, IRowLoss
    {
        public OutputBlock Block;
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
                    losses[row] = Loss.Row<V>(Block, labels[row], ref Block.Outputs.At(start), ref Block.Gradients.At(start), start);
                }
            }
        }
    }
}
