using System.Runtime.InteropServices;
using GruGen.Tests.Emitted;
using GruGen.Tests.Reference;
using GruGen.Tests.Training;

namespace GruGen.Tests.Serialization;

/// <summary>The snippets of docs/conversion.md.</summary>
public class ConversionPageTests
{
    [Fact]
    public void A_file_of_PyTorch()
    {
        using var folder = new Folder();
        string path = folder.File("module.safetensors");
        var written = new FromPyTorch(seed: 1);
        new SafetensorsFile(written.Schema.Tensors.Select(tensor => new SafetensorsTensor(
            tensor.Name.Replace("gru1.", "rnn.").Replace("dense1.", "fc."),
            [.. tensor.Shape.Select(size => (long)size)],
            written.Parameters[tensor.Name])))
            .Save(path);

        var model = new FromPyTorch();
        TensorNames names = model.LoadParameters(path);
        Console.WriteLine(names); // embedding.weight = embedding.weight, gru1.weight_ih_l0 = rnn.weight_ih_l0, …, dense1.bias = fc.bias

        Assert.Equal("fc.bias", names["dense1.bias"]);
        Assert.Equal(written.Parameters.All, model.Parameters.All);
    }

    /// <summary>Weights and outputs that Keras computed.</summary>
    [Fact]
    public void A_file_of_Keras()
    {
        using var folder = new Folder();
        string path = folder.File("keras.safetensors");
        ReferenceFile computed = ReferenceFile.OfCase("keras_stacked");
        const string Prefix = "keras.";
        IEnumerable<KeyValuePair<string, ReferenceFile.Tensor>> weights = computed.Tensors.Where(tensor => tensor.Key.StartsWith(Prefix, StringComparison.Ordinal));
        new SafetensorsFile(weights.Select(tensor => new SafetensorsTensor(
            tensor.Key[Prefix.Length..].Replace("gru_5", "gru").Replace("gru_6", "gru_1").Replace("dense_3", "dense"),
            [.. tensor.Value.Shape.Select(size => (long)size)],
            tensor.Value.Floats))).Save(path);

        var model = new KerasStacked();
        SafetensorsFile keras = SafetensorsFile.Read(path);
        model.LoadParameters(new ParameterBuilder(model.Schema)
            .SetGru("gru1", KerasGru("gru"))
            .SetGru("gru2", KerasGru("gru_1"))
            .Set("dense1.weight", Transposed(keras["dense/kernel"]))
            .Set("dense1.bias", keras["dense/bias"].ToSingles())); // a tensor that was forgotten is named

        GruWeights KerasGru(string layer) => GruWeights.FromKeras(
            keras[$"{layer}/gru_cell/kernel"].ToSingles(),
            keras[$"{layer}/gru_cell/recurrent_kernel"].ToSingles(),
            keras[$"{layer}/gru_cell/bias"].ToSingles());

        float[] inputs = computed["input"].Floats, outputs = computed["output"].Floats;
        for (int i = 0; i < 3; i++)
        {
            float[] output = new float[4];
            model.Predict(inputs.AsSpan(i * 8 * 5, 8 * 5), output);
            Assert.All(output.Index(), value => Assert.Equal(outputs[i * 4 + value.Index], value.Item, 2e-6f));
        }
    }

    [Fact]
    public void A_file_of_ONNX()
    {
        using var folder = new Folder();
        string path = folder.File("onnx.safetensors");
        var written = new FromOnnx(seed: 1);
        new SafetensorsFile(
        [
            new SafetensorsTensor("W", [1, 3 * Units, 3], InOnnxOrder("weight_ih_l0")),
            new SafetensorsTensor("R", [1, 3 * Units, Units], InOnnxOrder("weight_hh_l0")),
            new SafetensorsTensor("B", [1, 6 * Units], [.. InOnnxOrder("bias_ih_l0"), .. InOnnxOrder("bias_hh_l0")]),
        ]).Save(path);

        var model = new FromOnnx();
        SafetensorsFile onnx = SafetensorsFile.Read(path);
        model.LoadParameters(new ParameterBuilder(model.Schema)
            .SetGru("gru1", GruWeights.FromOnnx(onnx["W"].ToSingles(), onnx["R"].ToSingles(), onnx["B"].ToSingles())));

        Assert.Equal(written.Parameters.All, model.Parameters.All);

        float[] InOnnxOrder(string name)
        {
            float[] values = written.Parameters["gru1." + name].ToArray();
            int gate = values.Length / 3;
            return [.. values[gate..(2 * gate)], .. values[..gate], .. values[(2 * gate)..]];
        }
    }

    [Fact]
    public void Raw_numbers()
    {
        using var folder = new Folder();
        string path = folder.File("bias.f32");
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>([0.5f, -0.5f]));
        var model = new Motion(seed: 1);

        model.Parameters.Set("dense1.bias", MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path))); // bias.numpy().tofile("bias.f32")

        Assert.Equal([0.5f, -0.5f], model.Parameters["dense1.bias"]);
    }

    private const int Units = 5;

    /// <summary>Keras' kernel [inputs, units] as [units, inputs].</summary>
    private static float[] Transposed(SafetensorsTensor kernel)
    {
        (int inputs, int units) = ((int)kernel.Shape[0], (int)kernel.Shape[1]);
        float[] values = kernel.ToSingles();
        return [.. Enumerable.Range(0, units).SelectMany(unit => Enumerable.Range(0, inputs).Select(input => values[input * units + unit]))];
    }
}

[GruModel, Embedding(50, 8), Gru(16), Dense(2, Activation.Softmax)]
internal sealed partial class FromPyTorch;

[GruModel(inputSize: 3), Gru(5)]
internal sealed partial class FromOnnx;
