using System.Text.RegularExpressions;

namespace GruGen.Generator.Emission;

/// <summary>
/// The namespace of kernels, and how they name what is outside of it. Bodies are to be read, so they need no <c>global::</c>: usings inside
/// the namespace stand before whatever a project calls the same outside of it, be it a type, a namespace or a global alias. Names of the
/// framework are aliases, because a namespace that is imported beside another one makes names ambiguous that both have, and a project may
/// add to the runtime's. So are <c>nint</c> and <c>nuint</c>, which are no keywords where anything has these names; written with @, as a
/// name of lower-case letters asks for.
/// </summary>
internal static class KernelNames
{
    /// <summary>The namespace, which a project has to keep out of.</summary>
    public const string Namespace = "GruGen.Emitted";

    private static readonly (string Name, string Type)[] s_aliases =
    [
        ("MemoryMarshal", "Runtime.InteropServices.MemoryMarshal"),
        ("MethodImpl", "Runtime.CompilerServices.MethodImplAttribute"),
        ("Unsafe", "Runtime.CompilerServices.Unsafe"),
        ("nint", "IntPtr"),
        ("nuint", "UIntPtr"),
    ];

    /// <summary>The type of a kernel in the namespace, after the usings of what it names.</summary>
    public static string Around(string type)
    {
        string code = Regex.Replace(type, "//.*", "");
        IEnumerable<string> usings = s_aliases
            .Where(alias => Regex.IsMatch(code, $@"\b{alias.Name}\b"))
            .Select(alias => $"using {(char.IsLower(alias.Name[0]) ? "@" : "")}{alias.Name} = global::System.{alias.Type};");
        return $"""

            namespace {Namespace};

            using global::GruGen.Kernels;
            using static global::GruGen.Kernels.Activate;
            using static global::GruGen.Kernels.Jit;
            {Text.Lines(0, usings)}

            {Text.Lines(0, [type])}
            """;
    }
}
