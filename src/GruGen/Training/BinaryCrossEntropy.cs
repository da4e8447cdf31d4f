using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary><c>−y·ln σ(l) − (1 − y)·ln(1 − σ(l)) = max(l, 0) − l·y + ln(1 + e^−|l|)</c></summary>
internal sealed class BinaryCrossEntropy() : Loss(nameof(BinaryCrossEntropy))
{
    internal override void CheckFits(ModelSchema schema, SequenceDataset data)
    {
        RequireActivation(schema, Activation.Sigmoid);
        RequireValues(schema, data);
        if (data.Kind == TargetKind.Values && (data.SmallestValue < 0 || data.LargestValue > 1))
        {
            throw new ArgumentException(
                $"{Name} needs targets from 0 to 1, but those of the dataset go from {data.SmallestValue} to {data.LargestValue}.", "loss");
        }
    }

    internal override double Run(OutputBlock block, double gradientScale, double sum = 0)
    {
        var kernel = new Kernel { Block = block, GradientScale = (float)gradientScale, Sum = sum };
        VectorKernel.Run(block.Lanes, ref kernel);
        block.ClearUnused();
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
            ref float losses = ref Block.Scratch.Start;
            ReadOnlySpan<int> labels = Block.Labels;
            nuint stride = (nuint)Block.Stride;
            double sum = Sum;
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels[row] < 0)
                {
                    continue;
                }

                ref float logits = ref Block.Outputs.At((nint)row * Block.Stride);
                ref float targets = ref Block.Targets.At((nint)row * Block.Stride);
                ref float gradient = ref Block.Gradients.At((nint)row * Block.Stride);
                for (nuint i = 0; i < stride; i += (nuint)V.Count)
                {
                    V l = V.Load(ref logits, i), y = V.Load(ref targets, i), minus = V.Subtract(0f, l);

                    // u = e^−|l|
                    V u = V.Flush(Curve.Exp(V.Subtract(0f, V.Add(V.Positive(l), V.Positive(minus)))), Faint.SubnormalBits);
                    V loss = V.Add(V.MultiplyAdd(minus, y, V.Positive(l)), LogOnePlus(u));
                    loss.Store(ref losses, i);

                    // σ(|l|) = 1/(1 + u) and σ(−|l|) = u/(1 + u)
                    V large = V.Divide(1f, V.Add(V.Create(1f), u));
                    V small = V.Multiply(u, large), rest = V.Subtract(large, small);

                    // σ(l) − y = (1 − y)·σ(l) − y·σ(−l), in which nothing cancels where y is 0 or 1
                    V probability = V.Add(V.WherePositive(l, rest), small);
                    V complement = V.Add(V.WherePositive(minus, rest), small);
                    V slope = V.Subtract(V.Multiply(V.Subtract(1f, y), probability), V.Multiply(y, complement));
                    V.Multiply(slope, scale).Put(ref gradient, i);
                }

                sum += Reduce.Total(ref losses, Block.Size);
            }

            Sum = sum;
        }

        /// <summary>
        /// <c>ln(1 + u) = 2·artanh s</c> with <c>s = u/(2 + u)</c>, for u from 0 to 1; the series to s¹⁵ is exact to 2^−29.
        /// </summary>
        [MethodImpl(Jit.Inline)]
        private static V LogOnePlus<V>(V u)
            where V : struct, ISimd<V>
        {
            V s = V.Divide(u, V.Add(V.Create(2f), u)), s2 = V.MultiplyAdd(s, s, Curve.Tiny);
            V sum = V.MultiplyAdd(s2, 2f / 15, 2f / 13);
            sum = V.MultiplyAdd(sum, s2, 2f / 11);
            sum = V.MultiplyAdd(sum, s2, 2f / 9);
            sum = V.MultiplyAdd(sum, s2, 2f / 7);
            sum = V.MultiplyAdd(sum, s2, 2f / 5);
            sum = V.MultiplyAdd(sum, s2, 2f / 3);
            return V.Multiply(V.MultiplyAdd(sum, s2, 2f), s);
        }
    }
}
