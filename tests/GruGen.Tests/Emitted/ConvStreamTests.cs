using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Emitted;

/// <summary>What a convolution carries from step to step: the inputs of the last steps, whichever way they come.</summary>
public class ConvStreamTests
{
    private const int Steps = 75; // more than a stream takes at once, and than the first layer reaches

    public static TheoryData<int> Widths => [.. Simd.Choices];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Steps_blocks_batches_and_groups_give_the_same_bits(int lanes)
    {
        var model = new ConvolvedManyRows(seed: 2) { Lanes = lanes };
        float[] x = Features(3 * Steps), one = model.Predict(x), many = new float[2 * one.Length], output = new float[6];
        model.Predict([x, x], many);
        Assert.Equal([.. one, .. one], many);

        ConvolvedManyRows.StepStream stream = model.OpenStream();
        StreamGroup<float> group = model.OpenStreams(3);
        float[] pair = new float[2 * 6];
        for (int t = 0; t < Steps; t++)
        {
            ReadOnlySpan<float> step = x.AsSpan(3 * t, 3);
            stream.Step(step, output);
            group.Step([2, 0], [.. step, .. step], pair);
            Assert.Equal(one[(6 * t)..(6 * (t + 1))], output);
            Assert.Equal([.. output, .. output], pair);
        }
    }

    [Fact]
    public void A_state_is_the_inputs_that_are_still_read_the_oldest_first()
    {
        var model = new ConvolvedDilated();
        ConvolvedDilated.StepStream stream = model.OpenStream();
        float[] x = Features(5 * 9), state = new float[stream.StateSize];
        foreach (float[] step in x.Chunk(5))
        {
            stream.Step(step, new float[4]);
        }

        stream.CopyStateTo(state);
        Assert.Equal((4 * 5) + 4, stream.StateSize);
        Assert.Equal(x[^(4 * 5)..], state[..(4 * 5)]);
    }

    [Fact]
    public void A_sequence_goes_on_from_its_state_in_streams_groups_and_passes_alike()
    {
        var model = new ConvolvedStack();
        float[] x = Features(3 * 20), state = new float[model.OpenStream().StateSize];
        ConvolvedStack.StepStream whole = model.OpenStream(), other = model.OpenStream();
        StreamGroup<float> group = model.OpenStreams(2);
        for (int t = 0; t < 20; t++)
        {
            float[] step = x[(3 * t)..(3 * (t + 1))], expected = new float[4], actual = new float[4], both = new float[2 * 4];
            whole.CopyStateTo(state);
            whole.Step(step, expected);

            other.SetState(state);
            other.Step(step, actual);
            Assert.Equal(expected, actual);

            group.SetState(1, state);
            group.Step([.. step, .. step], both);
            float[] ofGroup = new float[state.Length], ofStream = new float[state.Length];
            group.CopyStateTo(1, ofGroup);
            whole.CopyStateTo(ofStream);
            int histories = ofStream.Length - 4; // a GRU's state agrees within rounding
            Assert.Equal(ofStream[..histories], ofGroup[..histories]);
        }
    }

    /// <summary>Parts of a batch, one after another from the states that the parts before have left, are the batch.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void A_batch_goes_on_from_its_final_states(int part)
    {
        const int Length = 18, Size = 4;
        var model = new ConvolvedManyRows(seed: 3);
        SequencePass<float> pass = model.CreatePass(Size, Length);
        float[] x = Features(Size * Length * 3), whole = new float[Size * Length * 6];
        pass.Forward(x, Size, Length, whole);

        float[] states = new float[Size * pass.StateSize];
        for (int from = 0; from < Length; from += part)
        {
            float[] outputs = new float[Size * part * 6];
            float[] inputs = [.. Enumerable.Range(0, Size).SelectMany(b => x.AsSpan(((b * Length) + from) * 3, part * 3).ToArray())];
            pass.Forward(inputs, Size, part, outputs, initialStates: states);
            pass.CopyFinalStatesTo(states);
            for (int b = 0; b < Size; b++)
            {
                Assert.Equal(whole.AsSpan(((b * Length) + from) * 6, part * 6), outputs.AsSpan(b * part * 6, part * 6));
            }
        }
    }

    [Fact]
    public void A_reset_forgets_the_inputs()
    {
        var model = new Convolved();
        Convolved.StepStream stream = model.OpenStream();
        StreamGroup<float> group = model.OpenStreams(2);
        float[] x = Features(2 * 3), first = new float[5], again = new float[5], both = new float[2 * 5];
        stream.Step(x.AsSpan(0, 3), first);
        group.Step(x, both);
        stream.Reset();
        group.Reset(0);
        stream.Step(x.AsSpan(0, 3), again);
        Assert.Equal(first, again);

        group.Step([.. x[..3], .. x[..3]], both);
        Assert.Equal(first, both[..5]);
        Assert.NotEqual(first, both[5..]);
    }

    private static float[] Features(int count)
    {
        var random = new RandomSource(6);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];
    }
}
