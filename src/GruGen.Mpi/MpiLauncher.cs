using System.Globalization;

namespace GruGen.Mpi;

/// <summary>The program that started this process together with others, as far as environment variables tell.</summary>
/// <param name="Name">Its name in messages; null if none started this process.</param>
/// <param name="Abi">The libraries that find each other when it starts them; null if it does not tell.</param>
/// <param name="Variable">The variable that says how many processes it started.</param>
/// <param name="Size">How many that are.</param>
internal sealed record MpiLauncher(string? Name, MpiAbi? Abi, string Variable, int Size)
{
    /// <summary>
    /// The variables that tell a number, in the order in which they are asked. A launcher that uses Slurm's has a variable of its own as
    /// well. MPICH's has PMI_SIZE, or, if it is told to listen at a port, only the number of processes on this machine.
    /// </summary>
    private static readonly MpiLauncher[] s_known =
    [
        new("Open MPI's mpirun", MpiAbi.OpenMpi, "OMPI_COMM_WORLD_SIZE", 0),
        new("a launcher of MPICH's kind", MpiAbi.Mpich, "PMI_SIZE", 0),
        new("a launcher of MPICH's kind", MpiAbi.Mpich, "MPI_LOCALNRANKS", 0),
        new("Slurm's srun", null, "SLURM_STEP_NUM_TASKS", 0),
    ];

    /// <summary>Asks the environment.</summary>
    /// <param name="variable">Gives the value of a variable, null where it is not set.</param>
    public static MpiLauncher Find(Func<string, string?> variable)
    {
        foreach (MpiLauncher known in s_known)
        {
            if (int.TryParse(variable(known.Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0)
            {
                return known with { Size = size };
            }
        }

        return new MpiLauncher(null, null, "", 1);
    }
}
