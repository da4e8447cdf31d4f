using GruGen.Generic;
using GruGen.Kernels;

namespace GruGen.Tests.Kernels;

/// <summary>A kernel with its inputs, to be run on any vector.</summary>
internal interface IRun
{
    float[] Run<V>()
        where V : struct, ISimd<V>;
}

/// <summary>Runs a kernel on every vector and finds the same bits.</summary>
internal static class EveryWidth
{
    public static float[] Run(IRun kernel)
    {
        float[] scalar = kernel.Run<V1>();
        AssertSame(scalar, kernel.Run<V512>());
        AssertSame(scalar, kernel.Run<V256>());
        AssertSame(scalar, kernel.Run<V128>());
        AssertSame(scalar, kernel.Run<VectorT>());
        return scalar;
    }

    private static void AssertSame(float[] expected, float[] actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
}
