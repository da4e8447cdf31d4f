using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>The plan of an embedding of one shape: rows are copied out of a table, and their gradients added into one.</summary>
internal sealed record EmbeddingPlan(int Vocabulary, int Size)
{
    /// <summary>From one row of outputs to the next.</summary>
    public int Stride => Simd.Padded(Size);

    /// <summary>weight.</summary>
    public long ParameterCount => (long)Vocabulary * Size;

    /// <summary>The plan for a shape.</summary>
    public static EmbeddingPlan For(int vocabulary, int size) => new(vocabulary, size);
}
