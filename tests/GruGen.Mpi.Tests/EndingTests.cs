using System.Diagnostics;
using System.Globalization;

namespace GruGen.Mpi.Tests;

/// <summary>However one process ends, the others do not wait for it for ever.</summary>
[Collection("MPI")]
public sealed class EndingTests
{
    private const double Seconds = 60; // on a machine that does other things; it takes one or two

    [MpiFact]
    public void A_process_that_cannot_go_on_ends_all()
    {
        using var run = MpiRun.Start(3, "abort");
        string[] lines = run.WaitForExit(Seconds);
        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain(lines, line => line.Contains("met", StringComparison.Ordinal));
        Assert.Contains("process 2 of 3: the data ends in the middle", run.Errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public void An_exception_that_nobody_catches_ends_all()
    {
        using var run = MpiRun.Start(3, "crash");
        run.WaitForExit(Seconds);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("nobody catches this", run.Errors, StringComparison.Ordinal);
    }

    [MpiFact]
    public void A_killed_process_ends_all()
    {
        using var run = MpiRun.Start(3, "wait");
        int[] ids = [.. Enumerable.Range(0, 3).Select(_ => run.WaitFor("waits as"))
            .Order(StringComparer.Ordinal)
            .Select(line => int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))];

        using (var last = Process.GetProcessById(ids[^1]))
        {
            last.Kill();
        }

        run.WaitForExit(Seconds);
        Assert.NotEqual(0, run.ExitCode);
        var clock = Stopwatch.StartNew();
        while (Array.Exists(ids, IsThere) && clock.Elapsed.TotalSeconds < Seconds)
        {
            Thread.Sleep(20); // the launcher does not wait for those that it kills
        }

        Assert.DoesNotContain(ids, id => IsThere(id));
    }

    [MpiFact]
    public void An_error_of_the_library_is_an_exception_with_its_words()
    {
        using var run = MpiRun.Start(2, "mismatch");
        string line = run.WaitFor("failed");
        Assert.Matches("^process 1 of 2: MPI_Alltoallv failed with code [0-9]+: .*(?i:truncate).* \\(.*[0-9]\\.[0-9].*\\)$", line);
        run.WaitForExit(Seconds);
        Assert.NotEqual(0, run.ExitCode);
    }

    /// <summary>Nobody ends there: a program that catches what the training throws goes on.</summary>
    [MpiFact]
    public void A_training_that_fails_in_one_process_fails_in_all() => Assert.Equal(
        [
            "process 0 of 3: Process 2 of 3 has ended the training: InvalidOperationException: the disk is full",
            "process 1 of 3: Process 2 of 3 has ended the training: InvalidOperationException: the disk is full",
            "process 2 of 3: the disk is full",
        ],
        MpiRun.Lines(3, "callback"));

    [MpiFact]
    public void A_training_fails_where_a_process_leaves() => Assert.Equal(
        [
            "process 0 of 3: Process 0 begins to train, but process 2 of 3 leaves.",
            "process 1 of 3: Process 0 begins to train, but process 2 of 3 leaves.",
        ],
        MpiRun.Lines(3, "leave"));

    [MpiFact]
    public void Who_forgets_to_dispose_leaves_at_the_end_of_the_program() =>
        Assert.Equal(["process 0 of 2: met 0 1", "process 1 of 2: met 0 1"], MpiRun.Lines(2, "forgotten"));

    [MpiFact]
    public void A_process_joins_once() => Assert.Contains(
        "process 1 of 2: This process has joined a cluster before; MPI lets it do so once.", MpiRun.Lines(2, "twice"));

    [MpiFact]
    public void Null_references_stay_exceptions() => Assert.Contains("process 1 of 2: caught", MpiRun.Lines(2, "null"));

    /// <summary>As when the library is not the launcher's: each would train alone, and write over the files of the others.</summary>
    [MpiFact]
    public void A_process_that_is_alone_though_others_were_started_refuses()
    {
        using var run = MpiRun.StartAlone("library", ("SLURM_STEP_NUM_TASKS", "4"));
        run.WaitForExit();
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(
            "This process is alone, though Slurm's srun started 4 (SLURM_STEP_NUM_TASKS): each of them would train by itself.",
            run.Errors,
            StringComparison.Ordinal);
    }

    [MpiFact]
    public void A_process_that_no_launcher_started_is_a_cluster_of_one()
    {
        using var run = MpiRun.StartAlone("library");
        Assert.Contains("process 0 of 1: ", run.WaitFor("process"), StringComparison.Ordinal);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }

    private static bool IsThere(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
