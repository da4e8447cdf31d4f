using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests.Harness;

/// <summary>A program with emitted models in a process of its own, where the runtime can be given other settings.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("GruGen");

    /// <summary>Compiles the source, with what the generator adds to it.</summary>
    public ChildProgram(string source)
    {
        CSharpCompilation project = TestCompilation.Of(source);
        GeneratorRun run = GeneratorRun.Of(project.WithOptions(project.Options.WithOutputKind(OutputKind.ConsoleApplication)));
        Assert.Empty(run.Output.Emit(PathOf("Program.dll")).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));

        string runtime = typeof(GruModelAttribute).Assembly.Location;
        File.Copy(runtime, PathOf(Path.GetFileName(runtime)));
        File.WriteAllText(
            PathOf("Program.runtimeconfig.json"),
            $$"""{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "{{Environment.Version}}" } } }""");
    }

    /// <summary>The command beside the framework that this process runs on: <c>root/shared/Microsoft.NETCore.App/version/</c>.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>A place among the program's files.</summary>
    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Runs it to its end, which has to be a good one, and gives what it printed.</summary>
    /// <param name="settings">Settings of the runtime, by the names of their variables.</param>
    public string Run(params (string Name, string Value)[] settings)
    {
        using Process process = Start([], settings);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    /// <summary>Starts it among its files.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Settings of the runtime, by the names of their variables.</param>
    public Process Start(IEnumerable<string> arguments, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(Dotnet, ["exec", PathOf("Program.dll"), .. arguments])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Deletes its files.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
