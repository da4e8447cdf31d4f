namespace GruGen.Benchmarks.Workloads;

/// <summary>Random inputs, the same for both codes.</summary>
internal static class Inputs
{
    /// <summary>Numbers in [−1, 1).</summary>
    public static float[] Features(int count)
    {
        var random = new RandomSource(seed: 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(1))];
    }

    /// <summary>Tokens below <paramref name="vocabulary"/>.</summary>
    public static int[] Tokens(int count, int vocabulary)
    {
        var random = new RandomSource(seed: 1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(vocabulary))];
    }
}
