using System.Collections.Concurrent;
using System.Diagnostics;

namespace GruGen.Mpi.Tests;

/// <summary>
/// The worker, several times, started by the launcher of this machine: <c>mpirun</c>, or what the environment variable
/// <c>GRUGEN_MPIRUN</c> names. The library is then the launcher's, or what <c>GRUGEN_MPI</c> names.
/// </summary>
internal sealed class MpiRun : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Open MPI, in a container, as root, with more processes than cores; other launchers do not know these.</summary>
    private static readonly (string Name, string Value)[] s_settings =
    [
        ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
        ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
        ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
        ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"),
        ("OMPI_MCA_mpi_yield_when_idle", "1"),
        ("OMPI_MCA_btl_vader_single_copy_mechanism", "none"),
        ("TERM", "dumb"), // what Open MPI starts has a terminal, which .NET else tells to be ready for keys
    ];

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly List<string> _seen = [];
    private readonly Task<string> _errors;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private MpiRun(string program, IEnumerable<string> arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in s_settings.Concat(settings))
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        _ = Task.Run(() =>
        {
            while (_process.StandardOutput.ReadLine() is { } line)
            {
                _lines.Add(line);
            }

            _lines.CompleteAdding();
        });
    }

    /// <summary>Why there are no such runs on this machine; null if there are.</summary>
    public static string? Missing { get; } =
        Launcher() is null ? "No MPI launcher is here: neither mpirun nor what GRUGEN_MPIRUN names." : null;

    /// <summary>What it has printed to the standard error, once it has ended.</summary>
    public string Errors => _errors.Result;

    /// <summary>What the program ends with.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the worker several times by the launcher.</summary>
    public static MpiRun Start(int processes, params string[] arguments) => new(
        Launcher()!,
        ["-n", processes.ToString(System.Globalization.CultureInfo.InvariantCulture), Dotnet, "exec", Worker, .. arguments],
        []);

    /// <summary>Starts it once, without a launcher.</summary>
    public static MpiRun StartAlone(string argument, params (string Name, string Value)[] settings) =>
        new(Dotnet, ["exec", Worker, argument], settings);

    /// <summary>Runs it to its end, which has to be a good one, and gives what the processes print, in their order.</summary>
    public static string[] Lines(int processes, params string[] arguments)
    {
        using var run = Start(processes, arguments);
        string[] lines = run.WaitForExit();
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {string.Join('\n', lines)}\n{run.Errors}");
        return [.. lines.Where(line => line.StartsWith("process ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits for a line that has a text.</summary>
    public string WaitFor(string text)
    {
        while (_lines.TryTake(out string? line, s_patience))
        {
            _seen.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new TimeoutException($"Nobody said '{text}': {string.Join('\n', _seen)}");
    }

    /// <summary>Waits for the end, and gives all lines; a run that hangs is a failed one.</summary>
    /// <param name="within">The seconds that it may take from now on.</param>
    public string[] WaitForExit(double within = 180)
    {
        TimeSpan since = _clock.Elapsed;
        bool ends = _process.WaitForExit(TimeSpan.FromSeconds(within));
        if (!ends)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _seen.AddRange(_lines.GetConsumingEnumerable());
        Assert.True(ends, $"It still ran after {(_clock.Elapsed - since).TotalSeconds:F0} s: {string.Join('\n', _seen)}\n{Errors}");
        return [.. _seen];
    }

    /// <summary>Ends what still runs.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _lines.Dispose();
    }

    /// <summary>The command beside the framework that this process runs on: <c>root/shared/Microsoft.NETCore.App/version/</c>.</summary>
    private static string Dotnet { get; } = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static string Worker { get; } = Path.Combine(AppContext.BaseDirectory, "GruGen.Mpi.Worker.dll");

    private static string? Launcher()
    {
        string name = Environment.GetEnvironmentVariable("GRUGEN_MPIRUN") is { Length: > 0 } named ? named : "mpirun";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)) // which is the name itself if that is a whole path
            .SelectMany(path => OperatingSystem.IsWindows() ? [path, path + ".exe"] : new[] { path })
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>A test that needs an MPI launcher; it is reported as skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = MpiRun.Missing;
}

/// <summary>A theory that needs an MPI launcher; it is reported as skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute() => Skip = MpiRun.Missing;
}
