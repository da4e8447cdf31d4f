namespace GruGen.Tool.Tests;

/// <summary>Files in the layouts of Keras give what their model gave.</summary>
public sealed class KerasFileTests
{
    /// <summary>What a file without a configuration does not say.</summary>
    private static readonly Dictionary<string, string[]> s_activations = new()
    {
        ["keras2_weights_only.h5"] = ["dense.activation=softmax"],
        ["keras3_weights.weights.h5"] = ["gru_1.activation=relu"],
    };

    public static TheoryData<string> Files => [.. Cases.Files("keras").Where(name => !name.Contains("two_outputs", StringComparison.Ordinal) && !name.Contains("batchnorm", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_Keras_gives_what_its_model_gave(string name)
    {
        string[] words = s_activations.GetValueOrDefault(name, []);
        ImportedModel model = Cases.AssertGives(
            Path.Combine(Cases.Folder, "keras", name),
            new ImportOptions { Set = words.ToDictionary(word => word.Split('=')[0], word => word.Split('=')[1]) });

        Comparison comparison = Comparison.Of(Cases.Compiled(model), model.Original!);
        Assert.InRange(comparison.Difference, 0, 2e-6 * Math.Max(1, comparison.Largest));
    }

    [Fact]
    public void A_layer_that_is_not_read_is_named() => Assert.Contains(
        "'batch_normalization'",
        Assert.Throws<NotSupportedException>(() => WeightFiles.Open(Path.Combine(Cases.Folder, "keras", "keras2_conv_batchnorm.h5")).Import(new ImportOptions())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void All_files_are_there() => Assert.Equal(18, Cases.Files("keras").Count());
}
