namespace BinarySequence;

/// <summary>
/// The task: two of the bits of a sequence are marked, and the answer is whether they differ. No single step says anything of it, and
/// where the marks are is different in each sequence.
/// </summary>
internal static class MarkedBits
{
    /// <summary>The number of steps in a sequence.</summary>
    public const int Steps = 16;

    /// <summary>The features of a step: a bit, as −1 or 1, and whether it is marked.</summary>
    public const int Features = 2;

    /// <summary>Draws sequences: inputs[count, steps, features] and labels[count].</summary>
    public static (float[] Inputs, int[] Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        float[] inputs = new float[count * Steps * Features];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            Span<float> input = inputs.AsSpan(i * Steps * Features, Steps * Features);
            for (int step = 0; step < Steps; step++)
            {
                input[step * Features] = random.Next(2) * 2 - 1;
            }

            int first = random.Next(Steps), second = (first + 1 + random.Next(Steps - 1)) % Steps;
            input[first * Features + 1] = input[second * Features + 1] = 1;
            labels[i] = input[first * Features] == input[second * Features] ? 0 : 1;
        }

        return (inputs, labels);
    }
}
