
namespace GruGen.Tests.Passes;

/// <summary>What a group of streams refuses, and that nobody has moved then.</summary>
public class StreamGroupArgumentTests
{
    private const int Count = 3, Inputs = 4, Outputs = 2, Hidden = 5;

    private readonly StreamGroup<float> _group = new DynamicModel<float>(
        ModelSchema.ForFeatures("Model", Inputs, LayerSchema.Gru(Hidden, SequenceOutput.EveryStep), LayerSchema.Dense(Outputs))).OpenStreams(Count);

    private readonly StreamGroup<int> _tokens = new DynamicModel<int>(
        ModelSchema.ForTokens("Model", LayerSchema.Embedding(7, 3), LayerSchema.Gru(Hidden, SequenceOutput.Final))).OpenStreams(Count);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_number_of_streams_below_one(int count) => Refused.Argument<ArgumentOutOfRangeException>(
        "count", [count], () => new DynamicModel<float>(ModelSchema.ForFeatures("Model", 1, LayerSchema.Gru(1, SequenceOutput.Final))).OpenStreams(count));

    [Fact]
    public void More_streams_than_there_is_memory_for()
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Model", 1, LayerSchema.Gru(1000, SequenceOutput.Final)));
        string message = Assert.Throws<InsufficientMemoryException>(() => model.OpenStreams(int.MaxValue)).Message;
        Assert.Contains("2,147,483,647 streams", message, StringComparison.Ordinal);
        Assert.Contains("fewer streams", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((Count * Inputs) - 1)]
    [InlineData((Count * Inputs) + 1)]
    public void Inputs_of_another_length(int length) => AssertStays(() =>
        Refused.Argument<ArgumentException>("inputs", [length, Count * Inputs], () => _group.Step(new float[length], new float[Count * Outputs])));

    [Fact]
    public void Inputs_and_outputs_of_some_streams_of_another_length() => AssertStays(() =>
    {
        Refused.Argument<ArgumentException>("inputs", [Count * Inputs, 2 * Inputs], () => _group.Step([0, 2], new float[Count * Inputs], new float[2 * Outputs]));
        Refused.Argument<ArgumentException>("outputs", [Count * Outputs, 2 * Outputs], () => _group.Step([0, 2], new float[2 * Inputs], new float[Count * Outputs]));
    });

    [Fact]
    public void Outputs_of_another_length() => AssertStays(() =>
        Refused.Argument<ArgumentException>("outputs", [7, Count * Outputs], () => _group.Step(new float[Count * Inputs], new float[7])));

    [Fact]
    public void Outputs_that_overlap_the_inputs() => AssertStays(() =>
    {
        float[] both = new float[Count * Inputs];
        Refused.Argument<ArgumentException>("outputs", ["inputs"], () => _group.Step(both, both.AsSpan(5, Count * Outputs)));
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(Count)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_stream_that_is_not_there(int stream)
    {
        float[] state = new float[Hidden];
        AssertStays(() =>
        {
            Refused.Argument<ArgumentOutOfRangeException>("streams", [stream, Count], () => _group.Step([1, stream], new float[2 * Inputs], new float[2 * Outputs]));
            Refused.Argument<ArgumentOutOfRangeException>("stream", [stream, Count], () => _group.Reset(stream));
            Refused.Argument<ArgumentOutOfRangeException>("stream", [stream, Count], () => _group.CopyStateTo(stream, state));
            Refused.Argument<ArgumentOutOfRangeException>("stream", [stream, Count], () => _group.SetState(stream, state));
            Refused.Argument<ArgumentOutOfRangeException>("from", [stream, Count], () => _group.CopyState(stream, 0));
            Refused.Argument<ArgumentOutOfRangeException>("to", [stream, Count], () => _group.CopyState(0, stream));
        });
    }

    [Fact]
    public void A_stream_that_is_named_twice() => AssertStays(() =>
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Refused.Argument<ArgumentException>("streams", ["Stream 1", "twice"], () => _group.Step([1, 0, 1], new float[3 * Inputs], new float[3 * Outputs]));
        }
    });

    [Fact]
    public void A_state_of_another_length() => AssertStays(() =>
    {
        Refused.Argument<ArgumentException>("destination", [Hidden - 1, Hidden], () => _group.CopyStateTo(0, new float[Hidden - 1]));
        Refused.Argument<ArgumentException>("state", [Hidden + 1, Hidden], () => _group.SetState(0, new float[Hidden + 1]));
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(7)]
    public void A_token_outside_the_vocabulary(int token)
    {
        float[] before = new float[Hidden], after = new float[Hidden];
        _tokens.Step([1, 2, 3], new float[Count * Hidden]);
        _tokens.CopyStateTo(0, before);

        Refused.Argument<ArgumentOutOfRangeException>("inputs", ["Token 2", token, 6], () => _tokens.Step([0, 1, token], new float[Count * Hidden]));
        Refused.Argument<ArgumentOutOfRangeException>("inputs", ["Token 1", token, 6], () => _tokens.Step([0, 2], [1, token], new float[2 * Hidden]));

        _tokens.CopyStateTo(0, after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void No_streams_are_some_streams() => AssertStays(() => _group.Step([], [], []));

    private void AssertStays(Action action)
    {
        float[] features = [.. Enumerable.Range(0, Count * Inputs).Select(i => i / 10f)];
        _group.Step(features, new float[Count * Outputs]);
        float[] before = States();

        action();

        Assert.Equal(before, States());
        Assert.NotEqual(new float[before.Length], before);

        float[] States()
        {
            float[] states = new float[Count * Hidden];
            for (int i = 0; i < Count; i++)
            {
                _group.CopyStateTo(i, states.AsSpan(i * Hidden, Hidden));
            }

            return states;
        }
    }
}
