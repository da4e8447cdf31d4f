namespace GruGen.Kernels;

/// <summary>A loop over floats that is written once for every vector.</summary>
internal interface ISimdKernel
{
    void Run<V>()
        where V : struct, ISimd<V>;
}

/// <summary>A loop over elements, which are as many as vectors hold and a rest that is taken one by one.</summary>
internal interface IElementKernel
{
    /// <param name="from">The first element.</param>
    /// <param name="to">The element after the last one; a multiple of the vector's lanes from the first.</param>
    void Run<V>(nuint from, nuint to)
        where V : struct, ISimd<V>;
}

/// <summary>Runs such loops.</summary>
internal static class SimdKernel
{
    /// <summary>Runs <paramref name="kernel"/> on vectors of <paramref name="lanes"/> lanes.</summary>
    public static void Run<TKernel>(int lanes, ref TKernel kernel)
        where TKernel : struct, ISimdKernel, allows ref struct
    {
        switch (lanes)
        {
            case 16:
                kernel.Run<V512>();
                break;
            case 8:
                kernel.Run<V256>();
                break;
            case 4:
                kernel.Run<V128>();
                break;
            default:
                kernel.Run<V1>();
                break;
        }
    }

    /// <summary>Runs <paramref name="kernel"/> on all of <paramref name="count"/> elements.</summary>
    public static void RunElements<TKernel>(int lanes, int count, ref TKernel kernel)
        where TKernel : struct, IElementKernel, allows ref struct
    {
        switch (lanes)
        {
            case 16:
                RunElements<TKernel, V512>((nuint)count, ref kernel);
                break;
            case 8:
                RunElements<TKernel, V256>((nuint)count, ref kernel);
                break;
            case 4:
                RunElements<TKernel, V128>((nuint)count, ref kernel);
                break;
            default:
                kernel.Run<V1>(0, (nuint)count);
                break;
        }
    }

    private static void RunElements<TKernel, V>(nuint count, ref TKernel kernel)
        where TKernel : struct, IElementKernel, allows ref struct
        where V : struct, ISimd<V>
    {
        nuint whole = count - count % (nuint)V.Count;
        kernel.Run<V>(0, whole);
        kernel.Run<V1>(whole, count);
    }
}
