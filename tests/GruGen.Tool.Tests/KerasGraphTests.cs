namespace GruGen.Tool.Tests;

/// <summary>Models of Keras with more than one path and output.</summary>
public sealed class KerasGraphTests
{
    [Theory]
    [InlineData("keras2_functional_two_outputs.h5")]
    [InlineData("keras3_functional_two_outputs.keras")]
    public void A_functional_model_keeps_its_names_and_gives_both_outputs(string name)
    {
        ImportedModel model = WeightFiles.Open(Path.Combine(Cases.Folder, "keras", name)).Import(new ImportOptions());

        Assert.Equal(["input_dense", "vad_gru", "noise_gru", "denoise_gru", "vad_output", "denoise_output"], model.Schema.Layers.Select(layer => layer.Name));
        Assert.Equal<string>(["input_dense", "vad_gru", "input"], model.Schema.Layers[2].From.AsEnumerable());
        SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(Cases.Folder, "keras", Path.ChangeExtension(name, ".safetensors")));
        (int steps, int size) = ((int)expected["input"].Shape[1], (int)expected["input"].Shape[2]);
        CompiledModel compiled = Cases.Compiled(model);
        for (int sequence = 0; sequence < expected["input"].Shape[0]; sequence++)
        {
            double[][] input = [.. expected["input"].ToDoubles().Skip(sequence * steps * size).Take(steps * size).Chunk(size)];
            double[][] here = [.. compiled.Predict(input).Select(value => (double)value).Chunk(model.Schema.OutputSize)];
            double[][] textbook = [.. model.Original!.Run(input).Chunk(model.Schema.OutputSize)];
            foreach (OutputSchema output in model.Schema.Outputs)
            {
                double[] values = [.. expected["output." + output.Name].ToDoubles().Skip(sequence * steps * output.Size).Take(steps * output.Size)];
                Cases.AssertClose(values, [.. here.SelectMany(row => row[output.Offset..(output.Offset + output.Size)])], 2e-6);
                Cases.AssertClose(values, [.. textbook.SelectMany(row => row[output.Offset..(output.Offset + output.Size)])], 1e-6);
            }
        }
    }
}
