namespace GruGen.Kernels;

/// <summary>
/// Functions in double precision from sums, products and quotients alone, which round alike on every machine: a library's may differ in the
/// last bit.
/// </summary>
internal static class Portable
{
    /// <summary>ln x for x above zero; infinite and NaN as in any library.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        // x = 2^e·m, ln m = 2·artanh((m − 1)/(m + 1)) with m in [√½, √2)
        int exponent = Math.ILogB(x);
        double m = Math.ScaleB(x, -exponent);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            exponent++;
        }

        double t = (m - 1) / (m + 1), t2 = t * t, sum = 0;
        for (int k = 21; k >= 1; k -= 2)
        {
            sum = sum * t2 + 1.0 / k;
        }

        return exponent * 0.6931471805599453 + 2 * t * sum;
    }

    /// <summary>x to the power of a whole number, by squaring.</summary>
    public static double Power(double x, long exponent)
    {
        double result = 1;
        for (; exponent > 0; exponent >>= 1, x *= x)
        {
            if ((exponent & 1) != 0)
            {
                result *= x;
            }
        }

        return result;
    }
}
