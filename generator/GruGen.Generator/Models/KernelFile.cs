using GruGen.Generator.Emission;
using GruGen.Generator.Layers;

namespace GruGen.Generator.Models;

/// <summary>The file of one kernel: a layer shape's plan, written down.</summary>
internal static class KernelFile
{
    /// <summary>The emitted file for <paramref name="shape"/>.</summary>
    /// <param name="shape">The layer's shape.</param>
    /// <param name="owner">The model that has the shape first.</param>
    public static string Write(LayerShape shape, string owner) => Text.Finished(shape.WriteKernel(owner));
}
