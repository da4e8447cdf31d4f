using BenchmarkDotNet.Running;
using GruGen.Benchmarks;
using GruGen.Benchmarks.Cluster;
using GruGen.Benchmarks.Editor;
using GruGen.Benchmarks.Quick;
using GruGen.Benchmarks.Suite;
using GruGen.Terminal;
using Spectre.Console;

// quick: limits and all rows in some two minutes; cluster: a training step on one process and on several; model: the table that ModelBenchmark gives for any model, here the text classifier;
// first: what the first calls cost; generator: what the generator costs. Anything else goes to BenchmarkDotNet: --filter '*Step*'
if (args is ["first"])
{
    FirstCalls.Run();
    return 0;
}

if (args is ["model"])
{
    AnsiConsole.Write(Tables.Benchmark(ModelBenchmark.Run(new TextClassifier())));
    return 0;
}

if (args is ["cluster", .. string[] processes])
{
    ClusterRun.Run(processes);
    return 0;
}

if (args is ["generator", .. string[] others])
{
    EditorCosts.Run(others);
    return 0;
}

if (args is not ["quick", .. string[] rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Row).Assembly).Run(args, new SuiteConfig());
    return 0;
}

try
{
    QuickRun.Run(QuickOptions.Parse(rest));
    return 0;
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"{exception.Message} Usage: {QuickOptions.Usage}");
    return 2;
}
