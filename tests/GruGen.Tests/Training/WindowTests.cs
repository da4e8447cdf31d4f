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
        Assert.Equal((SequenceDataset.NotCounted, 2f), (data.Label(2, 1), data.Weight(2, 2)));
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

    [Fact]
    public void They_take_whole_sequences()
    {
        SequenceModel<float> model = new StridedConv(); // of a type by which the build does not know it
        Assert.False(model.Schema.CanStream);
        Assert.Throws<NotSupportedException>(() => model.OpenStreams(2));
        Assert.False(new WindowsToMax().Schema.CanStream);
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
