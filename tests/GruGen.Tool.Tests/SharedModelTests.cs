namespace GruGen.Tool.Tests;

/// <summary>Models that others publish, imported as a user would, give what their own files say.</summary>
public sealed class SharedModelTests
{
    [SharedModelTheory]
    [InlineData("gru", "gru")]
    [InlineData("gru_1d", "gru_1d")]
    [InlineData("gru_torch", "gru_torch")]
    public void A_model_of_RTNeural_gives_what_its_file_says(string model, string numbers)
    {
        ImportedModel imported = WeightFiles.Open(SharedModels.Path($"rtneural/{model}.json")).Import(new ImportOptions { Output = SequenceOutput.EveryStep });
        AssertGives(imported, SharedModels.Lines($"rtneural/{numbers}_x_python.csv"), SharedModels.Lines($"rtneural/{numbers}_y_python.csv"));
    }

    [SharedModelFact]
    public void Layers_of_RTNeural_that_were_trained_together_agree_with_the_textbook()
    {
        ImportedModel imported = WeightFiles.Open(SharedModels.Path("rtneural/full_model.json")).Import(new ImportOptions());

        Assert.Equal([LayerKind.Dense, LayerKind.Conv1D, LayerKind.Gru, LayerKind.Dense], imported.Schema.Layers.Select(layer => layer.Kind));
        Comparison comparison = Comparison.Of(Cases.Compiled(imported), imported.Original!);
        Assert.InRange(comparison.Difference, 0, 1e-6);
    }

    /// <summary>Two models in one file: letters are read by one and sounds written by the other.</summary>
    [SharedModelFact]
    public void An_encoder_and_a_decoder_are_parts_of_a_file()
    {
        WeightFile file = WeightFiles.Open(SharedModels.Path("g2p/checkpoint20.npz"));
        ImportedModel encoder = file.Import(new ImportOptions { Parts = ["enc_"] });
        ImportedModel decoder = file.Import(new ImportOptions { Parts = ["dec_", "fc_"], Output = SequenceOutput.EveryStep });

        Assert.Equal((29, 256), (encoder.Schema.InputSize, encoder.Schema.OutputSize));
        Assert.Equal((74, 74), (decoder.Schema.InputSize, decoder.Schema.OutputSize));
        foreach (ImportedModel model in new[] { encoder, decoder })
        {
            Comparison comparison = Comparison.Of(Cases.Compiled(model), model.Original!);
            Assert.InRange(comparison.Difference, 0, 1e-5 * Math.Max(1, comparison.Largest));
        }
    }

    private static void AssertGives(ImportedModel imported, double[][] input, double[][] expected)
    {
        double[][] actual = [.. Cases.Compiled(imported).Predict(input).Select(value => (double)value).Chunk(imported.Schema.OutputSize)];
        Cases.AssertClose([.. expected.SelectMany(row => row)], [.. actual.SelectMany(row => row)], 1e-5);
    }
}
