using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The loss of one output beside one number.</summary>
internal interface IElementLoss
{
    /// <summary>The loss, lane by lane; what is in the padding has no meaning.</summary>
    /// <param name="output">The outputs: logits, or, once the block has its activation, outputs.</param>
    /// <param name="target">The targets.</param>
    /// <param name="slope">The derivative of the loss with respect to <paramref name="output"/>.</param>
    V Element<V>(V output, V target, out V slope)
        where V : struct, ISimd<V>;
}

/// <summary>The sum of a loss over the outputs of a row.</summary>
internal readonly struct ElementLosses<TLoss>(TLoss loss) : IRowLoss
    where TLoss : struct, IElementLoss
{
    [MethodImpl(Jit.Inline)]
    public double Row<V>(OutputBlock block, int label, double scale, ref float outputs, ref float gradient, nint start)
        where V : struct, ISimd<V>
    {
        V factor = V.Create((float)scale);
        nuint stride = (nuint)block.Stride;
        ref float targets = ref block.Targets.At(start), losses = ref block.Scratch.Start;
        for (nuint i = 0; i < stride; i += (nuint)V.Count)
        {
            V value = loss.Element(V.Load(ref outputs, i), V.Load(ref targets, i), out V slope);
            value.Store(ref losses, i);
            V.Multiply(slope, factor).Put(ref gradient, i);
        }

        return Reduce.Total(ref losses, block.Size);
    }
}
