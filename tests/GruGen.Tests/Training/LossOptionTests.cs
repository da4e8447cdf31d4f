using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>Every loss that is built in, with its options: slopes of models, bits at every width, NaN, and what is refused.</summary>
public class LossOptionTests
{
    private static readonly Dictionary<string, (Loss Loss, Activation Activation)> s_losses = new(StringComparer.Ordinal)
    {
        ["squared"] = (Loss.MeanSquaredError, Activation.Linear),
        ["absolute"] = (Loss.MeanAbsoluteError, Activation.Linear),
        ["huber"] = (new HuberLoss { Delta = 0.3 }, Activation.Tanh),
        ["smooth"] = (new SmoothL1Loss { Beta = 0.4 }, Activation.Linear),
        ["log cosh"] = (Loss.LogCosh, Activation.Linear),
        ["hinge"] = (Loss.Hinge, Activation.Tanh),
        ["squared hinge"] = (new HingeLoss { Squared = true }, Activation.Linear),
        ["poisson"] = (new PoissonLoss { Full = true }, Activation.Linear),
        ["rate"] = (new PoissonLoss { LogRate = false, Epsilon = 0.1 }, Activation.Sigmoid),
        ["binary"] = (Loss.BinaryCrossEntropy, Activation.Sigmoid),
        ["binary options"] = (new BinaryCrossEntropyLoss { LabelSmoothing = 0.2, PositiveWeights = [3] }, Activation.Sigmoid),
        ["classes"] = (Loss.CategoricalCrossEntropy, Activation.Softmax),
        ["smoothing"] = (new CategoricalCrossEntropyLoss { LabelSmoothing = 0.2 }, Activation.Softmax),
        ["divergence"] = (Loss.KullbackLeibler, Activation.Softmax),
        ["limited divergence"] = (new KullbackLeiblerLoss { Epsilon = 1e-7 }, Activation.Softmax),
        ["categorical hinge"] = (new CategoricalHingeLoss(), Activation.Linear),
        ["margins"] = (new MultiMarginLoss(), Activation.Linear),
    };

    public static TheoryData<string, SequenceOutput, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, SequenceOutput, int, bool>();
            foreach ((string name, (Loss loss, Activation activation)) in s_losses)
            {
                foreach (SequenceOutput output in Enum.GetValues<SequenceOutput>())
                {
                    bool areClasses = loss is CategoricalHingeLoss or MultiMarginLoss;
                    foreach (int size in activation == Activation.Softmax || areClasses ? (int[])[2, 5] : [1, 5])
                    {
                        cases.Add(name, output, size, areClasses);
                        if (activation == Activation.Softmax)
                        {
                            cases.Add(name, output, size, true);
                        }
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_models_are_the_slopes_of_the_loss(string name, SequenceOutput output, int size, bool areClasses)
    {
        (Loss loss, Activation activation) = s_losses[name];
        ModelSchema schema = ModelSchema.ForFeatures("Model", 2, LayerSchema.Gru(5, output), LayerSchema.Dense(size, activation));
        SequenceDataset<float> data = Data(schema, loss, areClasses);
        GradientCheck check = GradientCheck.Run(new DynamicModel<float>(schema, seed: 2), data, loss);
        Assert.True(check.Passed(), $"{name}\n{check}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_vector_width_gives_the_same_bits(string name, SequenceOutput output, int size, bool areClasses)
    {
        (Loss loss, Activation activation) = s_losses[name];
        foreach (int outputs in (int[])[size, size + 14, size + 32])
        {
            ModelSchema schema = LossTests.Schema(activation.ToString(), outputs, SequenceOutput.EveryStep);
            SequenceDataset<float> data = Data(schema, loss, areClasses, count: 1, steps: output == SequenceOutput.Final ? 1 : 6);
            var random = new RandomSource(5);
            var rows = new LossCase(loss, data, [.. Enumerable.Range(0, outputs * data.Length(0)).Select(_ => random.NextUniform(3) + (name == "rate" ? 3 : 0))]);
            (double expected, float[] gradients) = rows.Run(gradientScale: 1.0 / 7, lanes: 1);
            Assert.True(double.IsFinite(expected));
            foreach (int lanes in Simd.Choices)
            {
                (double sum, float[] others) = rows.Run(gradientScale: 1.0 / 7, lanes);
                Assert.Equal(expected, sum);
                Assert.Equal(gradients, others);
                OutputBlock block = rows.Load(lanes, padding: float.NaN);
                loss.Run(block, gradientScale: 1.0 / 7);
                Assert.All(Enumerable.Range(0, block.Rows * block.Stride), i => Assert.True(i % block.Stride < outputs || block.Gradients.Span[i] == 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_NaN_among_the_outputs_is_told(string name, SequenceOutput output, int size, bool areClasses)
    {
        (Loss loss, Activation activation) = s_losses[name];
        ModelSchema schema = LossTests.Schema(activation.ToString(), size, output);
        SequenceDataset<float> data = Data(schema, loss, areClasses, count: 1, steps: 1);
        float[] logits = new float[size];
        logits[^1] = float.NaN;
        var one = new SequenceDataset<float>(LossTests.Schema(activation.ToString(), size, SequenceOutput.EveryStep));
        if (areClasses)
        {
            one.AddPerStep([0], [data.Label(0, 0)], []);
        }
        else
        {
            one.AddPerStep([0], data.Values(0, 0));
        }

        Assert.True(double.IsNaN(new LossCase(loss, one, logits).Run(gradientScale: 1).Loss));
        var model = new DynamicModel<float>(schema);
        model.Parameters.Set("dense1.bias", logits);
        Assert.Throws<NotFiniteNumberException>(() => model.Fit(data, new TrainingOptions { Loss = loss }));
    }

    /// <summary>Equations in double precision, for errors and logits from tiny to huge.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e-12)]
    [InlineData(1e-6)]
    [InlineData(1e-3)]
    [InlineData(0.5)]
    [InlineData(0.88)]
    [InlineData(-0.9)]
    [InlineData(3)]
    [InlineData(-20)]
    [InlineData(1e4)]
    [InlineData(-3e38)]
    public void Log_cosh_is_as_good_for_small_errors_as_for_large_ones(double error)
    {
        double e = (float)error, size = Math.Abs(e);
        double series = e * e / 2 - Math.Pow(e, 4) / 12 + Math.Pow(e, 6) / 45;
        double expected = size < 0.02 ? series : size - Math.Log(2) + Math.Log(1 + Math.Exp(-2 * size));
        (double loss, float slope) = Of(Loss.LogCosh, e);
        Assert.Equal(expected, loss, 1e-6 * expected);
        Assert.Equal(Math.Tanh(e), slope, 1e-6 * Math.Tanh(size));

        double inside = e * e / 2, outside = 0.7 * (size - 0.35);
        (loss, slope) = Of(new HuberLoss { Delta = 0.7 }, e);
        Assert.Equal(size <= 0.7 ? inside : outside, loss, 1e-6 * (size <= 0.7 ? inside : outside));
        Assert.Equal(Math.Clamp(e, -0.7, 0.7), slope, 1e-6);
        (double divided, _) = Of(new SmoothL1Loss { Beta = 0.7 }, e);
        Assert.Equal(loss / 0.7, divided, 1e-6 * divided);

        static (double Loss, float Slope) Of(Loss loss, double error)
        {
            var data = new SequenceDataset<float>(LossTests.Schema("Linear", 1));
            data.Add([0f], 0f);
            (double value, float[] gradients) = new LossCase(loss, data, [(float)error]).Run(gradientScale: 1);
            return (value, gradients[0]);
        }
    }

    /// <summary>As with labels, nothing cancels where the model is sure of what is sure.</summary>
    [Fact]
    public void Certain_probabilities_are_as_precise_as_labels()
    {
        ModelSchema schema = LossTests.Schema("Softmax", 3, SequenceOutput.EveryStep);
        SequenceDataset<float> labels = new(schema), probabilities = new(schema);
        labels.AddPerStep(new float[3], [0, 1, 0], []);
        probabilities.AddPerStep(new float[3], [1f, 0, 0, 0, 1, 0, 1, 0, 0]);
        float[] logits = [1000, -1000, -1000, 1000, -1000, 0, 25, 0, -1000];
        (double expected, float[] gradients) = new LossCase(Loss.CategoricalCrossEntropy, labels, logits).Run(gradientScale: 1);
        foreach (Loss loss in (Loss[])[Loss.CategoricalCrossEntropy, Loss.KullbackLeibler])
        {
            (double sum, float[] actual) = new LossCase(loss, probabilities, logits).Run(gradientScale: 1);
            Assert.Equal(expected, sum, 1e-12 * expected);
            Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(gradients[i], actual[i], 2e-6 * Math.Abs(gradients[i])));
        }

        Assert.Equal(-1.3887943864771144e-11, gradients[6], 1e-16);
    }

    /// <summary>The largest logit is found whichever zero it is, wherever it stands, and however many are equal.</summary>
    [Fact]
    public void Smoothed_labels_find_the_largest_logit()
    {
        foreach ((float first, float last) in ((float, float)[])[(0f, -0f), (-0f, 0f), (-0f, -1f), (-0f, -0f), (2f, 2f), (-3e38f, -3e38f)])
        {
            foreach (int size in (int[])[2, 17, 40])
            {
                var data = new SequenceDataset<float>(LossTests.Schema("Softmax", size, SequenceOutput.EveryStep));
                data.AddPerStep([0], [size - 1], []);
                float[] logits = [first, .. Enumerable.Repeat(Math.Min(first, last) - 1, size - 2), last];
                (double loss, float[] gradients) = new LossCase(new CategoricalCrossEntropyLoss { LabelSmoothing = 0.3 }, data, logits).Run(gradientScale: 1);

                double[] p = [.. logits.Select(logit => Math.Exp((double)logit - logits.Max()))];
                double sum = p.Sum(), expected = 0;
                for (int i = 0; i < size; i++)
                {
                    double share = 0.3 / size + (i == size - 1 ? 0.7 : 0);
                    expected += share * (Math.Log(sum) + ((double)logits.Max() - logits[i]));
                    Assert.Equal(p[i] / sum - share, gradients[i], 1e-6);
                }

                Assert.Equal(expected, loss, 2e-6 * Math.Max(1, Math.Abs(expected)));
            }
        }
    }

    [Fact]
    public void What_is_no_probability_is_refused_beside_a_softmax()
    {
        foreach (Loss loss in (Loss[])[Loss.CategoricalCrossEntropy, Loss.KullbackLeibler])
        {
            Refuses(loss, [0.5f, 0.6f, 0], "0.1");
            Refuses(loss, [-0.1f, 1, 0.1f], "-0.1");
            Refuses(loss, [0.3333f, 0.3333f, 0.3332f], "probabilities");
            loss.CheckFits(LossTests.Schema("Softmax", 3), Values([0.33333f, 0.33333f, 0.33333f]));
        }

        Refuses(new CategoricalCrossEntropyLoss { ClassWeights = [1, 2] }, [1, 0, 0], "ClassWeights");
        Refuses(new MultiMarginLoss(), [1, 0, 0], "labels");
        Assert.Equal("LabelSmoothing", Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalCrossEntropyLoss { LabelSmoothing = 1 }).ParamName);
        Assert.Equal("ClassWeights[1]", Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalCrossEntropyLoss { ClassWeights = [1, -1] }).ParamName);
        Assert.Equal("PositiveWeights[0]", Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropyLoss { PositiveWeights = [double.NaN] }).ParamName);
        Assert.Equal("Delta", Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss { Delta = 0 }).ParamName);

        static SequenceDataset<float> Values(float[] values)
        {
            var data = new SequenceDataset<float>(LossTests.Schema("Softmax", 3));
            data.Add([0f], values);
            return data;
        }

        static void Refuses(Loss loss, float[] values, string word)
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => new DynamicModel<float>(LossTests.Schema("Softmax", 3)).Evaluate(Values(values), loss));
            Assert.Equal("loss", exception.ParamName);
            Assert.Contains(word, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_of_another_range_are_refused()
    {
        var data = new SequenceDataset<float>(LossTests.Schema("Linear", 2));
        data.Add([0f], [-2, 3]);
        Assert.Contains("from 0 on", Message(Loss.Poisson), StringComparison.Ordinal);
        Assert.Contains("from -1 to 1", Message(Loss.Hinge), StringComparison.Ordinal);
        var binary = new SequenceDataset<float>(LossTests.Schema("Sigmoid", 2));
        binary.Add([0f], [0, 1]);
        Assert.Contains(
            "PositiveWeights",
            Assert.Throws<ArgumentException>(() => new BinaryCrossEntropyLoss { PositiveWeights = [1, 2, 3] }.CheckFits(binary.Schema, binary)).Message,
            StringComparison.Ordinal);

        string Message(Loss loss) => Assert.Throws<ArgumentException>(() => loss.CheckFits(data.Schema, data)).Message;
    }

    /// <summary>Weighted rows, some uncounted where there are steps, with targets that the loss takes.</summary>
    private static SequenceDataset<float> Data(ModelSchema schema, Loss loss, bool areClasses, int count = 4, int steps = 5)
    {
        var data = new SequenceDataset<float>(schema);
        var random = new RandomSource(3);
        bool perStep = schema.Output == SequenceOutput.EveryStep;
        for (int i = 0; i < count; i++)
        {
            float[] input = [.. Enumerable.Range(0, schema.InputSize * steps).Select(_ => random.NextUniform(1))];
            int rows = perStep ? steps : 1;
            float[] weights = [.. Enumerable.Range(0, rows).Select(row => 0.5f + random.NextInt32(3))];
            if (areClasses)
            {
                int[] labels = [.. Enumerable.Range(0, rows).Select(row => row == 3 ? SequenceDataset.NotCounted : random.NextInt32(schema.OutputSize))];
                if (perStep)
                {
                    data.AddPerStep(input, labels, weights);
                }
                else
                {
                    data.Add(input, labels[0], weights[0]);
                }

                continue;
            }

            float[] values = [.. Enumerable.Range(0, rows).SelectMany(_ => Row(schema.OutputSize))];
            if (perStep)
            {
                data.AddPerStep(input, values, counted: [.. Enumerable.Range(0, rows).Select(row => row != 3)], weights);
            }
            else
            {
                data.Add(input, values, weights[0]);
            }
        }

        return data;

        float[] Row(int size)
        {
            double[] drawn = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble())];
            return loss switch
            {
                CategoricalCrossEntropyLoss or KullbackLeiblerLoss => [.. drawn.Select(value => (float)(value / drawn.Sum()))],
                HingeLoss => [.. drawn.Select(value => value > 0.5 ? 1f : -1f)],
                PoissonLoss => [.. drawn.Select(value => (float)Math.Floor(5 * value))],
                _ => [.. drawn.Select(value => (float)value)],
            };
        }
    }
}
