namespace GruGen.Generator.Layers;

/// <summary>
/// What a layer writes into a model's file beside its stages: what it is, and how its parameters become what kernels read.
/// </summary>
internal abstract class LayerWriter
{
    /// <summary>The call of <c>GruGen.LayerSchema</c> that makes it.</summary>
    public abstract string Schema { get; }

    /// <summary>What sets it apart from others of its kind, in the table of layers.</summary>
    public virtual string Summary => "";

    /// <summary>From <c>parameters</c> to <c>packed</c>, at one width of vectors.</summary>
    public virtual IEnumerable<string> Pack() => [];

    /// <summary>From <c>parameters</c> to <c>packed</c>, which lies row by row for the backward pass.</summary>
    public virtual IEnumerable<string> PackBackward() => [];

    /// <summary>From <c>table</c> and <c>packed</c> to <c>prepared</c>, what predictions read beside the packed weights.</summary>
    public virtual IEnumerable<string> Prepare() => [];

    /// <summary>From the sums of gradients to <c>gradients</c>, which lies like the parameters.</summary>
    public virtual IEnumerable<string> StoreGradients() => [];
}

/// <summary>A layer that can work on blocks of rows next to the loss.</summary>
internal abstract class HeadWriter : LayerWriter
{
    /// <summary>Its outputs before their activation, a part of the rows for each thread.</summary>
    public abstract string Forward(string source, string target, string rows);

    /// <summary>From the gradient of these to those of its inputs and parameters.</summary>
    public abstract string Backward(string source, string gradient, string sourceGradient, string rows, string inputs, bool adds);

    /// <summary>Its outputs of so many rows of a stream.</summary>
    public abstract IEnumerable<string> Rows(string source, string target, string rows);
}
