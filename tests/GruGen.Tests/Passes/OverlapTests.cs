using System.Runtime.InteropServices;
using GruGen.Tests.Emitted;

namespace GruGen.Tests.Passes;

/// <summary>
/// What is read and what is written may not overlap: sequences run in blocks, so outputs would be read as inputs. A step of a stream may
/// write its output over its input, as audio does.
/// </summary>
public class OverlapTests
{
    private const int Steps = 100;

    [Fact]
    public void Sequences_that_overlap_their_outputs_are_refused()
    {
        foreach (SequenceModel<float> model in new SequenceModel<float>[] { new InPlace(), new DynamicModel<float>(new InPlace().Schema), new BothWays2() })
        {
            float[] memory = Random(2 * Steps + 5);
            float[] before = [.. memory];
            foreach (int shift in new[] { 0, 1, 5 })
            {
                Overlaps("output", "input", () => model.Predict(memory.AsSpan(0, 2 * Steps), memory.AsSpan(shift, 2 * Steps)));
                Overlaps("output", "input", () => model.Predict(memory.AsSpan(shift, 2 * Steps), memory.AsSpan(0, 2 * Steps)));
            }

            float[] both = new float[24];
            Overlaps("outputs", "inputs", () => model.Predict([both], both.AsSpan()));
            Overlaps("outputs", "inputs", () => model.Predict([both], both, new PredictOptions { MaxDegreeOfParallelism = 2 }));
            Assert.Equal(before, memory);
        }
    }

    [Fact]
    public void Tokens_that_overlap_their_outputs_are_refused()
    {
        float[] memory = new float[20];
        Span<int> tokens = MemoryMarshal.Cast<float, int>(memory.AsSpan());
        foreach (SequenceModel<int> model in new SequenceModel<int>[] { new Tokens(), new Padding(), new DynamicModel<int>(new Tokens().Schema) })
        {
            int outputs = model.Schema.OutputSize;
            Overlaps("output", "input", () => model.Predict(MemoryMarshal.Cast<float, int>(memory.AsSpan(0, 10)), memory.AsSpan(9, outputs)));
            model.Predict(tokens[..10], memory.AsSpan(10, outputs));
            memory.AsSpan().Clear();
        }
    }

    [Fact]
    public void A_step_may_write_its_output_over_its_input_but_not_over_a_part_of_it()
    {
        Assert.All(
            new SequenceModel<float>[] { new InPlace(), new InPlaceResidual(), new InPlaceNormalised(), new InPlaceOneNumber(), new DynamicModel<float>(new InPlace().Schema) },
            model =>
            {
                int size = model.Schema.InputSize;
                SequenceStream<float> apart = Opened.Stream(model), inPlace = Opened.Stream(model);
                float[] input = Random(Steps * size), memory = [.. input, 0], output = new float[size];
                for (int t = 0; t < Steps; t++)
                {
                    apart.Step(input.AsSpan(t * size, size), output);
                    inPlace.Step(memory.AsSpan(t * size, size), memory.AsSpan(t * size, size));
                    Assert.Equal(output, memory.AsSpan(t * size, size));
                }

                for (int shift = 1; shift < size; shift++)
                {
                    Overlaps("output", "input", () => inPlace.Step(memory.AsSpan(shift, size), memory.AsSpan(0, size)));
                    Overlaps("output", "input", () => inPlace.Step(memory.AsSpan(0, size), memory.AsSpan(shift, size)));
                }

                inPlace.Step(memory.AsSpan(0, size), memory.AsSpan(size, size)); // side by side
            });
    }

    [Fact]
    public void A_step_of_other_sizes_may_not_overlap_at_all()
    {
        float[] memory = new float[20];
        SequenceStream<float> stream = new PlainSizes().OpenStream();
        Overlaps("output", "input", () => stream.Step(memory.AsSpan(0, 3), memory.AsSpan(0, 2)));
        Overlaps("output", "input", () => stream.Step(memory.AsSpan(0, 3), memory.AsSpan(2, 2)));
        Overlaps("output", "input", () => stream.Step(memory.AsSpan(1, 3), memory.AsSpan(0, 2)));
        stream.Step(memory.AsSpan(0, 3), memory.AsSpan(3, 2));
        stream.Step(memory.AsSpan(2, 3), memory.AsSpan(0, 2));

        SequenceStream<int> tokens = new TokensEveryStep().OpenStream();
        int outputs = tokens.Schema.OutputSize;
        Overlaps("output", "input", () => tokens.Step(MemoryMarshal.Cast<float, int>(memory.AsSpan(3, 1)), memory.AsSpan(0, outputs)));
        tokens.Step(MemoryMarshal.Cast<float, int>(memory.AsSpan(outputs, 1)), memory.AsSpan(0, outputs));
        SequenceStream<int> one = new Tokens().OpenStream();
        memory.AsSpan().Clear();
        one.Step(MemoryMarshal.Cast<float, int>(memory.AsSpan(3, 1)), memory.AsSpan(3, 1));
        Assert.Equal(new Tokens().OpenStream().Step(0), memory[3]);
    }

    [Fact]
    public void Steps_of_groups_write_to_no_memory_that_they_read()
    {
        StreamGroup<float> group = new InPlace().OpenStreams(3);
        float[] memory = new float[20];
        Overlaps("outputs", "inputs", () => group.Step(memory.AsSpan(0, 6), memory.AsSpan(5, 6)));
        Overlaps("outputs", "inputs", () => group.Step([0, 2], memory.AsSpan(3, 4), memory.AsSpan(0, 4)));
        Overlaps("outputs", "streams", () => group.Step(MemoryMarshal.Cast<float, int>(memory.AsSpan(3, 1)), memory.AsSpan(6, 2), memory.AsSpan(2, 2)));
        group.Step(memory.AsSpan(0, 6), memory.AsSpan(6, 6));
    }

    [Fact]
    public void Passes_write_to_no_memory_that_they_read()
    {
        foreach (SequenceModel<float> model in new SequenceModel<float>[] { new InPlace(), new DynamicModel<float>(new InPlace().Schema) })
        {
            SequencePass<float> pass = model.CreatePass(2, 3);
            int states = 2 * pass.StateSize;
            float[] x = Random(100), y = new float[100];
            Overlaps("outputs", "inputs", () => pass.Forward(x.AsSpan(0, 12), 2, 3, x.AsSpan(11, 12)));
            Overlaps("outputs", "inputs", () => pass.Forward(x.AsSpan(0, 12), 2, 3, x.AsSpan(0, 12)));
            Overlaps("outputs", "lengths", () => pass.Forward(x.AsSpan(0, 12), 2, 3, y.AsSpan(1, 12), MemoryMarshal.Cast<float, int>(y.AsSpan(12, 2))));
            Overlaps("outputs", "initialStates", () => pass.Forward(x.AsSpan(0, 12), 2, 3, y.AsSpan(0, 12), [], y.AsSpan(1, states)));
            pass.Forward(x.AsSpan(0, 12), 2, 3, y.AsSpan(0, 12));

            Overlaps("inputGradients", "outputGradients", () => pass.Backward(x.AsSpan(0, 12), [], x.AsSpan(1, 12)));
            Overlaps("initialStateGradients", "outputGradients", () => pass.Backward(x.AsSpan(0, 12), [], [], x.AsSpan(11, states)));
            Overlaps("inputGradients", "finalStateGradients", () => pass.Backward([], x.AsSpan(0, states), x.AsSpan(states - 1, 12)));
            Overlaps("initialStateGradients", "finalStateGradients", () => pass.Backward([], x.AsSpan(0, states), [], x.AsSpan(1, states)));
            Overlaps("initialStateGradients", "inputGradients", () => pass.Backward([], [], x.AsSpan(0, 12), x.AsSpan(6, states)));
            pass.Backward(y.AsSpan(0, 12), x.AsSpan(0, states), y.AsSpan(12, 12), x.AsSpan(states, states));

            // states go back from one pass to the one before it in the same memory
            pass.Backward(y.AsSpan(0, 12), x.AsSpan(0, states), [], x.AsSpan(0, states));
            Assert.Equal(x.AsSpan(states, states), x.AsSpan(0, states));
        }

        SequencePass<float> tagger = Training.TrainingTask.TaggerModel().CreatePass(1, 2);
        float[] memory = new float[40];
        tagger.Forward([1, 2, 3, 4], 1, 2, outputs: []);
        Overlaps("inputGradients", "labels", () => tagger.BackwardFromLabels(MemoryMarshal.Cast<float, int>(memory.AsSpan(0, 2)), [], memory.AsSpan(1, 4)));
        Overlaps("initialStateGradients", "labels", () => tagger.BackwardFromLabels(MemoryMarshal.Cast<float, int>(memory.AsSpan(8, 2)), [], [], memory.AsSpan(4, 7)));
        Overlaps("inputGradients", "finalStateGradients", () => tagger.BackwardFromLabels([0, 1], memory.AsSpan(0, 7), memory.AsSpan(6, 4)));
    }

    private static void Overlaps(string written, string read, Action action) => Refused.Argument<ArgumentException>(written, [$"'{written}' overlaps '{read}'"], action);

    private static float[] Random(int count)
    {
        var random = new RandomSource(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];
    }
}

[GruModel(inputSize: 2), Gru(9, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class InPlace;

[GruModel(inputSize: 9), Gru(9, Output = SequenceOutput.EveryStep, Residual = true)]
internal sealed partial class InPlaceResidual;

[GruModel(inputSize: 5), LayerNorm, Gru(4), Gru(5, Output = SequenceOutput.EveryStep), LayerNorm]
internal sealed partial class InPlaceNormalised;

[GruModel(inputSize: 1), Gru(9, Output = SequenceOutput.EveryStep), Dense(1)]
internal sealed partial class InPlaceOneNumber;

[GruModel(inputSize: 2), Gru(3, Output = SequenceOutput.EveryStep, Bidirectional = true), Dense(2)]
internal sealed partial class BothWays2;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class PlainSizes;
