namespace GruGen.Tool;

/// <summary>How far a compiled model is from the original.</summary>
/// <param name="Difference">The largest difference of an output.</param>
/// <param name="Largest">The largest output of the original.</param>
/// <param name="Steps">The number of steps that were compared.</param>
internal sealed record Comparison(double Difference, double Largest, int Steps)
{
    private const int Sequences = 3, UsualLength = 20, LongestLength = 4096, FewestSteps = 4;

    /// <summary>What rounding alone explains: float has seven digits, of which sums of many terms and many steps lose one or two.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Whether both compute the same.</summary>
    public bool Agrees => double.IsFinite(Largest) && Difference <= Tolerance * Math.Max(1, Largest);

    /// <summary>Runs both on the same drawn sequences, with masked steps among them where the model has such.</summary>
    /// <param name="model">The compiled model.</param>
    /// <param name="original">The model of the file.</param>
    public static Comparison Of(CompiledModel model, IOriginal original)
    {
        var random = new Random(1);
        int length = original.FixedSteps ?? UsualLength;
        ModelSchema schema = model.Schema;
        while (original.FixedSteps is null && length < LongestLength && schema.StepsAfter(schema.Layers.Length, length) < FewestSteps)
        {
            length *= 2; // layers that make one step of several leave few
        }

        (double difference, double largest, bool compares) = (0, 0, false);
        for (int sequence = 0; sequence < Sequences; sequence++)
        {
            double[][] steps = [.. Enumerable.Range(0, length).Select(t => Step(schema, random, isInside: t > 0 && t < length - 1))];
            (float[] here, double[] there) = (model.Predict(steps), original.Run(steps));
            if (here.Length != there.Length)
            {
                throw new InvalidDataException(
                    $"The model gives {here.Length} numbers for {length} steps, but the original {there.Length}.");
            }

            bool skips = schema.Output == SequenceOutput.EveryStep && schema.MaskedOutput == MaskedOutput.Zero
                && here.Length == length * schema.OutputSize;
            for (int i = 0; i < here.Length; i++)
            {
                if (skips && IsMasked(schema, steps[i / schema.OutputSize]))
                {
                    continue; // zeros here, whatever the original gives there
                }

                compares = true;
                double apart = Math.Abs(here[i] - there[i]);
                difference = double.IsNaN(apart) && !double.IsNaN(there[i]) ? double.PositiveInfinity : Math.Max(difference, apart);
                largest = Math.Max(largest, Math.Abs(there[i]));
            }
        }

        return compares
            ? new Comparison(difference, largest, Sequences * length)
            : throw new InvalidDataException($"The model gives no number for {length} steps, so nothing can be compared.");
    }

    private static double[] Step(ModelSchema schema, Random random, bool isInside)
    {
        if (!schema.ReadsTokens)
        {
            bool isMasked = isInside && schema.MaskValue is not null && random.Next(4) == 0;
            return [.. Enumerable.Range(0, schema.InputSize)
                .Select(_ => isMasked ? schema.MaskValue!.Value : (random.NextDouble() * 2) - 1)];
        }

        int token;
        do
        {
            token = isInside && schema.PaddingToken >= 0 && random.Next(4) == 0 ? schema.PaddingToken : random.Next(schema.InputSize);
        }
        while (!isInside && token == schema.PaddingToken && schema.InputSize > 1);
        return [token];
    }

    private static bool IsMasked(ModelSchema schema, double[] step) =>
        schema.ReadsTokens ? step[0] == schema.PaddingToken : schema.MaskValue is { } mask && step.All(value => value == mask);
}
