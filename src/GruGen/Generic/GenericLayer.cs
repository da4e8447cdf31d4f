using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A layer on its way through a pass, with the memory of its rows.</summary>
internal abstract class GenericLayer
{
    /// <summary>What the layer hands on: rows of steps, or of final states.</summary>
    public abstract MatrixBuffer Output { get; }

    /// <summary>The gradient of <see cref="Output"/>, to which the layer above adds.</summary>
    public abstract MatrixBuffer OutputGradient { get; }

    /// <summary>From x[rows, input size] to <see cref="Output"/>; each step has <paramref name="active"/> of the rows.</summary>
    public abstract void Forward(in Matrix x, ReadOnlySpan<int> active, PackedWeights weights);

    /// <summary>Adds the gradients of the parameters, and that of x to <paramref name="dx"/>, unless this has no columns.</summary>
    public abstract void Backward(in Matrix x, ReadOnlySpan<int> active, in Matrix dx, PackedWeights weights);

    /// <summary>Gives what a forward pass of one sequence has left.</summary>
    /// <param name="trace">Takes it.</param>
    /// <param name="name">The name of the layer.</param>
    public virtual void Trace(TraceWriter trace, string name) => trace.Outputs(name, ref Output.Rows(0, 1)[0, 0]);
}
