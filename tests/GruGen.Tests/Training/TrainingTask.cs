
namespace GruGen.Tests.Training;

/// <summary>Small tasks to train on.</summary>
internal static class TrainingTask
{
    public static readonly ModelSchema Binary = ModelSchema.ForTokens(
        "Binary", LayerSchema.Embedding(6, 4), LayerSchema.Gru(8, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));

    public static readonly ModelSchema Tagger = ModelSchema.ForFeatures(
        "Tagger", 2, LayerSchema.Gru(7, SequenceOutput.EveryStep), LayerSchema.Dense(3, Activation.Softmax));

    /// <summary>Whether there are more tokens below 3 than from 3 on; sequences of 1 to 9 tokens.</summary>
    public static SequenceDataset<int> BinaryData(int count, ulong seed = 1)
    {
        var random = new RandomSource(seed);
        var data = new SequenceDataset<int>(Binary);
        for (int i = 0; i < count; i++)
        {
            int[] tokens = [.. Enumerable.Range(0, 2 * random.NextInt32(5) + 1).Select(_ => random.NextInt32(6))];
            data.Add(tokens, label: tokens.Count(token => token < 3) > tokens.Length / 2 ? 1 : 0);
        }

        return data;
    }

    /// <summary>
    /// The sign of the running sum of the first feature, in three classes; some steps do not count; the first sequence is empty.
    /// </summary>
    public static SequenceDataset<float> TaggerData(int count, ulong seed = 1)
    {
        var random = new RandomSource(seed);
        var data = new SequenceDataset<float>(Tagger);
        data.AddPerStep([], labels: []);
        for (int i = 1; i < count; i++)
        {
            int steps = 1 + random.NextInt32(12);
            float[] features = [.. Enumerable.Range(0, 2 * steps).Select(_ => random.NextUniform(1))];
            int[] labels = new int[steps];
            float sum = 0;
            for (int t = 0; t < steps; t++)
            {
                sum += features[2 * t];
                labels[t] = random.NextInt32(5) == 0 ? SequenceDataset.NotCounted : sum < -0.5f ? 0 : sum > 0.5f ? 2 : 1;
            }

            data.AddPerStep(features, labels);
        }

        return data;
    }

    /// <summary>
    /// Sequences of different lengths, six of which one is empty unless told otherwise, with classes as targets where the model gives them,
    /// else numbers from 0 to 1.
    /// </summary>
    public static SequenceDataset<TInput> Data<TInput>(ModelSchema schema, int[]? lengths = null)
        where TInput : unmanaged
    {
        lengths ??= [4, 0, 6, 1, 5, 6];
        int steps = lengths.Max();
        var random = new RandomSource(11);
        var data = new SequenceDataset<TInput>(schema);
        bool classes = schema.OutputActivation == Activation.Softmax;
        TInput[] inputs = Reference.Batch.Random(schema, lengths.Length, steps).InputsAs<TInput>();
        int room = inputs.Length / lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            ReadOnlySpan<TInput> input = inputs.AsSpan(i * room, lengths[i] * room / steps);
            int rows = schema.OutputSteps(lengths[i]);
            int[] labels = [.. Enumerable.Range(0, rows).Select(t => t == 3 ? SequenceDataset.NotCounted : random.NextInt32(schema.OutputSize))];
            float[] values = [.. Enumerable.Range(0, rows * schema.OutputSize).Select(_ => (float)random.NextDouble())];
            switch (schema.Output, classes)
            {
                case (SequenceOutput.EveryStep, true):
                    data.AddPerStep(input, labels);
                    break;
                case (SequenceOutput.EveryStep, false):
                    data.AddPerStep(input, values);
                    break;
                case (_, true):
                    data.Add(input, labels[0]);
                    break;
                default:
                    data.Add(input, values);
                    break;
            }
        }

        return data;
    }

    public static DynamicModel<int> BinaryModel(int seed = 0) => new(Binary, seed);

    public static DynamicModel<float> TaggerModel(int seed = 0) => new(Tagger, seed);
}
