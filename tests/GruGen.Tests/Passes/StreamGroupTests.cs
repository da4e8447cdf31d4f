using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>Streams side by side give what each would give alone, whoever steps with it.</summary>
public class StreamGroupTests
{
    private const int Streams = 300; // a block of 256, and a part of another one

    private static readonly string[] Names =
    [
        "1 to 1", "5 to 17", "48 to 64", "stack", "stack, final state", "final state", "tokens", "tokens, every step", "dense below", "dense first",
        "dense between", "dense above", "dense above every step", "softmax between", "wide output", "reset before, final state", "z replaces",
        "hard gates", "learned states, stack", "residual, stack", "normalised between", "pooled to the last", "dropout",
        "silu, every step", "gelu", "elu", "dense without bias", "prelu", "prelu, every step",
        "convolved", "convolved, dilated", "convolved, dilated beyond", "convolved stack", "convolved tokens", "convolved, dropout", "batch norm", "batch norm, tokens",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> FewModels =>
        ModelFactory.With(["stack, final state", "tokens, every step", "dense above"], name => Shape.ByName(name).Schema);

    public static TheoryData<string> Shapes => [.. Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Streams_give_the_bits_of_a_batch_whoever_steps_with_them(string factory, string shape) => Run(factory, shape, new LikeABatch());

    [Theory]
    [MemberData(nameof(Models))]
    public void A_stream_agrees_with_one_that_is_open_by_itself(string factory, string shape) => Run(factory, shape, new LikeOneStream());

    [Theory]
    [MemberData(nameof(FewModels))]
    public void States_go_in_and_out_and_from_one_stream_to_another(string factory, string shape) => Run(factory, shape, new States());

    [Theory]
    [MemberData(nameof(FewModels))]
    public void Weights_stay_until_a_refresh_or_a_reset(string factory, string shape) => Run(factory, shape, new Weights());

    [Theory]
    [MemberData(nameof(FewModels))]
    public void Nothing_is_allocated(string factory, string shape) => Run(factory, shape, new Allocations());

    [Theory]
    [MemberData(nameof(FewModels))]
    public void Groups_of_one_model_may_step_at_the_same_time(string factory, string shape) => Run(factory, shape, new Threads());

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_same_bits(string shape)
    {
        float[][] widths = [.. ModelFactory.EmittedNames.Select(factory =>
        {
            var steps = new Outputs();
            Run(factory, shape, steps);
            return steps.Values;
        })];

        Assert.All(widths[1..], width => Assert.Equal(widths[0], width));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_wrong_with_one_stream_stays_there(float poison)
    {
        const int Poisoned = 2;
        ModelSchema schema = Shape.ByName("stack, final state").Schema;
        foreach (string factory in ModelFactory.Names)
        {
            SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(schema, seed: 2);
            StreamGroup<float> healthy = model.OpenStreams(7), group = model.OpenStreams(7);
            float[] inputs = Inputs<float>(schema, 7), expected = new float[7], outputs = new float[7], state = new float[group.StateSize];
            state.AsSpan().Fill(poison);
            group.SetState(Poisoned, state);
            for (int t = 0; t < 3; t++)
            {
                healthy.Step(inputs, expected);
                group.Step(inputs, outputs);
            }

            expected[Poisoned] = outputs[Poisoned];
            Assert.Equal(expected, outputs);

            // who comes next starts healthy
            group.Reset(Poisoned);
            healthy.Reset(Poisoned);
            healthy.Step(inputs, expected);
            group.Step(inputs, outputs);
            Assert.Equal(expected, outputs);
        }
    }

    private static void Run(string factory, string shape, IStreamTest test)
    {
        ModelSchema schema = Shape.ByName(shape).Schema;
        if (schema.ReadsTokens)
        {
            test.Run(ModelFactory.ByName(factory).Create<int>(schema, seed: 5));
        }
        else
        {
            test.Run(ModelFactory.ByName(factory).Create<float>(schema, seed: 5));
        }
    }

    /// <summary>Random inputs of one step.</summary>
    private static TInput[] Inputs<TInput>(ModelSchema schema, int streams, ulong seed = 1)
        where TInput : unmanaged => Batch.Random(schema, streams, steps: 1, seed: seed).InputsAs<TInput>();

    private static float[] Step<TInput>(StreamGroup<TInput> group, ModelSchema schema, ulong seed = 1)
        where TInput : unmanaged
    {
        float[] outputs = new float[group.Count * schema.OutputSize];
        group.Step(Inputs<TInput>(schema, group.Count, seed), outputs);
        return outputs;
    }

    private static float[] StateOf<TInput>(StreamGroup<TInput> group, int stream)
        where TInput : unmanaged
    {
        float[] state = new float[group.StateSize];
        group.CopyStateTo(stream, state);
        return state;
    }

    private interface IStreamTest
    {
        void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged;
    }

    /// <summary>Sequences of different lengths step in random company until each is at its end.</summary>
    private sealed class LikeABatch : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            const int StepCount = 4;
            ModelSchema schema = model.Schema;
            var random = new RandomSource(7);
            int[] lengths = [.. Enumerable.Range(0, Streams).Select(_ => 1 + random.NextInt32(StepCount))];
            Batch batch = Batch.Random(schema, Streams, StepCount, lengths);
            TInput[] inputs = batch.InputsAs<TInput>();
            bool every = schema.Output == SequenceOutput.EveryStep;
            int stepSize = schema.ReadsTokens ? 1 : schema.InputSize, size = schema.OutputSize;
            float[] expected = new float[batch.OutputGradients.Length], actual = new float[expected.Length];
            SequencePass<TInput> pass = model.CreatePass(Streams, StepCount);
            pass.Forward(inputs, Streams, StepCount, expected, lengths, Batch.Floats(batch.BySequence(batch.InitialStates)));

            StreamGroup<TInput> group = model.OpenStreams(Streams);
            for (int b = 0; b < Streams; b++)
            {
                group.SetState(b, Batch.Floats(batch.Rows(b, 1).InitialStates));
            }

            int[] taken = new int[Streams];
            int[] all = [.. Enumerable.Range(0, Streams)];
            Take(all);
            for (int[] left = Left(); left.Length > 0; left = Left())
            {
                random.Shuffle(left);
                Take(left[..(1 + random.NextInt32(left.Length))]);
            }

            Assert.Equal(expected, actual);
            float[] finalStates = new float[Streams * group.StateSize];
            pass.CopyFinalStatesTo(finalStates);
            Assert.All(all, b => Assert.Equal(finalStates[(b * group.StateSize)..((b + 1) * group.StateSize)], StateOf(group, b)));

            int[] Left() => [.. all.Where(b => taken[b] < lengths[b])];

            void Take(int[] streams)
            {
                float[] outputs = new float[streams.Length * size];
                TInput[] features = [.. streams.SelectMany(b => inputs.AsSpan(((b * StepCount) + taken[b]) * stepSize, stepSize).ToArray())];
                if (streams.Length == Streams)
                {
                    group.Step(features, outputs);
                }
                else
                {
                    group.Step(streams, features, outputs);
                }

                for (int i = 0; i < streams.Length; i++)
                {
                    int b = streams[i], place = every ? (b * StepCount) + taken[b] : b;
                    outputs.AsSpan(i * size, size).CopyTo(actual.AsSpan(place * size));
                    taken[b]++;
                }
            }
        }
    }

    private sealed class LikeOneStream : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            const int Count = 5;
            ModelSchema schema = model.Schema;
            StreamGroup<TInput> group = model.OpenStreams(Count);
            SequenceStream<TInput>[] streams = [.. Enumerable.Range(0, Count).Select(_ => Opened.Stream(model))];
            Assert.Equal(streams[0].StateSize, group.StateSize);
            int stepSize = schema.ReadsTokens ? 1 : schema.InputSize;
            float[] output = new float[schema.OutputSize], state = new float[group.StateSize];
            for (ulong t = 0; t < 4; t++)
            {
                TInput[] inputs = Inputs<TInput>(schema, Count, seed: t);
                float[] outputs = Step(group, schema, seed: t);
                for (int i = 0; i < Count; i++)
                {
                    streams[i].Step(inputs.AsSpan(i * stepSize, stepSize), output);
                    AssertWithinRounding(output, outputs.AsSpan(i * output.Length, output.Length));
                    streams[i].CopyStateTo(state);
                    AssertWithinRounding(state, StateOf(group, i));
                }
            }
        }

        private static void AssertWithinRounding(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[i], (float)Results.OutputTolerance);
            }
        }
    }

    private sealed class States : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            ModelSchema schema = model.Schema;
            StreamGroup<TInput> group = model.OpenStreams(Streams), resumed = model.OpenStreams(Streams);
            float[] first = Step(group, schema);
            for (int i = 0; i < Streams; i++)
            {
                resumed.SetState(Streams - 1 - i, StateOf(group, i));
                Assert.Equal(StateOf(group, i), StateOf(resumed, Streams - 1 - i));
            }

            // another stream than the one copied to stays as it was
            float[] left = StateOf(group, 257), right = StateOf(group, 259);
            group.CopyState(from: 3, to: 258);
            group.CopyState(from: 3, to: 3);
            Assert.Equal(StateOf(group, 3), StateOf(group, 258));
            Assert.Equal([left, right], [StateOf(group, 257), StateOf(group, 259)]);

            // resumed streams and copied ones go on with the same bits
            int size = schema.OutputSize, stepSize = schema.ReadsTokens ? 1 : schema.InputSize;
            TInput[] inputs = Inputs<TInput>(schema, 1, seed: 2);
            float[] outputs = new float[2 * size], mirrored = new float[size];
            group.Step([258, 3], [.. inputs, .. inputs], outputs);
            resumed.Step([Streams - 1 - 3], inputs, mirrored);
            Assert.Equal([.. mirrored, .. mirrored], outputs);

            group.Reset(258);
            Assert.Equal(new float[group.StateSize], StateOf(group, 258));
            Assert.Equal([left, right], [StateOf(group, 257), StateOf(group, 259)]);

            group.Reset();
            Assert.Equal(first, Step(group, schema));
        }
    }

    private sealed class Weights : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            ModelSchema schema = model.Schema;
            StreamGroup<TInput> group = model.OpenStreams(3), twin = model.OpenStreams(3);
            float[] first = Step(group, schema), second = Step(group, schema, seed: 2);
            float[] state = StateOf(group, 1);
            foreach (string name in (string[])[schema.Tensors[0].Name, "gru1.weight_hh_l0"])
            {
                model.Parameters.Set(name, new float[model.Parameters[name].Length]);
            }

            Assert.Equal(first, Step(twin, schema));
            Assert.Equal(second, Step(twin, schema, seed: 2));

            // the new weights, on the states so far
            group.Refresh();
            Assert.Equal(state, StateOf(group, 1));
            StreamGroup<TInput> changed = model.OpenStreams(3);
            for (int i = 0; i < 3; i++)
            {
                changed.SetState(i, StateOf(group, i));
            }

            Assert.Equal(Step(changed, schema, seed: 3), Step(group, schema, seed: 3));
            Assert.NotEqual(Step(twin, schema, seed: 3), Step(group, schema, seed: 3));

            // and from zero states; a stream that is reset alone keeps the weights of the others
            twin.Reset(0);
            twin.Reset(1);
            twin.Reset(2);
            Assert.Equal(first, Step(twin, schema));
            twin.Reset();
            Assert.Equal(Step(model.OpenStreams(3), schema), Step(twin, schema));
        }
    }

    private sealed class Allocations : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            ModelSchema schema = model.Schema;
            StreamGroup<TInput> group = model.OpenStreams(Streams);
            TInput[] inputs = Inputs<TInput>(schema, Streams);
            int[] some = [299, 7, 255, 256, 0];
            TInput[] few = inputs[..(some.Length * inputs.Length / Streams)];
            float[] outputs = new float[Streams * schema.OutputSize], state = new float[group.StateSize];
            Allocated.Nothing("Step", () => group.Step(inputs, outputs));
            Allocated.Nothing("Step of some", () => group.Step(some, few, outputs.AsSpan(0, some.Length * schema.OutputSize)));
            Allocated.Nothing("states", () =>
            {
                group.CopyStateTo(1, state);
                group.SetState(2, state);
                group.CopyState(3, 4);
                group.Reset(5);
            });
            Allocated.Nothing("Refresh and Reset", () =>
            {
                group.Refresh();
                group.Reset();
            });
        }
    }

    private sealed class Threads : IStreamTest
    {
        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            StreamGroup<TInput> alone = model.OpenStreams(9);
            float[][] expected = [.. Enumerable.Range(0, 5).Select(t => Step(alone, model.Schema, seed: (ulong)t))];
            Parallel.For(0, 16, _ =>
            {
                StreamGroup<TInput> group = model.OpenStreams(9);
                for (int t = 0; t < expected.Length; t++)
                {
                    Assert.Equal(expected[t], Step(group, model.Schema, seed: (ulong)t));
                }
            });
        }
    }

    private sealed class Outputs : IStreamTest
    {
        public float[] Values { get; private set; } = [];

        public void Run<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            StreamGroup<TInput> group = model.OpenStreams(11);
            Values = [.. Enumerable.Range(0, 4).SelectMany(t => Step(group, model.Schema, seed: (ulong)t))];
        }
    }
}
