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
        if (schema.ReadsTokens)
        {
            foreach (ref int token in MemoryMarshal.Cast<TInput, int>(inputs))
            {
                token = random.NextInt32(schema.InputSize);
            }
        }
        else
        {
            foreach (ref float feature in MemoryMarshal.Cast<TInput, float>(inputs))
            {
                feature = random.NextUniform(1);
            }
        }

        return inputs;
    }
}
