namespace GruGen.Tool;

/// <summary>Where a command writes to.</summary>
internal static class Targets
{
    /// <summary>Checks that a file can be written, before any work is done for it.</summary>
    /// <exception cref="UsageException">It is a folder, its folder is not there, or nothing can be made in that.</exception>
    public static void Check(string target)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(target)) ?? "";
        if (Directory.Exists(target))
        {
            throw new UsageException($"'{target}' is a folder, not a file; '-o' gives another place.");
        }

        if (!Directory.Exists(folder))
        {
            throw new UsageException($"'{target}' cannot be written: there is no folder '{folder}'.");
        }

        try
        {
            string name = Path.Combine(folder, Path.GetRandomFileName());
            using FileStream probe = new(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{target}' cannot be written: no file can be made in the folder '{folder}'.", exception);
        }
    }
}
