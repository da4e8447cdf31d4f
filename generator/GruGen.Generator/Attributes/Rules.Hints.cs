using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <content>What a declaration that keeps to all rules is likely not meant to be, and what it could be better at.</content>
internal static partial class Rules
{
    public static readonly DiagnosticDescriptor WastedLanes = Hint(
        "GRU036",
        "A hidden size should fill its vectors",
        "'{0}' has {1} units in layer {2}, but its vectors have room for {3}, which cost nearly the same; use {4}");

    public static readonly DiagnosticDescriptor SoftmaxOfOne = Warning(
        "GRU037",
        "A softmax must have several units",
        "'{0}' has a softmax of one unit in layer {1}, which is always 1; use 'Activation.Sigmoid' or two units");

    public static readonly DiagnosticDescriptor SoftmaxBelow = Hint(
        "GRU038",
        "A softmax should be the last layer",
        "'{0}' has a softmax in layer {1}, and layers above it, which see only shares of 1; use another activation "
        + "or make it the last layer");

    public static readonly DiagnosticDescriptor DropoutLast = Hint(
        "GRU039",
        "Dropout should stand below a layer",
        "'{0}' has no layer that learns above [Dropout], which sets outputs to 0 while training; move it below a layer or remove it");

    public static readonly DiagnosticDescriptor DropoutOfZero = Hint(
        "GRU040",
        "Dropout should have a rate above 0",
        "'{0}' has [Dropout] of rate 0 as layer {1}, which does nothing; give it a rate or remove it");

    public static readonly DiagnosticDescriptor OneToken = Warning(
        "GRU041",
        "A vocabulary must have several tokens",
        "'{0}' has a vocabulary of one token, so all of its steps read the same; give the [Embedding] the number of different tokens");

    public static readonly DiagnosticDescriptor LinearTwice = Hint(
        "GRU042",
        "Two linear layers in a row are one",
        "'{0}' has a linear [Dense] as layer {1} directly below another [Dense], which can learn alone what both can; give it an "
        + "activation or remove it");

    public static readonly DiagnosticDescriptor NormOfOne = Warning(
        "GRU043",
        "A layer normalisation must have several numbers",
        "'{0}' normalises a single number in layer {1}, which always gives its bias; remove the [LayerNorm]");

    public static readonly DiagnosticDescriptor NormTwice = Hint(
        "GRU044",
        "A normalised layer needs no second normalisation",
        "'{0}' normalises in layer {1} what the [LayerNorm] below it has normalised; remove one of them");

    public static readonly DiagnosticDescriptor LastOfForward = Hint(
        "GRU045",
        "The last step of a recurrent layer is its final state",
        "'{0}' takes the last step of a [Gru] in layer {1}, which the [Gru] outputs without it, so that training neither keeps nor "
        + "computes what no other layer needs; remove the [Pool]");

    public static readonly DiagnosticDescriptor LastOfReverse = Warning(
        "GRU046",
        "The last step of a reverse direction is not its final state",
        "'{0}' takes the last step of its [Gru] in layer {1}, where the direction from the end has read one step only; {2}");

    public static readonly DiagnosticDescriptor LargeLayer = Hint(
        "GRU047",
        "A layer should have less than 1 GB of parameters",
        "'{0}' has {1} GB of parameters in layer {2}, and training needs several times as much; {3}");

    public static readonly DiagnosticDescriptor StreamInLoop = Warning(
        "GRU048",
        "A stream must be opened before the loop over its steps",
        "'{0}' opens a stream for each single step of this loop, so no step knows of the ones before; open it before the loop, "
        + "or call 'Predict' for sequences of one step");

    private static DiagnosticDescriptor Hint(string id, string title, string message) =>
        Rule(id, title, message, DiagnosticSeverity.Info);
}
