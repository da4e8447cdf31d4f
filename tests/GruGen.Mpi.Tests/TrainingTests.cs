using GruGen.Mpi.Worker;

namespace GruGen.Mpi.Tests;

/// <summary>Processes that train together end with the bits that one ends with, whatever their number and that of their threads.</summary>
[Collection("MPI")]
public sealed class TrainingTests
{
    private static readonly Lazy<string[]> s_alone = new(() => [.. Trainings.Run(cluster: null, threads: 1)]);

    [MpiTheory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(8, 1)]
    public void Any_number_of_processes_trains_the_same_bits(int processes, int threads) => Assert.Equal(
        Enumerable.Range(0, processes).SelectMany(rank => s_alone.Value.Select(result => $"process {rank} of {processes}: {result}")),
        MpiRun.Lines(processes, "train", $"{threads}"));

    [Fact]
    public void Threads_of_one_process_train_the_same_bits() => Assert.Equal(s_alone.Value, Trainings.Run(cluster: null, threads: 2));

    [MpiFact]
    public void One_of_the_processes_writes_the_file()
    {
        string folder = Directory.CreateTempSubdirectory("mpi").FullName;
        try
        {
            string one = Path.Combine(folder, "one.safetensors"), three = Path.Combine(folder, "three.safetensors");
            MpiRun.Lines(1, "page", one);
            MpiRun.Lines(3, "page", three);
            Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(three));
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
