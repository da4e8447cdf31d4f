using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

/// <summary>
/// Predictions of many sequences go block by block of steps. Each sequence has to go on behind the last token that it read, not at the
/// block's own step, or padding before that would make it read some tokens twice.
/// </summary>
public class PaddingBlockTests
{
    /// <summary>Steps without padding: of less than a block, of whole blocks, of one more.</summary>
    private static readonly int[] Lengths = [37, 0, 16, 100, 1, 15, 33, 17, 64, 48];

    public static TheoryData<string> Shapes =>
        [.. Shape.Names.Where(name => Shape.ByName(name).Schema is { PaddingToken: >= 0 } schema && schema.OutputSteps(100) is 100 or 1)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Long_sequences_with_padding_give_what_they_give_without(string name)
    {
        SequenceModel<int> model = Shape.ByName(name).Model<int>(ModelFactory.EmittedNames.First(), seed: 6);
        ModelSchema schema = model.Schema;
        var random = new RandomSource(5);
        int[][] bare = [.. Lengths.Select(length => Batch.Random(schema, 5, length, seed: (ulong)length).InputsAs<int>()[^length..])];
        bare = [.. bare.Select(tokens => tokens.Select(token => token == schema.PaddingToken ? (token + 1) % schema.InputSize : token).ToArray())];
        int[][] padded = [.. bare.Select(tokens => Pad(tokens, schema.PaddingToken, random))];
        float[] expected = Many(bare), actual = Many(padded), threads = new float[actual.Length];
        model.Predict(padded, threads, new PredictOptions { MaxDegreeOfParallelism = 2 });
        Assert.Equal(actual, threads);

        int place = 0, paddedPlace = 0, size = schema.OutputSize;
        for (int i = 0; i < padded.Length; i++)
        {
            float[] one = new float[OutputLength(padded[i])];
            model.Predict(padded[i], one);
            double[] reference = ReferenceOf(model, padded[i]);
            Assert.All(one.Zip(reference), pair => Assert.Equal(pair.Second, pair.First, Results.OutputTolerance));
            Assert.All(actual[paddedPlace..].Zip(reference), pair => Assert.Equal(pair.Second, pair.First, Results.OutputTolerance));

            // the outputs of the steps that are left, where they stand in the padded sequence
            int[] steps = schema.Output == SequenceOutput.Final ? [0] : [.. padded[i].Index().Where(t => t.Item != schema.PaddingToken).Select(t => t.Index)];
            Assert.Equal(
                expected[place..(place + OutputLength(bare[i]))], steps.SelectMany(t => actual[(paddedPlace + t * size)..(paddedPlace + (t + 1) * size)]));
            place += OutputLength(bare[i]);
            paddedPlace += one.Length;
        }

        float[] Many(int[][] sequences)
        {
            float[] outputs = new float[sequences.Sum(OutputLength)];
            model.Predict(sequences, outputs);
            return outputs;
        }

        int OutputLength(int[] tokens) => schema.OutputSize * (schema.Output == SequenceOutput.EveryStep ? tokens.Length : 1);
    }

    private static double[] ReferenceOf(SequenceModel<int> model, int[] tokens)
    {
        double[][] outputs = ReferenceModel.Of(model).Forward([.. tokens.Select(token => new double[] { token })]);
        return [.. outputs.SelectMany(row => row)];
    }

    /// <summary>Padding before the first token, then none, one or several of it behind each.</summary>
    private static int[] Pad(int[] tokens, int padding, RandomSource random) =>
        [padding, .. tokens.SelectMany(token => (int[])[token, .. Enumerable.Repeat(padding, Math.Max(0, random.NextInt32(5) - 2))])];
}
