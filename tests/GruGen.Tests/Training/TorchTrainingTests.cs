using GruGen.Tests.Reference;

namespace GruGen.Tests.Training;

/// <summary>
/// Steps of a trainer against steps of <c>torch.optim</c>: every loss, every gradient norm, every learning rate and the final weights.
/// </summary>
public class TorchTrainingTests
{
    private const int BatchSize = 8;

    /// <summary>The options that a case was computed with; PyTorch decays everything unless told otherwise.</summary>
    private static readonly Dictionary<string, TrainingOptions> AllOptions = new()
    {
        ["train_regression_sgd"] = With(new Sgd(0.1)),
        ["train_regression_sgd_momentum"] = With(new Sgd(0.05) { Momentum = 0.9 }),
        ["train_regression_sgd_nesterov"] = With(new Sgd(0.05) { Momentum = 0.9, Nesterov = true }),
        ["train_sgd_dampening"] = With(new Sgd(0.1) { Momentum = 0.9, Dampening = 0.5 }),
        ["train_sgd_decay"] = With(new Sgd(0.05) { Momentum = 0.8, Nesterov = true, L2 = 0.02, DecaysAll = true }),
        ["train_regression_clip"] = With(new Sgd(0.1)) with { ClipNorm = 0.5 },
        ["train_clip_value"] = With(new Sgd(0.2)) with { ClipValue = 0.05 },
        ["train_regression_rmsprop"] = With(new RmsProp(0.005)),
        ["train_rmsprop_momentum"] = With(new RmsProp(0.002) { Momentum = 0.9 }),
        ["train_rmsprop_centred"] = With(new RmsProp(0.005) { Centered = true }),
        ["train_rmsprop_centred_momentum_decay"] =
            With(new RmsProp(0.002) { Alpha = 0.9, Momentum = 0.5, Centered = true, L2 = 0.01, DecaysAll = true }),
        ["train_regression_adagrad"] = With(new Adagrad(0.05)),
        ["train_adagrad_decay"] = With(new Adagrad(0.05) { LearningRateDecay = 0.02, InitialAccumulator = 0.1 }),
        ["train_adadelta"] = With(new Adadelta()),
        ["train_adamax"] = With(new Adamax(0.01)),
        ["train_regression_adam"] = With(new Adam(0.01)),
        ["train_binary_embedding_adam"] = With(new Adam(0.01)),
        ["train_lm_adam"] = With(new Adam(0.01)),
        ["train_adam_l2"] = With(new Adam(0.01) { L2 = 0.02, DecaysAll = true }),
        ["train_regression_adam_amsgrad"] = With(new Adam(0.01) { Amsgrad = true }),
        ["train_regression_adamw"] = With(new AdamW(0.01) { WeightDecay = 0.05, DecaysAll = true }),
        ["train_classify_2layers_adamw"] = With(new AdamW(0.01) { WeightDecay = 0.05, DecaysAll = true }),
        ["train_adamw_weights_only"] = With(new AdamW(0.01) { WeightDecay = 0.1 }),
        ["train_adamw_weights_only_embedding"] = With(new AdamW(0.01) { WeightDecay = 0.1 }),
        ["train_regression_nadam"] = With(new NAdam(0.01)),
        ["train_nadam_momentum_decay"] = With(new NAdam(0.01) { MomentumDecay = 0.05 }),
        ["train_nadam_weight_decay"] = With(new NAdam(0.01) { L2 = 0.02, DecaysAll = true }),
        ["train_radam"] = With(new RAdam(0.02)),
        ["train_frozen_embedding"] = With(new Adam(0.01)) with { FrozenLayers = ["embedding"] },
        ["train_rates_by_layer"] = With(new Adam(0.02)) with { ParameterGroups = [new ParameterGroup("gru1") { LearningRateFactor = 0.1 }] },
        ["train_warmup_cosine"] = With(new Adam(0.02)) with
        {
            Schedule = new WarmUpSchedule(8) { StartFactor = 0.1 }.Then(new CosineSchedule(32) { Minimum = 0.0005 }, after: 8),
        },
        ["train_one_cycle"] = With(new Sgd { Momentum = 0.9 }) with { Schedule = new OneCycleSchedule(0.3, 41) },
        ["train_average"] = With(new Adam(0.01)) with { AverageDecay = 0.99 },
    };

    public static TheoryData<string, string> Cases => ModelFactory.With(AllOptions.Keys, SchemaOf);

    /// <summary>The model of a case.</summary>
    internal static ModelSchema SchemaOf(string name) => Schema(ReferenceFile.OfCase(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_goes_as_with_PyTorch(string factory, string name)
    {
        ReferenceFile file = ReferenceFile.OfCase(name);
        if (file.Number("vocabulary") > 0)
        {
            Train(ModelFactory.ByName(factory).Create<int>(Schema(file)), file, AllOptions[name]);
        }
        else
        {
            Train(ModelFactory.ByName(factory).Create<float>(Schema(file)), file, AllOptions[name]);
        }
    }

    private static TrainingOptions With(Optimizer optimizer) => new() { Optimizer = optimizer, BatchSize = BatchSize };

    private static void Train<TInput>(SequenceModel<TInput> model, ReferenceFile file, TrainingOptions options)
        where TInput : unmanaged
    {
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, file[$"init.{TorchName(tensor.Name)}"].Floats);
        }

        SequenceDataset<TInput> data = Data<TInput>(file, model.Schema);
        double[] losses = file["losses"].Values, norms = file["grad_norms"].Values;
        bool normsCountAll = options.FrozenLayers.Count > 0; // those of frozen layers, too
        using (Trainer<TInput> trainer = model.BeginTraining(options))
        {
            for (int step = 0; step < losses.Length; step++)
            {
                AssertRates(trainer, file, step);
                int first = step % (data.Count / BatchSize) * BatchSize;
                double loss = trainer.Step(data, [.. Enumerable.Range(first, BatchSize)]);
                Assert.Equal(losses[step], loss, 1e-5 * losses[step]);
                if (!normsCountAll)
                {
                    Assert.Equal(norms[step], trainer.GradientNorm, 1e-4 * norms[step]);
                }
            }

            Assert.Equal(losses.Length, trainer.StepCount);
            AssertParameters(model, file, "final", name => model.Parameters[name].ToArray());
            if (options.AverageDecay > 0)
            {
                trainer.Publish();
                float[] published = new float[model.Parameters.Count];
                model.Parameters.CopyTo(published);
                AssertParameters(model, file, "average", name => Slice(model.Schema, name, published));
            }
        }

        AssertParameters(model, file, options.AverageDecay > 0 ? "average" : "final", name => model.Parameters[name].ToArray());
    }

    private static float[] Slice(ModelSchema schema, string name, float[] all)
    {
        TensorSchema tensor = schema.Tensors.Single(tensor => tensor.Name == name);
        return all[(int)tensor.Offset..(int)(tensor.Offset + tensor.Length)];
    }

    private static void AssertParameters<TInput>(SequenceModel<TInput> model, ReferenceFile file, string what, Func<string, float[]> actual)
        where TInput : unmanaged
    {
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            double[] expected = file[$"{what}.{TorchName(tensor.Name)}"].Values;
            float[] values = actual(tensor.Name);
            double largest = expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], values[i], 1e-4 * largest);
            }
        }
    }

    /// <summary>The first case set has no rates; where there are groups, the first is that of the GRU and the last all others.</summary>
    private static void AssertRates<TInput>(Trainer<TInput> trainer, ReferenceFile file, int step)
        where TInput : unmanaged
    {
        if (file.Tensors.TryGetValue("rates", out ReferenceFile.Tensor? rates))
        {
            int groups = rates.Shape[1];
            double rate = rates.Values[(step * groups) + groups - 1];
            Assert.Equal(rate, trainer.LearningRate, 1e-6 * rate);
        }
    }

    private static ModelSchema Schema(ReferenceFile file)
    {
        (int input, int vocabulary, int outputs) = (file.Number("input_size"), file.Number("vocabulary"), file.Number("outputs"));
        string task = file.Metadata["task"];
        int hidden = file.Number("hidden_size"), layers = file.Number("layers");
        LayerSchema[] below = [.. Enumerable.Repeat(LayerSchema.Gru(hidden, SequenceOutput.EveryStep), layers - 1)];
        LayerSchema gru = LayerSchema.Gru(hidden, task == "lm" ? SequenceOutput.EveryStep : SequenceOutput.Final);
        LayerSchema dense = LayerSchema.Dense(outputs, task switch
        {
            "regression" => Activation.Linear,
            "binary" => Activation.Sigmoid,
            _ => Activation.Softmax,
        });
        return vocabulary > 0
            ? ModelSchema.ForTokens("Trained", [LayerSchema.Embedding(vocabulary, input), .. below, gru, dense])
            : ModelSchema.ForFeatures("Trained", input, [.. below, gru, dense]);
    }

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
            else if (schema.OutputActivation == Activation.Softmax)
            {
                data.Add(input, y.Integers[i]);
            }
            else
            {
                data.Add(input, y.Floats.AsSpan(i * targets, targets));
            }
        }

        return data;
    }

    /// <summary>gru1 is gru there, and gru2.weight_ih_l0 is gru.weight_ih_l1.</summary>
    private static string TorchName(string name) => name.StartsWith("gru2", StringComparison.Ordinal)
        ? name.Replace("gru2", "gru", StringComparison.Ordinal).Replace("_l0", "_l1", StringComparison.Ordinal)
        : name.Replace("1.", ".", StringComparison.Ordinal);
}
