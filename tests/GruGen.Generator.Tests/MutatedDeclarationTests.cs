using System.Collections.Concurrent;
using System.Globalization;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>
/// Declarations that are being typed: whatever they are, nothing is thrown, emitted code has no error, and what is emitted after an edit is
/// what a new driver emits. A few hundred of them here; <c>GRUGEN_MUTATIONS=20000</c> in the environment for so many.
/// </summary>
public sealed class MutatedDeclarationTests
{
    private const int Shards = 4;

    private static readonly ConcurrentDictionary<string, bool> s_compiled = new(StringComparer.Ordinal);

    private static readonly int s_count =
        int.Parse(Environment.GetEnvironmentVariable("GRUGEN_MUTATIONS") ?? "200", CultureInfo.InvariantCulture);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, Shards)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_thrown_and_all_that_is_emitted_compiles(int shard)
    {
        List<string> problems = [];
        int models = 0;
        for (int i = 0; i < s_count / Shards; i++)
        {
            int seed = (i * Shards) + shard;
            var mutation = new Mutation(seed);
            string before = mutation.Draw(), after = mutation.Once(before);
            try
            {
                GeneratorRun run = GeneratorRun.Of(before), edited = run.With(project => project.ReplaceSyntaxTree(
                    project.SyntaxTrees[0], TestCompilation.Parse(after, 0)));
                models += run.Models.Length;
                problems.AddRange((await ProblemsAsync(run, withEmittedFiles: i % 8 == 0)).Take(1).Select(problem => $"{seed}: {problem}\n{before}"));
                if (!All(edited).SequenceEqual(All(GeneratorRun.Of(after))))
                {
                    problems.Add($"{seed}: what is emitted after an edit is not what a new driver emits\n{before}\n{after}");
                }
            }
            catch (InvalidOperationException exception)
            {
                problems.Add($"{seed}: {exception}\n{before}\n{after}");
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
        Assert.True(models > s_count / Shards / 8, $"{models} models of {s_count / Shards} declarations are too few to mean much.");
    }

    /// <summary>Exceptions of the analyzer, and errors of emitted files, of which kernels are compiled once for each text.</summary>
    private static async Task<IEnumerable<string>> ProblemsAsync(GeneratorRun run, bool withEmittedFiles)
    {
        IEnumerable<Diagnostic> reported = await run.AnalyzeAsync(withEmittedFiles);
        string source = run.Output.SyntaxTrees[0].ToString();
        bool mayChangeKernels = source.Contains("global", StringComparison.Ordinal) || source.Contains("namespace GruGen", StringComparison.Ordinal);
        IEnumerable<Diagnostic> errors = run.Output.SyntaxTrees
            .Skip(1)
            .Where(tree => mayChangeKernels || !tree.FilePath.Contains("GruGen.Emitted.", StringComparison.Ordinal) || s_compiled.TryAdd(tree.ToString(), true))
            .SelectMany(tree => run.Output.GetSemanticModel(tree).GetDiagnostics())
            .Where(problem => problem.DefaultSeverity == DiagnosticSeverity.Error);
        return errors.Concat(reported.Where(diagnostic => diagnostic.Id == "AD0001")).Select(problem => problem.ToString());
    }

    private static IEnumerable<(string, string)> All(GeneratorRun run) => run.Result.GeneratedSources
        .Select(source => (source.HintName, source.SourceText.ToString()))
        .OrderBy(source => source.HintName, StringComparer.Ordinal);
}
