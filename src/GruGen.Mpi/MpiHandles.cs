using System.Runtime.InteropServices;

namespace GruGen.Mpi;

/// <summary>
/// What the functions of a library are called with. A handle that is an int is passed in a register, or a place of its size.
/// </summary>
/// <param name="Abi">The binary interface that it is of.</param>
/// <param name="World">MPI_COMM_WORLD, all processes.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN, with which functions return what went wrong.</param>
/// <param name="Serialized">MPI_THREAD_SERIALIZED: any thread may call, one at a time.</param>
internal sealed record MpiHandles(MpiAbi Abi, nint World, nint Byte, nint ErrorsReturn, int Serialized)
{
    /// <summary>Those of <c>mpi.h</c> of MPICH, which its ABI initiative keeps.</summary>
    public static MpiHandles Mpich { get; } = new(MpiAbi.Mpich, 0x44000000, 0x4c00010d, 0x54000001, 2);

    /// <summary>Those of the MPI standard, version 5.0, appendix A.</summary>
    public static MpiHandles Standard { get; } = new(MpiAbi.Standard, 0x101, 0x247, 0x143, 2048);

    /// <summary>The words of which MPI_Get_library_version of a library with MPICH's interface says at least one.</summary>
    private static readonly string[] s_kin = ["MPICH", "Intel(R) MPI", "MVAPICH", "Microsoft MPI", "ParaStation"];

    /// <summary>Those of Open MPI: addresses, which every process has others of.</summary>
    public static MpiHandles OpenMpi(nint library) => new(
        MpiAbi.OpenMpi,
        NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
        NativeLibrary.GetExport(library, "ompi_mpi_byte"),
        NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
        2);

    /// <summary>Finds out which interface a library has, before MPI is initialised.</summary>
    /// <param name="library">The loaded library.</param>
    /// <param name="version">What MPI_Get_library_version says.</param>
    /// <returns>Null if it has none of them.</returns>
    public static MpiHandles? Find(nint library, string version)
    {
        // The standard one is asked for first: Open MPI's library of that interface needs another one, whose symbols are found with it.
        if (SaysStandard(library))
        {
            return Standard;
        }

        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _))
        {
            return OpenMpi(library);
        }

        return Array.Exists(s_kin, word => version.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Mpich : null;
    }

    /// <summary>Version 5 of MPI brought the function to all libraries; in one that has its own interface, it gives −1.</summary>
    private static unsafe bool SaysStandard(nint library)
    {
        int major = -1, minor = -1;
        return NativeLibrary.TryGetExport(library, "MPI_Abi_get_version", out nint function)
            && ((delegate* unmanaged<int*, int*, int>)function)(&major, &minor) == 0
            && major > 0;
    }
}
