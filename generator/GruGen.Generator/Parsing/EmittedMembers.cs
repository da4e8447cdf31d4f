using System.Collections.Immutable;

namespace GruGen.Generator.Parsing;

/// <summary>The names that the emitted part of a model declares or calls. Nothing else in the class may have them.</summary>
internal static class EmittedMembers
{
    /// <summary>The type parameter of emitted methods, which a type parameter around them must not hide behind.</summary>
    public const string VectorParameter = "TVector";

    private static readonly ImmutableHashSet<string> s_names = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        // what a user calls
        "InputSize", "OutputSize", "ParameterCount", "Summary", "CreateDataset", "Load", "Clone", "Predict", "PredictLabel", "OpenStream",
        // types and type parameters
        "StepStream", "Runner", "Block", "Pass", VectorParameter,
        // what surface and passes share
        "EmittedSchema", "CannotStream",
        // overrides of SequenceModel
        "PackedLength", "PackedBackwardLength", "Pack", "PackBackward", "CreatePass", "CreateStream", "InitialStateOffset", "PreparedLength", "Prepare",
        // members of SequenceModel that emitted code calls
        "At", "CopyParametersFrom", "LabelOf", "NoTensor", "ReadParameters",
        // accessors of emitted properties
        "get_Summary", "get_PackedLength", "get_PackedBackwardLength", "get_PreparedLength");

    public static IEnumerable<string> Names => s_names;

    public static bool Contains(string name) => s_names.Contains(name);
}
