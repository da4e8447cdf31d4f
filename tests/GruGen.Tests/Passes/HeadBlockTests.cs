
namespace GruGen.Tests.Passes;

/// <summary>The last layer runs in blocks of rows. How many rows those have is a matter of memory alone.</summary>
public class HeadBlockTests
{
    public static TheoryData<string> Models => ["softmax, every step", "values, every step", "no head, every step", "softmax", "a sigmoid"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_losses_and_gradients_have_the_same_bits_with_blocks_of_any_size(string name)
    {
        SequenceModel<float> emitted = name switch
        {
            "softmax, every step" => new SoftmaxSteps(seed: 3),
            "values, every step" => new ValueSteps(seed: 3),
            "no head, every step" => new BareSteps(seed: 3),
            "softmax" => new SoftmaxLast(seed: 3),
            _ => new SigmoidLast(seed: 3),
        };
        foreach (SequenceModel<float> model in (SequenceModel<float>[])[emitted, new DynamicModel<float>(emitted.Schema, seed: 3)])
        {
            const int Batch = 20, StepCount = 30;
            int[] lengths = [.. Enumerable.Range(0, Batch).Select(i => (i * 7 + 5) % (StepCount + 1))];
            var random = new Random(8);
            float[] inputs = Floats(Batch * StepCount * model.Schema.InputSize);
            int rows = model.Schema.Output == SequenceOutput.EveryStep ? Batch * StepCount : Batch;
            float[] outputGradients = Floats(rows * model.Schema.OutputSize);
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Math.Max(2, model.Schema.OutputSize)))];

            SequencePass<float> pass = model.CreatePass(Batch, StepCount);
            int most = pass.Memory.HeadBlock;
            (float[] expected, double expectedLoss) = Run(most);
            foreach (int block in (int[])[1, 2, 3, 4, 8, 16, most - 1])
            {
                (float[] numbers, double loss) = Run(block);
                Assert.Equal(expected, numbers);
                Assert.True(most % block != 0 || expectedLoss == loss, $"The loss with blocks of {block} is {loss:R}, not {expectedLoss:R}.");
            }

            float[] Floats(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

            (float[] Numbers, double Loss) Run(int block)
            {
                pass.Memory.HeadBlock = block;
                float[] outputs = new float[outputGradients.Length], inputGradients = new float[inputs.Length];
                pass.Forward(inputs, Batch, StepCount, outputs, lengths);
                pass.Backward(outputGradients, inputGradients: inputGradients);
                List<float> numbers = [.. outputs, .. inputGradients, .. Gradients()];
                double loss = 0;
                if (model.Schema.OutputActivation is Activation.Softmax or Activation.Sigmoid)
                {
                    loss = pass.BackwardFromLabels(labels);
                    numbers.AddRange(Gradients());
                }

                return ([.. numbers], loss);
            }

            IEnumerable<float> Gradients() => model.Schema.Tensors.SelectMany(tensor => pass.Gradient(tensor.Name).ToArray());
        }
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 64)]
    [InlineData(16_384, 64)]
    [InlineData(16_385, 32)]
    [InlineData(65_536, 16)]
    [InlineData(100_000, 8)]
    [InlineData(1_048_576, 8)]
    public void A_block_of_many_outputs_has_few_rows(int outputs, int rows)
    {
        var model = new DynamicModel<float>(ModelSchema.ForFeatures("Wide", 1, LayerSchema.Gru(1, SequenceOutput.Final), LayerSchema.Dense(outputs)));

        SequencePass<float> pass = model.CreateInferencePass(maxBatch: 300, blockSteps: 1);

        Assert.Equal((rows, rows * pass.Memory.OutputStride), (pass.Memory.HeadBlock, pass.Memory.Heads[0].Logits.Length));
    }
}

[GruModel(3), Gru(5, Output = SequenceOutput.EveryStep), Dense(300, Activation.Softmax)]
internal sealed partial class SoftmaxSteps;

[GruModel(3), Gru(5, Output = SequenceOutput.EveryStep), Dense(7, Activation.Tanh)]
internal sealed partial class ValueSteps;

[GruModel(3), Gru(9, Output = SequenceOutput.EveryStep)]
internal sealed partial class BareSteps;

[GruModel(3), Gru(5), Dense(33, Activation.Softmax)]
internal sealed partial class SoftmaxLast;

[GruModel(3), Gru(17), Dense(1, Activation.Sigmoid)]
internal sealed partial class SigmoidLast;
