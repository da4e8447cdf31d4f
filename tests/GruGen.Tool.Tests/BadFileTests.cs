using System.Text.Json;

namespace GruGen.Tool.Tests;

/// <summary>Damaged and hostile files: a clear error, little memory, and nothing runs.</summary>
public sealed class BadFileTests
{
    private const long MostMemory = 200_000_000;

    private static readonly Dictionary<string, (string Expect, string What)> s_manifest = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Cases.Folder, "bad", "manifest.json"))).RootElement.GetProperty("files").EnumerateArray()
        .Where(file => File.Exists(Path.Combine(Cases.Folder, "bad", file.GetProperty("file").GetString()!)))
        .ToDictionary(file => file.GetProperty("file").GetString()!, file => (file.GetProperty("expect").GetString()!, file.GetProperty("what").GetString()!));

    public static TheoryData<string> Files => [.. s_manifest.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_file_is_refused_and_a_good_one_is_read(string name)
    {
        (string expect, string what) = s_manifest[name];
        string path = Path.Combine(Cases.Folder, "bad", name);
        bool isRead = false;
        string message = "";
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(path);
            isRead = true;
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            message = exception.Message;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        Assert.True(
            isRead ? expect.Contains("read", StringComparison.Ordinal) || expect.EndsWith(" last", StringComparison.Ordinal) : expect.Contains("refuse", StringComparison.Ordinal),
            $"{name} ({what}): {expect} is expected, but it is {(isRead ? "read" : $"refused: {message}")}.");
        Assert.True(isRead || message.Contains(Path.GetFileName(name), StringComparison.Ordinal) || message.Contains('\''), message);
        Assert.False(File.Exists("GRUGEN_PICKLE_RAN"));
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "GRUGEN_PICKLE_RAN")));
    }

    [Fact]
    public void All_files_are_there() => Assert.True(s_manifest.Count >= 80, $"There are {s_manifest.Count} files.");

    /// <summary>Everything that is in a file; a model of Keras is also made, because its layers are in the file.</summary>
    private static void Read(string path)
    {
        WeightFile file = WeightFiles.Open(path);
        foreach (StoredTensor tensor in file.Tensors)
        {
            Assert.Equal(tensor.Length, tensor.Values.Length);
        }

        if (file.Format.StartsWith("Keras", StringComparison.Ordinal))
        {
            _ = file.Import(new ImportOptions());
        }
    }
}
