using GruGen.Tests.Passes;
using GruGen.Tests.Reference;
using GruGen.Tests.Training;

namespace GruGen.Tests.Emitted;

/// <summary>Tokens that only fill sequences are as good as not there, to the bit and at every surface.</summary>
public class PaddingTests
{
    public static TheoryData<string> Shapes => [.. Shape.FamilyNames.Where(name => Shape.ByName(name).Schema.PaddingToken >= 0)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Predictions_and_passes_go_by_what_is_left(string name)
    {
        (Shape shape, SequenceModel<int> model) = Create(name);
        Batch batch = shape.RandomBatch();
        int[] inputs = batch.InputsAs<int>();
        SequencePass<int> pass = model.CreatePass(shape.Batch, shape.Steps);
        float[] together = new float[batch.OutputGradients.Length], full = new float[together.Length];
        pass.Forward(inputs, shape.Batch, shape.Steps, together, shape.Lengths);
        pass.Forward(inputs, shape.Batch, shape.Steps, full, [.. Enumerable.Repeat(shape.Steps, shape.Batch)]);
        int room = together.Length / shape.Batch;
        for (int b = 0; b < shape.Batch; b++)
        {
            int[] all = inputs[(b * shape.Steps)..((b + 1) * shape.Steps)], padded = all[..(shape.Lengths?[b] ?? shape.Steps)];
            Assert.Equal(Spread(model.Schema, padded, Pass(padded), room), together[(b * room)..((b + 1) * room)]);
            Assert.Equal(Spread(model.Schema, all, Pass(all), room), full[(b * room)..((b + 1) * room)]);
            Assert.Equal(Spread(model.Schema, padded, One(Bare(model.Schema, padded))), One(padded));
            Assert.Equal(Spread(model.Schema, padded, Many(Bare(model.Schema, padded))), Many(padded));
        }

        float[] Pass(int[] tokens)
        {
            int[] bare = Bare(model.Schema, tokens);
            float[] outputs = new float[OutputLength(model.Schema, bare)];
            pass.Forward(bare, 1, bare.Length, outputs);
            return outputs;
        }

        float[] One(int[] tokens)
        {
            float[] outputs = new float[OutputLength(model.Schema, tokens)];
            model.Predict(tokens, outputs);
            return outputs;
        }

        float[] Many(int[] tokens)
        {
            float[] outputs = new float[OutputLength(model.Schema, tokens)];
            model.Predict([tokens], outputs);
            return outputs;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_sequence_of_nothing_but_padding_ends_where_it_began(string name)
    {
        (_, SequenceModel<int> model) = Create(name);
        int padding = model.Schema.PaddingToken, token = padding == 0 ? 1 : 0;
        Batch batch = Batch.Random(model.Schema, 3, 3) with { Inputs = [padding, padding, padding, token, padding, token, token, token, token], Lengths = [3, 3, 0] };

        Results results = batch.Run(model);

        Assert.All(results.Names, tensor => Assert.All(results[tensor], value => Assert.True(double.IsFinite(value), $"{tensor}: {value}")));
        foreach (int b in (int[])[0, 2])
        {
            Assert.Equal(batch.Rows(b, 1).InitialStates, batch.Row(results, b)["h_n"]);
        }

        Assert.NotEqual(batch.Rows(1, 1).InitialStates, batch.Row(results, 1)["h_n"]);
        if (model.Schema.Output == SequenceOutput.EveryStep)
        {
            Assert.All(batch.Row(results, 0)["output"], output => Assert.Equal(0, output));
        }
    }

    [Fact]
    public void Streams_refuse_it_and_stay_where_they_are()
    {
        var model = new PaddingEveryStep(seed: 1);
        PaddingEveryStep.StepStream stream = model.OpenStream(), undisturbed = model.OpenStream();
        StreamGroup<int> group = model.OpenStreams(2);
        float[] output = new float[7], expected = new float[7], outputs = new float[14];

        Refused.Argument<ArgumentOutOfRangeException>("token", [3, "only fills"], () => stream.Step(3, output));
        Refused.Argument<ArgumentOutOfRangeException>("token", [3, "only fills"], () => stream.Step([3], output));
        Refused.Argument<ArgumentOutOfRangeException>("inputs", ["Token 1", 3, "only fills"], () => group.Step([2, 3], outputs));
        Refused.Argument<ArgumentOutOfRangeException>("inputs", ["Token 0", 3, "only fills"], () => group.Step([1], [3], output));

        stream.Step(2, output);
        undisturbed.Step(2, expected);
        Assert.Equal(expected, output);
        group.Step([2, 2], outputs);
        Assert.Equal(outputs[..7], outputs[7..]);
    }

    [Fact]
    public void A_dataset_leaves_it_out_with_its_targets()
    {
        SequenceDataset<int> labels = PaddingEveryStep.CreateDataset(), values = PaddingBothWays.CreateDataset();
        labels.AddPerStep([3, 1, 3, 2, 3], labels: [6, 5, 4, SequenceDataset.NotCounted, 2]);
        labels.AddPerStep([3, 3], labels: [0, 0]);
        values.AddPerStep([5, 1, 7], targets: [1, 2, 3, 4, 5, 6]);

        Assert.Equal([1, 2], labels.Input(0).ToArray());
        Assert.Equal((5, SequenceDataset.NotCounted), (labels.Label(0, 0), labels.Label(0, 1)));
        Assert.Equal([1, 0], [labels.CountedRows(0), labels.CountedRows(1)]);
        Assert.Equal((2, 0, 2), (labels.Length(0), labels.Length(1), labels.MaxLength));
        Assert.Equal([5, 7], values.Input(0).ToArray());
        Assert.Equal([1, 2], values.Values(0, 0).ToArray());
        Assert.Equal([5, 6], values.Values(0, 1).ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Losses_and_what_is_learned_are_those_of_what_is_left(string name)
    {
        (Shape shape, SequenceModel<int> model) = Create(name);
        ModelSchema schema = shape.Schema;
        int padding = schema.PaddingToken;
        SequenceDataset<int> bare = TrainingTask.Data<int>(schema), padded = new(schema);
        for (int i = 0; i < bare.Count; i++)
        {
            // before, between and after the steps, with targets that would be noticed
            int[] tokens = [padding, .. bare.Input(i).ToArray().SelectMany(token => new[] { token, padding, padding })];
            int row(int t) => t % 3 == 1 ? t / 3 : -1;
            switch (schema.Output, bare.Kind)
            {
                case (SequenceOutput.EveryStep, TargetKind.Values) when schema.ChangesSteps:
                    float[] own = [.. Enumerable.Range(0, bare.Rows(i)).SelectMany(row => bare.Values(i, row).ToArray())];
                    float[] targets = [.. Enumerable.Repeat(9f, OutputLength(schema, tokens))];
                    own.CopyTo(targets, 0);
                    padded.AddPerStep(tokens, targets);
                    break;
                case (SequenceOutput.EveryStep, TargetKind.Labels):
                    padded.AddPerStep(tokens, labels: [.. tokens.Select((_, t) => row(t) < 0 ? 0 : bare.Label(i, row(t)))]);
                    break;
                case (SequenceOutput.EveryStep, _):
                    padded.AddPerStep(tokens, targets: [.. tokens.SelectMany((_, t) => row(t) < 0 ? [.. Enumerable.Repeat(9f, schema.OutputSize)] : bare.Values(i, row(t)).ToArray())]);
                    break;
                default:
                    padded.Add(tokens, target: bare.Values(i, 0));
                    break;
            }
        }

        (_, SequenceModel<int> other) = Create(name);
        Assert.Equal(model.Evaluate(bare), model.Evaluate(padded));
        var options = new TrainingOptions { Optimizer = new Adam(0.01), Epochs = 2, BatchSize = 4 };
        Assert.Equal(model.Fit(bare, options)["loss"], other.Fit(padded, options)["loss"]);
        Assert.Equal(model.Parameters.All, other.Parameters.All);
        int size = schema.Layers[0].OutputSize;
        Assert.Equal(new float[size], model.Parameters["embedding.weight"].Slice(padding * size, size));
    }

    private static (Shape Shape, SequenceModel<int> Model) Create(string name)
    {
        Shape shape = Shape.ByName(name);
        return (shape, shape.Model<int>(ModelFactory.EmittedNames.First(), seed: 4));
    }

    private static int[] Bare(ModelSchema schema, int[] tokens) => [.. tokens.Where(token => token != schema.PaddingToken)];

    private static int OutputLength(ModelSchema schema, int[] tokens) => schema.OutputSize * schema.OutputSteps(tokens.Length);

    /// <summary>Outputs of the steps that are left, with zeros where padding stands and, if there is room for more, after them.</summary>
    private static float[] Spread(ModelSchema schema, int[] padded, float[] outputs, int room = 0)
    {
        if (schema.Output == SequenceOutput.Final)
        {
            return outputs;
        }

        int size = schema.OutputSize;
        if (schema.ChangesSteps)
        {
            room = Math.Max(room, OutputLength(schema, padded)); // no output is one of padding
            return [.. outputs, .. new float[room - outputs.Length]];
        }

        var steps = new Queue<float[]>(outputs.Chunk(size));
        float[] spread = [.. padded.SelectMany(token => token == schema.PaddingToken ? new float[size] : steps.Dequeue())];
        if (schema.MaskedOutput == MaskedOutput.Repeat)
        {
            // what reads forwards repeats the step before, and the second half of what reads both ways the step after
            int forward = schema.Layers[^1].Options is { Bidirectional: true } ? size / 2 : size;
            for (int t = 1; t < padded.Length; t++)
            {
                Repeat(t, t - 1, 0, forward);
            }

            for (int t = padded.Length - 2; t >= 0; t--)
            {
                Repeat(t, t + 1, forward, size);
            }
        }

        return [.. spread, .. new float[Math.Max(0, room - spread.Length)]];

        void Repeat(int step, int other, int from, int to)
        {
            if (padded[step] == schema.PaddingToken)
            {
                spread.AsSpan((other * size)..)[from..to].CopyTo(spread.AsSpan((step * size)..)[from..to]);
            }
        }
    }
}
