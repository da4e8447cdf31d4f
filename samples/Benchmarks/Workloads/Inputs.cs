using System.Runtime.InteropServices;

namespace GruGen.Benchmarks.Workloads;

/// <summary>Random inputs, the same for both codes.</summary>
internal static class Inputs
{
    /// <summary>So many steps: features in [−1, 1), or tokens of the vocabulary.</summary>
    public static TInput[] Random<TInput>(ModelSchema schema, int steps)
        where TInput : unmanaged
    {
        var random = new RandomSource(seed: 1);
        var inputs = new TInput[schema.ReadsTokens ? steps : steps * schema.InputSize];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (schema.ReadsTokens)
            {
                MemoryMarshal.Cast<TInput, int>(inputs)[i] = random.NextInt32(schema.InputSize);
            }
            else
            {
                MemoryMarshal.Cast<TInput, float>(inputs)[i] = random.NextUniform(1);
            }
        }

        return inputs;
    }
}
