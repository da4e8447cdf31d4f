using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The distribution that a token is drawn from: the tokens that may come, and a weight of each, in double precision.</summary>
internal sealed class TokenDistribution
{
    private readonly int _size;
    private readonly SamplingOptions _options;
    private readonly int[] _forbidden;
    private readonly double[] _weights; // scores of all tokens, then weights of those that may come
    private readonly int[] _tokens; // those that may come, from _first to before _end
    private readonly double[] _highest; // a heap of the k highest scores, the lowest of them first
    private int _first, _end;
    private double _sum; // of the weights

    /// <summary>Memory for the scores of so many tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A forbidden token is not in the vocabulary.</exception>
    public TokenDistribution(int size, SamplingOptions options, int paddingToken = -1)
    {
        (_size, _options) = (size, options);
        CheckTokens(options.ForbiddenTokens, size, nameof(options));
        _forbidden = paddingToken < 0 ? [.. options.ForbiddenTokens] : [.. options.ForbiddenTokens, paddingToken];
        _weights = new double[(size + 3L) & ~3L]; // whole vectors
        _tokens = new int[size];
        _highest = new double[options.TopK < size ? options.TopK : 0];
    }

    public int Size => _size;

    public SamplingOptions Options => _options;

    /// <summary>Throws unless there are such tokens.</summary>
    public static void CheckTokens(IReadOnlyList<int> tokens, int size, string name)
    {
        foreach (int token in tokens)
        {
            CheckToken(token, size, name);
        }
    }

    /// <summary>Throws unless there is such a token.</summary>
    public static void CheckToken(int token, int size, string name)
    {
        if ((uint)token >= (uint)size)
        {
            throw new ArgumentOutOfRangeException(
                name, token, $"'{name}' has the token {token}, but the vocabulary has the tokens 0 to {size - 1}.");
        }
    }

    /// <summary>Makes scores a distribution.</summary>
    /// <param name="scores">scores[size]; −∞ for a token that must not come.</param>
    /// <param name="counts">The tokens of the text so far; null if that does not matter.</param>
    /// <exception cref="ArgumentException">A score is NaN or +∞, or there is no token that may come.</exception>
    [MethodImpl(Jit.Optimized)]
    public void Compute(ReadOnlySpan<float> scores, TokenCounts? counts)
    {
        Read(scores);
        foreach (int token in _forbidden)
        {
            _weights[token] = double.NegativeInfinity;
        }

        counts?.Penalize(_weights, _options);
        int best = Best();
        if (_options.Temperature == 0)
        {
            (_tokens[0], _weights[0], _first, _end, _sum) = (best, 1, 0, 1, 1);
            return;
        }

        double highest = _weights[best];
        Keep(_highest.Length > 0 ? KthHighest() : double.NegativeInfinity);
        Exponentiate(highest, _options.Temperature);
        _sum = Sum();
        if (_options.TopP < 1)
        {
            KeepNucleus(_options.TopP * _sum);
        }

        if (_options.MinP > 0)
        {
            KeepFrom(_options.MinP); // the largest weight is exp(0)
        }

        _sum = _options.TopP < 1 || _options.MinP > 0 ? Sum() : _sum;
    }

    /// <summary>The token at a place from 0 to before 1, where each takes as much room as it is probable.</summary>
    public int At(double place)
    {
        double left = place * _sum;
        int last = _first;
        for (int i = _first; i < _end; i++)
        {
            if (_weights[i] > 0)
            {
                last = i;
                left -= _weights[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return _tokens[last];
    }

    public void CopyTo(Span<double> probabilities)
    {
        probabilities.Clear();
        for (int i = _first; i < _end; i++)
        {
            probabilities[_tokens[i]] = _weights[i] / _sum;
        }
    }

    private void Read(ReadOnlySpan<float> scores)
    {
        for (int token = 0; token < scores.Length; token++)
        {
            float score = scores[token];
            _weights[token] = score <= float.MaxValue
                ? score
                : throw new ArgumentException($"Score {token} of '{nameof(scores)}' is {score}.", nameof(scores));
        }
    }

    /// <summary>The token with the highest score, the first of equal ones.</summary>
    private int Best()
    {
        int best = 0;
        double highest = double.NegativeInfinity;
        for (int token = 0; token < _size; token++)
        {
            if (_weights[token] > highest)
            {
                (best, highest) = (token, _weights[token]);
            }
        }

        return highest > double.NegativeInfinity ? best : throw new ArgumentException(
            $"No token can be drawn: each of the {_size} is forbidden or has the score −∞.", "scores");
    }

    /// <summary>The k-th highest of all scores. The k highest so far are in a heap, so that most are compared once.</summary>
    private double KthHighest()
    {
        Span<double> heap = _highest;
        _weights.AsSpan(0, heap.Length).CopyTo(heap);
        for (int i = heap.Length / 2 - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        for (int token = heap.Length; token < _size; token++)
        {
            if (_weights[token] > heap[0])
            {
                heap[0] = _weights[token];
                SiftDown(heap, 0);
            }
        }

        return heap[0];

        static void SiftDown(Span<double> heap, int place)
        {
            double value = heap[place];
            for (int child; (child = 2 * place + 1) < heap.Length; place = child)
            {
                child = child + 1 < heap.Length && heap[child + 1] < heap[child] ? child + 1 : child;
                if (value <= heap[child])
                {
                    break;
                }

                heap[place] = heap[child];
            }

            heap[place] = value;
        }
    }

    /// <summary>Keeps the tokens whose score is not below a limit, and not −∞.</summary>
    private void Keep(double lowest)
    {
        (_first, _end) = (0, 0);
        for (int token = 0; token < _size; token++)
        {
            double score = _weights[token];
            if (score >= lowest && score > double.NegativeInfinity)
            {
                _tokens[_end] = token;
                _weights[_end++] = score;
            }
        }
    }

    /// <summary><c>exp((score − highest) / T)</c>, by vectors of one width on every machine.</summary>
    private void Exponentiate(double highest, double temperature)
    {
        ref double weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        Vector256<double> shift = Vector256.Create(highest), divisor = Vector256.Create(temperature);
        for (nuint i = 0; i < (nuint)_end; i += 4)
        {
            Vector256.Exp((Vector256.LoadUnsafe(ref weights, i) - shift) / divisor).StoreUnsafe(ref weights, i);
        }
    }

    private double Sum()
    {
        double sum = 0;
        for (int i = _first; i < _end; i++)
        {
            sum += _weights[i];
        }

        return sum;
    }

    /// <summary>
    /// Keeps the largest weights, as few as have a sum together: taken from a heap of all, so that the others are never sorted.
    /// </summary>
    private void KeepNucleus(double sum)
    {
        for (int i = _end / 2 - 1; i >= 0; i--)
        {
            SiftDown(i, _end);
        }

        int left = _end;
        for (double taken = 0; taken < sum && left > 0;)
        {
            taken += _weights[0];
            left--;
            (_weights[0], _weights[left]) = (_weights[left], _weights[0]);
            (_tokens[0], _tokens[left]) = (_tokens[left], _tokens[0]);
            SiftDown(0, left);
        }

        _first = left;
    }

    /// <summary>Restores the order of a heap whose first is the largest weight, and of equal ones the first token.</summary>
    private void SiftDown(int place, int count)
    {
        (double weight, int token) = (_weights[place], _tokens[place]);
        for (int child; (child = 2 * place + 1) < count; place = child)
        {
            child = child + 1 < count && !IsBefore(_weights[child], _tokens[child], child + 1) ? child + 1 : child;
            if (IsBefore(weight, token, child))
            {
                break;
            }

            (_weights[place], _tokens[place]) = (_weights[child], _tokens[child]);
        }

        (_weights[place], _tokens[place]) = (weight, token);
    }

    private bool IsBefore(double weight, int token, int other) =>
        weight > _weights[other] || (weight == _weights[other] && token < _tokens[other]);

    /// <summary>Keeps the weights that are not below a limit.</summary>
    private void KeepFrom(double least)
    {
        int end = _first;
        for (int i = _first; i < _end; i++)
        {
            if (_weights[i] >= least)
            {
                (_weights[end], _tokens[end++]) = (_weights[i], _tokens[i]);
            }
        }

        _end = end;
    }
}
