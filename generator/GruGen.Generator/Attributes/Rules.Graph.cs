using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <content>What names of layers must be like, and what layers read.</content>
internal static partial class Rules
{
    public static readonly DiagnosticDescriptor WrongLayerName = Error(
        "GRU050",
        "A layer must have a name of its own",
        "'{0}' calls layer {1} '{2}', {3}");

    public static readonly DiagnosticDescriptor WrongSource = Error(
        "GRU051",
        "A layer must read layers before it",
        "'{0}' has layer {1} read '{2}', {3}");

    public static readonly DiagnosticDescriptor UnreadLayer = Error(
        "GRU052",
        "A layer must be read, or be an output",
        "'{0}' has layer {1}, '{2}', which nobody reads; name it in the 'From' of a layer after it, add 'IsOutput = true', or remove it");

    public static readonly DiagnosticDescriptor UnequalSources = Error(
        "GRU053",
        "Layers that are read together must fit each other",
        "'{0}' has layer {1} read {2}, {3}");

    public static readonly DiagnosticDescriptor UnequalOutputs = Error(
        "GRU014",
        "All outputs must be of steps, or of sequences",
        "'{0}' has the output of layer {1} for {2}, but that of the last layer is for {3}; give both for the same by 'Output' of a [Gru] "
        + "or by a [Pool]");

    public static readonly DiagnosticDescriptor OtherSteps = Error(
        "GRU049",
        "Where steps become fewer, all layers after must have the same steps",
        "'{0}' has layer {1} make one step of several, {2}");
}
