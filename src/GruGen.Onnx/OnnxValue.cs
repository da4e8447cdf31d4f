using System.Collections.Immutable;

namespace GruGen.Onnx;

/// <summary>What an input or output of a graph is.</summary>
public enum OnnxRole
{
    /// <summary>What the model reads: features or tokens.</summary>
    Input,

    /// <summary>What the model gives.</summary>
    Output,

    /// <summary>First states, which streams and passes of a model take from the caller.</summary>
    InitialStates,

    /// <summary>Final states, which streams and passes of a model give.</summary>
    FinalStates,

    /// <summary>The number of steps of each sequence, where sequences here have lengths of their own.</summary>
    Lengths,
}

/// <summary>An input or output of a graph, and what its axes mean.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Role">What it is.</param>
/// <param name="Axes">
/// What each axis is: <c>batch</c>, <c>time</c>, <c>features</c>, <c>directions</c>, <c>1</c> for one of a single element, or two of them
/// joined by a dot, as <c>batch·time</c>.
/// </param>
/// <param name="Layer">The layer that gives an output, by its name in the model; otherwise empty.</param>
public sealed record OnnxValue(string Name, OnnxRole Role, ImmutableArray<string> Axes, string Layer = "")
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Axes)}]";
}

/// <summary>A tensor of weights in a file, and what became of it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Became">
/// The tensors of the model that it is in, such as <c>gru1.weight_ih_l0</c>, or why it is in none.
/// </param>
public sealed record OnnxInitializer(string Name, ImmutableArray<long> Shape, string Became)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]: {Became}";
}
