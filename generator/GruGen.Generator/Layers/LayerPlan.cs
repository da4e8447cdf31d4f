using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>One layer in its place: where its parameters, its packed weights, its gradients and its states lie.</summary>
internal abstract record LayerPlan(string Kind, int InputSize, int OutputSize)
{
    /// <summary>The layer's name in files.</summary>
    public string Name { get; init; } = "";

    /// <summary>The type that its kernel is written into; "" if the runtime has all its code.</summary>
    public string KernelName { get; init; } = "";

    /// <summary>The types of all its kernels.</summary>
    public virtual IEnumerable<string> KernelNames => KernelName.Length == 0 ? [] : [KernelName];

    /// <summary>Where it starts in each of the model's buffers.</summary>
    public Place Start { get; init; }

    /// <summary>The number of its first state among those of all layers, from 0.</summary>
    public int FirstState { get; init; }

    /// <summary>What it takes of each of them.</summary>
    public abstract Place Length { get; }

    /// <summary>What it carries from one step of a sequence to the next: as many vectors as it likes, of any sizes.</summary>
    public virtual IReadOnlyList<StatePlan> States => [];

    /// <summary>From one row of its outputs to the next.</summary>
    public int OutputStride => Simd.Padded(OutputSize);

    /// <summary>Why it gives nothing before the end of a sequence, after its name; null if it takes step after step.</summary>
    public virtual string? NeedsWholeSequence => null;

    /// <summary>The token that only fills sequences; −1 if there is none.</summary>
    public virtual int PaddingToken => -1;

    /// <summary>The activation of the model's output, if it is the last layer.</summary>
    public virtual Activation OutputActivation => Activation.Linear;

    /// <summary>What it writes into a model's file.</summary>
    public abstract LayerWriter Writer { get; }

    /// <summary>
    /// The same of a last layer that works on blocks of rows next to the loss, apart from the other layers; null if it cannot.
    /// </summary>
    public virtual HeadWriter? Head => null;

    /// <summary>The name of the layer that is so much the <paramref name="number"/>th of its kind.</summary>
    public virtual string NameOf(int number) => Kind + number;

    /// <summary>Adds its stages to those of a pass.</summary>
    /// <param name="stages">The stages of the layers below.</param>
    /// <param name="inputs">What it reads.</param>
    /// <returns>What it outputs.</returns>
    public abstract Rows AddTo(StageList stages, IReadOnlyList<Rows> inputs);
}

/// <summary>A vector that a layer carries from step to step.</summary>
/// <param name="Index">Its number among those of all layers, from 0.</param>
/// <param name="Size">Its numbers.</param>
/// <param name="Offset">Where it starts in the states of one sequence, padded.</param>
/// <param name="InitialOffset">Where its initial value lies among the packed weights, if that is learned; otherwise it is zeros.</param>
internal readonly record struct StatePlan(int Index, int Size, int Offset, long? InitialOffset = null);

/// <summary>A place in each of a model's buffers, or the length of a stretch of each.</summary>
/// <param name="Parameters">In the flat parameters.</param>
/// <param name="Packed">In the packed weights.</param>
/// <param name="Backward">In the weights that lie row by row.</param>
/// <param name="Gradients">In the padded sums of gradients.</param>
/// <param name="States">In the states of one sequence, padded.</param>
/// <param name="Prepared">In what predictions read beside the packed weights.</param>
internal readonly record struct Place(
    long Parameters, long Packed = 0, long Backward = 0, long Gradients = 0, int States = 0, long Prepared = 0)
{
    public static Place operator +(Place a, Place b) => new(
        a.Parameters + b.Parameters,
        a.Packed + b.Packed,
        a.Backward + b.Backward,
        a.Gradients + b.Gradients,
        a.States + b.States,
        a.Prepared + b.Prepared);
}
