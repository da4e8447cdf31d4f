namespace GruGen.Tests.Subnormals;

/// <summary>Tokens that no batch has: the moments of their rows fade with every step, and end at zero.</summary>
public class UnusedRowTests
{
    private const int Sequences = 6;

    public static TheoryData<string, string> Optimizers => new()
    {
        { "Adam", "generic" }, { "Adam", "emitted, 256 bit" }, { "Adam, lazy", "emitted, 256 bit" }, { "Adam, β₁ = 0.5", "emitted, 256 bit" }, { "SGD", "emitted, 256 bit" }, { "SGD with momentum", "emitted, 256 bit" },
        { "SGD with Nesterov's momentum", "emitted, 256 bit" }, { "RMSprop", "emitted, 256 bit" }, { "Adagrad", "emitted, 256 bit" },
        { "Adadelta", "emitted, 256 bit" }, { "Adamax", "emitted, 256 bit" }, { "AMSGrad", "emitted, 256 bit" }, { "AdamW", "emitted, 256 bit" },
        { "Adam, L2", "emitted, 256 bit" }, { "NAdam", "emitted, 256 bit" }, { "RAdam", "emitted, 256 bit" }, { "averages", "emitted, 256 bit" },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Moments_that_fade_end_at_zero(string name, string factory)
    {
        Optimizer optimizer = name switch
        {
            "Adam" => new Adam(1e-3),
            "Adam, lazy" => new Adam(1e-3) { Lazy = true },
            "Adam, β₁ = 0.5" => new Adam(1e-3) { Beta1 = 0.5, Beta2 = 0.9 },
            "SGD" => new Sgd(1e-2),
            "SGD with Nesterov's momentum" => new Sgd(1e-2) { Momentum = 0.9, Nesterov = true },
            "RMSprop" => new RmsProp(1e-3) { Alpha = 0.9, Momentum = 0.5, Centered = true },
            "Adagrad" => new Adagrad(),
            "Adadelta" => new Adadelta(),
            "Adamax" => new Adamax(1e-3) { Beta2 = 0.99 },
            "AMSGrad" => new Adam(1e-3) { Amsgrad = true, Beta2 = 0.9 },
            "AdamW" => new AdamW(1e-2) { WeightDecay = 1, DecaysAll = true }, // e^−200 of what it was
            "Adam, L2" => new Adam(1e-3) { L2 = 0.1, DecaysAll = true },
            "NAdam" => new NAdam(1e-3) { Beta1 = 0.5, Beta2 = 0.9 },
            "RAdam" => new RAdam(1e-3) { Beta1 = 0.5, Beta2 = 0.9 },
            "averages" => new Sgd(1e-2) { WeightDecay = 1, DecaysAll = true },
            _ => new Sgd(1e-2) { Momentum = 0.9 },
        };
        SequenceModel<int> model = Shape.ByName("tokens").Model<int>(factory, seed: 1);
        SequenceDataset<int> all = Data(model, tokens: 11), some = Data(model, tokens: 4);
        int[] indices = [.. Enumerable.Range(0, Sequences)];
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Loss = Loss.BinaryCrossEntropy, Optimizer = optimizer, BatchSize = Sequences, AverageDecay = name == "averages" ? 0.9 : 0 });
        for (int i = 0; i < 20; i++)
        {
            trainer.Step(all, indices);
        }

        for (int i = 0; i < 20_000; i++)
        {
            trainer.Step(some, indices);
        }

        Subnormals.AssertNoneIn(trainer);
        Subnormals.AssertNoneIn(model);
        Assert.All(model.Parameters.All.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    private static SequenceDataset<int> Data(SequenceModel<int> model, int tokens)
    {
        var data = new SequenceDataset<int>(model.Schema);
        var random = new RandomSource(9);
        for (int i = 0; i < Sequences; i++)
        {
            data.Add([.. Enumerable.Range(0, 5).Select(_ => random.NextInt32(tokens))], label: i % 2);
        }

        return data;
    }
}
