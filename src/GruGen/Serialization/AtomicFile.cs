using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace GruGen;

/// <summary>Writes a file so that at any time the old one or the new one is there, never half of it.</summary>
/// <remarks>
/// The new file is written beside the old one, where a rename is atomic, under a name of its own that is short whatever the old one's
/// length and has the number of its process. It is open, and thereby locked, until it has its final name. So one whose process is gone,
/// and that nobody has locked (it may be another machine's process), was left by a process that was killed, and the next save takes it
/// away.
/// </remarks>
internal static class AtomicFile
{
    private const string Prefix = ".grugen-", Suffix = ".tmp";
    private const int Attempts = 8; // to lock a new file before somebody who looks for those that were left does

    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Target(path);
        string folder = Path.GetDirectoryName(target) ?? throw new IOException($"'{path}' is a folder, not a file.");
        using FileStream stream = Create(folder, target, path);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(stream.Name, target, overwrite: true);
        }
        catch
        {
            File.Delete(stream.Name);
            throw;
        }

        DeleteLeftovers(folder);
    }

    /// <summary>Opens a file for reading; a save may replace it meanwhile.</summary>
    /// <exception cref="IOException">It is a folder, or cannot be read.</exception>
    public static FileStream OpenRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path)
            ? throw new IOException($"'{path}' is a folder, not a file.")
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
    }

    /// <summary>The file that is replaced: where a path leads to if it is a symbolic link.</summary>
    private static string Target(string path)
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null)
        {
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        }

        return Directory.Exists(target) ? throw new IOException($"'{path}' is a folder, not a file.") : target;
    }

    /// <summary>
    /// A new file in <paramref name="folder"/>, with the mode of the one that it replaces. If there can be none, the exception names the
    /// path that the caller knows.
    /// </summary>
    private static FileStream Create(string folder, string target, string path)
    {
        try
        {
            return Create(folder, target);
        }
        catch (DirectoryNotFoundException)
        {
            throw new DirectoryNotFoundException($"'{path}' cannot be written: there is no folder '{folder}'.");
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException($"'{path}' cannot be written: access to the folder '{folder}' is denied.", exception);
        }
    }

    private static FileStream Create(string folder, string target)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite, // a lock on a network drive asks for both
            Share = FileShare.Delete, // it is renamed while it is open
            BufferSize = 1 << 16,
        };
        if (OperatingSystem.IsWindows() || !File.Exists(target))
        {
            return Create(folder, options);
        }

        UnixFileMode mode = File.GetUnixFileMode(target);
        options.UnixCreateMode = mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite); // never more readers than the old file has
        FileStream stream = Create(folder, options);
        File.SetUnixFileMode(stream.SafeFileHandle, mode);
        return stream;
    }

    private static FileStream Create(string folder, FileStreamOptions options)
    {
        for (int attempt = 1; ; attempt++)
        {
            string name = Path.Combine(folder, $"{Prefix}{Environment.ProcessId}-{Path.GetRandomFileName()}{Suffix}");
            try
            {
                return new FileStream(name, options);
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(folder))
            {
                // somebody has locked the new file first, to find out whether it was left
            }
        }
    }

    /// <summary>
    /// Deletes what killed processes have left. To clean up is a favour: what cannot be looked at or deleted stays, and the save has
    /// succeeded.
    /// </summary>
    private static void DeleteLeftovers(string folder)
    {
        try
        {
            foreach (string name in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix))
            {
                if (!IsOfLivingProcess(name))
                {
                    DeleteUnlessLocked(name);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // a folder that may be written but not listed
        }
    }

    /// <summary>
    /// Whether a process of this machine has the number in a name and is older than the file; a younger one has taken the number over.
    /// </summary>
    private static bool IsOfLivingProcess(string name)
    {
        string number = Path.GetFileName(name)[Prefix.Length..].Split('-')[0];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return false;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            return process.StartTime < File.GetLastWriteTime(name);
        }
        catch (ArgumentException)
        {
            return false; // there is none
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            return exception is Win32Exception; // it has just ended, or does not say when it began
        }
    }

    private static void DeleteUnlessLocked(string name)
    {
        try
        {
            using FileStream locked =
                new(name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it is being written, or is gone, or is another user's
        }
    }
}
