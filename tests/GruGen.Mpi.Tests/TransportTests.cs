using GruGen.Mpi.Worker;

namespace GruGen.Mpi.Tests;

/// <summary>Bytes arrive where they belong, whatever their number, without work for the garbage collector.</summary>
[Collection("MPI")]
public sealed class TransportTests
{
    [MpiTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_process_receives_what_is_for_it(int processes) => Assert.Equal(
        Enumerable.Range(0, processes).Select(rank => $"process {rank} of {processes}: {Transport.Expected(rank, processes)}"),
        MpiRun.Lines(processes, "transport"));

    [MpiFact]
    public void Once_warm_nothing_is_allocated() => Assert.Equal(
        ["process 0 of 2: 0 bytes allocated", "process 1 of 2: 0 bytes allocated"],
        MpiRun.Lines(2, "allocations"));

    [MpiFact]
    public void All_processes_have_the_library_of_the_launcher()
    {
        string[] lines = MpiRun.Lines(2, "library");
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[0].Split(": ")[1], lines[1].Split(": ")[1]);
        Assert.Matches("^process 0 of 2: (OpenMpi|Mpich|Standard), .*[0-9]+\\.[0-9]+", lines[0]);
    }

    [MpiFact]
    public void Another_thread_than_that_which_joined_may_train() =>
        Assert.Equal(["process 0 of 2: met 0 1", "process 1 of 2: met 0 1"], MpiRun.Lines(2, "thread"));
}
