using GruGen.Kernels;
using GruGen.Tests.Emitted;
using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Models that make one step of several: what they ask of data, and what they do not do.</summary>
public class WindowTests
{
    /// <summary>A convolution of 3 taps every 2 steps, a GRU, and 2 taps without padding every 2 steps.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(100, 25)]
    public void Output_steps_are_counted_layer_by_layer(int steps, int outputs)
    {
        ModelSchema schema = new StridedTwice().Schema;
        Assert.Equal(outputs, schema.OutputSteps(steps));
        Assert.Equal((steps + 1) / 2, schema.StepsAfter(1, steps));
        Assert.Equal(outputs * schema.OutputSize, new StridedTwice().Predict(new float[3 * steps]).Length);
        Assert.Equal(outputs, schema.StepsAfter(schema.Layers.Length, steps));
    }

    [Fact]
    public void A_model_with_one_output_has_one_whatever_its_steps()
    {
        ModelSchema schema = new ValidStrided().Schema;
        Assert.Equal((1, 1, 1), (schema.OutputSteps(0), schema.OutputSteps(3), schema.OutputSteps(1000)));
        Assert.Equal(2, schema.StepsAfter(1, 7));
        Refused.Argument<ArgumentOutOfRangeException>("steps", ["-1"], () => schema.OutputSteps(-1));
        Refused.Argument<ArgumentOutOfRangeException>("layers", ["4"], () => schema.StepsAfter(4, 3));
    }

    [Fact]
    public void Targets_are_those_of_output_steps_and_the_message_has_the_numbers()
    {
        SequenceDataset<float> data = StridedTwice.CreateDataset();
        data.AddPerStep(new float[3 * 7], [2, 1]);
        data.AddPerStep(new float[3 * 2], labels: []);
        data.AddPerStep(new float[3 * 11], [0, SequenceDataset.NotCounted, 2], [0.5f, 1, 2]);
        Assert.Equal((3, 11), (data.Count, data.MaxLength));
        Assert.Equal((7, 2, 1), (data.Length(0), data.Length(1), data.Label(0, 1)));
        Assert.Equal((SequenceDataset.NotCounted, 2f), (data.Label(2, 1), data.Targets[0].Weight(2, 2)));
        Assert.Equal(2, data.CountedRows(2));

        Refused.Argument<ArgumentException>(
            "labels",
            ["'labels' has 7 elements, but 2 are expected (one for each output step: 7 steps, 4 after conv1, 2 after conv2)"],
            () => data.AddPerStep(new float[3 * 7], new int[7]));
        Refused.Argument<ArgumentException>("weights", ["3 elements", "2 are expected"], () => data.AddPerStep(new float[3 * 7], [1, 1], [1f, 1, 1]));
        SequenceDataset<float> values = StridedConv.CreateDataset();
        values.AddPerStep(new float[3 * 5], new float[3 * 5], [true, false, true]);
        Refused.Argument<ArgumentException>("targets", ["25 elements", "15 are expected"], () => values.AddPerStep(new float[3 * 5], new float[5 * 5]));
        Refused.Argument<ArgumentException>("counted", ["5 elements", "3 are expected"], () => values.AddPerStep(new float[3 * 5], new float[15], new bool[5]));
    }

    [Fact]
    public void Sequences_come_as_arrays_too_and_parts_keep_their_targets()
    {
        SequenceDataset<float> data = StridedConv.CreateDataset();
        data.AddRange(new float[4 * 5 * 3], steps: 5, targets: [.. Enumerable.Range(0, 4 * 3 * 5).Select(i => (float)i)]);
        SequenceDataset<float> second = data.Subset([1, 3]);
        Assert.Equal((20f, 50f), (second.Values(0, 1)[0], second.Values(1, 1)[0]));
        var model = new StridedConv(seed: 1);
        float[] outputs = new float[2 * 3 * 5];
        model.Predict(second, outputs);
        Assert.Throws<ArgumentException>(() => model.Predict(second, new float[2 * 5 * 5]));
    }

    /// <summary>A masked step is none; the first outputs are those of the other steps, and what is left of the room is zeros.</summary>
    [Fact]
    public void Steps_that_only_fill_a_sequence_make_no_outputs()
    {
        var model = new WindowsAndPadding(seed: 2);
        int[] plain = [3, 5, 1, 7, 2, 6], padded = [0, 3, 5, 0, 1, 7, 0, 0, 2, 6];
        float[] expected = model.Predict(plain), given = model.Predict(padded);
        Assert.Equal((2 * 2, 4 * 2), (expected.Length, given.Length));
        Assert.Equal(expected, given[..4]);
        Assert.All(given[4..], value => Assert.Equal(0, value));

        SequenceDataset<int> data = WindowsAndPadding.CreateDataset();
        data.AddPerStep(padded, [1f, 2, 3, 4, 5, 6, 7, 8]);
        data.AddPerStep(plain, [1f, 2, 3, 4]);
        Assert.Equal((6, 2), (data.Length(0), data.Rows(0)));
        Assert.Equal(data.Values(1, 1), data.Values(0, 1));
    }

    [Fact]
    public void Data_of_other_steps_does_not_fit()
    {
        SequenceDataset<float> data = StridedConv.CreateDataset();
        data.AddPerStep(new float[3 * 5], new float[3 * 5]);
        ModelSchema other = ModelSchema.ForFeatures("Other", 3, LayerSchema.Conv1D(5, 3));
        Assert.Contains("other steps", Assert.Throws<ArgumentException>(() => data.CheckFits(other)).Message, StringComparison.Ordinal);
        data.CheckFits(ModelSchema.ForFeatures("Same", 3, LayerSchema.Conv1D(5, 1), LayerSchema.Pool(Pooling.Mean, 1, 2)));
    }

    [Fact]
    public void They_learn_with_any_number_of_threads_to_the_same_bits_and_their_gradients_are_right()
    {
        foreach (Func<SequenceModel<float>> create in (Func<SequenceModel<float>>[])[() => new WindowsAndDropout(seed: 1), () => new WindowsOfEveryKind(seed: 1)])
        {
            SequenceModel<float> model = create();
            SequenceDataset<float> data = TrainingTask.Data<float>(model.Schema, [12, 0, 9, 1, 5, 6, 12, 7]);
            GradientCheck check = GradientCheck.Run(model, data, samples: 6);
            Assert.True(check.Passed(), check.ToString());
            var options = new TrainingOptions { Epochs = 8, BatchSize = 4, Optimizer = new Adam(0.01) };
            History history = model.Fit(data, options);
            Assert.True(history["loss"][^1] < history["loss"][0]);
            foreach (int threads in new[] { 2, 3 })
            {
                SequenceModel<float> other = create();
                other.Fit(data, options with { MaxDegreeOfParallelism = threads });
                Assert.Equal(model.Parameters.All, other.Parameters.All);
            }
        }
    }

    [Fact]
    public void Labels_of_steps_are_those_of_output_steps()
    {
        var model = new StridedTwice(seed: 4);
        float[] features = Batch.Floats(Batch.Random(model.Schema, 2, 11).Inputs), outputs = model.Predict(features.AsSpan(0, 33));
        int[] expected = [.. outputs.Chunk(3).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.Equal(3, expected.Length);
        Assert.Equal(expected, model.PredictStepLabels(features.AsSpan(0, 33)));
        int[][] both = model.PredictStepLabels([features[..33], features[33..]], new PredictOptions { Lengths = [11, 6] });
        Assert.Equal(expected, both[0]);
        Assert.Equal([both[1][0], SequenceDataset.NotCounted, SequenceDataset.NotCounted], both[1]);
        Assert.NotEqual(SequenceDataset.NotCounted, both[1][0]);
    }

    /// <summary>After a step that ends no window of all layers there is no output, and what is above stays.</summary>
    [Fact]
    public void A_stream_answers_after_some_steps_and_says_so()
    {
        StridedTwice.StepStream stream = new StridedTwice(seed: 5).OpenStream();
        Assert.Equal((3 * 2) + 1 + 6 + 6 + 1, stream.StateSize);
        float[] output = new float[3], state = new float[stream.StateSize], before = new float[stream.StateSize];
        List<int> answered = [];
        for (int t = 0; t < 14; t++)
        {
            stream.CopyStateTo(before);
            if (stream.TryStep([t, 1, -1], output))
            {
                answered.Add(t);
            }

            stream.CopyStateTo(state);
            Assert.Equal(t % 2 == 1, before.AsSpan(7).SequenceEqual(state.AsSpan(7))); // the states above the first convolution
        }

        Assert.Equal([2, 6, 10], answered);
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => stream.Step([1, 2, 3], output));
        Assert.Contains("TryStep", exception.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => stream.StepLabel([1, 2, 3]));
        Assert.True(stream.TryStepLabel([1, 2, 3], out int label)); // the 15th
        Assert.InRange(label, 0, 2);
        Assert.False(stream.TryStepLabel([1, 2, 3], out label));
        Assert.Equal(-1, label);
    }

    [Fact]
    public void Any_stream_takes_a_step_that_may_have_no_output()
    {
        var model = new PlainConv(seed: 1);
        float[] expected = new float[5], given = new float[5];
        model.OpenStream().Step([1, 2, 3], expected);
        Assert.True(model.OpenStream().TryStep([1, 2, 3], given));
        Assert.Equal(expected, given);
    }

    /// <summary>What a group gives of a stream is to the bit what a batch gives of its sequence, whoever steps with it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public void Streams_of_a_group_answer_each_for_itself(int count)
    {
        Run(new StridedTwice(seed: 3));
        Run(new WindowsOfManyRows(seed: 3));
        Run(new OverlappingWindowsToMean(seed: 3));
        Run(new WindowsApartToMax(seed: 3));
        Run(new WindowsApartToLast(seed: 3));
        Run(new StridedOneTap(seed: 3));

        void Run(SequenceModel<float> model)
        {
            const int Most = 23;
            (int inputSize, int size, int layers) = (model.Schema.InputSize, model.Schema.OutputSize, model.Schema.Layers.Length);
            float[][] sequences = [.. Batch.Floats(Batch.Random(model.Schema, count, Most).Inputs).Chunk(Most * inputSize)];
            List<float>[] outputs = [.. sequences.Select(_ => new List<float>())];
            int[] taken = new int[count];
            StreamGroup<float> group = model.OpenStreams(count);
            var random = new RandomSource(8);
            for (int round = 0; round < Most; round++)
            {
                // all of them, or some in any order
                int[] streams = [.. Enumerable.Range(0, count).Where(_ => round % 3 == 0 || random.NextInt32(3) > 0)];
                random.Shuffle(streams);
                streams = round % 3 == 0 ? [.. Enumerable.Range(0, count)] : streams;
                float[] inputs = [.. streams.SelectMany(b => sequences[b].AsSpan(taken[b] * inputSize, inputSize).ToArray())];
                float[] given = [.. Enumerable.Repeat(77f, streams.Length * size)];
                bool[] answers = new bool[streams.Length];
                if (round % 3 == 0)
                {
                    group.TryStep(inputs, given, answers);
                }
                else
                {
                    group.TryStep(streams, inputs, given, answers);
                }

                for (int i = 0; i < streams.Length; i++)
                {
                    int steps = ++taken[streams[i]];
                    Assert.Equal(model.Schema.StepsAfter(layers, steps) > model.Schema.StepsAfter(layers, steps - 1), answers[i]);
                    float[] output = given[(i * size)..((i + 1) * size)];
                    if (answers[i])
                    {
                        outputs[streams[i]].AddRange(output);
                    }
                    else
                    {
                        Assert.All(output, value => Assert.Equal(77, value));
                    }
                }
            }

            float[][] predicted = model.Predict([.. sequences.Select((sequence, b) => sequence[..(taken[b] * inputSize)])]);
            float[] states = new float[count * model.Schema.StateSize], own = new float[model.Schema.StateSize];
            model.Predict(
                [.. sequences.Select((sequence, b) => sequence[..(taken[b] * inputSize)])],
                new PredictOptions { FinalStates = states });
            for (int b = 0; b < count; b++)
            {
                bool every = model.Schema.Output == SequenceOutput.EveryStep;
                Assert.Equal(every ? predicted[b] : outputs[b].Count == 0 ? [] : predicted[b], every ? outputs[b] : outputs[b].TakeLast(size));
                group.CopyStateTo(b, own);
                Assert.Equal(states.AsSpan(b * own.Length, own.Length), own.AsSpan());
            }
        }
    }

    [Fact]
    public void A_group_of_another_model_answers_always_and_this_one_has_to_be_asked()
    {
        StreamGroup<float> plain = new PlainConv().OpenStreams(2), strided = new StridedConv().OpenStreams(2);
        bool[] answers = new bool[2];
        plain.TryStep(new float[6], new float[10], answers);
        Assert.Equal([true, true], answers);
        plain.TryStep([1], new float[3], new float[5], answers.AsSpan(0, 1));
        Assert.Throws<NotSupportedException>(() => strided.Step(new float[6], new float[10]));
        Assert.Throws<NotSupportedException>(() => strided.Step([0], new float[3], new float[5]));
        Refused.Argument<ArgumentException>("answers", ["1 elements", "2 are expected"], () => strided.TryStep(new float[6], new float[10], new bool[1]));
        Refused.Argument<ArgumentException>("streams", ["twice"], () => strided.TryStep([1, 1], new float[6], new float[10], new bool[2]));
    }

    /// <summary>What a batch ends in a stream goes on from; a batch itself starts at the beginning of a window.</summary>
    [Fact]
    public void A_stream_goes_on_where_a_batch_ends_but_a_batch_starts_with_no_step_of_a_window()
    {
        var model = new WindowsApartToMean(seed: 2);
        float[] features = Batch.Floats(Batch.Random(model.Schema, 1, 17).Inputs), states = new float[model.Schema.StateSize];
        float[] expected = model.Predict(features), output = new float[4];
        model.Predict([features[..(3 * 10)]], new PredictOptions { FinalStates = states });
        WindowsApartToMean.StepStream stream = model.OpenStream();
        stream.SetState(states);
        bool any = false;
        for (int t = 10; t < 17; t++)
        {
            any |= stream.TryStep(features.AsSpan(3 * t, 3), output);
        }

        Assert.True(any);
        Assert.All(expected, (value, i) => Assert.Equal(value, output[i], 2e-6f));

        stream.TryStep(features.AsSpan(0, 3), output);
        stream.TryStep(features.AsSpan(0, 3), output);
        stream.CopyStateTo(states);
        Refused.Argument<ArgumentException>(
            "initialStates", ["steps of a window already", "a stream goes on"],
            () => model.Predict([features], new PredictOptions { InitialStates = states }));
    }

    [Fact]
    public void A_state_has_a_number_of_steps_that_a_window_can_have()
    {
        StridedTwice.StepStream stream = new StridedTwice().OpenStream();
        StreamGroup<float> group = new StridedTwice().OpenStreams(2);
        float[] state = new float[stream.StateSize];
        foreach ((int place, float value) in new[] { (6, 1f), (6, -2f), (6, 0.5f), (19, 2f), (19, -1f), (19, float.NaN) })
        {
            stream.CopyStateTo(state);
            state[place] = value;
            Refused.Argument<ArgumentException>("state", [$"Number {place}", "steps of a window"], () => stream.SetState(state));
            Refused.Argument<ArgumentException>("state", [$"Number {place}", "steps of a window"], () => group.SetState(1, state));
        }

        state[19] = 1;
        state[6] = -1;
        stream.SetState(state);
        group.SetState(1, state);
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        StridedTwice.StepStream stream = new StridedTwice().OpenStream();
        StreamGroup<float> group = new StridedTwice().OpenStreams(5);
        float[] output = new float[3], inputs = new float[15], outputs = new float[15];
        bool[] answers = new bool[5];
        Allocated.Nothing("TryStep", () => stream.TryStep([1, 2, 3], output));
        Allocated.Nothing("TryStep of a group", () => group.TryStep(inputs, outputs, answers));
    }

    [Fact]
    public void They_neither_write_nor_decode_nor_learn_streams()
    {
        var model = new WindowsOfTokens();
        Assert.Contains("some of its steps", Assert.Throws<NotSupportedException>(() => model.Generate([1, 2], new GenerationOptions())).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.CreateStreamDataset([1, 2, 3, 4, 5], streams: 1, steps: 2));
    }

    [Fact]
    public void A_schema_refuses_what_has_no_meaning()
    {
        Refused.Argument<ArgumentException>("stride", ["as many outputs as steps"], () => LayerSchema.Conv1D(4, 3, padding: ConvPadding.Same, stride: 2));
        Refused.Argument<ArgumentOutOfRangeException>("stride", ["0"], () => LayerSchema.Conv1D(4, 3, stride: 0));
        Refused.Argument<ArgumentOutOfRangeException>("stride", ["65537"], () => LayerSchema.Conv1D(4, 3, stride: 65_537));
        Refused.Argument<ArgumentException>("stride", ["no window"], () => LayerSchema.Pool(Pooling.Max, stride: 2));
        Refused.Argument<ArgumentOutOfRangeException>("window", ["-1"], () => LayerSchema.Pool(Pooling.Max, window: -1));
        ModelSchema masked = ModelSchema.ForFeatures("Masked", 3, LayerSchema.Conv1D(4, 3, stride: 2)).WithMaskValue(0);
        Refused.Argument<ArgumentException>("output", ["one step of several"], () => masked.With(MaskedOutput.Repeat));
        Assert.Throws<ArgumentException>(() => ModelSchema.ForFeatures(
            "Final", 3, LayerSchema.Conv1D(4, 3), LayerSchema.Pool(Pooling.Mean), LayerSchema.Pool(Pooling.Max, 2)));
    }

    [Fact]
    public void A_file_says_the_stride_the_padding_and_the_window()
    {
        foreach ((SequenceModel<float> saved, SequenceModel<float> other, string difference) in new (SequenceModel<float>, SequenceModel<float>, string)[]
        {
            (new StridedConv(), new PlainConv(), "'stride' of conv1 is 2 in the file, but not known in the model"),
            (new PlainConv(), new StridedConv(), "'stride' of conv1 is not given in the file, but 2 in the model"),
            (new PlainConv(), new UnpaddedConv(), "'padding' of conv1 is causal in the file, but valid in the model"),
            (new WindowsToMax(), new WiderWindows(), "'window' of pool1 is 2 in the file, but 3 in the model"),
        })
        {
            using var file = new MemoryStream();
            saved.Save(file);
            string message = Assert.Throws<InvalidDataException>(() => other.LoadParameters(file.ToArray())).Message;
            Assert.Contains(difference, message, StringComparison.Ordinal);
            saved.LoadParameters(file.ToArray());
        }
    }
}

[GruModel(inputSize: 3), Conv1D(5, 3)]
internal sealed partial class PlainConv;

[GruModel(inputSize: 3), Conv1D(5, 3, Padding = ConvPadding.Valid)]
internal sealed partial class UnpaddedConv;

[GruModel(inputSize: 3), Gru(17), Pool(Pooling.Max, Window = 3), Dense(2)]
internal sealed partial class WiderWindows;
