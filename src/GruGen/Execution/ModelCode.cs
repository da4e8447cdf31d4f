using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GruGen.Kernels;

/// <summary>
/// The emitted half of a model, at one width of vectors: how its parameters become the weights that kernels read, and the code of its
/// passes and streams.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ModelCode<TInput>
    where TInput : unmanaged
{
    /// <summary>The number of floats that <see cref="Pack"/> writes.</summary>
    public abstract long PackedLength { get; }

    /// <summary>The number of floats that <see cref="PackBackward"/> writes.</summary>
    public abstract long PackedBackwardLength { get; }

    /// <summary>The number of floats that <see cref="Prepare"/> writes.</summary>
    public virtual long PreparedLength => 0;

    /// <summary>Where the packed weights have the initial state <paramref name="state"/>, padded; −1 if it is not learned.</summary>
    public virtual long InitialStateOffset(int state) => -1;

    /// <summary>Packs the parameters for the forward kernels.</summary>
    public abstract void Pack(ref float parameters, ref float packed);

    /// <summary>Lays the parameters out for the backward kernels: rows, which are the same at every width.</summary>
    public abstract void PackBackward(ref float parameters, ref float packed);

    /// <summary>
    /// Computes what predictions read beside the packed weights, from the table of an embedding and what <see cref="Pack"/> has written.
    /// </summary>
    public virtual void Prepare(ref float table, ref float packed, ref float prepared)
    {
    }

    /// <summary>The code of a pass, with the memory of its layers.</summary>
    /// <param name="memory">What all passes have, and their sizes.</param>
    public abstract PassCode<TInput> CreatePass(PassMemory<TInput> memory);

    /// <summary>A stream from its initial states.</summary>
    /// <param name="weights">The weights of the model.</param>
    public abstract StreamCode<TInput> CreateStream(ModelWeights<TInput> weights);

    /// <summary>Takes many steps of a stream at once; arguments are checked by the caller.</summary>
    /// <param name="stream">A stream that this code has created for any width.</param>
    /// <param name="inputs">The tokens, or the features of all steps.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="outputs">Receives the output after the last step, or, if the model gives one every step, all of them.</param>
    public abstract void Run(StreamCode<TInput> stream, ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs);

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>The null reference, for an optional tensor that a layer does not have.</summary>
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();
}
