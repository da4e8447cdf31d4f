namespace GruGen.Tests.Training;

/// <summary>Reads a string of digits.</summary>
[GruModel]
[Embedding(ReversalTask.Digits, 16)]
[Gru(64)]
internal sealed partial class DigitReader;

/// <summary>Writes a string of digits.</summary>
[GruModel]
[Embedding(ReversalTask.Digits + 2, 16)]
[Gru(64, Output = SequenceOutput.EveryStep)]
[Dense(ReversalTask.Digits + 1, Activation.Softmax)]
internal sealed partial class DigitWriter;

/// <summary>Reversing strings of 1 to 6 digits.</summary>
internal static class ReversalTask
{
    public const int Digits = 10, End = 10, Start = 11, MostDigits = 6;

    public static EncoderDecoder<int> Models(int seed = 0) => new(new DigitReader(seed), new DigitWriter(seed), Start, End);

    /// <summary>Strings that differ, of all lengths alike as long as there are more.</summary>
    public static int[][] Strings(int count, ulong seed = 1)
    {
        var random = new RandomSource(seed);
        var strings = new Dictionary<string, int[]>();
        while (strings.Count < count)
        {
            int[] digits = [.. Enumerable.Range(0, 1 + random.NextInt32(MostDigits)).Select(_ => random.NextInt32(Digits))];
            strings.TryAdd(string.Concat(digits), digits);
        }

        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        int[][] all = [.. strings.Values];
        return [.. order.Select(i => all[i])];
    }

    public static PairDataset<int> Pairs(EncoderDecoder<int> models, IEnumerable<int[]> strings)
    {
        PairDataset<int> data = models.CreateDataset();
        foreach (int[] digits in strings)
        {
            data.Add(digits, Reversed(digits));
        }

        return data;
    }

    public static int[] Reversed(int[] digits) => [.. Enumerable.Reverse(digits)];

    public static double ExactMatches(EncoderDecoder<int> models, int[][] strings) =>
        models.Decode(strings, MostDigits + 1).Zip(strings).Average(pair => pair.First.AsSpan().SequenceEqual(Reversed(pair.Second)) ? 1.0 : 0.0);
}
