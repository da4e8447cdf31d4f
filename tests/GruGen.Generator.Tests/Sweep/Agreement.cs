using GruGen.Kernels;
using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>
/// What holds for every model: it computes what the reference computes, at every width the same bits, on every way through it.
/// </summary>
internal static class Agreement
{
    /// <summary>
    /// Outputs, final states and every gradient of each batch are those of the reference; with dropout at work, if training is given.
    /// </summary>
    public static void WithReference(Subject model, IReadOnlyList<Batch> batches, Training? training = null)
    {
        ReferenceModel reference = model.Reference;
        if (training is not null)
        {
            reference.Dropping.Use(training.Seed, training.Step);
        }

        foreach ((Batch batch, Results results) in batches.Zip(model.Run(batches, Always(training, batches))))
        {
            Results expected = batch.Run(reference);
            if (HasStatesThatGrow(model.Schema))
            {
                Results moved = Moved(reference, () => batch.Run(reference));
                results.AssertEqual(expected, Results.OutputTolerance * expected.LargestOutput, atLeast: name => 16 * moved.Distance(expected, name));
            }
            else
            {
                results.AssertEqual(expected);
            }
        }
    }

    /// <summary>
    /// Whether gates or clipped arguments of other frameworks let states grow beyond 1 from step to step: what is promised of outputs is
    /// then of their size (docs/numerics.md), as it is of gradients.
    /// </summary>
    private static bool HasStatesThatGrow(ModelSchema schema) => schema.Layers.Any(layer => layer.Options is { } options
        && (options.Clip > 0 || options.ReverseGateActivation is not null || options.ReverseActivation is not null
            || options.GateActivation is not (GateActivation.Sigmoid or GateActivation.HardSigmoid or GateActivation.HardSigmoidKeras2)
            || options.Activation is Activation.Elu or Activation.LeakyRelu or Activation.ScaledTanh or Activation.Affine or Activation.HardSigmoid));

    /// <summary>
    /// What the reference gives with parameters that are off by half of a float's last place: no arithmetic of floats is closer to it than
    /// that, however fast states grow.
    /// </summary>
    private static Results Moved(ReferenceModel reference, Func<Results> run)
    {
        var random = new RandomSource(11);
        Dictionary<string, double[]> before = reference.Parameters.ToDictionary(pair => pair.Key, pair => (double[])pair.Value.Clone());
        foreach (double[] values in reference.Parameters.Values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= 1 + (random.NextInt32(2) == 0 ? 1 : -1) * Math.Pow(2, -24);
            }
        }

        Results results = run();
        foreach ((string name, double[] values) in before)
        {
            values.CopyTo(reference.Parameters[name], 0);
        }

        return results;
    }

    /// <summary>
    /// With dropout at work, the same step of training gives the same bits, other ones others, and without it nothing of it is left.
    /// </summary>
    public static void OfTrainingSteps(Subject model, Batch batch)
    {
        var first = new Training(Seed: 5, Step: 9);
        IReadOnlyList<Results> results = model.Run(
            [.. Enumerable.Repeat(batch, 6)], null, first, new Training(Seed: 5, Step: 10), first, new Training(Seed: 6, Step: 9), null);

        results[3].AssertSame(results[1]);
        results[5].AssertSame(results[0]);
        ModelSchema schema = model.Schema;
        if (Enumerable.Range(0, batch.Size).All(b => schema.StepsAfter(schema.Layers.Length, model.StepsOf(batch, b)) == 0))
        {
            return; // no mask changes anything
        }

        foreach ((int one, int other) in new[] { (0, 1), (1, 2), (1, 4), (2, 4) })
        {
            Assert.Contains(results[one].Names, name => !results[one][name].SequenceEqual(results[other][name]));
        }
    }

    /// <summary>All of that, predictions and streams have the same bits with vectors of any width and with the scalar twin.</summary>
    public static void OfWidths(Subject model, IReadOnlyList<Batch> batches, Training? training = null)
    {
        int[] lanes = [.. Simd.Choices];
        model.Lanes = lanes[0];
        IReadOnlyList<Results> expected = model.Run(batches, Always(training, batches));
        float[] many = model.PredictMany(batches[0]), one = [.. OneByOne(model, batches[^1])];
        foreach (int other in lanes[1..])
        {
            model.Lanes = other;
            foreach ((Results want, Results have) in expected.Zip(model.Run(batches, Always(training, batches))))
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
            int room = size * model.Schema.OutputSteps(batch.Steps), length = size * model.Schema.OutputSteps(batch.Lengths?[b] ?? batch.Steps);
            Assert.Equal(Bits([.. rows.AsSpan(b * room, length).ToArray().Select(value => (float)value)]), Bits(outputs.AsSpan(place, length).ToArray()));
            place += length;
        }

        Assert.Equal(outputs.Length, place);
    }

    /// <summary>Sequences predicted one by one, in plans of their own, compute what the reference computes too.</summary>
    public static void OfSequencesAndReference(Subject model, Batch batch)
    {
        batch = batch with { InitialStates = null };
        double[] rows = batch.RunForward(model.Reference).Outputs;
        int room = rows.Length / batch.Size;
        for (int b = 0; b < batch.Size; b++)
        {
            AssertClose(rows.AsSpan(b * room, room).ToArray().Select(value => (float)value), model.Predict(batch, b, batch.Lengths?[b] ?? batch.Steps));
        }
    }

    /// <summary>
    /// What a model gives of the start of a sequence depends on nothing after it, unless it reads sequences from their end; padding in
    /// between changes no bit.
    /// </summary>
    public static void OfPartsAndWhole(Subject model, Batch batch, int sequence)
    {
        int steps = model.StepsOf(batch, sequence), size = model.Schema.OutputSize;
        float[] whole = model.Predict(batch, sequence, batch.Lengths?[sequence] ?? batch.Steps), all = model.PredictWithoutPadding(batch, sequence, steps);
        if (model.Schema.Output == SequenceOutput.Final || model.Schema.ChangesSteps)
        {
            Assert.Equal(Bits(all), Bits(whole[..all.Length]));
            Assert.All(whole[all.Length..], value => Assert.Equal(0, value)); // no output is one of a step that only fills the sequence
            return;
        }

        // outputs at padding are zero, or repeated, which the reference says
        ILookup<bool, float[]> rows = whole.Chunk(size)
            .Select((row, t) => (Row: row, IsPadding: ReferenceModel.IsMasked(model.Schema, batch.Inputs.Chunk(model.StepSize).ElementAt((sequence * batch.Steps) + t))))
            .ToLookup(row => row.IsPadding, row => row.Row);
        Assert.Equal(Bits(all), Bits(rows[false].SelectMany(row => row)));
        Assert.All(rows[true].SelectMany(row => row).Where(_ => model.Schema.MaskedOutput == MaskedOutput.Zero), value => Assert.Equal(0, value));
        for (int t = 0; t < steps && model.Schema.CanStream; t++)
        {
            AssertClose(all[..((t + 1) * size)], model.PredictWithoutPadding(batch, sequence, t + 1));
        }
    }

    /// <summary>A stream that takes one step after another agrees with a prediction of what it has seen so far, within rounding.</summary>
    public static void OfStreamAndSequence(Subject model, Batch batch, int sequence)
    {
        float[][] steps = model.Stream(batch, sequence);
        for (int t = 0; t < steps.Length; t++)
        {
            int layers = model.Schema.Layers.Length;
            Assert.Equal(model.Schema.StepsAfter(layers, t + 1) > model.Schema.StepsAfter(layers, t), steps[t].Length > 0);
            AssertClose(model.PredictWithoutPadding(batch, sequence, t + 1)[^steps[t].Length..], steps[t]);
        }
    }

    private static IEnumerable<float> OneByOne(Subject model, Batch batch) =>
    [
        .. model.Schema.CanStream ? model.Stream(batch, 0).SelectMany(output => output) : [],
        .. model.Predict(batch, 0, batch.Lengths?[0] ?? batch.Steps),
    ];

    private static Training?[] Always(Training? training, IReadOnlyList<Batch> batches) => [.. batches.Select(_ => training)];

    private static void AssertClose(IEnumerable<float> expected, float[] actual) => Assert.All(
        expected.Take(actual.Length).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, (float)Results.OutputTolerance));

    private static IEnumerable<int> Bits(IEnumerable<float> values) => values.Select(BitConverter.SingleToInt32Bits);
}
