#if GRUGEN_GENERATOR
namespace GruGen.Generator.Values;
#else
namespace GruGen;
#endif

/// <summary>The names that layers can be given.</summary>
internal static class LayerNames
{
    /// <summary>What the input of a model is called by the layers that read it.</summary>
    public const string Input = "input";

    /// <summary>What a name must be like, in words.</summary>
    public const string Rule = "lower-case letters, digits and underscores, and begin with a letter";

    private static readonly string[] s_reserved =
    [
        Input, "features", "tokens", "output", "outputs", "gradients", "block", "mask", "model", "trainer", "average", "steps", "loss",
        "token", "val", "accumulated", "callback", "states", "totals", "layers", "content",
    ];

    /// <summary>Whether a name can be that of tensors in files, and of memory in code, where words with capitals are added to it.</summary>
    public static bool IsWellFormed(string name) =>
        name.Length is > 0 and <= 64 && name[0] is >= 'a' and <= 'z'
        && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    /// <summary>Whether a name means something else in files or in code.</summary>
    public static bool IsReserved(string name) =>
        s_reserved.Contains(name) || name.StartsWith("val_", StringComparison.Ordinal) || IsOfTuples(Pascal(name));

    /// <summary>The name of an element of a tuple: <c>VadOutput</c> for <c>vad_output</c>.</summary>
    public static string Pascal(string name) => string.Concat(name
        .Split(['_'], StringSplitOptions.RemoveEmptyEntries)
        .Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));

    /// <summary>Whether tuples have members of their own of this name.</summary>
    private static bool IsOfTuples(string name) =>
        name is "Rest" or "Equals" or "ToString" or "CompareTo" or "GetHashCode" or "GetType" or "Deconstruct"
        || (name.StartsWith("Item", StringComparison.Ordinal) && name.Length > 4 && name.Skip(4).All(char.IsDigit));
}
