using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GruGen.Generator.Tests.Harness;
using GruGen.Generator.Tests.Sweep;

namespace GruGen.Generator.Tests.House;

/// <summary>The patches of <c>tests/mutate</c> keep up with the code that they break.</summary>
public sealed class MutationTests
{
    [Fact]
    public void The_text_of_every_patch_is_in_its_file_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // it is a script for bash
        }

        var start = new ProcessStartInfo("bash", ["tests/mutate", "--check"]) { WorkingDirectory = RepositoryRoot.Path, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output);
        Assert.EndsWith(" patches apply.\n", output, StringComparison.Ordinal);
        Assert.True(int.Parse(output.Split(' ')[0], CultureInfo.InvariantCulture) >= 120, output);
    }

    [Fact]
    public void Every_explanation_is_of_a_patch()
    {
        string[] ids = [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests", "mutations"), "*.patch")
            .SelectMany(File.ReadLines).Where(line => line.StartsWith("@ ", StringComparison.Ordinal)).Select(line => line[2..].Split(" | ")[0])];
        string[] explained = [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "mutations", "survivors.md"))
            .Where(line => line.StartsWith("- `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];

        Assert.Equal(ids.Distinct(), ids);
        Assert.Empty(explained.Except(ids));
    }

    /// <summary>The script has the models of a filter by their numbers, which others move that are put before them.</summary>
    [Fact]
    public void The_models_of_a_filter_are_of_its_kind()
    {
        string script = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "mutate"));

        Assert.Equal(28, Models("first").Length);
        Assert.Contains(Models("later"), model => model.Schema.Layers.Any(layer => layer.Kind == LayerKind.PReLU));
        Assert.True(Models("resampling").Count(model => model.Schema.ChangesSteps) >= 5);

        RandomModel[] Models(string filter)
        {
            Match numbers = Regex.Match(script, filter + @"=\$\(models (\d+) (\d+)\)");
            (int first, int last) = (Number(1), Number(2));
            return [.. SweepModels.All.Where(model => model.Number >= first && model.Number <= last)];

            int Number(int group) => int.Parse(numbers.Groups[group].Value, CultureInfo.InvariantCulture);
        }
    }
}
