using System.Diagnostics;
using System.Globalization;
using GruGen.Mpi.Worker;

namespace GruGen.Mpi.Tests;

/// <summary>A training whose processes are killed goes on from its checkpoint, with another number of them, in the same bits.</summary>
[Collection("MPI")]
public sealed class ResumeTests
{
    private const int Kills = 20;

    [MpiFact]
    public void A_training_that_is_killed_at_random_moments_ends_in_the_undisturbed_bits()
    {
        string expected = Trainings.Long(cluster: null, folder: null), folder = Directory.CreateTempSubdirectory("mpi").FullName;
        try
        {
            var random = new Random(1);
            for (int i = 0; i < Kills; i++)
            {
                Kill(random, processes: 1 + random.Next(5), folder);
            }

            string[] lines = MpiRun.Lines(3, "resume", folder);
            Assert.Equal(
                Enumerable.Range(0, 3).Select(rank => $"process {rank} of 3: {expected}"),
                lines.Where(line => line.Contains(':', StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lets some processes go on until they have made a step at least, and kills one of them some milliseconds later.</summary>
    private static void Kill(Random random, int processes, string folder)
    {
        string? before = new Checkpoint(folder).Newest;
        using var run = MpiRun.Start(processes, "resume", folder);
        int[] ids = [.. Enumerable.Range(0, processes).Select(_ => run.WaitFor(" is ").Split(' ')[^1])
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        var clock = Stopwatch.StartNew();
        while (new Checkpoint(folder).Newest == before && clock.Elapsed.TotalSeconds < 60)
        {
            Thread.Sleep(1);
        }

        Thread.Sleep(random.Next(60));
        using (var one = Process.GetProcessById(ids[random.Next(processes)]))
        {
            one.Kill();
        }

        run.WaitForExit(within: 60);
        Assert.NotEqual(0, run.ExitCode);
    }
}
