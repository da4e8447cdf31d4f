using System.Globalization;

namespace GruGen.Tool.Tests;

/// <summary>Models that others publish, with what they gave. They stay outside the repository, in <c>../shared/models</c>.</summary>
internal static class SharedModels
{
    private static readonly string? s_folder = Find();

    /// <summary>Why tests on them do not run; null if they are there.</summary>
    public static string? Missing => s_folder is null ? "The models that others publish are not here (../shared/models)." : null;

    /// <summary>The path of a file.</summary>
    public static string Path(string name) => System.IO.Path.Combine(s_folder!, name);

    /// <summary>The numbers of a file, of a line each.</summary>
    public static double[][] Lines(string name) =>
        [.. File.ReadLines(Path(name)).Select(line => line.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];

    private static string? Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string folder = System.IO.Path.Combine(directory.FullName, "shared", "models");
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }
}

/// <summary>A test on models that others publish, skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedModelFactAttribute : FactAttribute
{
    public SharedModelFactAttribute() => Skip = SharedModels.Missing;
}

/// <summary>Tests on models that others publish, skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedModelTheoryAttribute : TheoryAttribute
{
    public SharedModelTheoryAttribute() => Skip = SharedModels.Missing;
}
