using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

// odd sizes, one block of units and several, with blocks left over and without, and a stack in which one layer resets before the product

[GruModel(inputSize: 1, WeightFormat = WeightFormat.BFloat16), Gru(1)]
internal sealed partial class Half1To1;

[GruModel(inputSize: 5, WeightFormat = WeightFormat.BFloat16), Gru(17), Dense(3)]
internal sealed partial class Half5To17;

[GruModel(inputSize: 8, WeightFormat = WeightFormat.BFloat16), Gru(80, Output = SequenceOutput.EveryStep)]
internal sealed partial class Half8To80;

[GruModel(inputSize: 64, WeightFormat = WeightFormat.BFloat16), Gru(64, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class Half64To64;

[GruModel(WeightFormat = WeightFormat.BFloat16), Embedding(7, 3), Gru(33), Gru(16, ResetAfter = false), Dense(5, Activation.Softmax)]
internal sealed partial class HalfStack;

[GruModel(inputSize: 6, WeightFormat = WeightFormat.BFloat16), Gru(18), Gru(33), Gru(17)]
internal sealed partial class HalfThree;

/// <summary>
/// Models whose predictions read bfloat16: exact for the rounded weights, near enough to the others, and trained as any other.
/// </summary>
public class BFloat16Tests
{
    private const int StepCount = 37;

    private static readonly Func<object>[] s_models =
    [
        () => new Half1To1(3), () => new Half5To17(3), () => new Half8To80(3), () => new Half64To64(3), () => new HalfStack(3), () => new HalfThree(3),
    ];

    public static TheoryData<int> Models => [.. Enumerable.Range(0, s_models.Length)];

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(-0.1f, -0.10009765625f)]
    [InlineData(1.00390625f, 1f)] // halfway: to the even one
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    public void A_float_becomes_the_nearest_of_eight_bits(float value, float expected) => Assert.Equal(expected, BFloat16.Round(value));

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_are_those_of_the_rounded_weights(int model) => Run(model, new Exact());

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_have_the_same_bits_at_every_width(int model) => Run(model, new SameBits());

    [Theory]
    [MemberData(nameof(Models))]
    public void Predictions_are_near_those_of_float32(int model) => Run(model, new Near());

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_has_all_the_bits_of_float32(int model) => Run(model, new Trained());

    private interface ICheck
    {
        void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged;
    }

    private static void Run(int number, ICheck check)
    {
        object model = s_models[number]();
        if (model is SequenceModel<int> tokens)
        {
            check.Assert(tokens);
        }
        else
        {
            check.Assert((SequenceModel<float>)model);
        }
    }

    private static TInput[] Sequence<TInput>(ModelSchema schema)
        where TInput : unmanaged => Batch.Random(schema, size: 1, StepCount).InputsAs<TInput>();

    /// <summary>What a stream gives after its last step, and what predictions of one sequence and of many give there.</summary>
    private static float[][] Outputs<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        (ModelSchema schema, TInput[] sequence) = (model.Schema, Sequence<TInput>(model.Schema));
        int stepSize = sequence.Length / StepCount, outputs = schema.OutputSize * (schema.Output == SequenceOutput.EveryStep ? StepCount : 1);
        SequenceStream<TInput> stream = Passes.Opened.Stream(model);
        float[] last = new float[schema.OutputSize], one = new float[outputs], many = new float[3 * outputs];
        for (int t = 0; t < StepCount; t++)
        {
            stream.Step(sequence.AsSpan(t * stepSize, stepSize), last);
        }

        model.Predict(sequence, one);
        model.Predict([sequence, sequence, sequence], many);
        return [last, one[^schema.OutputSize..], many[^schema.OutputSize..]];
    }

    /// <summary>The same from the reference, whose weights of recurrent layers are rounded.</summary>
    private static double[] Expected<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        var reference = new ReferenceModel(model.Schema, name =>
            [.. model.Parameters[name].ToArray().Select(value => (double)(name.Contains(".weight_", StringComparison.Ordinal) ? BFloat16.Round(value) : value))]);
        Batch batch = Batch.Random(model.Schema, size: 1, StepCount) with { InitialStates = null };
        return batch.RunForward(reference).Outputs[^model.Schema.OutputSize..];
    }

    private sealed class Exact : ICheck
    {
        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            double[] expected = Expected(model);
            Xunit.Assert.All(Outputs(model), outputs => Xunit.Assert.All(
                outputs.Zip(expected), pair => Xunit.Assert.Equal(pair.Second, pair.First, Results.OutputTolerance)));
        }
    }

    private sealed class SameBits : ICheck
    {
        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            float[][] expected = Outputs(model);
            foreach (int lanes in Simd.Choices)
            {
                model.Lanes = lanes;
                Xunit.Assert.Equal(expected, Outputs(model));
            }
        }
    }

    private sealed class Near : ICheck
    {
        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            // of weights of PyTorch's size: what the documentation of WeightFormat says of a weight, summed over a sequence
            ReferenceModel exact = ReferenceModel.Of(model);
            Batch batch = Batch.Random(model.Schema, size: 1, StepCount) with { InitialStates = null };
            double[] float32 = batch.RunForward(exact).Outputs[^model.Schema.OutputSize..];
            Xunit.Assert.All(Outputs(model)[0].Zip(float32), pair => Xunit.Assert.Equal(pair.Second, pair.First, 0.005));
            Xunit.Assert.Contains(Outputs(model)[0].Zip(float32), pair => Math.Abs(pair.First - pair.Second) > Results.OutputTolerance);
        }
    }

    private sealed class Trained : ICheck
    {
        public void Assert<TInput>(SequenceModel<TInput> model)
            where TInput : unmanaged
        {
            // a pass that goes back is one for training, and its numbers are those of all bits
            Batch batch = Batch.Random(model.Schema, size: 3, steps: 5);
            batch.Run(model).AssertEqual(batch.Run(ReferenceModel.Of(model)));
        }
    }
}
