using GruGen.Kernels;
using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>
/// What is left over when whole vectors, tiles and chunks are done, against the double reference: biases and their gradients, the last unit
/// of a layer, sums over rows that end anywhere.
/// </summary>
public class LeftoverTests
{
    /// <summary>
    /// Lengths of batches whose rows, taken together until they are 160 or the number of sequences changes, end everywhere.
    /// </summary>
    private static readonly Dictionary<string, int[]> Batches = new()
    {
        ["one sequence"] = [331],
        ["three groups"] = [.. Enumerable.Repeat(12, 20), .. Enumerable.Repeat(3, 13), .. Enumerable.Repeat(7, 20)],
        ["one fewer each step"] = [.. Enumerable.Range(0, 25)],
        ["a chunk each step"] = [.. Enumerable.Repeat(3, 160)],
        ["more than a chunk each step"] = [.. Enumerable.Repeat(2, 160), 5],
        ["half a chunk each step"] = [.. Enumerable.Repeat(6, 80), 1, 0],
        ["the longest alone"] = [1, 2, 60, 1, 9, 9, 0],
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string model in Models.Keys)
            {
                foreach (string batch in Batches.Keys)
                {
                    cases.Add(model, batch);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string> ModelNames => [.. Models.Keys];

    private static Dictionary<string, Func<object>> Models => new()
    {
        ["every step"] = () => new LeftoverEveryStep(1),
        ["heads"] = () => new LeftoverHeads(2),
        ["dense below"] = () => new LeftoverBelow(3),
        ["tokens"] = () => new LeftoverTokens(4),
        ["reset before"] = () => new LeftoverResetBefore(5),
        ["both ways"] = () => new LeftoverBothWays(6),
        ["wide"] = () => new LeftoverWide(7),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_ragged_batches_agree_with_the_reference(string model, string batch) => Run(model, new Ragged(Batches[batch]));

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void Every_unit_has_its_own_bias_wherever_it_is_computed(string model) => Run(model, new Biases());

    private static void Run(string name, ICheck check)
    {
        object model = Models[name]();
        if (model is SequenceModel<int> tokens)
        {
            SpreadBiases(tokens);
            check.Assert(tokens);
        }
        else
        {
            SpreadBiases((SequenceModel<float>)model);
            check.Assert((SequenceModel<float>)model);
        }
    }

    /// <summary>Biases that differ from each other and from 0, which many start from.</summary>
    private static void SpreadBiases<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        foreach (string name in model.Schema.Tensors.Select(tensor => tensor.Name).Where(name => name.Contains(".bias", StringComparison.Ordinal)))
        {
            model.Parameters.Set(name, [.. Enumerable.Range(0, model.Parameters[name].Length).Select(i => (i % 2 == 0 ? 0.25f : -0.25f) + i / 256f)]);
        }
    }

    private interface ICheck
    {
        void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged;
    }

    private sealed class Ragged(int[] lengths) : ICheck
    {
        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            Batch batch = Batch.Random(model.Schema, lengths.Length, lengths.Max(), lengths);
            Results expected = batch.Run(ReferenceModel.Of(model));
            foreach (int lanes in Simd.Choices)
            {
                model.Lanes = lanes;
                batch.Run(model).AssertEqual(expected);
            }
        }
    }

    /// <summary>
    /// By everything that predicts, for as many rows as make tiles of four, of two and of one. Where the last layer is linear, so that its
    /// biases are only added, each is then changed alone.
    /// </summary>
    private sealed class Biases : ICheck
    {
        private const int StepCount = 3;

        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            ModelSchema schema = model.Schema;
            foreach (int size in (int[])[1, 2, 3, 4, 5, 7, 13])
            {
                Batch batch = Batch.Random(schema, size, StepCount) with { InitialStates = null };
                AssertAll(model, batch, batch.RunForward(ReferenceModel.Of(model)).Outputs);
            }

            if (schema.OutputActivation != Activation.Linear)
            {
                return;
            }

            Batch five = Batch.Random(schema, 5, StepCount) with { InitialStates = null };
            (string name, double[] before) = (schema.Tensors[^1].Name, five.RunForward(ReferenceModel.Of(model)).Outputs);
            float[] bias = model.Parameters[name].ToArray();
            for (int unit = 0; unit < bias.Length; unit++)
            {
                float[] changed = [.. bias];
                changed[unit] += 0.5f;
                model.Parameters.Set(name, changed);
                int own = unit;
                AssertAll(model, five, [.. before.Select((value, i) => value + (i % bias.Length == own ? 0.5 : 0))]);
            }
        }

        private static void AssertAll<TInput>(SequenceModel<TInput> model, Batch batch, double[] expected)
            where TInput : unmanaged
        {
            ModelSchema schema = model.Schema;
            TInput[] inputs = batch.InputsAs<TInput>();
            int row = inputs.Length / batch.Size, room = expected.Length / batch.Size, step = row / StepCount;
            float[] outputs = new float[expected.Length], many = new float[expected.Length], one = new float[room];
            model.CreatePass(batch.Size, StepCount).Forward(inputs, batch.Size, StepCount, outputs);
            model.Predict([.. inputs.Chunk(row)], many);
            model.Predict(inputs.AsSpan(0, row), one);
            AssertClose(expected, outputs);
            AssertClose(expected, many);
            AssertClose(expected[..room], one);
            if (!schema.CanStream)
            {
                return;
            }

            SequenceStream<TInput> stream = Opened.Stream(model);
            StreamGroup<TInput> group = model.OpenStreams(batch.Size);
            float[] last = new float[schema.OutputSize], lasts = new float[batch.Size * schema.OutputSize];
            for (int t = 0; t < StepCount; t++)
            {
                stream.Step(inputs.AsSpan(t * step, step), last);
                group.Step([.. Enumerable.Range(0, batch.Size).SelectMany(b => inputs[(b * row + t * step)..(b * row + (t + 1) * step)])], lasts);
            }

            AssertClose(expected[(room - last.Length)..room], last);
            AssertClose([.. expected.Chunk(room).SelectMany(outputs => outputs[^last.Length..])], lasts);
        }

        private static void AssertClose(double[] expected, float[] actual) => Xunit.Assert.All(
            actual.Zip(expected), pair => Xunit.Assert.Equal(pair.Second, pair.First, Results.OutputTolerance));
    }
}
