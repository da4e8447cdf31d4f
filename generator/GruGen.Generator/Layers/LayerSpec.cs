namespace GruGen.Generator.Layers;

/// <summary>
/// One layer as it is declared. Each kind has a folder: its spec and reader, its plan, its writer, and its kernel if it has one.
/// </summary>
internal abstract record LayerSpec
{
    /// <summary>The name that it is given; "" if it has that of its kind and its number.</summary>
    public string GivenName { get; init; } = "";

    /// <summary>The number of different tokens it reads; null if it reads numbers.</summary>
    public virtual int? Vocabulary => null;

    /// <summary>
    /// Why it gives nothing before the end of a sequence, after the words "a layer that"; null if it takes step after step.
    /// </summary>
    public virtual string? NeedsEnds => null;

    /// <summary>The size of one step of its output, given that of its input.</summary>
    public abstract int OutputSizeOn(int inputSize);

    /// <summary>Whether it outputs every step, given whether its input has every step.</summary>
    public virtual bool EveryStepOn(bool everyStep) => everyStep;

    /// <summary>Whether it makes one step of several, so that it gives fewer steps than it reads.</summary>
    public virtual bool ChangesSteps => false;

    /// <summary>Whether it reads the tokens themselves from an embedding of so many, and not their vectors.</summary>
    public virtual bool TakesTokensOf(int vocabulary) => false;

    /// <summary>Whether some of its inputs only fill sequences.</summary>
    public virtual bool MasksSteps => false;

    /// <summary>Which neighbour's output a step that only fills a sequence repeats, given the same of the layer's inputs.</summary>
    public virtual Repetition RepetitionOn(Repetition below) => below == Repetition.Whole ? below : Repetition.Mixed;

    /// <summary>The same layer in a model whose predictions round recurrent weights to bfloat16.</summary>
    public virtual LayerSpec InBFloat16() => this;

    /// <summary>Whether predictions with weights in bfloat16 read fewer bytes of it.</summary>
    public virtual bool GainsFromBFloat16 => false;

    /// <summary>What its kernel is written for; null where the runtime has all the code.</summary>
    /// <param name="inputSize">The size of a step of its input.</param>
    /// <param name="below">The layer that it reads from; null if that is the model's input.</param>
    public virtual LayerShape? ShapeOn(int inputSize, LayerSpec? below) => null;

    /// <summary>What its second kernel is written for, beside the first; null if one is enough.</summary>
    public virtual LayerShape? SecondShapeOn(LayerShape first) => null;

    /// <summary>The plan of the layer in its place.</summary>
    public abstract LayerPlan Plan(LayerSetting setting);
}

/// <summary>What a layer's plan depends on beside its spec.</summary>
/// <param name="InputSize">The size of a step of its input.</param>
/// <param name="Shape">What its kernel is written for.</param>
/// <param name="Below">The layer it reads from; null if that is the model's input.</param>
/// <param name="Above">The layer that reads from it; null if it is the last one.</param>
internal sealed record LayerSetting(int InputSize, LayerShape? Shape, LayerPlan? Below, LayerSpec? Above);

/// <summary>Which neighbour's output a step that only fills a sequence repeats.</summary>
internal enum Repetition
{
    /// <summary>That of one neighbour.</summary>
    Whole,

    /// <summary>One half of each neighbour's.</summary>
    Halves,

    /// <summary>Numbers that both neighbours have a part in.</summary>
    Mixed,
}
