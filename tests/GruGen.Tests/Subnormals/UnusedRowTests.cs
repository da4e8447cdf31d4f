namespace GruGen.Tests.Subnormals;

/// <summary>Tokens that no batch has: the moments of their rows fade with every step, and end at zero.</summary>
public class UnusedRowTests
{
    private const int Sequences = 6;

    public static TheoryData<string, string> Optimizers => new()
    {
        { "Adam", "generic" }, { "Adam", "emitted, 256 bit" }, { "Adam, lazy", "emitted, 256 bit" }, { "Adam, β₁ = 0.5", "emitted, 256 bit" }, { "SGD", "emitted, 256 bit" }, { "SGD with momentum", "emitted, 256 bit" },
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
            _ => new Sgd(1e-2) { Momentum = 0.9 },
        };
        SequenceModel<int> model = Shape.ByName("tokens").Model<int>(factory, seed: 1);
        SequenceDataset<int> all = Data(model, tokens: 11), some = Data(model, tokens: 4);
        int[] indices = [.. Enumerable.Range(0, Sequences)];
        using Trainer<int> trainer = model.BeginTraining(new TrainingOptions { Loss = Loss.BinaryCrossEntropy, Optimizer = optimizer, BatchSize = Sequences });
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
