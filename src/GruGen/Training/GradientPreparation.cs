using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// What is done before the step of any optimiser, where it is asked for: gradients are clipped by value and gain that of L2, in memory of
/// their own, so that those of the pass stay; and parameters decay.
/// </summary>
internal static class GradientPreparation
{
    /// <summary>Prepares a step. Returns what is left for the optimiser to do.</summary>
    public static ParameterUpdate Run(in ParameterUpdate update)
    {
        AlignedBuffer gradients = update.PreparedBuffer ?? update.GradientBuffer;
        var kernel = new Kernel
        {
            Parameters = ref update.ParameterBuffer.At(update.From),
            Gradients = ref update.GradientBuffer.At(update.From),
            Prepared = ref gradients.At(update.From),
            Prepares = update.PreparedBuffer is not null,
            Count = (nuint)(update.To - update.From),
            Rows = update.Rows.Span,
            RowSize = (nuint)update.RowSize,
            Scale = (float)update.GradientScale,
            Limit = update.ClipValue > 0 ? (float)update.ClipValue : float.PositiveInfinity,
            L2 = (float)update.L2,
            Decay = (float)-(update.LearningRate * update.WeightDecay),
        };
        SimdKernel.Run(update.Lanes, ref kernel);
        return update.PreparedBuffer is null
            ? update
            : update with { GradientBuffer = gradients, GradientScale = 1 };
    }

    private ref struct Kernel : ISimdKernel
    {
        public ref float Parameters, Gradients, Prepared;
        public bool Prepares;
        public nuint Count, RowSize;
        public ReadOnlySpan<int> Rows;
        public float Scale, Limit, L2, Decay;

        public readonly void Run<V>()
            where V : struct, ISimd<V>
        {
            nuint whole = Count - Count % (nuint)V.Count;
            if (Prepares)
            {
                PrepareGradients<V>(0, whole);
                PrepareGradients<V1>(whole, Count);
            }

            if (Decay != 0)
            {
                DecayParameters<V>(0, whole);
                DecayParameters<V1>(whole, Count);
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void PrepareGradients<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters, gradients = ref Gradients, prepared = ref Prepared;
            V scale = V.Create(Scale), l2 = V.Create(L2);
            float limit = Limit;
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    // g = max(−limit, min(limit, g)) + λ·w
                    V g = V.Clamp(V.Multiply(V.Load(ref gradients, i), scale), -limit, limit);
                    V.MultiplyAdd(V.Load(ref w, i), l2, g).Put(ref prepared, i);
                }
            }
        }

        [MethodImpl(Jit.Optimized)]
        private readonly void DecayParameters<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float w = ref Parameters;
            V decay = V.Create(Decay);
            foreach (int row in Rows)
            {
                nuint start = (nuint)row * RowSize;
                for (nuint i = start + from; i < start + to; i += (nuint)V.Count)
                {
                    // w = w − lr·λ·w
                    V before = V.Load(ref w, i);
                    V.Flush(V.MultiplyAdd(before, decay, before), Faint.SubnormalBits).Store(ref w, i);
                }
            }
        }
    }
}
