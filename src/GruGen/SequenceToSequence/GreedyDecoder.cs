namespace GruGen;

/// <summary>
/// Writes up to <see cref="Batch"/> targets side by side, each until its end token: the token with the largest output, the first of equal
/// ones, is what the decoder reads next.
/// </summary>
internal sealed class GreedyDecoder
{
    private const int Batch = SequenceModel<int>.PredictBatch;

    private readonly StreamGroup<int> _streams;
    private readonly ModelSchema _schema;
    private readonly int _startToken;
    private readonly int _endToken;
    private readonly float[] _states; // [batch, hidden size] for each recurrent layer
    private readonly float[] _outputs; // [running, output size]
    private readonly int[] _running = new int[Batch]; // the streams that have not ended
    private readonly int[] _tokens = new int[Batch]; // what each of them reads
    private readonly List<int>[] _targets = [.. Enumerable.Range(0, Batch).Select(_ => new List<int>())];

    public GreedyDecoder(SequenceModel<int> model, int startToken, int endToken)
    {
        _streams = model.OpenStreams(Batch);
        (_schema, _startToken, _endToken) = (model.Schema, startToken, endToken);
        _states = new float[Batch * _streams.StateSize];
        _outputs = new float[Batch * _schema.OutputSize];
    }

    /// <summary>Goes on with the decoder's latest weights.</summary>
    public void Refresh() => _streams.Refresh();

    /// <summary>
    /// Receives the states that <paramref name="count"/> targets start from, [count, state size].
    /// </summary>
    public Span<float> StatesOf(int count) => _states.AsSpan(0, count * _streams.StateSize);

    /// <summary>Writes <paramref name="count"/> targets of <paramref name="maxLength"/> tokens at most.</summary>
    public void Run(int count, int maxLength, Span<int[]> targets)
    {
        for (int stream = 0; stream < count; stream++)
        {
            _streams.SetState(stream, _states.AsSpan(stream * _streams.StateSize, _streams.StateSize));
            _running[stream] = stream;
            _tokens[stream] = _startToken;
            _targets[stream].Clear();
        }

        int running = count;
        for (int step = 0; step < maxLength && running > 0; step++)
        {
            Span<float> outputs = _outputs.AsSpan(0, running * _schema.OutputSize);
            _streams.Step(_running.AsSpan(0, running), _tokens.AsSpan(0, running), outputs);
            running = Advance(running, outputs);
        }

        for (int stream = 0; stream < count; stream++)
        {
            targets[stream] = [.. _targets[stream]];
        }
    }

    /// <summary>Appends a token to each target that goes on. Returns how many those are.</summary>
    private int Advance(int running, ReadOnlySpan<float> outputs)
    {
        int left = 0;
        for (int i = 0; i < running; i++)
        {
            int token = OutputLabels.Of(outputs.Slice(i * _schema.OutputSize, _schema.OutputSize));
            if (token != _endToken)
            {
                _targets[_running[i]].Add(token);
                (_running[left], _tokens[left]) = (_running[i], token);
                left++;
            }
        }

        return left;
    }
}
