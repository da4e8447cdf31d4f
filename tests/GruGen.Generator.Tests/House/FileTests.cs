using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests.House;

/// <summary>What is written by hand can be read on one page, without scrolling sideways.</summary>
public sealed class FileTests
{
    [Theory]
    [InlineData("src/GruGen")]
    [InlineData("src/GruGen.Mpi")]
    [InlineData("src/GruGen.Onnx")]
    [InlineData("src/GruGen.Report")]
    [InlineData("src/GruGen.Terminal")]
    [InlineData("src/GruGen.Tool")]
    [InlineData("generator/GruGen.Generator")]
    [InlineData("generator/GruGen.CodeFixes")]
    public void A_file_has_300_lines_of_140_columns_at_most(string project)
    {
        string[] files = [.. FolderUses.Files(project).Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal))]; // which protoc wrote
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            string[] lines = File.ReadAllLines(file);
            Assert.True(lines.Length <= 300, $"{Path.GetRelativePath(RepositoryRoot.Path, file)} has {lines.Length} lines.");
            Assert.All(lines.Index(), line => Assert.True(
                line.Item.Length <= 140, $"{Path.GetRelativePath(RepositoryRoot.Path, file)}({line.Index + 1}) has {line.Item.Length} columns."));
        });
    }
}
