using GruGen.Generator.Planning;
using GruGen.Generator.Specs;

namespace GruGen.Generator.Emission;

/// <summary>The file of one kernel: a layer shape's plan, written down.</summary>
internal static class KernelFile
{
    /// <summary>The emitted file for <paramref name="shape"/>.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="owner">The model that has the shape first.</param>
    public static string Write(LayerShape shape, string owner) => Text.Finished(shape switch
    {
        GruShape gru => GruKernel.Write(GruPlan.For(gru), shape.Name, owner),
        DenseShape dense => DenseKernel.Write(DensePlan.For(dense.InputSize, dense.Units), shape.Name, owner),
        EmbeddingShape embedding => EmbeddingKernel.Write(EmbeddingPlan.For(embedding.Vocabulary, embedding.Size), shape.Name, owner),
        _ => throw new ArgumentException($"No kernel is known for {shape}.", nameof(shape)),
    });
}
