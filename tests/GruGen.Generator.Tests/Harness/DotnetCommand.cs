using System.Diagnostics;

namespace GruGen.Generator.Tests.Harness;

/// <summary>Commands of the SDK that the tests run on.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs a command to its end, in English. Gives its exit code and all that it printed.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The command.</param>
    public static (int ExitCode, string Output) Run(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(ChildProgram.Dotnet, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // the tests run inside a build, whose settings are not those of a project of theirs
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
