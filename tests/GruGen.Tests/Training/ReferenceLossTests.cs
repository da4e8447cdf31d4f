using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Values and gradients of losses with all their options, as PyTorch and formulas in double precision have them.</summary>
public class ReferenceLossTests
{
    [Theory]
    [InlineData("mse_7x3")]
    [InlineData("mse_4x5x2")]
    [InlineData("mae_7x3")]
    [InlineData("mae_4x5x2")]
    [InlineData("huber0.5_7x3")]
    [InlineData("huber0.5_4x5x2")]
    [InlineData("huber1.0_7x3")]
    [InlineData("huber1.0_4x5x2")]
    [InlineData("smooth_l1_beta0.5_7x3")]
    [InlineData("smooth_l1_beta0.5_4x5x2")]
    [InlineData("log_cosh_7x3")]
    [InlineData("log_cosh_4x5x2")]
    [InlineData("log_cosh_large")]
    [InlineData("hinge")]
    [InlineData("squared_hinge")]
    [InlineData("poisson_log_input")]
    [InlineData("poisson_full")]
    [InlineData("poisson_rate_torch")]
    [InlineData("poisson_rate_keras")]
    [InlineData("bce")]
    [InlineData("bce_extreme")]
    [InlineData("bce_soft_targets")]
    [InlineData("bce_pos_weight")]
    [InlineData("bce_soft_pos_weight")]
    [InlineData("bce_label_smoothing")]
    [InlineData("bce_sample_weights")]
    [InlineData("ce")]
    [InlineData("ce_extreme")]
    [InlineData("ce_ignored_rows")]
    [InlineData("ce_all_ignored")]
    [InlineData("ce_steps_ignored")]
    [InlineData("ce_label_smoothing")]
    [InlineData("ce_label_smoothing_0.3")]
    [InlineData("ce_class_weights")]
    [InlineData("ce_class_weights_keras")]
    [InlineData("ce_class_weights_smoothing")]
    [InlineData("ce_ignored_rows_smoothing_weights")]
    [InlineData("ce_probability_targets")]
    [InlineData("ce_probability_targets_smoothing")]
    [InlineData("ce_class_weights_probability")]
    [InlineData("ce_sample_weights")]
    [InlineData("ce_sample_weights_normalised")]
    [InlineData("kl")]
    [InlineData("categorical_hinge")]
    [InlineData("multi_margin")]
    public void A_loss_has_the_value_and_the_gradient_of_its_case(string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        (Loss loss, string activation) = Of(name, file);
        Assert.Equal(file["prediction"].Shape.Length > 1 ? file["prediction"].Shape[^1] : 1, Rows(file, activation).Schema.OutputSize);
        AssertIs(file, loss, activation, file["prediction"].Floats, file["grad_prediction"].Values);
    }

    /// <summary>Keras' predictions are probabilities; ours are of logits, which may be their logarithms.</summary>
    [Fact]
    public void A_divergence_of_probabilities_is_that_of_their_logarithms()
    {
        ReferenceFile file = ReferenceFile.OfCase("kl_keras_probabilities");
        double[] p = file["prediction"].Values, slopes = file["grad_prediction"].Values, gradients = new double[p.Length];
        for (int i = 0; i < p.Length; i++)
        {
            int start = i / 5 * 5;
            double mean = Enumerable.Range(start, 5).Sum(k => p[k] * slopes[k]);
            gradients[i] = p[i] * (slopes[i] - mean); // the derivative of softmax
        }

        AssertIs(file, new KullbackLeiblerLoss { Epsilon = 1e-7 }, "Softmax", [.. p.Select(value => (float)Math.Log(value))], gradients);
    }

    /// <summary>What of a file is used, with the options that are in its name and its metadata.</summary>
    private static (Loss Loss, string Activation) Of(string name, ReferenceFile file)
    {
        double smoothing = Number(file, "label_smoothing");
        double[] Option(string tensor) => file.Tensors.TryGetValue(tensor, out ReferenceFile.Tensor? found) ? found.Values : [];
        return name.Split('_')[0] switch
        {
            "mse" => (Loss.MeanSquaredError, "Linear"),
            "mae" => (Loss.MeanAbsoluteError, "Linear"),
            "huber0.5" or "huber1.0" => (new HuberLoss { Delta = Number(file, "delta") }, "Linear"),
            "smooth" => (new SmoothL1Loss { Beta = Number(file, "beta") }, "Linear"),
            "log" => (Loss.LogCosh, "Linear"),
            "hinge" => (Loss.Hinge, "Linear"),
            "squared" => (new HingeLoss { Squared = true }, "Linear"),
            "categorical" => (new CategoricalHingeLoss(), "Linear"),
            "multi" => (new MultiMarginLoss(), "Linear"),
            "kl" => (Loss.KullbackLeibler, "Softmax"),
            "poisson" => (
                name.Contains("rate", StringComparison.Ordinal)
                    ? new PoissonLoss { LogRate = false, Epsilon = Number(file, "epsilon") }
                    : new PoissonLoss { Full = name == "poisson_full" },
                "Linear"),
            "bce" => (new BinaryCrossEntropyLoss { LabelSmoothing = smoothing, PositiveWeights = Option("pos_weight") }, "Sigmoid"),
            _ => (
                new CategoricalCrossEntropyLoss
                {
                    LabelSmoothing = smoothing,
                    ClassWeights = Option("class_weights"),
                    DividesByClassWeights = name != "ce_class_weights_keras",
                    NormalizesWeights = name == "ce_sample_weights_normalised",
                },
                "Softmax"),
        };
    }

    private static void AssertIs(ReferenceFile file, Loss loss, string activation, float[] outputs, double[] gradients)
    {
        SequenceDataset<float> data = Rows(file, activation);
        var rows = new LossCase(loss, data, outputs);
        loss.CheckFits(data.Schema, data);
        double divisor = Enumerable.Range(0, data.Count).Sum(i => loss.Divisor(data.Targets[0], i));
        if (double.IsNaN(file["loss"].Values[0]))
        {
            Assert.Equal(0, divisor); // a mean over nothing, which is 0 here
            Assert.All(gradients, gradient => Assert.Equal(0, gradient));
            Assert.Equal(0, new DynamicModel<float>(data.Schema).Evaluate(data, loss).Loss);
            return;
        }

        foreach (int lanes in Simd.Choices)
        {
            (double sum, float[] actual) = rows.Run(1 / divisor, lanes);
            double expected = file["loss"].Values[0];
            Assert.Equal(expected, sum / divisor, 2e-6 * Math.Max(1, Math.Abs(expected)));
            double largest = gradients.Max(Math.Abs);
            Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(gradients[i], actual[i], 1e-5 * largest));
            Assert.Equal(sum, rows.Run(gradientScale: 0, lanes).Loss);
        }

        AssertEach(file, rows);
    }

    /// <summary>The losses of rows, where the file has them without weights.</summary>
    private static void AssertEach(ReferenceFile file, LossCase rows)
    {
        if (file.Tensors.Keys.Any(key => key.Contains("weights", StringComparison.Ordinal)))
        {
            return;
        }

        OutputBlock block = rows.Load(Simd.Lanes, padding: 0);
        rows.Loss.Run(block, gradientScale: 0);
        double[] each = file["loss_each"].Values;
        for (int row = 0, size = each.Length / block.Rows; row < block.Rows; row++)
        {
            double expected = each[(row * size)..((row + 1) * size)].Sum();
            Assert.Equal(expected, block.Losses[row], 2e-6 * Math.Max(1, Math.Abs(expected)));
        }
    }

    /// <summary>One sequence with a step for each row of a file.</summary>
    private static SequenceDataset<float> Rows(ReferenceFile file, string activation)
    {
        ReferenceFile.Tensor target = file["target"];
        int[] shape = file["prediction"].Shape;
        int size = shape.Length > 1 ? shape[^1] : 1, rows = file["prediction"].Values.Length / size;
        float[] weights = file.Tensors.TryGetValue("sample_weights", out ReferenceFile.Tensor? given) ? given.Floats : [];
        var data = new SequenceDataset<float>(LossTests.Schema(activation, size, SequenceOutput.EveryStep));
        if (target.Dtype == "I32")
        {
            data.AddPerStep(new float[rows], [.. target.Integers.Select(label => label < 0 ? SequenceDataset.NotCounted : label)], weights);
        }
        else
        {
            data.AddPerStep(new float[rows], target.Floats, weights: weights);
        }

        return data;
    }

    private static double Number(ReferenceFile file, string name) =>
        file.Metadata.TryGetValue(name, out string? text) ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;
}
