using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>
/// Marks the constructor of a model whose parameters come from a file or another model: they are zeros until then, because drawing the
/// values of a large embedding takes longer than reading them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Undrawn;
