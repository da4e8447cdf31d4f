using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// What the shards of a batch have, on its way to that of the whole batch: their losses and their gradients, of this process and, in a
/// cluster, of all.
/// </summary>
internal sealed class BatchSums
{
    private readonly TrainingCluster? _cluster;
    private readonly GradientTree _tree;
    private readonly GradientReduction? _reduction;
    private readonly int _shards, _outputs;
    private readonly bool _canStay; // the gradients of the last shard, where no table has rows of other shards
    private readonly double[] _losses; // [shards, outputs]
    private readonly int[] _tokens; // of a cluster's batch, each once
    private readonly bool[] _hasToken;
    private byte[] _own = []; // losses and tokens of this process
    private GradientSet? _only; // the gradients of the one shard there is

    public BatchSums(ModelSchema schema, int shards, TrainingCluster? cluster)
    {
        (_cluster, _shards, _outputs) = (cluster is { Size: > 1 } ? cluster : null, shards, schema.Outputs.Length);
        Own = ShardRange.Of(_shards, _cluster);
        _losses = new double[_shards * _outputs];
        (_tree, _canStay) = (new GradientTree(schema), !schema.ReadsTokens);
        _reduction = _cluster is null ? null : new GradientReduction(schema, _shards, _cluster);
        int vocabulary = _cluster is null || !schema.ReadsTokens ? 0 : schema.InputSize;
        (_tokens, _hasToken) = (new int[vocabulary], new bool[vocabulary]);
    }

    /// <summary>The shards of this process.</summary>
    public ShardRange Own { get; }

    /// <summary>Forgets the batch before.</summary>
    public void Begin()
    {
        _tree.Clear();
        Array.Clear(_losses);
    }

    /// <summary>Adds the next shard of this process.</summary>
    /// <param name="shard">Its number.</param>
    /// <param name="losses">The sum of the losses of each output.</param>
    /// <param name="gradients">Its gradients, which may change from the next shard on.</param>
    public void Add(int shard, ReadOnlySpan<double> losses, GradientSet gradients)
    {
        losses.CopyTo(_losses.AsSpan(shard * _outputs));
        if (_shards == 1)
        {
            _only = gradients;
        }
        else
        {
            _tree.Add(shard, gradients, stay: _canStay && shard == Own.To - 1);
        }
    }

    /// <summary>Adds the next shard of this process, which has no sequences.</summary>
    public void AddEmpty(int shard) => _tree.AddEmpty(shard);

    /// <summary>Adds up the shards of the batch.</summary>
    /// <param name="step">The number of the step.</param>
    /// <param name="batch">What tells this batch from others.</param>
    /// <param name="losses">Receives the sum of the losses of each output.</param>
    /// <returns>The sum of the gradients, which is valid until the next batch.</returns>
    public GradientSet Complete(long step, long batch, Span<double> losses)
    {
        GradientSet sum = _cluster is null ? _shards == 1 ? _only! : _tree.Sums[0] : Reduce(step, batch);
        ShardSum.Of(_losses, _outputs).CopyTo(losses);
        return sum;
    }

    private GradientSet Reduce(long step, long batch)
    {
        int lossBytes = Own.Count * _outputs * sizeof(double), own = lossBytes + OwnTokens() * sizeof(int);
        if (_own.Length < own)
        {
            _own = new byte[2 * own];
        }

        MemoryMarshal.AsBytes(_losses.AsSpan(Own.From * _outputs, Own.Count * _outputs)).CopyTo(_own);
        MemoryMarshal.AsBytes(_tokens.AsSpan(0, (own - lossBytes) / sizeof(int))).CopyTo(_own.AsSpan(lossBytes));
        ReadOnlySpan<byte> all = _cluster!.Collect(ClusterTask.Step, step, batch, _own.AsSpan(0, own));
        try
        {
            return Reduce(all);
        }
        catch (Exception exception)
        {
            _cluster.Break(exception);
            throw;
        }
    }

    /// <summary>Adds up, when all processes are about to.</summary>
    /// <param name="all">The losses and the tokens of all.</param>
    private GradientSet Reduce(ReadOnlySpan<byte> all)
    {
        int count = 0;
        for (int rank = 0; rank < _cluster!.Size; rank++)
        {
            ReadOnlySpan<byte> of = all[.._cluster.Counts[rank]];
            all = all[of.Length..];
            ShardRange range = ShardRange.Of(_shards, rank, _cluster.Size);
            Span<byte> losses = MemoryMarshal.AsBytes(_losses.AsSpan(range.From * _outputs, range.Count * _outputs));
            of[..losses.Length].CopyTo(losses);
            AddTokens(MemoryMarshal.Cast<byte, int>(of[losses.Length..]), ref count);
        }

        ForgetTokens(count);
        return _reduction!.Run(_tree, _tokens.AsSpan(0, count));
    }

    /// <summary>The tokens of the nodes of this process, each once; returns their number.</summary>
    private int OwnTokens()
    {
        int count = 0;
        foreach (GradientSet node in _tree.Sums)
        {
            AddTokens(node.Tokens.Span, ref count);
        }

        ForgetTokens(count);
        return count;
    }

    [MethodImpl(Jit.Optimized)]
    private void AddTokens(ReadOnlySpan<int> tokens, ref int count)
    {
        foreach (int token in tokens)
        {
            if (!_hasToken[token])
            {
                (_hasToken[token], _tokens[count]) = (true, token);
                count++;
            }
        }
    }

    private void ForgetTokens(int count)
    {
        foreach (int token in _tokens.AsSpan(0, count))
        {
            _hasToken[token] = false;
        }
    }
}
