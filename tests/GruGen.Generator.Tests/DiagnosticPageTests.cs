using System.Globalization;
using GruGen.Generator.Parsing;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>Every rule is listed and explained.</summary>
public sealed class DiagnosticPageTests
{
    /// <summary>What GruGen.targets reports, whose page is like the others.</summary>
    private const string OfTheBuild = "GRU034";

    [Fact]
    public void The_analyzer_supports_every_rule() =>
        Assert.Equal(
            Enumerable.Range(1, Rules.All.Length + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"GRU{i:000}")).Where(id => id != OfTheBuild),
            new GruModelAnalyzer().SupportedDiagnostics.Select(rule => rule.Id));

    [Fact]
    public void Every_rule_has_a_page_with_its_title_and_both_sides() => Assert.All(Rules.All, rule =>
    {
        string page = File.ReadAllText(PathOf(rule.Id));
        Assert.StartsWith($"# {rule.Id}: {rule.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Instead\n", page, StringComparison.Ordinal);
    });

    public static TheoryData<string> Examples() =>
        [.. Rules.All.Except([Rules.LanguageVersion, Rules.RuntimeAlias, Rules.Refused]).Select(rule => rule.Id)];

    /// <summary>Two rules are about the project, and one is the generator's.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_first_example_of_a_page_breaks_its_rule_and_the_other_none(string id)
    {
        string[] pieces = File.ReadAllText(PathOf(id)).Split("```");
        Assert.Equal([id], (await AnalyzeAsync(pieces[1])).Distinct());
        Assert.Empty(await AnalyzeAsync(pieces[3]));
    }

    [Fact]
    public void No_page_is_left_without_a_rule() => Assert.Equal(
        Rules.All.Select(rule => rule.Id).Append(OfTheBuild).Order(StringComparer.Ordinal).Select(id => id + ".md").Append("README.md"),
        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs/diagnostics")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_of_clashes_names_all_that_is_reserved()
    {
        string page = File.ReadAllText(PathOf(Rules.MemberClash.Id));
        string list = page[page.IndexOf("itself:\n", StringComparison.Ordinal)..page.IndexOf("The accessors", StringComparison.Ordinal)];
        Assert.Equal(
            EmittedMembers.Names.Where(name => !name.StartsWith("get_", StringComparison.Ordinal)).Order(StringComparer.OrdinalIgnoreCase),
            list.Split('`').Where((_, piece) => piece % 2 == 1));
    }

    [Fact]
    public void The_index_lists_every_rule()
    {
        string index = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs/diagnostics/README.md"));
        Assert.All(
            Rules.All.Select(rule => $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity} | {rule.Title} |"),
            row => Assert.Contains(row, index, StringComparison.Ordinal));
    }

    /// <summary>A relative path would lead nowhere, and this build was given no address.</summary>
    [Fact]
    public void No_rule_links_to_a_page_without_an_address() => Assert.All(Rules.All, rule => Assert.Equal("", rule.HelpLinkUri));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("https://example.org/pages", "https://example.org/pages/GRU001.md")]
    [InlineData("https://example.org/pages/", "https://example.org/pages/GRU001.md")]
    public void A_rule_links_to_its_page_where_the_build_is_given_an_address(string? pages, string? link) => Assert.Equal(link, HelpLinks.Of(pages, "GRU001"));

    private static string PathOf(string id) => Path.Combine(RepositoryRoot.Path, "docs", "diagnostics", id + ".md");

    private static async Task<IEnumerable<string>> AnalyzeAsync(string example)
    {
        Assert.StartsWith("csharp\n", example, StringComparison.Ordinal);
        CSharpCompilation project = TestCompilation.Of(
            $"using System; using GruGen; {example["csharp".Length..]}", "public class Recogniser; public interface IRecogniser;");
        return (await GeneratorRun.AnalyzeAllAsync(GeneratorRun.Of(project).Output)).Select(diagnostic => diagnostic.Id);
    }
}
