namespace GruGen.Tool.Tests;

/// <summary>Files of PyTorch and NumPy give what their model gave.</summary>
public sealed class StateDictionaryFileTests
{
    private static readonly ImportOptions s_everyStep = new() { Output = SequenceOutput.EveryStep };

    public static TheoryData<string> Torch => [.. Cases.Files("torch")];

    public static TheoryData<string> Npz => [.. Cases.Files("npz")];

    [Theory]
    [MemberData(nameof(Torch))]
    public void A_file_of_PyTorch_gives_what_its_model_gave(string name) =>
        Cases.AssertGives(Path.Combine(Cases.Folder, "torch", name), s_everyStep);

    [Theory]
    [MemberData(nameof(Npz))]
    public void A_file_of_NumPy_gives_what_its_model_gave(string name) =>
        Cases.AssertGives(Path.Combine(Cases.Folder, "npz", name), s_everyStep with { Ignored = ["history"] });

    [Fact]
    public void All_files_are_there()
    {
        Assert.Equal(15, Torch.Count);
        Assert.Equal(8, Npz.Count);
    }
}
