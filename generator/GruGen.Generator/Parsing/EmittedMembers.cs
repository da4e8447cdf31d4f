using System.Collections.Immutable;

namespace GruGen.Generator.Parsing;

/// <summary>The names that the emitted part of a model declares. Nothing else in the class may have them.</summary>
internal static class EmittedMembers
{
    private static readonly ImmutableHashSet<string> s_names = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        // what a user calls
        "InputSize", "OutputSize", "ParameterCount", "Summary", "CreateDataset", "Load", "Clone", "Predict", "PredictLabel", "OpenStream",
        // types
        "StepStream", "Pass",
        // overrides of SequenceModel
        "PackedLength", "PackedBackwardLength", "Pack", "PackBackward", "CreatePass", "CreateStream", "CreateSame",
        // accessors of emitted properties
        "get_Summary", "get_PackedLength", "get_PackedBackwardLength");

    public static IEnumerable<string> Names => s_names;

    public static bool Contains(string name) => s_names.Contains(name);
}
