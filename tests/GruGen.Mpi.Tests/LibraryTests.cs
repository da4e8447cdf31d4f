namespace GruGen.Mpi.Tests;

/// <summary>Which library is loaded, and what is said where none is; without a launcher.</summary>
public sealed class LibraryTests
{
    [Fact]
    public void A_library_that_is_not_there_is_named_with_the_loader_s_words()
    {
        DllNotFoundException exception = Assert.Throws<DllNotFoundException>(() => MpiCluster.Join("libmpi-of-nobody.so"));
        Assert.StartsWith(
            "The MPI library 'libmpi-of-nobody.so', which MpiCluster.Join or the environment variable GRUGEN_MPI names, does not load. ",
            exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_of_32_bits_does_not_load()
    {
        if (!OperatingSystem.IsLinux() || nint.Size == 4)
        {
            return; // it would be a file of another form
        }

        string path = Path.GetTempFileName();
        try
        {
            byte[] file = new byte[4096];
            ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1]).CopyTo(file, 0); // 1, 1, 1: 32 bits, little-endian, version
            File.WriteAllBytes(path, file);
            DllNotFoundException exception = Assert.Throws<DllNotFoundException>(() => MpiCluster.Join(path));
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
            Assert.Contains("ELF", exception.Message, StringComparison.Ordinal); // the loader's words
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_library_that_is_none_of_MPI_is_refused()
    {
        string name = OperatingSystem.IsWindows() ? "coreclr.dll"
            : OperatingSystem.IsMacOS() ? "libSystem.Native.dylib"
            : "libSystem.Native.so";
        string path = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name);
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => MpiCluster.Join(path));
        Assert.Equal($"The library '{path}' is none of MPI 3 or later: it has no function MPI_Initialized.", exception.Message);
    }

    [Theory]
    [InlineData(null, null, 1)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4", MpiAbi.OpenMpi, 4)]
    [InlineData("PMI_SIZE=3", MpiAbi.Mpich, 3)]
    [InlineData("MPI_LOCALNRANKS=2", MpiAbi.Mpich, 2)]
    [InlineData("SLURM_STEP_NUM_TASKS=5", null, 5)]
    [InlineData("PMI_SIZE=3 SLURM_STEP_NUM_TASKS=5", MpiAbi.Mpich, 3)]
    [InlineData("PMI_SIZE= SLURM_STEP_NUM_TASKS=many", null, 1)]
    public void A_launcher_is_known_by_its_variables(string? variables, MpiAbi? abi, int size)
    {
        MpiLauncher launcher = Launcher(variables);
        Assert.Equal((abi, size), (launcher.Abi, launcher.Size));
        Assert.Equal(size > 1, launcher.Name is not null);
    }

    [Fact]
    public void The_library_of_the_launcher_s_kind_is_looked_for_first()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // names are others there
        }

        Assert.Equal("libmpi_abi.so.1", MpiLibrary.Names(Launcher(null)).First());
        Assert.Equal("libmpi.so.40", MpiLibrary.Names(Launcher("OMPI_COMM_WORLD_SIZE=2")).First());
        Assert.Equal(["libmpich.so.12", "libmpi.so.12"], MpiLibrary.Names(Launcher("PMI_SIZE=2")).Take(2));
        Assert.Equal(
            MpiLibrary.Names(Launcher(null)).Order(StringComparer.Ordinal),
            MpiLibrary.Names(Launcher("PMI_SIZE=2")).Order(StringComparer.Ordinal));
    }

    private static MpiLauncher Launcher(string? variables)
    {
        Dictionary<string, string> set = (variables ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return MpiLauncher.Find(set.GetValueOrDefault);
    }
}
