namespace GruGen.Mpi;

/// <summary>The binary interface of an MPI library: how it names what its functions are called with.</summary>
public enum MpiAbi
{
    /// <summary>That of Open MPI: a handle is the address of an exported symbol.</summary>
    OpenMpi,

    /// <summary>That of MPICH, Intel MPI, MVAPICH, ParaStation MPI, Cray's MPICH and Microsoft MPI: a handle is a number.</summary>
    Mpich,

    /// <summary>The one that version 5 of the MPI standard defines for all of them, in a library <c>mpi_abi</c>.</summary>
    Standard,
}
