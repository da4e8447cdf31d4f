using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Losses and their gradients against formulas in double precision, finite differences and the limits of floats.</summary>
public class LossTests
{
    public static TheoryData<string, string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, int>();
            foreach (int size in new[] { 1, 2, 5, 16, 17, 40 })
            {
                cases.Add("BinaryCrossEntropy", "Sigmoid", size);
                foreach (Activation activation in Enum.GetValues<Activation>().Where(activation => !ActivationParameters.AreOfRecurrentLayers(activation)))
                {
                    cases.Add("MeanSquaredError", activation.ToString(), size);
                    cases.Add("MeanAbsoluteError", activation.ToString(), size);
                }

                if (size > 1)
                {
                    cases.Add("CategoricalCrossEntropy", "Softmax", size);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_and_its_gradient_agree_with_double_precision(string name, string activation, int size)
    {
        LossCase rows = LossCase.Random(name, activation, size, rows: 9);
        (double loss, float[] gradients) = rows.Run(gradientScale: 0.5);

        Assert.Equal(rows.Reference(), loss, 2e-6 * Math.Abs(rows.Reference()));
        for (int i = 0; i < gradients.Length; i++)
        {
            Assert.Equal(0.5 * rows.ReferenceSlope(i), gradients[i], 2e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_vector_width_gives_the_same_bits(string name, string activation, int size)
    {
        LossCase rows = LossCase.Random(name, activation, size, rows: 9);
        (double loss, float[] gradients) = rows.Run(gradientScale: 1.0 / 7, lanes: 1);
        foreach (int lanes in Simd.Choices)
        {
            (double other, float[] otherGradients) = rows.Run(gradientScale: 1.0 / 7, lanes);
            Assert.Equal(loss, other);
            Assert.Equal(gradients, otherGradients);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Padding_never_gets_a_gradient(string name, string activation, int size)
    {
        LossCase rows = LossCase.Random(name, activation, size, rows: 3);
        OutputBlock block = rows.Load(Simd.Lanes, padding: float.NaN);
        rows.Loss.Run(block, gradientScale: 1);
        for (int i = 0; i < block.Rows * block.Stride; i++)
        {
            Assert.True(i % block.Stride < size ? float.IsFinite(block.Gradients.Span[i]) : block.Gradients.Span[i] == 0, $"{i}");
        }
    }

    [Theory]
    [InlineData("BinaryCrossEntropy", "Sigmoid", 1)]
    [InlineData("MeanSquaredError", "Sigmoid", 1)]
    [InlineData("CategoricalCrossEntropy", "Softmax", 21)]
    public void A_row_that_does_not_count_has_no_loss_and_no_gradient(string name, string activation, int size)
    {
        LossCase rows = LossCase.RandomSteps(name, activation, size, labels: [1, -1, 0, -1]);
        rows.Logits[size] = float.NaN; // of the second step
        (double loss, float[] gradients) = rows.Run(gradientScale: 1);

        Assert.Equal(rows.Reference(), loss, 2e-6 * Math.Abs(rows.Reference()));
        Assert.All(gradients.Skip(size).Take(size).Concat(gradients.Skip(3 * size)), gradient => Assert.Equal(0, gradient));
    }

    [Theory]
    [InlineData("mae_7x3")]
    [InlineData("mae_4x5x2")]
    public void The_absolute_error_is_that_of_PyTorch(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        float[] outputs = file["prediction"].Floats, targets = file["target"].Floats;
        int size = file["prediction"].Shape[^1];
        var data = new SequenceDataset<float>(Schema("Linear", size));
        foreach (float[] row in targets.Chunk(size))
        {
            data.Add([0f], row);
        }

        (double loss, float[] gradients) = new LossCase(Loss.MeanAbsoluteError, data, outputs).Run(gradientScale: 1.0 / outputs.Length);

        Assert.Equal(file["loss"].Values[0], loss / outputs.Length, 2e-6);
        double largest = file["grad_prediction"].Values.Max(Math.Abs);
        Assert.All(Enumerable.Range(0, gradients.Length), i => Assert.Equal(file["grad_prediction"].Values[i], gradients[i], 1e-5 * largest));
    }

    [Fact]
    public void An_absolute_error_of_zero_has_no_slope()
    {
        var data = new SequenceDataset<float>(Schema("Linear", 3));
        data.Add([0f], [0.5f, 2, -3]);
        (double loss, float[] gradients) = new LossCase(Loss.MeanAbsoluteError, data, [0.5f, 1, -2]).Run(gradientScale: 1);
        Assert.Equal(2, loss);
        Assert.Equal([0f, -1f, 1f], gradients);
    }

    [Theory]
    [InlineData(1000f, 1, 0, 0)]
    [InlineData(1000f, 0, 1000, 1)]
    [InlineData(-1000f, 1, 1000, -1)]
    [InlineData(-1000f, 0, 0, 0)]
    [InlineData(0f, 1, 0.69314718055994530942, -0.5)]
    [InlineData(20f, 1, 2.0611536181902037e-9, -2.0611536181902033e-9)]
    [InlineData(-30f, 0, 9.3576229688392989e-14, 9.357622968839299e-14)]
    [InlineData(3e38f, 0, 3e38, 1)]
    public void Binary_cross_entropy_neither_overflows_nor_loses_precision(float logit, int label, double loss, double slope)
    {
        ModelSchema schema = Schema("Sigmoid", 1);
        var data = new SequenceDataset<float>(schema);
        data.Add([0f], label);
        (double actual, float[] gradients) = new LossCase(Loss.BinaryCrossEntropy, data, [logit]).Run(gradientScale: 1);
        Assert.Equal(loss, actual, 2e-6 * loss);
        Assert.Equal(slope, gradients[0], 2e-6 * Math.Abs(slope));
    }

    [Fact]
    public void Categorical_cross_entropy_neither_overflows_nor_loses_precision()
    {
        ModelSchema schema = Schema("Softmax", 3);
        var data = new SequenceDataset<float>(schema);
        data.Add([0f], 0);
        data.Add([0f], 1);
        data.Add([0f], 2);
        data.Add([0f], 0);
        float[] logits = [1000, -1000, -1000, 1000, -1000, 0, -1000, -1000, -1000, 25, 0, -1000];
        (double loss, float[] gradients) = new LossCase(Loss.CategoricalCrossEntropy, data, logits).Run(gradientScale: 1);

        // 0, 2000, ln 3, and ln(1 + e^−25), whose gradient at the label is −e^−25/(1 + e^−25) = −1.39e−11, and not 0
        Assert.Equal(2000 + Math.Log(3) + Math.Exp(-25), loss, 1e-6);
        double e = Math.Exp(-25);
        double[] expected = [0, 0, 0, 1, -1, 0, 1.0 / 3, 1.0 / 3, -2.0 / 3, -e / (1 + e), e / (1 + e), 0];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradients[i], 2e-6 * Math.Abs(expected[i]));
        }
    }

    [Fact]
    public void Ten_thousand_classes_agree_with_double_precision()
    {
        LossCase rows = LossCase.Random("CategoricalCrossEntropy", "Softmax", 10_000, rows: 3);
        (double loss, float[] gradients) = rows.Run(gradientScale: 1);
        Assert.Equal(rows.Reference(), loss, 1e-6 * loss);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(0, gradients.Skip(row * 10_000).Take(10_000).Sum(gradient => (double)gradient), 1e-6);
        }
    }

    [Fact]
    public void Without_a_gradient_the_loss_is_the_same()
    {
        foreach ((string name, string activation) in new[] { ("MeanSquaredError", "Relu"), ("BinaryCrossEntropy", "Sigmoid"), ("CategoricalCrossEntropy", "Softmax") })
        {
            LossCase rows = LossCase.Random(name, activation, 5, rows: 4);
            Assert.Equal(rows.Run(gradientScale: 1).Loss, rows.Run(gradientScale: 0).Loss);
        }
    }

    [Fact]
    public void A_loss_that_does_not_fit_names_both()
    {
        var values = new SequenceDataset<float>(Schema("Linear", 3));
        values.Add([0f], [0.5f, 2, 3]);
        var classes = new SequenceDataset<float>(Schema("Softmax", 3));
        classes.Add([0f], 2);

        AssertRefused(Loss.BinaryCrossEntropy, "Linear", values, "BinaryCrossEntropy", "Activation.Sigmoid", "Activation.Linear");
        AssertRefused(Loss.CategoricalCrossEntropy, "Sigmoid", classes, "CategoricalCrossEntropy", "Activation.Softmax", "Activation.Sigmoid");
        AssertRefused(Loss.CategoricalCrossEntropy, "Softmax", values, "CategoricalCrossEntropy", "labels", "values");
        AssertRefused(Loss.MeanSquaredError, "Linear", classes, "MeanSquaredError", "labels of classes");
        AssertRefused(Loss.BinaryCrossEntropy, "Sigmoid", classes, "BinaryCrossEntropy", "labels of classes");
        AssertRefused(Loss.BinaryCrossEntropy, "Sigmoid", values, "0 to 1", "from 0.5 to 3");

        static void AssertRefused(Loss loss, string activation, SequenceDataset data, params string[] words)
        {
            string message = Assert.Throws<ArgumentException>(() => loss.CheckFits(Schema(activation, 3), data)).Message;
            Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(0f, 1f, true)]
    [InlineData(-0f, 0.5f, true)]
    [InlineData(-0.25f, 0.5f, false)]
    [InlineData(0.5f, -1e-6f, false)]
    [InlineData(0.5f, 1.000001f, false)]
    [InlineData(2f, 0.5f, false)]
    public void Binary_cross_entropy_takes_targets_from_0_to_1_and_no_others(float one, float other, bool fits)
    {
        ModelSchema schema = Schema("Sigmoid", 2);
        var model = new DynamicModel<float>(schema);
        var data = new SequenceDataset<float>(schema);
        data.Add([0f], [0.5f, 0.5f]);
        data.Add([0f], [one, other]);
        data.Add([0f], [0.5f, 0.5f]);
        var options = new TrainingOptions { Loss = Loss.BinaryCrossEntropy };
        foreach (SequenceDataset<float> each in (SequenceDataset<float>[])[data, data.Subset([2, 1])])
        {
            if (fits)
            {
                Assert.True(double.IsFinite(model.Evaluate(each, Loss.BinaryCrossEntropy).Loss));
                Assert.True(double.IsFinite(model.Fit(each, options)["loss"][0]));
                continue;
            }

            string range = $"from {Math.Min(one, Math.Min(other, 0.5f))} to {Math.Max(one, Math.Max(other, 0.5f))}";
            Assert.Contains(range, Assert.Throws<ArgumentException>(() => Loss.BinaryCrossEntropy.CheckFits(schema, each)).Message, StringComparison.Ordinal);
            Assert.Equal("loss", Assert.Throws<ArgumentException>(() => model.Evaluate(each, Loss.BinaryCrossEntropy)).ParamName);
            Assert.Equal("loss", Assert.Throws<ArgumentException>(() => model.Fit(each, options)).ParamName);
            Assert.Throws<ArgumentException>(() => model.Fit(data.Take(1), options with { ValidationData = each }));
        }
    }

    [Fact]
    public void The_loss_that_goes_with_an_activation_is_found()
    {
        Assert.Same(Loss.BinaryCrossEntropy, Loss.For(Schema("Sigmoid", 2)));
        Assert.Same(Loss.CategoricalCrossEntropy, Loss.For(Schema("Softmax", 2)));
        Assert.Same(Loss.MeanSquaredError, Loss.For(Schema("Relu", 2)));
        Assert.Equal("MeanSquaredError", Loss.MeanSquaredError.ToString());
    }

    internal static ModelSchema Schema(string activation, int size, SequenceOutput output = SequenceOutput.Final) => ModelSchema.ForFeatures(
        "Model", 1, LayerSchema.Gru(1, output), LayerSchema.Dense(size, Enum.Parse<Activation>(activation)));
}
