using System.Text.RegularExpressions;
using System.Xml.Linq;
using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.House;

/// <summary>Links lead somewhere, code has a source that is compiled, and what a page promises to list, it lists.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Names => [.. MarkdownPage.All.Select(page => page.Name)];

    public static TheoryData<string> Guides => [.. GuideNames];

    private static IEnumerable<string> GuideNames => MarkdownPage.All.Select(page => page.Name).Where(name => Guide().IsMatch(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_leads_to_a_file_and_a_heading_of_it(string name)
    {
        MarkdownPage page = Page(name);
        Assert.All(page.Links, link =>
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]));
            Assert.True(Path.Exists(target), $"{name} links to {link}, which is not there.");
            if (parts.Length > 1)
            {
                Assert.Contains(parts[1], MarkdownPage.All.Single(other => other.Path == target).Anchors);
            }
        });
    }

    /// <summary>Whether it stands there, .ci/check-readme says, which reads emitted files too.</summary>
    [Theory]
    [MemberData(nameof(Guides))]
    public void Every_block_of_code_says_which_file_it_is_from(string name)
    {
        string[] lines = Page(name).Text.Split('\n');
        Assert.All(lines.Index().Where(line => line.Item.Trim() == "```csharp"), line =>
            Assert.True(
                line.Index > 0 && Source().IsMatch(lines[line.Index - 1]),
                $"{name}({line.Index + 1}): code without a line <!-- from FILE --> above it."));
    }

    [Fact]
    public void The_index_has_every_page() => Assert.Equal(
        GuideNames.Where(name => name is not "README.md" and not "docs/README.md"),
        Page("docs/README.md").Links.Select(link => "docs/" + link).Where(name => Guide().IsMatch(name)).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_about_training_has_every_option()
    {
        string page = Page("docs/training.md").Text;
        Assert.All(
            typeof(TrainingOptions).GetProperties().Where(property => property.CanWrite),
            option => Assert.Matches($"`[^`\n]*\\b{option.Name}\\b[^`\n]*`", page));
    }

    [Fact]
    public void Pages_name_the_version_that_is_built()
    {
        string version = XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.All(
            MarkdownPage.All.Where(page => page.Name != "CHANGELOG.md")
                .SelectMany(page => Version().Matches(page.Text).Select(match => (page.Name, match.Groups[1].Value))),
            named => Assert.Equal((named.Name, version), named));
    }

    [Fact]
    public void The_figures_of_README_are_those_of_the_page_about_performance()
    {
        string[][] measured = [.. Rows(Page("docs/performance.md").Text)];
        string speed = Page("README.md").Text.Split("\n## ").Single(section => section.StartsWith("Speed\n", StringComparison.Ordinal));
        string[][] shown = [.. Rows(speed).Skip(2)];
        Assert.NotEmpty(shown);
        Assert.All(shown, row => Assert.Contains(measured, other => other.Skip(1).SequenceEqual(row.Skip(1))));
    }

    /// <summary>The program of the first page, line by line as the page shows what it prints.</summary>
    [Fact]
    public void The_first_program_prints_what_its_page_says()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "samples", "GettingStarted"), page = Page("docs/getting-started.md").Text;
        string program = File.ReadAllText(Path.Combine(folder, "Program.cs")), model = File.ReadAllText(Path.Combine(folder, "Gesture.cs"));
        string declaration = model.Replace("using GruGen;\n", "", StringComparison.Ordinal);
        using var child = new ChildProgram($"using System;\nusing System.Linq;\n{program}\n{declaration}");
        Assert.Contains($"```\n{child.Run().ReplaceLineEndings("\n")}```\n", page, StringComparison.Ordinal);
    }

    /// <summary>The rows of all tables, each as its cells.</summary>
    private static IEnumerable<string[]> Rows(string text) => text.Split('\n')
        .Where(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    private static MarkdownPage Page(string name) => MarkdownPage.All.Single(page => page.Name == name);

    [GeneratedRegex("^(README|docs/[a-z-]+|docs/README)\\.md$")]
    private static partial Regex Guide();

    [GeneratedRegex("^ *<!-- from .+ -->$")]
    private static partial Regex Source();

    /// <summary>Of a package of ours, as a project or a file names it.</summary>
    [GeneratedRegex("GruGen(?:\\.[A-Za-z]+)?(?:\" Version=\"|@|::)([0-9][^\\s\"<]*)")]
    private static partial Regex Version();
}
