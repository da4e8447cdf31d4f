namespace GruGen.Tests.Passes;

/// <summary>Many sequences at once: their lengths, their states, the threads they run on, and what is refused.</summary>
public class PredictOptionsTests
{
    /// <summary>A sequence that was filled up to a length gives what it gives alone in a batch, and zeros where it was filled.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Lengths_cut_what_fills_a_sequence(int threads)
    {
        foreach (SequenceModel<float> model in Models())
        {
            (float[][] whole, int[] lengths, float[][] filled) = Sequences(model, 150);
            float[][] expected = model.Predict(whole);
            float[][] outputs = model.Predict(filled, new PredictOptions { Lengths = lengths, MaxDegreeOfParallelism = threads });
            Assert.All(Enumerable.Range(0, whole.Length), i =>
            {
                Assert.Equal(expected[i], outputs[i][..expected[i].Length]);
                Assert.All(outputs[i][expected[i].Length..], value => Assert.Equal(0, value));
            });
        }
    }

    /// <summary>The second half of a sequence that starts from the states of the first is that of the whole one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void States_go_on_where_a_sequence_was_cut(int threads)
    {
        var model = new Tagger2(seed: 3);
        int size = model.Schema.InputSize, states = model.Schema.StateSize;
        float[][] whole = [.. Enumerable.Range(0, 130).Select(i => Features((20 + i % 7) * size, i))];
        float[] memory = new float[whole.Length * states];
        var options = new PredictOptions { MaxDegreeOfParallelism = threads, FinalStates = memory };

        float[][] first = model.Predict([.. whole.Select(input => input[..(9 * size)])], options);
        float[][] second = model.Predict([.. whole.Select(input => input[(9 * size)..])], options with { InitialStates = memory });

        Assert.Equal(model.Predict(whole), first.Zip(second, (a, b) => (float[])[.. a, .. b]));
        SequenceStream<float> stream = model.OpenStream();
        stream.SetState(memory.AsSpan(5 * states, states)); // the layout of a stream's states
        float[] copied = new float[states];
        stream.CopyStateTo(copied);
        Assert.Equal(memory[(5 * states)..(6 * states)], copied);
    }

    /// <summary>A single call runs kernels of its own: it agrees with a list of one to the documented bound.</summary>
    [Fact]
    public void A_list_of_one_agrees_with_a_single_call()
    {
        foreach (SequenceModel<float> model in Models())
        {
            foreach (int steps in new[] { 0, 1, 5, 33, 200 })
            {
                float[] input = Features(steps * model.Schema.InputSize, steps), many = model.Predict([input])[0], one = new float[many.Length];
                model.Predict(input, one);
                Assert.All(one.Zip(many), pair => Assert.Equal(pair.First, pair.Second, 2e-6f * Math.Max(1, Math.Abs(pair.First))));
            }
        }
    }

    [Fact]
    public void Nothing_is_predicted_of_no_sequence()
    {
        var model = new Tagger2();
        float[] buffer = [];
        model.Predict([], buffer); // one sequence without steps
        model.Predict(new List<float[]>(), buffer);
        Assert.Empty(model.Predict(new List<float[]>()));
        Assert.Empty(model.Predict([]));
    }

    [Fact]
    public void A_dataset_takes_threads_and_states()
    {
        var model = new Tagger2(seed: 3);
        SequenceDataset<float> data = Tagger2.CreateDataset();
        foreach (int i in Enumerable.Range(0, 100))
        {
            data.AddPerStep(Features(i % 9 * 3, i), labels: new int[i % 9]);
        }

        float[] expected = new float[data.TotalSteps * 4], outputs = new float[expected.Length], states = new float[100 * model.Schema.StateSize];
        model.Predict(data, expected);
        model.Predict(data, outputs, new PredictOptions { MaxDegreeOfParallelism = 2, InitialStates = new float[states.Length], FinalStates = states });
        Assert.Equal(expected, outputs);
        Assert.Contains(states, state => state != 0);
        Refused.Argument<ArgumentException>("options", ["Lengths"], () => model.Predict(data, outputs, new PredictOptions { Lengths = new int[100] }));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var model = new Tagger2();
        float[][] two = [new float[6], new float[3]];
        void Refuse<TException>(string name, string[] words, PredictOptions options)
            where TException : ArgumentException =>
            Refused.Argument<TException>(name, words, () => model.Predict(two, options));
        Refuse<ArgumentException>("options", ["Lengths", "1", "2"], new PredictOptions { Lengths = [1] });
        Refuse<ArgumentOutOfRangeException>("options", ["sequence 1", "2", "0 to 1"], new PredictOptions { Lengths = [2, 2] });
        Refuse<ArgumentOutOfRangeException>("options", ["sequence 0", "-1"], new PredictOptions { Lengths = [-1, 1] });
        Refuse<ArgumentException>("options", ["InitialStates", "3", "14"], new PredictOptions { InitialStates = new float[3] });
        Refuse<ArgumentException>("options", ["FinalStates", "15", "14"], new PredictOptions { FinalStates = new float[15] });
        float[] memory = new float[15];
        Refuse<ArgumentException>("InitialStates", ["FinalStates"], new PredictOptions { InitialStates = memory.AsMemory(0, 14), FinalStates = memory.AsMemory(1, 14) });
        Refused.Argument<ArgumentException>("inputs", ["Sequence 1"], () => model.Predict([new float[3], null!]));
        Refused.Argument<ArgumentException>("inputs", ["7", "3"], () => model.Predict([new float[7]], new PredictOptions { Lengths = [1] }));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.Predict(two, cancellationToken: source.Token));
    }

    [Fact]
    public void Labels_are_those_of_the_outputs()
    {
        var tagger = new Tagger2(seed: 3);
        float[] input = Features(60, 1);
        float[] outputs = tagger.Predict(input);
        int[] labels = tagger.PredictStepLabels(input);
        Assert.Equal(20, labels.Length);
        SequenceStream<float> stream = tagger.OpenStream();
        Assert.All(labels.Index(), label =>
        {
            Assert.Equal(outputs.AsSpan(label.Index * 4, 4).ToArray().Max(), outputs[label.Index * 4 + label.Item]);
            Assert.Equal(label.Item, stream.StepLabel(input.AsSpan(label.Index * 3, 3)));
        });
        Assert.True(labels.Distinct().Count() > 1);

        var binary = new Binary2(seed: 2);
        binary.Parameters.Set("dense1.bias", [0]);
        float[][] inputs = [.. Enumerable.Range(0, 40).Select(i => Features(i, i))];
        int[] expected = [.. inputs.Select(x => binary.Predict(x) > 0.5f ? 1 : 0)];
        Assert.Equal([0, 1], expected.Distinct().Order());
        Assert.Equal(expected, binary.PredictLabels(inputs));
        Assert.Equal(expected, inputs.Select(x => binary.PredictLabel(x)));
        Binary2.StepStream step = binary.OpenStream();
        Assert.Equal(expected[1], step.StepLabel(inputs[1][0]));
    }

    [Fact]
    public void Labels_of_the_steps_of_many_are_those_of_each()
    {
        var tagger = new Tagger2(seed: 3);
        float[][] inputs = [Features(60, 1), [], Features(33, 2)];
        int[][] expected = [.. inputs.Select(input => tagger.PredictStepLabels(input))];
        Assert.Equal(expected, tagger.PredictStepLabels(inputs));
        int[][] shorter = tagger.PredictStepLabels(inputs, new PredictOptions { Lengths = [7, 0, 11], MaxDegreeOfParallelism = 2 });
        Assert.Equal([.. expected[0][..7], .. Enumerable.Repeat(-1, 13)], shorter[0]);
        Assert.Equal(expected[2], shorter[2]);
        Assert.Equal([[-1, -1]], new Padded2().PredictStepLabels([[3, 3]]));
        AssertSays(["Binary2", "PredictLabel "], () => new Binary2().PredictStepLabels(inputs));
        Assert.Throws<ArgumentNullException>("inputs", () => tagger.PredictStepLabels((float[][])null!));
    }

    [Fact]
    public void Labels_of_streams_side_by_side_are_those_of_each()
    {
        var tagger = new Tagger2(seed: 3);
        float[] input = Features(60, 1);
        StreamGroup<float> group = tagger.OpenStreams(2), other = tagger.OpenStreams(2);
        int[] labels = new int[2], one = new int[1];
        float[] outputs = new float[8];
        for (int t = 0; t < 10; t++)
        {
            group.StepLabels(input.AsSpan(t * 6, 6), labels);
            other.Step(input.AsSpan(t * 6, 6), outputs);
            Assert.Equal([IndexOfMax(outputs[..4]), IndexOfMax(outputs[4..])], labels);
            group.StepLabels([1], input.AsSpan(t * 3, 3), one);
            other.Step([1], input.AsSpan(t * 3, 3), outputs.AsSpan(0, 4));
            Assert.Equal(IndexOfMax(outputs[..4]), one[0]);
        }

        Refused.Argument<ArgumentException>("labels", ["1", "2"], () => group.StepLabels(input.AsSpan(0, 6), new int[1]));
        Refused.Argument<ArgumentException>("inputs", ["3", "6"], () => group.StepLabels(input.AsSpan(0, 3), new int[2]));
        AssertSays(["Regression2", "Linear"], () => new Regression2().OpenStreams(1).StepLabels([1], new int[1]));

        static int IndexOfMax(float[] values) => Array.IndexOf(values, values.Max());
    }

    [Fact]
    public void Steps_of_padding_have_no_label() => Assert.Equal([-1, -1], new Padded2().PredictStepLabels([3, 3]));

    [Fact]
    public void Labels_of_what_has_none_are_refused()
    {
        AssertSays(["Regression2", "Linear"], () => new Regression2().PredictLabel([1, 2]));
        AssertSays(["Tagger2", "PredictStepLabels"], () => new Tagger2().PredictLabel([]));
        AssertSays(["Binary2", "PredictLabel "], () => new Binary2().PredictStepLabels([]));
        AssertSays(["Regression2", "Linear"], () => new Regression2().OpenStream().StepLabel(1));
    }

    private static void AssertSays(string[] words, Action action)
    {
        string message = Assert.Throws<InvalidOperationException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    private static SequenceModel<float>[] Models() => [new Tagger2(seed: 3), new Regression2(seed: 3), new Binary2(seed: 3)];

    private static (float[][] Whole, int[] Lengths, float[][] Filled) Sequences(SequenceModel<float> model, int count)
    {
        int size = model.Schema.InputSize;
        int[] lengths = [.. Enumerable.Range(0, count).Select(i => i * i % 40)];
        float[][] whole = [.. lengths.Select((length, i) => Features(length * size, i))];
        return (whole, lengths, [.. whole.Select((input, i) => (float[])[.. input, .. Features(i % 5 * size, -i)])]);
    }

    private static float[] Features(int count, int seed)
    {
        var random = new RandomSource((ulong)(seed + 1000));
        return [.. Enumerable.Range(0, count).Select(_ => 3 * random.NextUniform(1))];
    }
}

[GruModel(inputSize: 3)]
[Gru(5)]
[Gru(2, Output = SequenceOutput.EveryStep)]
[Dense(4, Activation.Softmax)]
internal sealed partial class Tagger2;

[GruModel(inputSize: 1)]
[Gru(9)]
[Dense(1)]
internal sealed partial class Regression2;

[GruModel(inputSize: 1)]
[Gru(6)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class Binary2;

[GruModel, Embedding(7, 3, PaddingToken = 3), Gru(9, Output = SequenceOutput.EveryStep), Dense(7, Activation.Softmax)]
internal sealed partial class Padded2;
