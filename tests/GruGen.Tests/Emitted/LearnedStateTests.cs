namespace GruGen.Tests.Emitted;

/// <summary>Initial states that are parameters: whatever starts a sequence starts from them, unless it is given others.</summary>
public class LearnedStateTests
{
    private const string First = "gru1.initial_state_l0", Third = "gru3.initial_state_l0";

    private static readonly float[] States = [1, 2, 3, 4, 0, 0, 0, 5, 6, 7, 8, 9]; // the second layer's are zeros

    [Fact]
    public void A_stream_starts_from_them_and_after_a_reset_again()
    {
        LearnedStatesStack.StepStream stream = Model().OpenStream();
        float[] first = new float[2], again = new float[2], state = new float[12];
        stream.CopyStateTo(state);
        Assert.Equal(States, state);

        stream.Step([1, 2, 3], first);
        stream.CopyStateTo(state);
        Assert.NotEqual(States, state);

        stream.Reset();
        stream.Step([1, 2, 3], again);
        Assert.Equal(first, again);
    }

    [Fact]
    public void Each_stream_of_a_group_starts_from_them_and_after_a_reset_again()
    {
        StreamGroup<float> group = Model().OpenStreams(300);
        float[] inputs = [.. Enumerable.Range(0, 900).Select(i => i / 900f)], outputs = new float[600], first = new float[600];
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(States, StateOf(group, i)));

        group.Step(inputs, first);
        float[] neighbour = StateOf(group, 258);
        group.Reset(257);
        Assert.Equal(States, StateOf(group, 257));
        Assert.Equal(neighbour, StateOf(group, 258));

        group.Reset();
        group.Step(inputs, outputs);
        Assert.Equal(first, outputs);
    }

    [Fact]
    public void A_sequence_without_steps_ends_in_them()
    {
        LearnedStatesStack model = Model();
        SequencePass<float> pass = model.CreatePass(3, 2);
        float[] outputs = new float[6], states = new float[3 * 12], one = new float[2], many = new float[2];
        pass.Forward(new float[3 * 2 * 3], 3, 2, outputs, lengths: [0, 2, 0]);
        pass.CopyFinalStatesTo(states);
        model.Predict(ReadOnlySpan<float>.Empty, one);
        model.Predict([[]], many);

        Assert.Equal(States, states[..12]);
        Assert.NotEqual(States, states[12..24]);
        Assert.Equal(States, states[24..]);
        Assert.Equal(outputs[..2], outputs[4..]);
        Assert.Equal(outputs[..2], many);
        Assert.Equal(many[0], one[0], 2e-6f);
        Assert.Equal(many[1], one[1], 2e-6f);
    }

    [Fact]
    public void States_that_are_given_take_their_place_and_leave_them_no_gradient()
    {
        LearnedStatesStack model = Model(), zero = new(seed: 1);
        float[] inputs = [1, 2, 3, 4, 5, 6], given = [.. Enumerable.Range(1, 12).Select(i => i / 10f)], outputs = new float[2], other = new float[2];
        SequencePass<float> pass = model.CreatePass(1, 2);

        pass.Forward(inputs, 1, 2, outputs, initialStates: given);
        zero.CreatePass(1, 2).Forward(inputs, 1, 2, other, initialStates: given);
        Assert.Equal(other, outputs);
        pass.Backward([1, 1]);
        Assert.Equal(new float[4], pass.Gradient(First));

        // and of the next batch, which is given none, they are the states again
        pass.Forward(inputs, 1, 2, outputs);
        Assert.NotEqual(other, outputs);
        float[] gradient = new float[12];
        pass.Backward([1, 1], initialStateGradients: gradient);
        Assert.Equal(gradient.AsSpan(0, 4), pass.Gradient(First));
        Assert.Equal(gradient.AsSpan(7), pass.Gradient(Third));
        Assert.DoesNotContain(0f, gradient);
    }

    [Fact]
    public void Training_moves_them_unless_the_layer_is_frozen()
    {
        var model = new LearnedStatesStack(seed: 1);
        LearnedStatesStack.StepStream before = model.OpenStream();
        SequenceDataset<float> data = LearnedStatesStack.CreateDataset();
        data.Add([1, 2, 3], target: [0.3f, -0.4f]);
        data.Add([], target: [1, 1]);
        model.Fit(data, new TrainingOptions { Epochs = 2, FrozenLayers = ["gru3"] });

        Assert.DoesNotContain(0f, model.Parameters[First].ToArray());
        Assert.Equal(new float[5], model.Parameters[Third]);

        // a stream that is open keeps its weights, and with them where it starts, until it is reset
        float[] state = new float[12], expected = [.. model.Parameters[First], .. new float[8]];
        before.CopyStateTo(state);
        Assert.Equal(new float[12], state);
        before.Reset();
        before.CopyStateTo(state);
        Assert.Equal(expected, state);
    }

    private static LearnedStatesStack Model()
    {
        var model = new LearnedStatesStack(seed: 1);
        model.Parameters.Set(First, States.AsSpan(0, 4));
        model.Parameters.Set(Third, States.AsSpan(7));
        return model;
    }

    private static float[] StateOf(StreamGroup<float> group, int stream)
    {
        float[] state = new float[group.StateSize];
        group.CopyStateTo(stream, state);
        return state;
    }
}
