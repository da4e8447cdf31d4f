using System.ComponentModel;

namespace GruGen.Kernels;

/// <summary>What the build has made of a declaration: the layers, and the code that was emitted for their shapes.</summary>
/// <param name="schema">The layers.</param>
/// <param name="code">Makes the emitted code for vectors of so many lanes: 16, 8, 4 or 1.</param>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelDefinition<TInput>(ModelSchema schema, Func<int, ModelCode<TInput>> code)
    where TInput : unmanaged
{
    /// <summary>The layers, their sizes and the names of the parameters.</summary>
    public ModelSchema Schema { get; } = schema;

    /// <summary>The emitted code for vectors of so many lanes.</summary>
    internal ModelCode<TInput> CodeFor(int lanes) => code(lanes);
}
