using GruGen.Kernels;

namespace GruGen.Tests.Schedules;

/// <summary>Functions in double precision that give the same bits on every machine, against the library's.</summary>
public class PortableTests
{
    [Fact]
    public void Cosines_of_parts_of_a_turn()
    {
        for (int i = -4000; i <= 4000; i++)
        {
            double x = i / 777.0;
            Assert.Equal(Math.Cos(Math.PI * x), Portable.CosPi(x), 3e-15);
        }

        Assert.Equal([1, 0, -1, 0, 1, -1], new[] { 0, 0.5, 1, 1.5, 2, 1e15 + 1 }.Select(Portable.CosPi));
        Assert.Equal(Math.Sqrt(0.5), Portable.CosPi(0.25), 1e-16);
        Assert.Equal(0.5, Portable.CosPi(1 / 3.0), 2e-16);
        Assert.Equal(double.NaN, Portable.CosPi(double.NaN));
        Assert.Equal(double.NaN, Portable.CosPi(double.PositiveInfinity));
    }

    [Fact]
    public void Powers_of_e()
    {
        for (int i = -7000; i <= 7000; i++)
        {
            double x = i / 10.001, expected = Math.Exp(x);
            Assert.Equal(expected, Portable.Exp(x), 4e-16 * expected);
        }

        Assert.Equal([1, 0, double.PositiveInfinity, 0, double.NaN], new[] { 0, -1e5, 1e5, double.NegativeInfinity, double.NaN }.Select(Portable.Exp));
    }

    [Fact]
    public void Powers_of_any_number()
    {
        foreach (double x in new[] { 1e-20, 0.3, 0.96, 1, 1.7, 1e9 })
        {
            foreach (double exponent in new[] { 0, 0.004, 0.5, 1, 2, 2.5, 17, -1.5 })
            {
                // the error of a logarithm, as large as its last bit, is one of the exponent
                double expected = Math.Pow(x, exponent), bits = 4e-16 * (2 + Math.Abs(exponent * Math.Log(x)));
                Assert.Equal(expected, Portable.Pow(x, exponent), bits * expected);
            }
        }

        Assert.Equal([0, 1, 0, double.PositiveInfinity], new[] { Portable.Pow(0, 0.5), Portable.Pow(0, 0), Portable.Pow(0, 2), Portable.Pow(0, -0.5) });
        Assert.Equal(0, Portable.Pow(0.96, 1e38));
    }
}
