namespace Denoise;

/// <summary>The discrete Fourier transform of a power of two of complex numbers, in place.</summary>
internal sealed class Fourier
{
    private readonly int _size, _bits;
    private readonly float[] _cos, _sin; // of 2πk/size, for the first half of the k

    /// <summary>Makes the tables.</summary>
    /// <param name="size">The numbers of a transform, a power of two.</param>
    public Fourier(int size)
    {
        (_size, _bits) = (size, int.Log2(size));
        _cos = [.. Enumerable.Range(0, size / 2).Select(k => (float)Math.Cos(Math.Tau * k / size))];
        _sin = [.. Enumerable.Range(0, size / 2).Select(k => (float)Math.Sin(Math.Tau * k / size))];
    }

    /// <summary>X[k] = Σ x[n]·exp(−2πi·k·n/size).</summary>
    /// <param name="real">The real parts of x[size], and then of X.</param>
    /// <param name="imaginary">The imaginary parts of the same.</param>
    public void Transform(Span<float> real, Span<float> imaginary)
    {
        for (int i = 0; i < _size; i++)
        {
            int j = Reversed(i);
            if (j > i)
            {
                (real[i], real[j]) = (real[j], real[i]);
                (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
            }
        }

        // Two transforms of the even and of the odd numbers make one of twice their size (Cooley and Tukey 1965).
        for (int half = 1; half < _size; half *= 2)
        {
            for (int first = 0; first < _size; first += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    (int even, int odd, int turn) = (first + k, first + k + half, k * (_size / 2 / half));
                    float re = real[odd] * _cos[turn] + imaginary[odd] * _sin[turn];
                    float im = imaginary[odd] * _cos[turn] - real[odd] * _sin[turn];
                    (real[odd], imaginary[odd]) = (real[even] - re, imaginary[even] - im);
                    (real[even], imaginary[even]) = (real[even] + re, imaginary[even] + im);
                }
            }
        }
    }

    /// <summary>The bits of a number in the reverse order.</summary>
    private int Reversed(int number)
    {
        int reversed = 0;
        for (int bit = 0; bit < _bits; bit++)
        {
            reversed |= ((number >> bit) & 1) << (_bits - 1 - bit);
        }

        return reversed;
    }
}
