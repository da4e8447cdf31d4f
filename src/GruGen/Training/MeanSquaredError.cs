using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary><c>(a − y)²</c> with the gradient <c>2·(a − y)·a'</c>.</summary>
internal sealed class MeanSquaredError() : Loss(nameof(MeanSquaredError))
{
    internal override void CheckFits(ModelSchema schema, SequenceDataset data) => RequireValues(schema, data);

    internal override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        block.Activate();
        var kernel = new Kernel { Block = block, GradientScale = (float)(2 * gradientScale), Sum = sum };
        VectorKernel.Run(block.Lanes, ref kernel);
        if (gradientScale != 0)
        {
            Activations.Backward(block.Activation, block.Outputs, block.Gradients, block.Rows, block.Size, block.Lanes);
            block.ClearUnused();
        }

        return kernel.Sum;
    }

    private struct Kernel : IVectorKernel
    {
        public OutputBlock Block;
        public float GradientScale;
        public double Sum;

        [MethodImpl(Jit.Optimized)]
        public void Run<V>()
            where V : struct, ISimd<V>
        {
            V scale = V.Create(GradientScale);
            ref float differences = ref Block.Scratch.Start;
            ReadOnlySpan<int> labels = Block.Labels;
            nuint stride = (nuint)Block.Stride;
            double sum = Sum;
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels[row] < 0)
                {
                    continue;
                }

                ref float a = ref Block.Outputs.At((nint)row * Block.Stride);
                ref float y = ref Block.Targets.At((nint)row * Block.Stride);
                ref float gradient = ref Block.Gradients.At((nint)row * Block.Stride);
                for (nuint i = 0; i < stride; i += (nuint)V.Count)
                {
                    V difference = V.Subtract(V.Load(ref a, i), V.Load(ref y, i));
                    difference.Store(ref differences, i);
                    V.Multiply(difference, scale).Put(ref gradient, i);
                }

                sum += Reduce.SumOfSquares(ref differences, Block.Size);
            }

            Sum = sum;
        }
    }
}
