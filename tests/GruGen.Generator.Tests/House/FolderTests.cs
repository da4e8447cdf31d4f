namespace GruGen.Generator.Tests.House;

/// <summary>Folders form floors: each knows only those below it.</summary>
public sealed class FolderTests
{
    [Theory]
    [InlineData("src/GruGen", "NET", 8)]
    [InlineData("generator/GruGen.Generator", "GRUGEN_GENERATOR", 12)]
    public void No_two_folders_use_each_other_directly_or_around_others(string project, string symbol, int folders)
    {
        FolderUses uses = FolderUses.Of(project, symbol);
        Assert.All(uses.Errors, error => Assert.Fail(error.ToString())); // names that mean nothing would hide a use
        Assert.True(uses.Folders.Count() >= folders, "The folders were found.");
        Assert.Empty(uses.Circles());
    }
}
