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
        "InputSize", "OutputSize", "ParameterCount", "Summary", "CreateDataset", "Load", "Clone", "Predict", "OpenStream",
        // types and the type parameter of their code
        "StepStream", "Runner", "Emitted", VectorParameter,
        // what surface and streams share
        "CannotStream",
        // accessors of emitted properties
        "get_Summary");

    public static IEnumerable<string> Names => s_names;

    public static bool Contains(string name) => s_names.Contains(name);
}
