using System.Collections.Immutable;
using GruGen.Generator.Planning;
using GruGen.Generator.Values;

namespace GruGen.Generator.Layers;

/// <summary>
/// A value that one stage outputs and others read, in rows of <paramref name="Size"/> numbers: one for each step of each sequence, or one
/// for each sequence.
/// </summary>
/// <param name="Name">The name of their buffer.</param>
/// <param name="Size">The numbers of a row.</param>
/// <param name="PerStep">Whether there is a row for each step.</param>
internal sealed record Rows(string Name, int Size, bool PerStep)
{
    /// <summary>The inputs of the model.</summary>
    public const string Input = "features";

    /// <summary>The number of the state whose final values they are; −1 for a buffer of their own.</summary>
    public int FinalState { get; init; } = -1;

    /// <summary>
    /// The rows whose gradient these ones' is, because a residual connection adds them to something; null for a gradient of their own.
    /// </summary>
    public Rows? GradientOf { get; init; }

    public bool IsInput => Name == Input;

    /// <summary>
    /// Whether they are the inputs of the model, or those reversed or after dropout: their gradient is only wanted if that of the inputs
    /// is.
    /// </summary>
    public bool AreInputs { get; init; } = Name == Input;

    public bool IsFinalState => FinalState >= 0;

    /// <summary>
    /// The clock whose steps have the rows: 0 of those of the input; each layer that makes one step of several begins another one.
    /// </summary>
    public int Clock { get; init; }

    /// <summary>The concatenation in whose rows they lie, because nothing else reads them; null for rows of their own.</summary>
    public Rows? Whole { get; init; }

    /// <summary>Where they start in a row of <see cref="Whole"/>.</summary>
    public int Start { get; init; }

    /// <summary>From one row to the next.</summary>
    public int Stride => Whole?.Stride ?? Simd.Padded(Size);

    /// <summary>Rows of the same steps, or of each sequence if these are.</summary>
    public Rows Like(string name, int size) => new(name, size, PerStep) { Clock = Clock };

    /// <summary>Rows of each of the same steps.</summary>
    public Rows OfSteps(string name, int size) => new(name, size, PerStep: true) { Clock = Clock };
}

/// <summary>
/// One thing that a pass does: a layer is one or several of them. Forward they run in their order, backward in the opposite one.
/// </summary>
/// <param name="Inputs">What it reads.</param>
/// <param name="Target">What it writes.</param>
internal abstract record Stage(EquatableArray<Rows> Inputs, Rows Target)
{
    protected Stage(Rows source, Rows target)
        : this(ImmutableArray.Create(source), target)
    {
    }

    /// <summary>The first of its inputs; of most stages the only one.</summary>
    public Rows Source => Inputs[0];

    /// <summary>
    /// Whether the gradient of each input accumulates (+=) in the backward pass, because later stages have written to it.
    /// </summary>
    public EquatableArray<bool> AddsTo { get; init; }

    /// <summary>Whether that of <see cref="Source"/> does.</summary>
    public bool Adds => AddsTo.Count > 0 && AddsTo[0];

    /// <summary>Whether it reads the inputs of a sequence as they are given, without padding behind a row.</summary>
    public virtual bool ReadsUnpadded => false;

    /// <summary>Whether it can write rows, and read their gradients, that lie further apart than they are long.</summary>
    public virtual bool WritesApart => false;

    /// <summary>Whether what it writes is what it reads, one behind the other.</summary>
    public virtual bool Concatenates => false;

    /// <summary>What it writes into a model's file.</summary>
    public abstract StageWriter Writer { get; }
}
