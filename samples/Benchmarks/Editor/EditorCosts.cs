using System.Globalization;
using System.Runtime.Loader;
using GruGen.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Benchmarks.Editor;

/// <summary>
/// What the generator costs in an editor and in a build: an edit that concerns no model, a model that is added, ten models at once, and,
/// beside it, what the compiler takes for the code. Several builds of the generator can be given by their files; they are measured in turns.
/// </summary>
internal static class EditorCosts
{
    private const int Many = 100, Some = 10, Rounds = 60, Warmup = 30;

    public static void Run(string[] files)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Type[] generators =
        [
            typeof(GruModelGenerator),
            .. files.Select(file => new AssemblyLoadContext(file)
                .LoadFromAssemblyPath(Path.GetFullPath(file))
                .GetType(typeof(GruModelGenerator).FullName!, throwOnError: true)!),
        ];
        string[] names = ["this build", .. files];

        double[][] edits = Edits(generators, EditedProject.Edited);
        Each($"an edit inside a body elsewhere among {Many} models, allocated; the budget is 1,024 KB", "KB", edits);
        foreach ((Type generator, string name) in generators.Zip(names))
        {
            Console.WriteLine($"  {name}: {Reasons(generator, project => EditedProject.Edited(project, 1))}");
        }

        Each($"an edit of a constant elsewhere among {Many} models, allocated", "KB", Edits(generators, EditedProject.Redeclared));
        Console.WriteLine($"a model added to {Many}");
        foreach ((Type generator, string name) in generators.Zip(names))
        {
            Console.WriteLine($"  {name}: {Reasons(generator, project => project.AddSyntaxTrees(EditedProject.Model(Many)))}");
        }

        Each($"a new driver for {Some} models, CPU; the budget is 60 ms", "ms", NewDrivers(generators));
        Console.WriteLine("the compiler itself, CPU for a project with the emitted code, and without any model");
        foreach (int models in (int[])[1, Some, Many])
        {
            Console.WriteLine(Compiler(models));
        }

        void Each(string what, string unit, double[][] values)
        {
            Console.WriteLine(what);
            foreach ((double[] of, string name) in values.Zip(names))
            {
                string line = $"  {name}: median {Median(of):F1} {unit}, least {of.Min():F1} {unit}";
                Console.WriteLine(line);
            }
        }
    }

    private static double[][] Edits(Type[] generators, Func<CSharpCompilation, int, CSharpCompilation> edit)
    {
        CSharpCompilation[] projects = [.. generators.Select(_ => EditedProject.With(Many))];
        GeneratorDriver[] drivers =
        [
            .. generators.Zip(projects, (generator, project) => EditedProject.NewDriver(generator).RunGenerators(project)),
        ];
        return InTurns(generators.Length, (of, round) =>
        {
            CSharpCompilation edited = edit(projects[of], round + 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            drivers[of] = drivers[of].RunGenerators(edited);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0;
        });
    }

    private static double[][] NewDrivers(Type[] generators) => InTurns(generators.Length, (of, _) =>
    {
        CSharpCompilation project = EditedProject.With(Some);
        GeneratorDriver driver = EditedProject.NewDriver(generators[of]);
        return Cpu(() => driver.RunGenerators(project));
    });

    /// <summary>What became of all values of all steps, and of the files.</summary>
    private static string Reasons(Type generator, Func<CSharpCompilation, CSharpCompilation> edit)
    {
        CSharpCompilation project = EditedProject.With(Many);
        GeneratorRunResult result = EditedProject.NewDriver(generator, tracks: true)
            .RunGenerators(project)
            .RunGenerators(edit(project))
            .GetRunResult().Results[0];
        IEnumerable<string> steps = ((string[])["Model", "Catalog", "ModelFile", "KernelFile"])
            .Select(step => $"{step} {Counts(result.TrackedSteps[step])}");
        return $"{string.Join("; ", steps)}; files {Counts(result.TrackedOutputSteps.SelectMany(output => output.Value))}";

        static string Counts(IEnumerable<IncrementalGeneratorRunStep> runs) => string.Join(", ", runs
            .SelectMany(run => run.Outputs)
            .GroupBy(output => output.Reason, (reason, all) => $"{all.Count()} {reason.ToString().ToLowerInvariant()}")
            .Order(StringComparer.Ordinal));
    }

    private static string Compiler(int models)
    {
        CSharpCompilation project = EditedProject.With(models), without = EditedProject.With(0);
        EditedProject.NewDriver(typeof(GruModelGenerator)).RunGeneratorsAndUpdateCompilation(project, out Compilation output, out _);
        int lines = output.SyntaxTrees.Except(project.SyntaxTrees).Sum(tree => tree.GetText().Lines.Count);
        double[] with = Compilations(output), bare = Compilations(without);
        string measured = $"median {Median(with):F0} ms, least {with.Min():F0} ms; without {Median(bare):F0} ms";
        return $"  {models,3} models, {lines:N0} lines: {measured}";

        static double[] Compilations(Compilation compilation) =>
        [
            .. Enumerable.Range(0, 9).Select(_ => Cpu(() => compilation.Clone().Emit(Stream.Null))).Skip(3),
        ];
    }

    private static double[][] InTurns(int count, Func<int, int, double> measure)
    {
        double[][] values = [.. Enumerable.Range(0, count).Select(_ => new double[Rounds])];
        for (int round = -Warmup; round < Rounds; round++)
        {
            for (int of = 0; of < count; of++)
            {
                double value = measure(of, round + Warmup);
                if (round >= 0)
                {
                    values[of][round] = value;
                }
            }
        }

        return values;
    }

    private static double Cpu(Action action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
