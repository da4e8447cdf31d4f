#:property PublishAot=false
// Looks into packages, dotnet run --file tests/slow-parts/inspect.cs -- FILE..., and prints a line for each. What is wrong is printed too, and the exit code is
// then 1. With --same ONE OTHER, it looks whether two builds of a package have the same assemblies.
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var wrong = new List<string>();
if (args is ["--same", string one, string other])
{
    using ZipArchive first = ZipFile.OpenRead(one), second = ZipFile.OpenRead(other);
    foreach (ZipArchiveEntry assembly in first.Entries.Where(entry => entry.FullName.EndsWith(".dll", StringComparison.Ordinal)))
    {
        bool same = second.GetEntry(assembly.FullName) is { } twin && Read(assembly).AsSpan().SequenceEqual(Read(twin));
        Console.WriteLine($"{assembly.FullName}: {(same ? "the same bytes" : "OTHER BYTES")}");
        wrong.AddRange(same ? [] : [assembly.FullName]);
    }

    return wrong.Count == 0 ? 0 : 1;
}

foreach (string file in args)
{
    using ZipArchive package = ZipFile.OpenRead(file);
    int before = wrong.Count;
    string content = Contents(package, Path.GetFileName(file), problem => wrong.Add($"{Path.GetFileName(file)}: {problem}"));
    Console.WriteLine($"{Path.GetFileName(file)}: {content}, {new FileInfo(file).Length / 1024:N0} KB{(wrong.Count > before ? ", with faults" : "")}");
}

foreach (string folder in args.Select(file => Path.GetDirectoryName(file)!).Distinct())
{
    wrong.AddRange(Directory.GetFiles(folder, "*.snupkg").Select(symbols => $"{symbols}: symbols belong in the assemblies"));
}

wrong.ForEach(Console.Error.WriteLine);
return args.Length > 0 && wrong.Count == 0 ? 0 : 1;

static string Contents(ZipArchive package, string name, Action<string> report)
{
    Dictionary<string, byte[]> files = package.Entries.ToDictionary(entry => Uri.UnescapeDataString(entry.FullName), Read);
    XElement metadata = XDocument.Load(new MemoryStream(files.Single(file => file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value)).Root!.Elements().First();
    string Value(string element) => metadata.Elements().FirstOrDefault(child => child.Name.LocalName == element)?.Value ?? "";

    foreach (string element in (string[])["id", "version", "authors", "license", "icon", "readme", "description", "tags"])
    {
        Check(Value(element) != "", $"no {element}");
    }

    string? commit = metadata.Elements().FirstOrDefault(child => child.Name.LocalName == "repository")?.Attribute("commit")?.Value;
    Check(commit is { Length: 40 }, "no commit of the repository");
    Check(name == $"{Value("id")}.{Value("version")}.nupkg", "another name than in the package");
    foreach (string needed in (string[])["README.md", "LICENSE", Value("icon")])
    {
        Check(files.ContainsKey(needed), $"no {needed}");
    }

    string[] pages = [.. files.Keys.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];
    foreach (string page in pages)
    {
        foreach (Match link in Regex.Matches(Regex.Replace(Encoding.UTF8.GetString(files[page]), "(?s)```.*?```", ""), @"\]\(([^)#\s]+)"))
        {
            string target = link.Groups[1].Value;
            string path = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(page)!, target)));
            Check(
                target.Contains("://", StringComparison.Ordinal) || files.Keys.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal)),
                $"{page} leads to {target}, which is not here");
        }
    }

    // a tool brings what it needs, other people's assemblies and native libraries
    string[] assemblies = [.. files.Keys.Where(file => Regex.IsMatch(Path.GetFileName(file), @"^grugen.*(?<!\.resources)\.dll$", RegexOptions.IgnoreCase))];
    foreach (string assembly in assemblies)
    {
        if (assembly.StartsWith("lib/", StringComparison.Ordinal))
        {
            Check(files.ContainsKey(Path.ChangeExtension(assembly, ".xml")), $"{assembly} has no comments beside it");
        }

        Symbols(files[assembly], assembly.StartsWith("analyzers/", StringComparison.Ordinal), problem => report($"{assembly}: {problem}"));
    }

    return $"{assemblies.Length} assemblies, {pages.Length} pages, commit {commit?[..7]}";

    void Check(bool holds, string problem)
    {
        if (!holds)
        {
            report(problem);
        }
    }
}

// Symbols and sources are in the assembly, no path is this machine's, and an analyzer runs in the oldest compiler that is promised.
static void Symbols(byte[] assembly, bool isAnalyzer, Action<string> report)
{
    using var file = new PEReader(new MemoryStream(assembly));
    MetadataReader types = file.GetMetadataReader();
    foreach (AssemblyReference reference in types.AssemblyReferences.Select(types.GetAssemblyReference))
    {
        if (isAnalyzer && types.GetString(reference.Name).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && reference.Version > new Version(4, 14, 0, 0))
        {
            report($"needs Roslyn {reference.Version}");
        }
    }

    var paths = new List<string>();
    foreach (DebugDirectoryEntry entry in file.ReadDebugDirectory())
    {
        if (entry.Type == DebugDirectoryEntryType.CodeView)
        {
            paths.Add(file.ReadCodeViewDebugDirectoryData(entry).Path);
        }
        else if (entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
        {
            using MetadataReaderProvider provider = file.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
            MetadataReader symbols = provider.GetMetadataReader();
            var embeddedSource = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
            foreach (DocumentHandle handle in symbols.Documents)
            {
                string path = symbols.GetString(symbols.GetDocument(handle).Name);
                paths.Add(path);
                if (!symbols.GetCustomDebugInformation(handle).Any(info => symbols.GetGuid(symbols.GetCustomDebugInformation(info).Kind) == embeddedSource))
                {
                    report($"the source {path} is not in it");
                }
            }
        }
    }

    if (paths.Count < 2)
    {
        report("it has no symbols");
    }

    foreach (string path in paths.Where(path => Path.IsPathRooted(path) && !path.StartsWith("/_/", StringComparison.Ordinal)))
    {
        report($"{path} is a path of this machine");
    }

    if (assembly.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Environment.CurrentDirectory)) >= 0)
    {
        report($"{Environment.CurrentDirectory} stands in it");
    }
}

static byte[] Read(ZipArchiveEntry entry)
{
    using Stream stream = entry.Open();
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    return bytes.ToArray();
}
