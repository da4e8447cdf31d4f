using System.Runtime.CompilerServices;

namespace GruGen.Generator.Tests.Snapshots;

/// <summary>
/// Compares text with a file beside the test, by the conventions of Verify: <c>Name.verified.cs</c> is what it was when somebody last read
/// it, and <c>Name.received.cs</c> appears on a difference. Accepting one is moving it over the other; with <c>GRUGEN_ACCEPT=1</c> in the
/// environment a run of the tests does so itself.
/// </summary>
internal static class Snapshot
{
    /// <summary>Fails if <paramref name="text"/> is not what was verified.</summary>
    /// <param name="name">The name of the file, with its extension.</param>
    /// <param name="text">The text.</param>
    /// <param name="test">The file of the test, beside which the snapshot lies.</param>
    public static void Verify(string name, string text, [CallerFilePath] string test = "")
    {
        string place = Path.Combine(Path.GetDirectoryName(test)!, Path.GetFileNameWithoutExtension(name)), extension = Path.GetExtension(name);
        string verified = $"{place}.verified{extension}", received = $"{place}.received{extension}";
        if (Environment.GetEnvironmentVariable("GRUGEN_ACCEPT") == "1")
        {
            File.WriteAllText(verified, text);
        }

        string expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : "";
        if (expected == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        (int line, string want, string have) = FirstDifference(expected.Split('\n'), text.Split('\n'));
        Assert.Fail($"{Path.GetFileName(received)} differs from {Path.GetFileName(verified)} at line {line}:\n- {want}\n+ {have}");
    }

    private static (int Line, string Want, string Have) FirstDifference(string[] want, string[] have)
    {
        int line = want.Zip(have).TakeWhile(pair => pair.First == pair.Second).Count();
        return (line + 1, want.ElementAtOrDefault(line) ?? "the end", have.ElementAtOrDefault(line) ?? "the end");
    }
}
