using System.Globalization;
using GruGen.Kernels;
using GruGen.Tests.Passes;

namespace GruGen.Tests.Training;

/// <summary>The check passes where gradients are right, and where one is wrong it says which.</summary>
public class GradientCheckTests
{
    private static readonly string[] Names =
    [
        "1 to 1", "5 to 17", "stack", "stack, final state", "small stack", "tokens", "tokens, every step", "tokens, classes", "dense below", "dense first",
        "dense between", "dense above", "dense above every step", "softmax between", "relu output", "wide output", "both ways",
        "both ways, sum, final state", "both ways, product", "both ways, mean", "both ways, tokens", "reset before, final state", "reset before, both ways",
        "z replaces", "softsign", "learned states, stack", "learned states, both ways", "residual, stack", "residual dense, every step", "normalised between",
        "normalised softmax", "pooled to the mean", "pooled to the max, both ways", "padding, both ways", "padding, dropout of every kind",
        "silu", "silu, every step", "gelu", "elu", "leaky relu", "dense without bias", "prelu", "prelu, every step", "prelu, padding, dropout",
        "convolved, dilated", "convolved, both sides, dilated", "convolved stack", "convolved padding",
        "batch norm", "batch norm, tokens", "batch norm, convolved", "batch norm, padding, dropout",
        "valid, strided", "windows, dropout", "windows of tokens",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    public static TheoryData<string, string> Few => ModelFactory.With(["small stack", "tokens, every step"], name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void Right_gradients_pass(string factory, string shape) => Run(factory, shape, new Right());

    [Theory]
    [MemberData(nameof(Few))]
    public void A_wrong_gradient_is_found_wherever_it_is(string factory, string shape) => Run(factory, shape, new WrongTensor());

    [Theory]
    [MemberData(nameof(Few))]
    public void The_model_stays_as_it_is_even_while_it_trains(string factory, string shape) => Run(factory, shape, new Untouched());

    /// <summary>
    /// A backward pass with a wrong weight: the gradients of the layers below are wrong, those of its own layer are right.
    /// </summary>
    [Fact]
    public void A_backward_pass_that_is_wrong_is_found()
    {
        SequenceDataset<float> data = TrainingTask.Data<float>(new HonestStack().Schema);
        GradientCheck honest = GradientCheck.Run(new HonestStack(seed: 3), data);
        GradientCheck faulty = GradientCheck.Run(new FaultyStack(seed: 3), data);

        Assert.True(honest.Passed(), honest.ToString());
        Assert.False(faulty.Passed(), faulty.ToString());
        Assert.All(faulty.Tensors, tensor => Assert.Equal(tensor.Name.StartsWith("gru", StringComparison.Ordinal), tensor.Error > 0.1));
        Assert.StartsWith("gru", faulty.Tensors[0].Name, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_takes_the_same_parameters_and_another_one_takes_others()
    {
        SequenceDataset<int> data = TrainingTask.BinaryData(6);
        DynamicModel<int> model = TrainingTask.BinaryModel();
        GradientCheck first = GradientCheck.Run(model, data, samples: 4), again = GradientCheck.Run(model, data, samples: 4);
        GradientCheck other = GradientCheck.Run(model, data, samples: 4, seed: 1);

        Assert.Equal(first.Tensors, again.Tensors);
        Assert.Equal(first.ToString(), again.ToString());
        Assert.NotEqual(first.Tensors, other.Tensors);
    }

    [Fact]
    public void All_parameters_are_taken_where_all_are_wanted()
    {
        GradientCheck check = GradientCheck.Run(TrainingTask.TaggerModel(), TrainingTask.TaggerData(6), samples: GradientCheck.All);

        Assert.True(check.Passed(), check.ToString());
        Assert.All(check.Tensors, tensor => Assert.Equal(tensor.Tensor.Length, tensor.Sampled));
        Assert.All(check.Tensors, tensor => Assert.Equal(tensor.Sampled, tensor.Compared));
        GradientCheck some = GradientCheck.Run(TrainingTask.TaggerModel(), TrainingTask.TaggerData(6), samples: 7);
        Assert.All(some.Tensors, tensor => Assert.InRange(tensor.Sampled, Math.Min(4, tensor.Tensor.Length), 8));
    }

    [Fact]
    public void Gradients_that_were_forgotten_or_are_no_numbers_are_found()
    {
        DynamicModel<float> model = TrainingTask.TaggerModel();
        var probe = new LossProbe<float>(model, TrainingTask.TaggerData(6), Loss.CategoricalCrossEntropy);
        TensorSchema forgotten = model.Schema.Tensors[1], broken = model.Schema.Tensors[2];
        float[] gradients = probe.Gradients().ToArray();
        gradients.AsSpan((int)forgotten.Offset, (int)forgotten.Length).Clear();
        gradients[broken.Offset + 13] = float.NaN;

        GradientCheck check = GradientCheck.Compare(model.Schema, probe, gradients, samples: 10, seed: 0);

        Assert.False(check.Passed());
        Assert.Equal([broken.Name, forgotten.Name], check.Tensors.Take(2).Select(tensor => tensor.Name));
        Assert.Equal((double.PositiveInfinity, 13), (check.Tensors[0].Error, check.Tensors[0].WorstIndex));
        Assert.Equal(1, check.Tensors[1].Error, 1e-2);
        Assert.All(check.Tensors.Skip(2), tensor => Assert.InRange(tensor.Error, 0, 1e-2));
    }

    /// <summary>
    /// A ReLU that switches right at the parameters, beside one that is shut: the loss has a slope on each side, and neither is compared.
    /// That the other one's gradients are zero is right, but says nothing of the first one's.
    /// </summary>
    [Fact]
    public void A_kink_is_no_wrong_gradient_and_no_right_one()
    {
        ModelSchema schema = ModelSchema.ForFeatures("Kink", 1, LayerSchema.Gru(2, SequenceOutput.Final), LayerSchema.Dense(2, Activation.Relu), LayerSchema.Dense(1));
        var model = new DynamicModel<float>(schema, seed: 1);
        model.Parameters.Set("dense1.weight", [0, 0, 0, 0]);
        model.Parameters.Set("dense1.bias", [1e-6f, -5]);
        var data = new SequenceDataset<float>(schema);
        data.Add([0.5f, -1], target: [1]);

        GradientCheck check = GradientCheck.Run(model, data);

        TensorCheck bias = check.Tensors.Single(tensor => tensor.Name == "dense1.bias");
        Assert.Equal((2, 1, 0), (bias.Sampled, bias.Compared, bias.WorstIndex));
        Assert.Equal(double.NaN, bias.Error);

        // nor are the weights of an output of 1e-6, which rounding hides
        Assert.Equal(
            ["dense1.weight", "dense1.bias", "dense2.weight"], check.Tensors.TakeWhile(tensor => double.IsNaN(tensor.Error)).Select(tensor => tensor.Name));
        Assert.False(check.Passed(double.MaxValue));
        Assert.All(check.Tensors, tensor => Assert.False(tensor.Error > 1e-2, check.ToString()));
    }

    [Fact]
    public void A_table_is_printed()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        CultureInfo culture = CultureInfo.CurrentCulture;
        string[] lines;
        GradientCheck check = GradientCheck.Run(model, TrainingTask.BinaryData(6));
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            lines = check.ToString().Split('\n');
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.StartsWith("Gradients of Binary and slopes of its loss, 0.", lines[0], StringComparison.Ordinal);
        Assert.Equal(["Tensor", "Compared", "Error", "Worst at", "Gradient", "Slope"], lines[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(check.Tensors.Select(tensor => tensor.Name), lines[2..^1].Select(line => line.Split(' ')[0]));
        Assert.Single(lines[1..^1].Select(line => line.Length).Distinct());
        Assert.Equal("", lines[^1]);

        TensorCheck embedding = check.Tensors.Single(tensor => tensor.Name == "embedding.weight");
        Assert.Equal([embedding.WorstIndex / 4, embedding.WorstIndex % 4], embedding.WorstPlace);
        Assert.Contains($"[{embedding.WorstIndex / 4}, {embedding.WorstIndex % 4}]", lines.Single(line => line.StartsWith("embedding", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_checked_is_refused()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        SequenceDataset<int> data = TrainingTask.BinaryData(3);
        Refused.Argument<ArgumentNullException>("model", [], () => GradientCheck.Run(null!, data));
        Refused.Argument<ArgumentNullException>("data", [], () => GradientCheck.Run(model, null!));
        Refused.Argument<ArgumentOutOfRangeException>("samples", [0, 1], () => GradientCheck.Run(model, data, samples: 0));
        Refused.Argument<ArgumentException>("data", ["empty"], () => GradientCheck.Run(model, new SequenceDataset<int>(model.Schema)));
        Refused.Argument<ArgumentException>("loss", ["Softmax", "Sigmoid"], () => GradientCheck.Run(model, data, Loss.CategoricalCrossEntropy));

        var uncounted = new SequenceDataset<float>(TrainingTask.Tagger);
        uncounted.AddPerStep([1, 2], labels: [SequenceDataset.NotCounted]);
        Refused.Argument<ArgumentException>("data", ["No target"], () => GradientCheck.Run(TrainingTask.TaggerModel(), uncounted));

        model.Parameters.Set("dense1.bias", [float.NaN]);
        Assert.Contains("NaN", Assert.Throws<NotFiniteNumberException>(() => GradientCheck.Run(model, data)).Message, StringComparison.Ordinal);
    }

    private static void Run(string factory, string shape, ICheckTest test)
    {
        ModelSchema schema = Shape.ByName(shape).Schema;
        if (schema.ReadsTokens)
        {
            test.Run(ModelFactory.ByName(factory).Create<int>(schema, seed: 3), TrainingTask.Data<int>(schema));
        }
        else
        {
            test.Run(ModelFactory.ByName(factory).Create<float>(schema, seed: 3), TrainingTask.Data<float>(schema));
        }
    }

    private interface ICheckTest
    {
        void Run<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data)
            where TInput : unmanaged;
    }

    private sealed class Right : ICheckTest
    {
        public void Run<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data)
            where TInput : unmanaged
        {
            Loss[] losses = model.Schema.OutputActivation == Activation.Sigmoid ? [Loss.BinaryCrossEntropy, Loss.MeanSquaredError] : [Loss.For(model.Schema)];
            foreach (Loss loss in losses)
            {
                GradientCheck check = GradientCheck.Run(model, data, loss, samples: 8);

                Assert.True(check.Passed(), check.ToString());
                Assert.Equal(model.Schema.Tensors.Where(tensor => !tensor.IsFrozen).Select(tensor => tensor.Name).Order(), check.Tensors.Select(tensor => tensor.Name).Order());
                Assert.Equal(check.Tensors.OrderByDescending(tensor => tensor.Error), check.Tensors);
                Assert.Equal(model.Evaluate(data, loss).Loss, check.Loss, 1e-6);
            }
        }
    }

    /// <summary>The largest gradient of each tensor in turn is off by a tenth.</summary>
    private sealed class WrongTensor : ICheckTest
    {
        public void Run<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data)
            where TInput : unmanaged
        {
            var probe = new LossProbe<TInput>(model, data, Loss.For(model.Schema));
            float[] right = probe.Gradients().ToArray();
            foreach (TensorSchema tensor in model.Schema.Tensors)
            {
                float[] gradients = [.. right];
                Span<float> wrong = gradients.AsSpan((int)tensor.Offset, (int)tensor.Length);
                int index = Enumerable.Range(0, (int)tensor.Length).MaxBy(i => Math.Abs(right[tensor.Offset + i]));
                wrong[index] *= 1.1f;

                GradientCheck check = GradientCheck.Compare(model.Schema, probe, gradients, samples: 4, seed: 0);

                TensorCheck worst = check.Tensors[0];
                Assert.False(check.Passed(), check.ToString());
                Assert.Equal((tensor.Name, index), (worst.Name, worst.WorstIndex));
                Assert.Equal(0.1 / 1.1, worst.Error, 1e-2);
                Assert.Equal((double)wrong[index], worst.Gradient);
                Assert.All(check.Tensors.Skip(1), other => Assert.InRange(other.Error, 0, 1e-2));
            }
        }
    }

    private sealed class Untouched : ICheckTest
    {
        public void Run<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data)
            where TInput : unmanaged
        {
            float[] parameters = model.Parameters.All.ToArray();
            long version = model.Parameters.Version;
            PackedWeights published = model.Weights.Current();
            float[] packed = published.Forward.Span.ToArray();
            GradientCheck before = GradientCheck.Run(model, data, samples: 2);

            Assert.Equal(parameters, model.Parameters.All);
            Assert.Equal(version, model.Parameters.Version);
            Assert.Same(published, model.Weights.Current());
            Assert.Equal(packed, published.Forward.Span);

            // of a model that learns, what is published counts, and its trainer goes on as if nothing had been
            using Trainer<TInput> trainer = model.BeginTraining(new TrainingOptions { BatchSize = 2 });
            trainer.Step(data, [0, 2]);
            Assert.Equal(before.Loss, GradientCheck.Run(model, data, samples: 2).Loss);
            trainer.Publish();
            published = model.Weights.Current();
            parameters = model.Parameters.All.ToArray();
            GradientCheck after = GradientCheck.Run(model, data, samples: 2);
            Assert.True(after.Passed(), after.ToString());
            Assert.NotEqual(before.Loss, after.Loss);
            Assert.Equal(parameters, model.Parameters.All);
            Assert.Same(published, model.Weights.Current());
            trainer.Step(data, [0, 2]);
        }
    }
}

/// <summary>Two recurrent layers below a Dense one.</summary>
[GruModel(inputSize: 3)]
[Gru(5)]
[Gru(4)]
[Dense(2)]
internal sealed partial class HonestStack;

/// <summary>The same, but going back the Dense layer's weights have the wrong sign.</summary>
internal sealed class FaultyStack(int seed)
    : SequenceModel<float>(new ModelDefinition<float>(s_honest.Schema, _ => new Code(s_honest.Weights.Code)), seed)
{
    private static readonly HonestStack s_honest = new();

    private sealed class Code(ModelCode<float> honest) : ModelCode<float>
    {
        public override long PackedLength => honest.PackedLength;

        public override long PackedBackwardLength => honest.PackedBackwardLength;

        public override void Pack(ref float parameters, ref float packed) => honest.Pack(ref parameters, ref packed);

        public override void PackBackward(ref float parameters, ref float packed)
        {
            honest.PackBackward(ref parameters, ref packed);
            Span<float> weights = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref packed, checked((int)PackedBackwardLength));
            foreach (ref float weight in weights[^32..])
            {
                weight = -weight;
            }
        }

        public override PassCode<float> CreatePass(PassMemory<float> memory) => honest.CreatePass(memory);

        public override StreamCode<float> CreateStream(ModelWeights<float> weights) => honest.CreateStream(weights);

        public override void Run(StreamCode<float> stream, ReadOnlySpan<float> inputs, int steps, Span<float> outputs) =>
            honest.Run(stream, inputs, steps, outputs);
    }
}
