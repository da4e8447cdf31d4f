using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A layer on its way through a pass: the rows it gives, their gradients, and the gradients of its parameters.</summary>
internal abstract class GenericRows
{
    /// <summary>What the layer hands on: output[rows, output size, padded].</summary>
    public abstract AlignedBuffer Output { get; }

    /// <summary>The gradient of <see cref="Output"/>, written by the layer above.</summary>
    public abstract AlignedBuffer OutputGradient { get; }

    /// <summary>Whether the layer above adds to <see cref="OutputGradient"/> what is in it already, instead of writing it.</summary>
    public abstract bool AddsGradient { get; }

    /// <summary>Runs the layer on all rows of some steps.</summary>
    /// <param name="x">x[rows, input size, padded].</param>
    /// <param name="active">How many rows each of the steps has.</param>
    /// <param name="rows">The rows of all of them.</param>
    /// <param name="weights">The weights of the whole model.</param>
    public abstract void Forward(ref float x, ReadOnlySpan<int> active, nint rows, PackedWeights weights);

    /// <summary>Goes back through the layer, from <see cref="OutputGradient"/>.</summary>
    /// <param name="x">The rows that <see cref="Forward"/> had.</param>
    /// <param name="active">How many rows each step has.</param>
    /// <param name="rows">The rows of all of them.</param>
    /// <param name="dx">Where the gradient of x goes.</param>
    /// <param name="weights">The weights of the whole model.</param>
    public abstract void Backward(ref float x, ReadOnlySpan<int> active, nint rows, InputGradient dx, PackedWeights weights);

    /// <summary>The gradients of the parameters start at zero.</summary>
    public abstract void ClearGradients();

    /// <summary>Writes the gradients of the parameters in their order; <paramref name="gradients"/> is the layer's own.</summary>
    public abstract void StoreGradients(ref float gradients);
}

/// <summary>Where a layer's backward pass leaves the gradient of its input.</summary>
internal readonly ref struct InputGradient
{
    public InputGradient(ref float start, bool adds)
    {
        Start = ref start;
        Adds = adds;
        IsWanted = true;
    }

    /// <summary>dx[rows, input size, padded].</summary>
    public readonly ref float Start;

    /// <summary>Whether it is added to what is there.</summary>
    public bool Adds { get; }

    /// <summary>Whether there is any use for it; the default is none.</summary>
    public bool IsWanted { get; }

    /// <summary>The same, <paramref name="offset"/> floats further on.</summary>
    public InputGradient From(nint offset) => new(ref Unsafe.Add(ref Start, offset), Adds);
}
