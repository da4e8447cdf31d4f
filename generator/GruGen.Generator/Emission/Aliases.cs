namespace GruGen.Generator.Emission;

/// <summary>
/// Short names for the namespaces that a model's file names throughout. They stand inside the user's namespace, where a global alias of the
/// same name is out of sight; and <c>K::V512</c> is looked up among aliases alone, so that a user's type <c>K</c> is not in the way, unless
/// it is the model, which is meant by its name alone. Where a model has no namespace there is no such place, and names stay as they are.
/// </summary>
internal static class Aliases
{
    // the longer of two that begin alike first
    private static readonly (string Name, string Namespace)[] s_all =
    [
        ("E", "global::" + KernelNames.Namespace),
        ("K", "global::GruGen.Kernels"),
        ("G", "global::GruGen"),
        ("S", "global::System"),
    ];

    /// <summary>The declarations in a namespace, behind the aliases of what they name.</summary>
    /// <param name="declarations">The text.</param>
    /// <param name="type">The type that is declared, whose name is no alias.</param>
    public static string Around(string declarations, string type)
    {
        foreach ((string name, string space) in s_all.Where(alias => alias.Name != type))
        {
            declarations = declarations.Replace(space + ".", name + "::");
        }

        IEnumerable<string> usings = s_all
            .Where(alias => declarations.Contains(alias.Name + "::"))
            .Select(alias => $"using {alias.Name} = {alias.Namespace};")
            .OrderBy(line => line, StringComparer.Ordinal);
        return $"{string.Join("\n", usings)}\n\n{declarations}";
    }
}
