namespace GruGen.Tests.Training;

// Vocabularies of which a batch has a part, with vectors of less than the widest, of one and of two.

[GruModel, Embedding(40, 5), Gru(7, Output = SequenceOutput.Final), Dense(3, Activation.Softmax)]
internal sealed partial class FewOfForty;

[GruModel, Embedding(40, 16, PaddingToken = 3), Gru(7, Output = SequenceOutput.EveryStep), Dense(3, Activation.Softmax)]
internal sealed partial class FewAndPadding;

[GruModel, Embedding(40, 32), Gru(7, Bidirectional = true), Dense(1, Activation.Sigmoid)]
internal sealed partial class FewBothWays;

/// <summary>Data in which neighbouring sequences share some tokens of a vocabulary of 40, and none has all.</summary>
internal static class TokenTask
{
    public const int Vocabulary = 40;

    private static readonly Dictionary<string, ModelSchema> s_schemas = new(StringComparer.Ordinal)
    {
        [nameof(FewOfForty)] = new FewOfForty().Schema,
        [nameof(FewAndPadding)] = new FewAndPadding().Schema,
        [nameof(FewBothWays)] = new FewBothWays().Schema,
    };

    /// <summary>Each model with each implementation that has it.</summary>
    public static TheoryData<string, string> Models => ModelFactory.With(s_schemas.Keys, name => s_schemas[name]);

    public static SequenceModel<int> Model(string factory, string name, int seed = 2) => ModelFactory.ByName(factory).Create<int>(s_schemas[name], seed);

    /// <summary>Sequences of 0 to 7 tokens.</summary>
    public static SequenceDataset<int> Data(ModelSchema schema, int count)
    {
        var random = new RandomSource(5);
        var data = new SequenceDataset<int>(schema);
        for (int i = 0; i < count; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, i * 5 % 8).Select(_ => (i + random.NextInt32(12)) % Vocabulary)];
            int[] labels = [.. tokens.Select(_ => random.NextInt32(schema.OutputSize))];
            if (schema.Output == SequenceOutput.EveryStep)
            {
                data.AddPerStep(tokens, labels);
            }
            else
            {
                data.Add(tokens, label: random.NextInt32(Math.Max(2, schema.OutputSize)));
            }
        }

        return data;
    }

    /// <summary>The tokens that some sequences have.</summary>
    public static HashSet<int> Tokens(SequenceDataset<int> data, params ReadOnlySpan<int> indices)
    {
        HashSet<int> tokens = [];
        foreach (int i in indices)
        {
            tokens.UnionWith(data.Input(i).ToArray());
        }

        return tokens;
    }

    /// <summary>Forward, the mean loss and back, as a trainer goes.</summary>
    public static void Backward(SequencePass<int> pass, SequenceDataset<int> data, params ReadOnlySpan<int> indices) =>
        Backward(pass, new LossParts(Loss.For(pass.Schema), pass.Schema), data, indices);

    /// <inheritdoc cref="Backward(SequencePass{int}, SequenceDataset{int}, ReadOnlySpan{int})"/>
    public static void Backward(SequencePass<int> pass, LossParts losses, SequenceDataset<int> data, ReadOnlySpan<int> indices)
    {
        losses.Begin(data, indices);
        pass.RunForward(data, indices);
        pass.BeginGradients();
        pass.RunLoss(losses, backward: true, data, indices);
        pass.FinishGradients();
    }
}
