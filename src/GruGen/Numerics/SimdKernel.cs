namespace GruGen.Kernels;

/// <summary>A loop over floats that is written once for every vector.</summary>
internal interface ISimdKernel
{
    void Run<V>()
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
}
