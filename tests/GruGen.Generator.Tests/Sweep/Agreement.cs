using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>What holds for every model: it computes what the reference computes, at every width the same bits, on every way through it.</summary>
internal static class Agreement
{
    /// <summary>Outputs, final states and every gradient of each batch are those of the reference.</summary>
    public static void WithReference(Subject model, IReadOnlyList<Batch> batches)
    {
        ReferenceModel reference = model.Reference;
        foreach ((Batch batch, Results results) in batches.Zip(model.Run(batches)))
        {
            results.AssertEqual(batch.Run(reference));
        }
    }

    /// <summary>All of that, predictions and streams have the same bits with vectors of any width and with the scalar twin.</summary>
    public static void OfWidths(Subject model, IReadOnlyList<Batch> batches)
    {
        int[] lanes = [.. Simd.Choices];
        model.Lanes = lanes[0];
        Results[] expected = [.. model.Run(batches)];
        float[] many = model.PredictMany(batches[0]), one = [.. OneByOne(model, batches[^1])];
        foreach (int other in lanes[1..])
        {
            model.Lanes = other;
            foreach ((Results want, Results have) in expected.Zip(model.Run(batches)))
            {
                have.AssertSame(want);
            }

            Assert.Equal(Bits(many), Bits(model.PredictMany(batches[0])));
            Assert.Equal(Bits(one), Bits(OneByOne(model, batches[^1])));
        }
    }

    /// <summary>Many sequences predicted in blocks of steps have the bits of a pass over all steps.</summary>
    public static void OfBlocks(Subject model, Batch batch)
    {
        batch = batch with { InitialStates = null };
        double[] rows = model.Run([batch]).Single()["output"];
        float[] outputs = model.PredictMany(batch);

        int size = model.Schema.OutputSize, place = 0;
        for (int b = 0; b < batch.Size; b++)
        {
            bool every = model.Schema.Output == Steps.Every;
            int room = size * (every ? batch.Steps : 1), length = size * (every ? batch.Lengths?[b] ?? batch.Steps : 1);
            Assert.Equal(Bits([.. rows.AsSpan(b * room, length).ToArray().Select(value => (float)value)]), Bits(outputs.AsSpan(place, length).ToArray()));
            place += length;
        }

        Assert.Equal(outputs.Length, place);
    }

    /// <summary>A stream that takes one step after another agrees with a prediction of what it has seen so far, within rounding.</summary>
    public static void OfStreamAndSequence(Subject model, Batch batch, int sequence)
    {
        float[][] steps = model.Stream(batch, sequence);
        for (int t = 0; t < steps.Length; t++)
        {
            float[] prediction = model.Predict(batch, sequence, t + 1);
            Assert.All(
                prediction[^steps[t].Length..].Zip(steps[t]),
                pair => Assert.Equal(pair.First, pair.Second, (float)Results.OutputTolerance));
        }
    }

    private static IEnumerable<float> OneByOne(Subject model, Batch batch) =>
        [.. model.Stream(batch, 0).SelectMany(output => output), .. model.Predict(batch, 0, batch.Lengths?[0] ?? batch.Steps)];

    private static IEnumerable<int> Bits(IEnumerable<float> values) => values.Select(BitConverter.SingleToInt32Bits);
}
