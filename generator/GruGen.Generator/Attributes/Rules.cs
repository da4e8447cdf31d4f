using System.Collections.Immutable;
using GruGen.Generator.Values;
using Microsoft.CodeAnalysis;

namespace GruGen.Generator.Attributes;

/// <summary>
/// What a declaration must keep to before it can become code. Each rule names the symbol, says what is wrong and shows the way out;
/// argument 0 of every message is the model.
/// </summary>
internal static partial class Rules
{
    public static readonly DiagnosticDescriptor NotPartial = Error(
        "GRU001",
        "A model must be partial",
        "'{0}' is not partial: its code is emitted as another part of the class; add 'partial' to the declaration");

    public static readonly DiagnosticDescriptor ContainerNotPartial = Error(
        "GRU002",
        "A type around a model must be partial",
        "'{0}' stands in '{1}', which is not partial: code is emitted as another part of both; add 'partial' to '{1}'");

    public static readonly DiagnosticDescriptor NotCreatable = Error(
        "GRU003",
        "A model must be neither abstract nor static",
        "'{0}' is {1}, but a model is created with 'new' and by 'Load'; remove '{1}'");

    public static readonly DiagnosticDescriptor NotAClass = Error(
        "GRU004",
        "A model must be an ordinary class",
        "'{0}' is a '{1}', but the emitted part derives a class from SequenceModel; declare it as a 'class'");

    public static readonly DiagnosticDescriptor FileLocal = Error(
        "GRU005",
        "A model must be visible outside its file",
        "'{0}' cannot have a part in the emitted file, because '{1}' is file-local; remove 'file' from '{1}'");

    public static readonly DiagnosticDescriptor BaseClass = Error(
        "GRU006",
        "A model must have no base class of its own",
        "'{0}' derives from '{1}', but the emitted part derives it from SequenceModel; remove the base class (interfaces may stay)");

    public static readonly DiagnosticDescriptor PrimaryConstructor = Error(
        "GRU007",
        "A model must have no primary constructor",
        "'{0}' has a primary constructor, which the emitted constructor '(int seed = 0)' cannot call; write it as an ordinary "
        + "constructor that calls ': this(seed)'");

    public static readonly DiagnosticDescriptor RequiredMember = Error(
        "GRU008",
        "A model must have no required members",
        "'{0}' has the required member '{1}', but 'Load' and 'Clone' create models without setting it; remove 'required'");

    public static readonly DiagnosticDescriptor MemberClash = Error(
        "GRU009",
        "A name must not clash with an emitted member",
        "'{0}': the name '{1}' of its {2} is taken by emitted code; rename the {2}");

    public static readonly DiagnosticDescriptor ConstructorClash = Error(
        "GRU010",
        "A constructor must not clash with the emitted one",
        "'{0}' has a constructor of one 'int', which is emitted as '(int seed = 0)'; remove it or give it other parameters");

    public static readonly DiagnosticDescriptor ConstructorBypass = Error(
        "GRU011",
        "A constructor must lead to the emitted one",
        "'{0}' has a constructor that calls no other, but only the emitted '(int seed = 0)' makes the layers; add ': this(seed)' to it");

    public static readonly DiagnosticDescriptor SpreadAttributes = Error(
        "GRU012",
        "Layers must stand on the declaration with [GruModel]",
        "'{0}' has [{1}] on another declaration than [GruModel], so its place among the layers is not defined; move it to the "
        + "declaration with [GruModel]");

    public static readonly DiagnosticDescriptor NoLayers = Error(
        "GRU013",
        "A model must have layers",
        "'{0}' has no layers; add layer attributes in their order below [GruModel], such as [Gru(32)] and [Dense(1)]");

    public static readonly DiagnosticDescriptor EmbeddingNotFirst = Error(
        "GRU015",
        "An embedding must be the first layer",
        "'{0}' has an embedding as layer {1}, but only the first layer can read tokens; make it the first one or remove it");

    public static readonly DiagnosticDescriptor InputSizeMissing = Error(
        "GRU016",
        "A model without an embedding must have an input size",
        "'{0}' has no input size; write [GruModel(inputSize: n)] for n features a step, or make the first layer an "
        + "[Embedding] to read tokens");

    public static readonly DiagnosticDescriptor InputSizeContradicted = Error(
        "GRU017",
        "A model with an embedding must have no input size",
        "'{0}' reads tokens, because its first layer is an embedding, and cannot have the input size {1}; remove 'inputSize' "
        + "or the [Embedding]");

    public static readonly DiagnosticDescriptor NumberOutOfRange = Error(
        "GRU018",
        "A size or token must be in its range",
        "'{0}' has {1} = {2}, but it must be {3}");

    public static readonly DiagnosticDescriptor LastBelowReader = Error(
        "GRU019",
        "A layer below a recurrent or pooling one must hand on every step",
        "'{0}' hands on one vector of a sequence from layer {1}, but the recurrent and pooling layers above it need every step; {2}");

    public static readonly DiagnosticDescriptor UnknownValue = Error(
        "GRU020",
        "A value of an enum must be a declared one",
        "'{0}' has {1} = {2}, which is no value of '{3}'; use one of its names");

    public static readonly DiagnosticDescriptor LanguageVersion = Error(
        "GRU021",
        "Emitted code needs C# 13",
        "'{0}' is compiled as C# {1}, but emitted code needs C# 13; remove 'LangVersion' from the project or raise it");

    public static readonly DiagnosticDescriptor RuntimeAlias = Error(
        "GRU022",
        "GruGen must be referenced without an alias",
        "'{0}' cannot have an emitted part, because GruGen is referenced only by the alias '{1}'; add 'global' to the aliases "
        + "of the reference");

    public static readonly DiagnosticDescriptor KernelNamespace = Error(
        "GRU023",
        "A model must not stand among the kernels",
        "'{0}' stands in the namespace 'GruGen.Emitted', which belongs to the emitted kernels; move it to another one");

    public static readonly DiagnosticDescriptor LayerWithoutModel = Warning(
        "GRU024",
        "A layer must belong to a model",
        "'{0}' has [{1}], which does nothing without [GruModel]; add [GruModel] above it or remove it");

    public static readonly DiagnosticDescriptor CannotStream = Error(
        "GRU025",
        "A model that needs whole sequences cannot stream",
        "'{0}' cannot take sequences step by step, because its layer {1} {2}; call 'Predict' with whole sequences");

    public static readonly DiagnosticDescriptor BothWaysReversed = Error(
        "GRU026",
        "A bidirectional layer must not be reversed",
        "'{0}' has both 'Bidirectional' and 'Reverse' on layer {1}, but a bidirectional layer reads both ways already; remove one of them");

    public static readonly DiagnosticDescriptor ResidualSizes = Error(
        "GRU027",
        "A residual connection must join equal sizes",
        "'{0}' adds the input of layer {1}, which has the size {2}, to its output, which has the size {3}; make both sizes equal "
        + "or remove 'Residual'");

    public static readonly DiagnosticDescriptor FractionOutOfRange = Error(
        "GRU028",
        "A fraction, epsilon or parameter of an activation must be in its range",
        "'{0}' has {1} = {2}, but it must be {3}");

    public static readonly DiagnosticDescriptor UnsuitableActivation = Error(
        "GRU029",
        "An activation must suit its layer",
        "'{0}' has {1} as the activation of layer {2}, but {3}");

    public static readonly DiagnosticDescriptor WithoutEffect = Warning(
        "GRU030",
        "An option must have an effect",
        "'{0}' has '{1}'{2}, which does nothing {3}; {4}");

    public static readonly DiagnosticDescriptor ResidualOfLast = Error(
        "GRU031",
        "A layer with a residual connection must hand on every step",
        "'{0}' has a residual connection around layer {1}, which adds each step of its input to that of its output, but it hands on "
        + "its final state; add 'Output = SequenceOutput.EveryStep' or remove 'Residual'");

    public static readonly DiagnosticDescriptor TakenName = Error(
        "GRU032",
        "A project must not declare what emitted code names",
        "'{0}' cannot have an emitted part, because the project declares '{1}', which emitted code would mean in the place of the type "
        + "that GruGen declares or emits under this name; rename it or move it to another namespace");

    /// <summary>What the generator says, which runs where analyzers do not.</summary>
    public static readonly DiagnosticDescriptor Refused = Error(
        "GRU033",
        "A declaration that breaks a rule becomes no code",
        "'{0}' becomes no code: {1}");

    public static readonly DiagnosticDescriptor MixedRepetition = Error(
        "GRU035",
        "Repeated outputs must be those of one direction",
        "'{0}' has 'MaskedOutput.Repeat', but both directions of its last [Gru] have a part in each output, and each repeats its own; "
        + "remove it, or let the [Gru] concatenate its directions and be the last layer");

    /// <summary>Those of one value of an attribute, whatever else stands beside it; detail 1 is its name.</summary>
    public static ImmutableArray<DiagnosticDescriptor> OfValues { get; } = [NumberOutOfRange, UnknownValue, FractionOutOfRange];

    public static ImmutableArray<DiagnosticDescriptor> All =>
    [
        NotPartial, ContainerNotPartial, NotCreatable, NotAClass, FileLocal, BaseClass, PrimaryConstructor, RequiredMember, MemberClash,
        ConstructorClash, ConstructorBypass, SpreadAttributes, NoLayers, UnequalOutputs, EmbeddingNotFirst, InputSizeMissing,
        InputSizeContradicted, NumberOutOfRange, LastBelowReader, UnknownValue, LanguageVersion, RuntimeAlias, KernelNamespace,
        LayerWithoutModel, CannotStream, BothWaysReversed, ResidualSizes, FractionOutOfRange, UnsuitableActivation, WithoutEffect,
        ResidualOfLast, TakenName, Refused, MixedRepetition,
        WastedLanes, SoftmaxOfOne, SoftmaxBelow, DropoutLast, DropoutOfZero, OneToken, LinearTwice, NormOfOne, NormTwice, LastOfForward,
        LastOfReverse, LargeLayer, StreamInLoop, OtherSteps, WrongLayerName, WrongSource, UnreadLayer, UnequalSources,
    ];

    /// <summary>An error cannot be configured away: there is no code, and nothing else would say why.</summary>
    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Rule(id, title, message, DiagnosticSeverity.Error, WellKnownDiagnosticTags.NotConfigurable);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        Rule(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Rule(string id, string title, string message, DiagnosticSeverity severity, params string[] tags) =>
        new(id, title, message, "GruGen", severity, isEnabledByDefault: true, helpLinkUri: HelpLinks.Of(id), customTags: tags);
}
