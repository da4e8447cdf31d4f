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

    /// <summary>e to the power of x.</summary>
    public static double Exp(double x)
    {
        if (!(Math.Abs(x) < 800))
        {
            return x > 0 ? double.PositiveInfinity : x < 0 ? 0 : x;
        }

        // x = k·ln 2 + r with |r| ≤ ½·ln 2; the first part of ln 2 has so few bits that its multiples are exact
        double k = Math.Round(x * 1.4426950408889634);
        double r = x - k * 0.693147180369123816490 - k * 1.90821492927058770002e-10, sum = 0;
        for (int n = 18; n >= 1; n--)
        {
            sum = (sum + 1) * r / n;
        }

        return Math.ScaleB(1 + sum, (int)k);
    }

    /// <summary>x to the power of any number, for x from 0 on.</summary>
    public static double Pow(double x, double exponent) =>
        exponent >= 0 && exponent <= 1_000_000 && exponent == Math.Floor(exponent) ? Power(x, (long)exponent)
        : x == 0 ? (exponent > 0 ? 0 : double.PositiveInfinity)
        : Exp(exponent * Log(x));

    /// <summary>cos(π·x).</summary>
    public static double CosPi(double x)
    {
        // to [0, 2), which is exact, and by cos(π·x) = cos(π·(2 − x)) = −cos(π·(1 − x)) to [0, ½]
        x = Math.Abs(Math.IEEERemainder(x, 2));
        bool isNegative = x > 0.5;
        x = isNegative ? 1 - x : x;
        double angle = Math.PI * x, cosine = x <= 0.25 ? Series(angle, 0) : Series(Math.PI * (0.5 - x), 1);
        return isNegative ? -cosine : cosine;

        // 1 − a²/2! + a⁴/4! − …, or a − a³/3! + a⁵/5! − …, which is the cosine of ½π − a
        static double Series(double a, int odd)
        {
            double sum = 0;
            for (int n = 20; n >= 2; n -= 2)
            {
                sum = -(sum + 1) * a * a / ((n + odd) * (n + odd - 1));
            }

            return odd == 0 ? 1 + sum : a + a * sum;
        }
    }
}
