using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>The ways through a model give one result: a pass, a prediction of one sequence or of many, and a stream step by step.</summary>
public class AgreementTests
{
    public static TheoryData<string, string> Models => ModelFactory.With(Shape.Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> Streams =>
        ModelFactory.With(Shape.Names.Where(name => Shape.ByName(name).Schema.CanStream), name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_in_blocks_of_steps_are_those_of_a_pass_bit_for_bit(string factory, string shape) =>
        Run(factory, shape, new Blocks());

    [Theory]
    [MemberData(nameof(Models))]
    public void One_sequence_alone_agrees_with_many(string factory, string shape) => Run(factory, shape, new OneAndMany());

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_agrees_with_a_prediction_at_every_step(string factory, string shape) => Run(factory, shape, new StreamSteps());

    [Theory]
    [MemberData(nameof(Models))]
    public void A_row_has_the_same_bits_wherever_it_stands_in_a_batch(string factory, string shape) => Run(factory, shape, new AloneAndTogether());

    private static void Run(string factory, string name, IAgreement agreement)
    {
        Shape shape = Shape.ByName(name);
        if (shape.Schema.ReadsTokens)
        {
            agreement.Assert(shape.Model<int>(factory, seed: 4), shape);
        }
        else
        {
            agreement.Assert(shape.Model<float>(factory, seed: 4), shape);
        }
    }

    /// <summary>The sequences of a batch, each with its own steps only.</summary>
    private static TInput[][] Sequences<TInput>(Shape shape, Batch batch)
        where TInput : unmanaged
    {
        int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize;
        TInput[] inputs = batch.InputsAs<TInput>();
        return [.. Enumerable.Range(0, shape.Batch).Select(b => inputs.AsSpan(b * shape.Steps * stepSize, Length(shape, b) * stepSize).ToArray())];
    }

    private static int Length(Shape shape, int b) => shape.Lengths?[b] ?? shape.Steps;

    private static int OutputLength(Shape shape, int b) => shape.Schema.OutputSize * shape.Schema.OutputSteps(Length(shape, b));

    private static float[] PredictMany<TInput>(SequenceModel<TInput> model, Shape shape, TInput[][] sequences)
        where TInput : unmanaged
    {
        float[] outputs = new float[Enumerable.Range(0, shape.Batch).Sum(b => OutputLength(shape, b))];
        model.Predict(sequences, outputs);
        return outputs;
    }

    private static void AssertWithinRounding(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Xunit.Assert.Equal(expected[i], actual[i], (float)Results.OutputTolerance);
        }
    }

    private interface IAgreement
    {
        void Assert<TInput>(SequenceModel<TInput> model, Shape shape)
            where TInput : unmanaged;
    }

    private sealed class Blocks : IAgreement
    {
        public void Assert<TInput>(SequenceModel<TInput> model, Shape shape)
            where TInput : unmanaged
        {
            Batch batch = shape.RandomBatch();
            float[] rows = new float[batch.OutputGradients.Length];
            model.CreatePass(shape.Batch, Math.Max(shape.Steps, 1)).Forward(batch.InputsAs<TInput>(), shape.Batch, shape.Steps, rows, shape.Lengths);

            float[] outputs = PredictMany(model, shape, Sequences<TInput>(shape, batch));

            int place = 0;
            int room = shape.Schema.OutputSize * shape.Schema.OutputSteps(shape.Steps);
            for (int b = 0; b < shape.Batch; b++)
            {
                int length = OutputLength(shape, b);
                Xunit.Assert.Equal(rows.AsSpan(b * room, length), outputs.AsSpan(place, length));
                place += length;
            }
        }
    }

    private sealed class OneAndMany : IAgreement
    {
        public void Assert<TInput>(SequenceModel<TInput> model, Shape shape)
            where TInput : unmanaged
        {
            TInput[][] sequences = Sequences<TInput>(shape, shape.RandomBatch());
            float[] many = PredictMany(model, shape, sequences);

            int place = 0;
            for (int b = 0; b < shape.Batch; b++)
            {
                float[] one = new float[OutputLength(shape, b)];
                model.Predict(sequences[b], one);
                AssertWithinRounding(many.AsSpan(place, one.Length), one);
                place += one.Length;
            }
        }
    }

    private sealed class StreamSteps : IAgreement
    {
        public void Assert<TInput>(SequenceModel<TInput> model, Shape shape)
            where TInput : unmanaged
        {
            int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize, size = shape.Schema.OutputSize;
            TInput[] sequence = Opened.Steps(shape.Schema, Sequences<TInput>(shape, shape.RandomBatch())[0]);
            SequenceStream<TInput> stream = Opened.Stream(model), resumed = Opened.Stream(model);
            float[] state = new float[stream.StateSize], output = new float[size], again = new float[size];
            for (int t = 0; t < sequence.Length / stepSize; t++)
            {
                ReadOnlySpan<TInput> step = sequence.AsSpan(t * stepSize, stepSize);
                stream.CopyStateTo(state);
                resumed.SetState(state);
                Array.Fill(output, 77);
                Array.Fill(again, 77);
                bool answers = stream.TryStep(step, output);
                Xunit.Assert.Equal(answers, resumed.TryStep(step, again));
                Xunit.Assert.Equal(output, again);

                // after a step of the last layer there is an output, and otherwise none
                int layers = shape.Schema.Layers.Length;
                Xunit.Assert.Equal(shape.Schema.StepsAfter(layers, t + 1) > shape.Schema.StepsAfter(layers, t), answers);
                float[] prediction = new float[size * shape.Schema.OutputSteps(t + 1)];
                model.Predict(sequence.AsSpan(0, (t + 1) * stepSize), prediction);
                if (answers)
                {
                    AssertWithinRounding(prediction.AsSpan(prediction.Length - size), output);
                }
                else
                {
                    Xunit.Assert.All(output, value => Xunit.Assert.Equal(77, value));
                }
            }

            // from zero states again, the same steps give the same bits
            stream.Reset();
            float[] first = new float[size], second = new float[size];
            if (sequence.Length > 0)
            {
                stream.TryStep(sequence.AsSpan(0, stepSize), first);
                Opened.Stream(model).TryStep(sequence.AsSpan(0, stepSize), second);
                Xunit.Assert.Equal(second, first);
            }
        }
    }

    private sealed class AloneAndTogether : IAgreement
    {
        public void Assert<TInput>(SequenceModel<TInput> model, Shape shape)
            where TInput : unmanaged
        {
            Batch batch = shape.RandomBatch();
            SequencePass<TInput> pass = model.CreatePass(shape.Batch, Math.Max(shape.Steps, 1));
            float[] together = new float[batch.OutputGradients.Length];
            pass.Forward(batch.InputsAs<TInput>(), shape.Batch, shape.Steps, together, shape.Lengths);
            int room = shape.Schema.OutputSize * shape.Schema.OutputSteps(shape.Steps);
            TInput[][] sequences = Sequences<TInput>(shape, batch);
            for (int b = 0; b < shape.Batch; b++)
            {
                float[] alone = new float[OutputLength(shape, b)];
                pass.Forward(sequences[b], 1, Length(shape, b), alone);
                Xunit.Assert.Equal(together.AsSpan(b * room, alone.Length), alone.AsSpan());
            }
        }
    }
}
