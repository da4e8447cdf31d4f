namespace GruGen.Generator.Layers;

/// <summary>What a kernel is written for. Layers of one shape share one kernel, whatever model they are in.</summary>
/// <param name="Name">The name of the kernel's type, such as <c>Gru16x64</c>.</param>
internal abstract record LayerShape(string Name)
{
    /// <summary>The text of the kernel's file.</summary>
    /// <param name="owner">The model that has the shape first.</param>
    public abstract string WriteKernel(string owner);
}
