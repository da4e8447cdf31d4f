using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using GruGen.Benchmarks.Workloads;
using GruGen.Mpi;
using Spectre.Console;

namespace GruGen.Benchmarks.Cluster;

/// <summary>
/// The mode <c>cluster</c>: a training step on one process, as it is without shards, in as many shards as there are processes and on as
/// many threads, and on that many processes, all in turns. The processes are started by <c>mpirun</c>.
/// </summary>
internal static class ClusterRun
{
    private const int Turns = 15;

    /// <summary>Measures, as the first process does; started by it, it is one of the others.</summary>
    public static void Run(string[] arguments)
    {
        if (arguments is ["member", var workload, var processes, var calls])
        {
            Member(Number(workload), Number(processes), Number(calls));
            return;
        }

        int size = arguments is [var given] && Number(given) is > 1 and var asked ? asked : 2;
        for (int i = 0; i < ClusterWorkload.All.Count; i++)
        {
            Measure(i, size, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size));
        }
    }

    private static void Measure(int index, int size, int shards)
    {
        ClusterWorkload workload = ClusterWorkload.All[index];
        (string Name, Workload Work)[] alone =
        [
            ("one process", workload.Start(new TrainingOptions())),
            ($"one process, {shards} shards", workload.Start(new TrainingOptions { Shards = shards })),
            ($"one process, {size} threads", workload.Start(new TrainingOptions { MaxDegreeOfParallelism = size })),
        ];
        int[] calls = [.. alone.Select(each => ClusterWorkload.WarmUp(each.Work))];
        double[][] times = [.. alone.Select(_ => new double[Turns])];
        double[][] together = new double[Turns][];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < alone.Length; i++)
            {
                times[i][turn] = ClusterWorkload.Visit(alone[i].Work, calls[i]);
            }

            together[turn] = Launch(index, size, shards, calls[0]);
        }

        IEnumerable<(string, double[])> rows = alone.Select((each, i) => (each.Name, times[i]));
        Print(workload.Name, [.. rows, ($"{size} processes", [.. together.Select(each => each[0])])], together);
        foreach ((_, Workload work) in alone)
        {
            (work as IDisposable)?.Dispose();
        }
    }

    private static void Print(string name, (string Name, double[] Times)[] rows, double[][] together)
    {
        var table = new Table { Title = new TableTitle(name) };
        table.AddColumns("", "least, ms a step", "median", "beside shards on one process", "in turns: least", "most");
        foreach ((string row, double[] times) in rows)
        {
            double[] ratios = [.. times.Zip(rows[1].Times, (time, shards) => time / shards).Order()];
            double[] cells = [times.Min(), times.Order().ElementAt(Turns / 2), ratios[Turns / 2], ratios[0], ratios[^1]];
            table.AddRow([row, .. cells.Select(cell => Text(cell, "F3"))]);
        }

        AnsiConsole.Write(table);
        double share = together.Select(each => each[2]).Order().ElementAt(Turns / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {together[0][1]:N0} bytes a step and process, {share:P1} of the time on carrying them and waiting"));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Starts the processes. Returns the milliseconds of a step, its bytes, and the share of communication.</summary>
    private static double[] Launch(int workload, int size, int shards, int calls)
    {
        string program = Environment.ProcessPath!, own = typeof(ClusterRun).Assembly.Location;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("GRUGEN_MPIRUN") ?? "mpirun") { RedirectStandardOutput = true };
        string[] command = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, own] : [program];
        string[] arguments =
        [
            "-n", Text(size, "F0"), .. command, "cluster", "member", Text(workload, "F0"), Text(shards, "F0"), Text(calls, "F0"),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"; // which one is in containers
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb"; // a launcher gives a terminal, which numbers are not to be adorned for
        using Process process = Start(start);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => double.Parse(word, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {output}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"'{start.FileName}' is not there: install an MPI, such as Debian's openmpi-bin.", exception);
        }
    }

    private static void Member(int index, int shards, int calls)
    {
        using MpiCluster cluster = MpiCluster.Join();
        Workload work = ClusterWorkload.All[index].Start(new TrainingOptions { Cluster = cluster, Shards = shards });
        work.Run(3 * calls); // as many in all processes, for each step is one of all
        (long bytes, TimeSpan carrying) = (cluster.SentBytes, cluster.CarryingTime);
        double time = ClusterWorkload.Visit(work, calls);
        if (cluster.IsFirst)
        {
            double share = (cluster.CarryingTime - carrying).TotalMilliseconds / (time * calls);
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{time} {(cluster.SentBytes - bytes) / calls} {share}"));
        }

        (work as IDisposable)?.Dispose();
    }
}
