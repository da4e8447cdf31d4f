using System.Runtime.InteropServices;

namespace GruGen.Mpi;

/// <summary>Finds and loads an MPI library.</summary>
internal static class MpiLibrary
{
    /// <summary>The variable that names a library where the program does not.</summary>
    public const string Variable = "GRUGEN_MPI";

    /// <summary>The names under which libraries are installed, and the interface that is expected behind each.</summary>
    private static readonly (string Name, MpiAbi? Abi)[] s_names =
        OperatingSystem.IsWindows()
            ? [("mpi_abi.dll", MpiAbi.Standard), ("msmpi.dll", MpiAbi.Mpich), ("impi.dll", MpiAbi.Mpich)]
            : OperatingSystem.IsMacOS()
            ?
            [
                ("libmpi_abi.1.dylib", MpiAbi.Standard), ("libmpi_abi.0.dylib", MpiAbi.Standard), ("libmpi.40.dylib", MpiAbi.OpenMpi),
                ("libmpi.12.dylib", MpiAbi.Mpich), ("libmpi.dylib", null),
            ]
            :
            [
                ("libmpi_abi.so.1", MpiAbi.Standard), ("libmpi_abi.so.0", MpiAbi.Standard), ("libmpi.so.40", MpiAbi.OpenMpi),
                ("libmpich.so.12", MpiAbi.Mpich), ("libmpi.so.12", MpiAbi.Mpich), ("libmpi.so", null),
            ];

    /// <summary>Loads a library.</summary>
    /// <param name="name">Its name or path; null for the first that is there.</param>
    /// <param name="launcher">What started this process: libraries of its kind are looked for before all others.</param>
    /// <exception cref="DllNotFoundException">It is not there, or it or one that it needs does not load.</exception>
    /// <exception cref="BadImageFormatException">It is for another kind of process.</exception>
    public static (nint Library, string Name) Load(string? name, MpiLauncher launcher)
    {
        KeepSignals();
        return name is null ? LoadAny(launcher) : (LoadNamed(name), name);
    }

    /// <summary>The usual names, those of the launcher's kind first.</summary>
    public static IEnumerable<string> Names(MpiLauncher launcher) =>
        s_names.OrderByDescending(candidate => candidate.Abi is { } abi && abi == launcher.Abi).Select(candidate => candidate.Name);

    private static (nint Library, string Name) LoadAny(MpiLauncher launcher)
    {
        foreach (string name in Names(launcher))
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return (library, name);
            }
        }

        throw new DllNotFoundException(
            $"No MPI library loads, none of {string.Join(", ", Names(launcher))}. Install one, on Debian the package openmpi-bin or "
            + $"mpich, or say where it is by MpiCluster.Join(path) or the environment variable {Variable}. Without MPI, leave "
            + "TrainingOptions.Cluster null: one process trains alone.");
    }

    private static nint LoadNamed(string name)
    {
        string problem = $"The MPI library '{name}', which MpiCluster.Join or the environment variable {Variable} names, does not load";
        try
        {
            return NativeLibrary.Load(name);
        }
        catch (DllNotFoundException exception)
        {
            throw new DllNotFoundException($"{problem}. {exception.Message.Trim()}", exception);
        }
        catch (BadImageFormatException exception)
        {
            throw new BadImageFormatException($"{problem} into a process of {8 * nint.Size} bits. {exception.Message.Trim()}", exception);
        }
    }

    /// <summary>
    /// Tells UCX, by which libraries reach InfiniBand, to leave the processor's signals alone, unless its user has said which it is to
    /// catch: it takes each for a crash, while a signal is how .NET learns of a null reference. UCX reads the variable when it is loaded.
    /// </summary>
    private static unsafe void KeepSignals()
    {
        // .NET's own variables are not those that native code sees.
        if (!OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "setenv", out nint setenv))
        {
            fixed (byte* name = "UCX_ERROR_SIGNALS"u8, none = "\0"u8)
            {
                _ = ((delegate* unmanaged<byte*, byte*, int, int>)setenv)(name, none, 0); // 0: what is set stays
            }
        }
    }
}
