using GruGen.Tests.Passes;

namespace GruGen.Tests.Emitted;

/// <summary>Streams of one model, side by side, and what they read and write.</summary>
public class StreamTests
{
    private static readonly int[] First = [1, 2, 3, 4, 5], Second = [10, 0, 7, 7, 2];

    [Fact]
    public void Streams_side_by_side_do_not_meet()
    {
        var model = new Tokens();
        float[] first = Steps(model.OpenStream(), First), second = Steps(model.OpenStream(), Second);

        Tokens.StepStream one = model.OpenStream(), other = model.OpenStream();
        for (int t = 0; t < First.Length; t++)
        {
            Assert.Equal(first[t], one.Step(First[t]));
            model.Predict(Second);
            Assert.Equal(second[t], other.Step(Second[t]));
            model.Predict([First, Second], new float[2]);
        }
    }

    [Fact]
    public void Streams_on_threads_of_their_own_do_not_meet()
    {
        var model = new Tokens();
        float[] first = Steps(model.OpenStream(), First), second = Steps(model.OpenStream(), Second);

        Parallel.For(0, 64, i =>
        {
            Assert.Equal(i % 2 == 0 ? first : second, Steps(model.OpenStream(), i % 2 == 0 ? First : Second));
            Assert.Equal(new Tokens().Predict(First), model.Predict(First));
        });
    }

    [Fact]
    public void A_state_goes_from_one_stream_to_another()
    {
        var model = new StackToFinalState();
        StackToFinalState.StepStream one = model.OpenStream(), other = model.OpenStream();
        float[] features = [0.1f, -0.2f, 0.3f, -0.4f, 0.5f], state = new float[one.StateSize];
        one.Step(features);
        one.CopyStateTo(state);
        other.SetState(state);

        Assert.Equal(17 + 33, one.StateSize);
        Assert.Equal(one.Step(features), other.Step(features));
    }

    /// <summary>Every other step takes tiles and parts of sums in the opposite order, which the bits do not show.</summary>
    [Theory]
    [InlineData(48, 64)] // inputs and states
    [InlineData(5, 91)] // the states in halves
    public void A_state_may_go_from_any_step_of_a_stream_to_another(int inputSize, int hiddenSize)
    {
        SequenceModel<float> model = inputSize == 48 ? new From48To64() : new From5To91();
        SequenceStream<float> one = Opened.Stream(model), other = Opened.Stream(model);
        float[] features = new float[inputSize], output = new float[hiddenSize], again = new float[hiddenSize], state = new float[one.StateSize];
        var random = new Random(7);
        for (int t = 0; t < 9; t++)
        {
            for (int i = 0; i < features.Length; i++)
            {
                features[i] = random.NextSingle() - 0.5f;
            }

            one.CopyStateTo(state);
            one.Step(features, output);
            for (int steps = 0; steps < 3; steps++)
            {
                other.SetState(state);
                other.Step(features, again);
                Assert.Equal(output, again);
            }
        }
    }

    [Fact]
    public void A_new_state_heals_a_stream_that_read_NaN()
    {
        var model = new StackToFinalState();
        StackToFinalState.StepStream healthy = model.OpenStream(), ill = model.OpenStream();
        float[] features = [0.1f, -0.2f, 0.3f, -0.4f, 0.5f], state = new float[healthy.StateSize];
        healthy.Step(features);
        healthy.CopyStateTo(state);

        Assert.True(float.IsNaN(ill.Step([float.NaN, 0, 0, 0, 0])));
        Assert.True(float.IsNaN(ill.Step(features)));
        ill.SetState(state);
        Assert.Equal(healthy.Step(features), ill.Step(features));

        Assert.True(float.IsNaN(ill.Step([float.NaN, 0, 0, 0, 0])));
        ill.Reset();
        Assert.Equal(model.OpenStream().Step(features), ill.Step(features));
        Assert.True(float.IsNaN(model.Predict([float.NaN, 0, 0, 0, 0])));
        Assert.True(float.IsFinite(model.Predict(features)));
    }

    [Fact]
    public void Only_the_spans_are_read_and_written()
    {
        var model = new TokensEveryStep();
        var stack = new StackToFinalState();
        float[] output = new float[1 + 7 + 16], features = [.. Enumerable.Repeat(float.NaN, 16 + 3 * 5 + 16)], expected = new float[3 * 5];
        Array.Fill(output, 42);
        expected.CopyTo(features, 16);

        model.OpenStream().Step(3, output.AsSpan(1, 7));
        Assert.All(output.Index(), value => Assert.Equal(value.Index is >= 1 and <= 7, value.Item != 42));
        Assert.Equal(stack.OpenStream().Step(expected.AsSpan(0, 5)), stack.OpenStream().Step(features.AsSpan(16, 5)));
        Assert.Equal(stack.Predict(expected), stack.Predict(features.AsSpan(16, 3 * 5)));
    }

    private static float[] Steps(Tokens.StepStream stream, int[] tokens) => [.. tokens.Select(stream.Step)];
}
