using System.Collections.Generic;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>The plan of an embedding of one shape: rows are copied out of a table, and their gradients added into one.</summary>
internal sealed record EmbeddingPlan(int Vocabulary, int Size) : KernelPlan
{
    /// <summary>From one row of outputs to the next.</summary>
    public int Stride => Simd.Padded(Size);

    /// <summary>The floats of a row that whole vectors of any width cover; the rest goes one by one.</summary>
    public int Whole => Size / Simd.MaxLanes * Simd.MaxLanes;

    /// <summary>weight.</summary>
    public long ParameterCount => (long)Vocabulary * Size;

    /// <inheritdoc/>
    public override IReadOnlyList<MethodBudget> Methods => [new MethodBudget("Scatter", 0, 4, 10)];

    /// <summary>The plan for a shape.</summary>
    public static EmbeddingPlan For(int vocabulary, int size) => new(vocabulary, size);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Text)> Describe() =>
    [
        ("parameters", $"{Number(ParameterCount)} = {Number(Vocabulary)}·{Size}"),
        ("one row", $"{Bytes(4L * Size)} copied, or added to the gradient"),
        ("memory", $"rows of the table are {Size} floats apart, rows of x {Stride}; padding is zero"),
    ];
}
