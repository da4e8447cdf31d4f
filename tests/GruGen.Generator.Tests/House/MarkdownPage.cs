using System.Text.RegularExpressions;
using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.House;

/// <summary>A page of the repository: what it links to and what can be linked to in it, as GitHub shows it.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path) => (Path, Text) = (path, File.ReadAllText(path));

    /// <summary>README, CHANGELOG, and all pages of docs and of the projects.</summary>
    public static IEnumerable<MarkdownPage> All { get; } =
    [
        .. new[] { "docs", "generator", "samples", "src", "tests" }
            .Select(folder => System.IO.Path.Combine(RepositoryRoot.Path, folder))
            .SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(RepositoryRoot.Path, "*.md"))
            .Where(path => !path.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownPage(path)),
    ];

    public string Path { get; }

    public string Text { get; }

    public string Name => System.IO.Path.GetRelativePath(RepositoryRoot.Path, Path).Replace('\\', '/');

    /// <summary>Where its links lead, but for those to other machines.</summary>
    public IEnumerable<string> Links =>
        Link().Matches(Prose).Select(match => match.Groups[1].Value).Where(target => !Address().IsMatch(target));

    /// <summary>Its headings as they stand behind # in a link.</summary>
    public IEnumerable<string> Anchors
    {
        get
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(WithoutBlocks))
            {
                string text = Link().Replace(heading.Groups[1].Value.Trim(), match => match.Value[1..match.Value.IndexOf(']')]);
                string anchor = NotInAnchors().Replace(text, "").Replace(' ', '-').ToLowerInvariant();
                int before = seen.GetValueOrDefault(anchor);
                seen[anchor] = before + 1;
                yield return before == 0 ? anchor : $"{anchor}-{before}";
            }
        }
    }

    /// <summary>The text without blocks of code.</summary>
    private string WithoutBlocks => Block().Replace(Text, "");

    /// <summary>The text without code.</summary>
    private string Prose => InlineCode().Replace(WithoutBlocks, "code");

    [GeneratedRegex(@"\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Address();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();
}
