using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The exponential average of weights: <c>a = a + (1 − d)·(w − a)</c> with the decay d after each step, from the weights before the first.
/// </summary>
internal static class WeightAverage
{
    /// <summary>Adds the weights after a step to their averages, from one place to before another.</summary>
    public static void Add(AlignedBuffer weights, AlignedBuffer averages, int from, int to, double decay, int lanes)
    {
        var kernel = new Kernel
        {
            Weights = ref weights.At(from),
            Averages = ref averages.At(from),
            Rest = (float)(1 - decay),
        };
        SimdKernel.RunElements(lanes, to - from, ref kernel);
    }

    private ref struct Kernel : IElementKernel
    {
        public ref float Weights, Averages;
        public float Rest;

        [MethodImpl(Jit.Optimized)]
        public readonly void Run<V>(nuint from, nuint to)
            where V : struct, ISimd<V>
        {
            ref float weights = ref Weights, averages = ref Averages;
            V rest = V.Create(Rest);
            for (nuint i = from; i < to; i += (nuint)V.Count)
            {
                // a = a + (1 − d)·(w − a); the difference of two numbers of float32 may be too large for it
                V average = V.Load(ref averages, i);
                V difference = V.Clamp(V.Subtract(V.Load(ref weights, i), average), float.MinValue, float.MaxValue);
                V.Flush(V.MultiplyAdd(difference, rest, average), Faint.SubnormalBits).Store(ref averages, i);
            }
        }
    }
}
