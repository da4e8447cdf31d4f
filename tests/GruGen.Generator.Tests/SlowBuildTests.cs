using System.Reflection;
using System.Runtime.Loader;
using GruGen.Generator.Tests.Harness;
using GruGen.Terminal;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spectre.Console;

namespace GruGen.Generator.Tests;

/// <summary>Models that were compiled without optimisation: training says so, once, and what to do.</summary>
public sealed class SlowBuildTests
{
    [Theory]
    [InlineData(OptimizationLevel.Debug, 1)]
    [InlineData(OptimizationLevel.Release, 0)]
    public void The_first_line_of_the_bar_says_so(OptimizationLevel level, int expected)
    {
        CSharpCompilation project = TestCompilation.Of("[GruGen.GruModel(1), GruGen.Gru(2), GruGen.Dense(1)] partial class Model;");
        CSharpCompilation output = GeneratorRun.Of(project.WithAssemblyName("Gestures").WithOptions(project.Options.WithOptimizationLevel(level))).Output;
        using var image = new MemoryStream();
        Assert.True(output.Emit(image).Success);
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext("Gestures", isCollectible: true).LoadFromStream(image);
        var model = (SequenceModel<float>)Activator.CreateInstance(assembly.GetType("Model", throwOnError: true)!, 7)!;
        var data = new SequenceDataset<float>(model.Schema);
        data.Add([0.5f, 1], [0.25f]);
        data.Add([0.5f, -1, 2], [-0.5f]);

        using var text = new StringWriter();
        using var bar = new TrainingBar(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No }));
        model.Fit(data, new TrainingOptions { Epochs = 3, BatchSize = 1, Progress = bar });

        string[] lines = text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3 + expected, lines.Length);
        Assert.All(lines[expected..], line => Assert.StartsWith("Epoch ", line, StringComparison.Ordinal));
        if (expected > 0)
        {
            Assert.StartsWith("Gestures is compiled without optimisation", lines[0], StringComparison.Ordinal);
            Assert.Contains("-c Release, or set <Optimize>true</Optimize> in its project", lines[0], StringComparison.Ordinal);
        }
    }
}
