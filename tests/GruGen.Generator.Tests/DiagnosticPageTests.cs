using System.Globalization;
using GruGen.Generator.Parsing;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>Every rule is listed and explained.</summary>
public sealed class DiagnosticPageTests
{
    private static readonly string s_root = FindRoot();

    [Fact]
    public void The_analyzer_supports_every_rule() =>
        Assert.Equal(
            Rules.All.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"GRU{i + 1:000}")),
            new GruModelAnalyzer().SupportedDiagnostics.Select(rule => rule.Id));

    [Fact]
    public void Every_rule_has_a_page_with_its_title_and_both_sides() => Assert.All(Rules.All, rule =>
    {
        Assert.Equal($"docs/diagnostics/{rule.Id}.md", rule.HelpLinkUri);
        string page = File.ReadAllText(Path.Combine(s_root, rule.HelpLinkUri));
        Assert.StartsWith($"# {rule.Id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Instead\n", page, StringComparison.Ordinal);
    });

    public static TheoryData<string> Examples() =>
        [.. Rules.All.Except([Rules.LanguageVersion, Rules.RuntimeAlias, Rules.CannotStream]).Select(rule => rule.Id)];

    /// <summary>Two rules are about the project, and one is about calls of what is emitted.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_first_example_of_a_page_breaks_its_rule_and_the_other_none(string id)
    {
        string[] pieces = File.ReadAllText(Path.Combine(s_root, $"docs/diagnostics/{id}.md")).Split("```");
        Assert.Equal([id], (await AnalyzeAsync(pieces[1])).Distinct());
        Assert.Empty(await AnalyzeAsync(pieces[3]));
    }

    [Fact]
    public void No_page_is_left_without_a_rule() => Assert.Equal(
        Rules.All.Select(rule => rule.Id + ".md").Append("README.md"),
        Directory.GetFiles(Path.Combine(s_root, "docs/diagnostics")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_of_clashes_names_all_that_is_reserved()
    {
        string page = File.ReadAllText(Path.Combine(s_root, Rules.MemberClash.HelpLinkUri));
        string list = page[page.IndexOf("itself:\n", StringComparison.Ordinal)..page.IndexOf("The accessors", StringComparison.Ordinal)];
        Assert.Equal(
            EmittedMembers.Names.Where(name => !name.StartsWith("get_", StringComparison.Ordinal)).Order(StringComparer.OrdinalIgnoreCase),
            list.Split('`').Where((_, piece) => piece % 2 == 1));
    }

    [Fact]
    public void The_index_lists_every_rule()
    {
        string index = File.ReadAllText(Path.Combine(s_root, "docs/diagnostics/README.md"));
        Assert.All(
            Rules.All.Select(rule => $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity} | {rule.Title} |"),
            row => Assert.Contains(row, index, StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> AnalyzeAsync(string example)
    {
        Assert.StartsWith("csharp\n", example, StringComparison.Ordinal);
        CSharpCompilation project = TestCompilation.Of(
            $"using System; using GruGen; {example["csharp".Length..]}", "public class Recogniser; public interface IRecogniser;");
        return (await GeneratorRun.AnalyzeAsync(project)).Select(diagnostic => diagnostic.Id);
    }

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "GruGen.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
