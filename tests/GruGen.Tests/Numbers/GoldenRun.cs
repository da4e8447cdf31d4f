using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FirstNames;
using GruGen.Tests.Training;

namespace GruGen.Tests.Numbers;

/// <summary>
/// What a short training ends with: its parameters, what it then predicts, both as the bits of floats, and a number that says how well it
/// did.
/// </summary>
internal sealed record GoldenRun(float[] Parameters, float[] Predictions, double Number)
{
    private static readonly TrainingOptions Short = new() { Optimizer = new Adam(0.01), Epochs = 3, BatchSize = 16, ClipNorm = 1, Seed = 4 };
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 41).Select(i => i * 7 % 24)];

    /// <summary>Every training by its name, for vectors of so many lanes.</summary>
    public static IReadOnlyDictionary<string, Func<int, GoldenRun>> All { get; } = new Dictionary<string, Func<int, GoldenRun>>(StringComparer.Ordinal)
    {
        ["plain"] = lanes => Fit(new GoldenPlain(1) { Lanes = lanes }, Short),
        ["tokens"] = lanes => Fit(new GoldenTokens(2) { Lanes = lanes }, Short),
        ["reset-before"] = lanes => Fit(new GoldenResetBefore(3) { Lanes = lanes }, Short),
        ["both-ways"] = lanes => Fit(new GoldenBothWays(4) { Lanes = lanes }, Short),
        ["dropout"] = lanes => Fit(new GoldenDropout(5) { Lanes = lanes }, Short),
        ["bfloat16"] = lanes => Fit(new GoldenHalf(6) { Lanes = lanes }, Short),
        ["stack"] = lanes => Fit(new GoldenStack(7) { Lanes = lanes }, Short with { FrozenLayers = ["gru2"], ClipNorm = 0.1 }),
        ["dense"] = lanes => Fit(new GoldenDense(8) { Lanes = lanes }, Short),
        ["padding"] = lanes => Fit(new GoldenPadding(9) { Lanes = lanes }, Short),
        ["lazy-adam"] = lanes => Fit(new GoldenTokens(10) { Lanes = lanes }, Short with { Optimizer = new Adam(0.01) { Lazy = true }, BatchSize = 3 }),
        ["sgd"] = lanes => Fit(new GoldenPlain(11) { Lanes = lanes }, Short with { Optimizer = new Sgd(0.1) }),
        ["momentum"] = lanes => Fit(new GoldenPlain(12) { Lanes = lanes }, Short with { Optimizer = new Sgd(0.05) { Momentum = 0.9 } }),
        ["threads"] = lanes => Fit(new GoldenWide(13) { Lanes = lanes }, Short with { MaxDegreeOfParallelism = 2 }),
        ["encoder-decoder"] = Pairs,
        ["first-sample"] = Sample,
    };

    /// <summary>The two checksums and the number, as they stand in a line of the file.</summary>
    public override string ToString() => $"{Checksum(Parameters)} {Checksum(Predictions)} {Number.ToString("R", CultureInfo.InvariantCulture)}";

    /// <summary>The loss of the last epoch.</summary>
    private static GoldenRun Fit<TInput>(SequenceModel<TInput> model, TrainingOptions options)
        where TInput : unmanaged
    {
        SequenceDataset<TInput> data = TrainingTask.Data<TInput>(model.Schema, Lengths);
        double loss = model.Fit(data, options)["loss"][^1];
        return new GoldenRun(model.Parameters.All.ToArray(), Predict(model, data), loss);
    }

    /// <summary>Sequence by sequence, which is a stream where the model can be one, and then all at once, which is a pass.</summary>
    private static float[] Predict<TInput>(SequenceModel<TInput> model, SequenceDataset<TInput> data)
        where TInput : unmanaged
    {
        ModelSchema schema = model.Schema;
        var outputs = new List<float>();
        for (int i = 0; i < data.Count; i++)
        {
            float[] one = new float[schema.OutputSize * (schema.Output == SequenceOutput.EveryStep ? data.Length(i) : 1)];
            model.Predict(data.Input(i), one);
            outputs.AddRange(one);
        }

        float[] many = new float[outputs.Count];
        model.Predict(data, many);
        return [.. outputs, .. many];
    }

    private static GoldenRun Pairs(int lanes)
    {
        var models = new EncoderDecoder<int>(new DigitReader(1) { Lanes = lanes }, new DigitWriter(2) { Lanes = lanes }, ReversalTask.Start, ReversalTask.End);
        int[][] strings = ReversalTask.Strings(96);
        double loss = models.Fit(ReversalTask.Pairs(models, strings), Short)["loss"][^1];
        float[] decoded = [.. models.Decode(strings, ReversalTask.MostDigits).SelectMany(target => target.Append(-1)).Select(token => (float)token)];
        return new GoldenRun([.. models.Encoder.Parameters.All, .. models.Decoder.Parameters.All], decoded, loss);
    }

    /// <summary>The first sample as README shows it, seed 0; the number is its test accuracy.</summary>
    private static GoldenRun Sample(int lanes)
    {
        SequenceDataset<int> train = GenderModel.CreateDataset(), test = GenderModel.CreateDataset();
        foreach ((int i, FirstName name) in Names.Load().Index())
        {
            (i % 5 == 0 ? test : train).Add(Names.Letters.Encode(name.Text), label: name.IsFemale ? 1 : 0);
        }

        var model = new GenderModel(seed: 0) { Lanes = lanes };
        model.Fit(train, new TrainingOptions { Loss = Loss.BinaryCrossEntropy, Optimizer = new Adam(2e-3), BatchSize = 64, Epochs = 20, ClipNorm = 1, Seed = 0 });
        return new GoldenRun(model.Parameters.All.ToArray(), Predict(model, test), model.Evaluate(test).Accuracy);
    }

    private static string Checksum(float[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())).AsSpan(0, 8));
}
