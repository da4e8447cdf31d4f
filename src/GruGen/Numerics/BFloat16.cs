namespace GruGen.Kernels;

/// <summary>Floats with the 8 significant bits of a bfloat16.</summary>
internal static class BFloat16
{
    /// <summary>The nearest of them, of two equally near ones the even one; a NaN stays a NaN.</summary>
    public static float Round(float value)
    {
        if (float.IsNaN(value))
        {
            return value;
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFFu + ((bits >> 16) & 1)) & 0xFFFF0000u);
    }
}
