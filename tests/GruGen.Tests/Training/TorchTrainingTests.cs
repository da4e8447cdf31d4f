using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>Twenty steps of a trainer against twenty steps of <c>torch.optim</c>: every loss, every gradient norm and the final weights.</summary>
public class TorchTrainingTests
{
    private const int BatchSize = 8;

    private static readonly string[] Names =
    [
        "train_regression_sgd", "train_regression_sgd_momentum", "train_regression_adam", "train_regression_clip", "train_regression_rmsprop",
        "train_rmsprop_momentum", "train_rmsprop_centred", "train_binary_embedding_adam", "train_lm_adam",
    ];

    public static TheoryData<string, string> Cases => ModelFactory.With(Names, name => Schema(ReferenceFile.OfCase(name)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_goes_as_with_PyTorch(string factory, string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        if (file.Number("vocabulary") > 0)
        {
            Train(ModelFactory.ByName(factory).Create<int>(Schema(file)), file);
        }
        else
        {
            Train(ModelFactory.ByName(factory).Create<float>(Schema(file)), file);
        }
    }

    private static void Train<TInput>(SequenceModel<TInput> model, ReferenceFile file)
        where TInput : unmanaged
    {
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, file[$"init.{TorchName(tensor.Name)}"].Floats);
        }

        SequenceDataset<TInput> data = Data<TInput>(file, model.Schema);
        double[] losses = file["losses"].Values, norms = file["grad_norms"].Values;
        using (Trainer<TInput> trainer = model.BeginTraining(new TrainingOptions { Optimizer = Optimizer(file), BatchSize = BatchSize, ClipNorm = Clip(file) }))
        {
            for (int step = 0; step < losses.Length; step++)
            {
                int first = step % (data.Count / BatchSize) * BatchSize;
                double loss = trainer.Step(data, [.. Enumerable.Range(first, BatchSize)]);
                Assert.Equal(losses[step], loss, 1e-5 * losses[step]);
                Assert.Equal(norms[step], trainer.GradientNorm, 1e-4 * norms[step]);
            }

            Assert.Equal(losses.Length, trainer.StepCount);
        }

        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] expected = file[$"final.{TorchName(tensor.Name)}"].Values;
            double largest = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], model.Parameters[tensor.Name][i], 1e-4 * largest);
            }
        }
    }

    private static ModelSchema Schema(ReferenceFile file)
    {
        (int input, int vocabulary, int outputs) = (file.Number("input_size"), file.Number("vocabulary"), file.Number("outputs"));
        string task = file.Metadata["task"];
        LayerSchema gru = LayerSchema.Gru(file.Number("hidden_size"), task == "lm" ? SequenceOutput.EveryStep : SequenceOutput.Final);
        LayerSchema dense = LayerSchema.Dense(outputs, task switch
        {
            "regression" => Activation.Linear,
            "binary" => Activation.Sigmoid,
            _ => Activation.Softmax,
        });
        return vocabulary > 0
            ? ModelSchema.ForTokens("Trained", LayerSchema.Embedding(vocabulary, input), gru, dense)
            : ModelSchema.ForFeatures("Trained", input, gru, dense);
    }

    private static Optimizer Optimizer(ReferenceFile file) => file.Metadata["optimizer"] switch
    {
        "sgd" => new Sgd(0.1),
        "sgd_momentum" => new Sgd(0.05) { Momentum = 0.9 },
        "rmsprop" => new RmsProp(0.005),
        "RMSprop lr .002 momentum .9" => new RmsProp(0.002) { Momentum = 0.9 },
        "RMSprop lr .005 alpha .99 eps 1e-8 centred" => new RmsProp(0.005) { Centered = true },
        _ => new Adam(0.01),
    };

    private static double Clip(ReferenceFile file) => double.Parse(file.Metadata["clip_grad_norm"], System.Globalization.CultureInfo.InvariantCulture);

    private static SequenceDataset<TInput> Data<TInput>(ReferenceFile file, ModelSchema schema)
        where TInput : unmanaged
    {
        var data = new SequenceDataset<TInput>(schema);
        ReferenceFile.Tensor x = file["x"], y = file["y"];
        TInput[] inputs = typeof(TInput) == typeof(int) ? (TInput[])(object)x.Integers : (TInput[])(object)x.Floats;
        int count = x.Shape[0], stride = inputs.Length / count, targets = y.Values.Length / count;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<TInput> input = inputs.AsSpan(i * stride, stride);
            if (schema.Output == SequenceOutput.EveryStep)
            {
                data.AddPerStep(input, y.Integers.AsSpan(i * targets, targets));
            }
            else
            {
                data.Add(input, y.Floats.AsSpan(i * targets, targets));
            }
        }

        return data;
    }

    /// <summary>gru1 is gru there.</summary>
    private static string TorchName(string name) => name.Replace("1.", ".", StringComparison.Ordinal);
}
