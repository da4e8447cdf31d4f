using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The tokens of a batch, each once, in the order of their first rows.</summary>
/// <param name="vocabulary">How many tokens there are.</param>
/// <param name="maxRows">The most rows of a batch.</param>
internal sealed class BatchTokens(int vocabulary, long maxRows)
{
    // one more than the place of each token among those of the batch; 0 where it is not there
    private readonly int[] _places = new int[vocabulary];
    private readonly int[] _tokens = new int[Math.Min(vocabulary, maxRows)];
    private readonly int[] _rows = new int[maxRows];

    /// <summary>The number of different tokens.</summary>
    public int Count { get; private set; }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<int> All => _tokens.AsSpan(0, Count);

    /// <summary>All of the tokens, and memory for more.</summary>
    public ref int First => ref _tokens[0];

    /// <summary>For each row the place of its token among <see cref="All"/>.</summary>
    public ref int Rows => ref _rows[0];

    /// <summary>Takes the tokens of another batch.</summary>
    /// <param name="tokens">tokens[rows].</param>
    [MethodImpl(Jit.Optimized)]
    public void Find(ReadOnlySpan<int> tokens)
    {
        foreach (int token in All)
        {
            _places[token] = 0;
        }

        Count = 0;
        for (int row = 0; row < tokens.Length; row++)
        {
            ref int place = ref _places[tokens[row]];
            if (place == 0)
            {
                _tokens[Count] = tokens[row];
                place = ++Count;
            }

            _rows[row] = place - 1;
        }
    }
}
