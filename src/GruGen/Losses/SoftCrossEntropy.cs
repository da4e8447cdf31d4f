using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// <c>−Σ_c q_c·ln softmax(l)_c = Q·ln Σ e^(l_c − m) + Σ_c q_c·(m − l_c)</c> with m = max l and Q = Σ_c q_c, for shares <c>q_c =
/// w_c·(t_c·(1 − s) + s/K)</c> of K classes; its gradient is <c>Q·softmax(l)_c − q_c</c>.
/// </summary>
/// <param name="classWeights">w[K, padded]; empty for 1 each.</param>
/// <param name="smoothing">s</param>
/// <param name="smallest">What neither a share nor a probability is smaller than, for the loss; 0 for no limit.</param>
/// <param name="hasClasses">Whether t is 1 at the label; otherwise it is the target.</param>
/// <param name="wantsGradients">Whether gradients are wanted.</param>
internal readonly struct SoftCrossEntropy(
    float[] classWeights, float smoothing, float smallest, bool hasClasses, bool wantsGradients) : IRowLoss
{
    public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
        where V : struct, ISimd<V>
    {
        int size = block.Size;
        nuint stride = (nuint)block.Stride;
        ref float shares = ref block.Scratch.Start, losses = ref block.Scratch.At(block.Stride);
        float max = Reduce.Max(ref outputs, size);
        if (float.IsNaN(max))
        {
            MemoryMarshal.CreateSpan(ref gradient, size).Fill(float.NaN);
            return double.NaN;
        }

        // by its bits, because whole numbers are searched for in vectors
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(MemoryMarshal.CreateReadOnlySpan(ref outputs, size));
        int top = bits.IndexOf(BitConverter.SingleToInt32Bits(max));
        SoftmaxTerms.Exponentials<V>(ref outputs, max, ref gradient, stride);
        Shares<V>(block, start, ref shares);
        if (hasClasses)
        {
            Unsafe.Add(ref shares, label) = (classWeights.Length == 0 ? 1 : classWeights[label]) * (1 - smoothing + smoothing / size);
        }

        // the largest exponential, which is 1, and its share apart from the others, which they would round away where the model is sure
        float share = Unsafe.Add(ref shares, top);
        Unsafe.Add(ref shares, top) = 0;
        Unsafe.Add(ref gradient, top) = 0;
        double others = Reduce.Total(ref gradient, size), sum = 1 + others, loss = 0;
        if (smallest > 0)
        {
            Limit<V>(ref gradient, ref shares, (float)(smallest * sum), ref losses, stride);
            loss = -Portable.Log(smallest) * Reduce.Total(ref losses, size);
        }

        Losses<V>(ref shares, ref outputs, max, ref losses, stride);
        double otherShares = Reduce.Total(ref shares, size), all = share + otherShares;
        if (wantsGradients)
        {
            Gradients<V>(ref gradient, ref shares, (float)(scale * all / sum), (float)scale, stride);
            Unsafe.Add(ref gradient, top) = Faint.Flush((float)(scale * (otherShares - share * others) / sum));
        }

        return loss + all * Portable.Log(sum) + Reduce.Total(ref losses, size);
    }

    /// <summary>q = w·(t·(1 − s) + s/K), where for labels t counts as 0.</summary>
    [MethodImpl(Jit.Optimized)]
    private void Shares<V>(OutputBlock block, nint start, ref float shares)
        where V : struct, ISimd<V>
    {
        nuint stride = (nuint)block.Stride;
        float kept = 1 - smoothing, added = smoothing / block.Size;
        V uniform = V.Create(Math.Max(added, smallest));
        ref float targets = ref hasClasses ? ref shares : ref block.Targets.At(start);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(classWeights);
        for (nuint i = 0; i < stride; i += (nuint)V.Count)
        {
            V share = hasClasses ? uniform : V.MultiplyAdd(V.Load(ref targets, i), kept, added);
            share = smallest > 0 ? V.Clamp(share, smallest, 1f) : share;
            share = classWeights.Length == 0 ? share : V.Multiply(share, V.Load(ref weights, i));
            V.Flush(share, Faint.SubnormalBits).Store(ref shares, i);
        }
    }

    /// <summary>Takes the shares away, to <paramref name="others"/>, whose exponentials are no larger than a limit.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Limit<V>(ref float exponentials, ref float shares, float limit, ref float others, nuint count)
        where V : struct, ISimd<V>
    {
        V least = V.Create(limit);
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V share = V.Load(ref shares, i), kept = V.WherePositive(V.Subtract(V.Load(ref exponentials, i), least), share);
            V.Subtract(share, kept).Store(ref others, i);
            kept.Store(ref shares, i);
        }
    }

    /// <summary>q·(max − l), and 0 where q is, whatever l is.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Losses<V>(ref float shares, ref float outputs, float max, ref float losses, nuint count)
        where V : struct, ISimd<V>
    {
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V share = V.Load(ref shares, i);
            V.WherePositive(share, V.Multiply(share, V.Subtract(max, V.Load(ref outputs, i)))).Store(ref losses, i);
        }
    }

    /// <summary>y = y·scale − q·shareScale; what is below 2^−95 then becomes 0, see <see cref="Faint"/>.</summary>
    [MethodImpl(Jit.Optimized)]
    private static void Gradients<V>(ref float y, ref float shares, float scale, float shareScale, nuint count)
        where V : struct, ISimd<V>
    {
        V factor = V.Create(scale), shareFactor = V.Create(shareScale);
        for (nuint i = 0; i < count; i += (nuint)V.Count)
        {
            V.Subtract(V.Multiply(V.Load(ref y, i), factor), V.Multiply(V.Load(ref shares, i), shareFactor)).Put(ref y, i);
        }
    }
}
