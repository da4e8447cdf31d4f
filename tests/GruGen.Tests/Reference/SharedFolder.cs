namespace GruGen.Tests.Reference;

/// <summary>What lies beside the repository, in <c>../shared</c>, and is never copied into it: weights that others have trained.</summary>
internal static class SharedFolder
{
    /// <summary>A folder; null if it is not there.</summary>
    public static string? Find(params string[] path)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "GruGen.sln")))
        {
            root = root.Parent;
        }

        string? folder = root is null ? null : Path.Combine([root.FullName, "..", "shared", .. path]);
        return Directory.Exists(folder) ? folder : null;
    }
}
