using GruGen.Tests.Reference;

namespace GruGen.Tests.Serialization;

/// <summary>Models in files: what is saved is loaded bit for bit, and what does not fit leaves the model as it was.</summary>
public sealed class ModelFileTests : IDisposable
{
    private static readonly ModelSchema Schema = ModelSchema.ForFeatures("Regressor", 3, LayerSchema.Gru(5, SequenceOutput.Final), LayerSchema.Dense(2));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grugen");

    private string Place => Path.Combine(_folder.FullName, "model.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_saved_is_loaded_bit_for_bit()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        model.Save(Place);
        using var stream = new MemoryStream();
        model.Save(stream);
        byte[] bytes = File.ReadAllBytes(Place);
        Assert.Equal(bytes, stream.ToArray());

        DynamicModel<float> fromPath = new(Schema), fromStream = new(Schema), fromBytes = new(Schema);
        fromPath.LoadParameters(Place);
        fromStream.LoadParameters(new MemoryStream(bytes));
        fromBytes.LoadParameters(bytes);
        Assert.All([fromPath, fromStream, fromBytes], other =>
        {
            Assert.Equal(model.Parameters.All, other.Parameters.All);
            Assert.Equal(Predict(model), Predict(other));
        });
    }

    [Fact]
    public void Another_reader_finds_PyTorchs_names_and_shapes()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        model.Save(Place);
        ReferenceFile file = ReferenceFile.Read(File.ReadAllBytes(Place));
        Assert.Equal(Schema.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (TensorSchema tensor in Schema.Tensors)
        {
            Assert.Equal(tensor.Shape, file[tensor.Name].Shape);
            Assert.Equal(model.Parameters[tensor.Name], file[tensor.Name].Floats);
        }

        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void All_that_does_not_fit_is_listed_at_once_and_the_model_is_untouched()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        float[] before = model.Parameters.All.ToArray();
        SafetensorsTensor[] tensors =
        [
            .. Schema.Tensors.Where(tensor => !tensor.Name.StartsWith("gru1.bias", StringComparison.Ordinal)).Select(tensor => new SafetensorsTensor(
                tensor.Name, tensor.Name == "dense1.weight" ? [5, 2] : [.. tensor.Shape.Select(size => (long)size)], new float[tensor.Length])),
            new SafetensorsTensor("extra", [1], [1]),
        ];
        new SafetensorsFile(tensors).Save(Place);

        string message = Assert.Throws<InvalidDataException>(() => model.LoadParameters(Place)).Message;
        Assert.Equal(
            "'model.safetensors' does not fit Regressor: missing: gru1.bias_ih_l0 [15]; gru1.bias_hh_l0 [15]. "
            + "misshapen: dense1.weight is [5, 2] in the file, but [2, 5] in the model. surplus: extra [1].",
            message);
        Assert.Equal(before, model.Parameters.All);
    }

    [Fact]
    public void A_tensor_of_whole_numbers_does_not_fit()
    {
        var model = new DynamicModel<float>(Schema);
        byte[] bytes = Bytes(model);
        int place = bytes.AsSpan().IndexOf("F32"u8);
        "I32"u8.CopyTo(bytes.AsSpan(place));
        string message = Assert.Throws<InvalidDataException>(() => model.LoadParameters(bytes)).Message;
        Assert.Contains("dense1.bias is I32 [2] in the file, but floats [2] in the model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_ends_early_leaves_the_model_untouched()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        float[] before = model.Parameters.All.ToArray();
        byte[] other = Bytes(new DynamicModel<float>(Schema, seed: 2));
        Assert.Throws<InvalidDataException>(() => model.LoadParameters(other.AsSpan(0, other.Length - 1)));
        Assert.Equal(before, model.Parameters.All);
    }

    /// <summary>A stream that does not know its length has to be read on behind the last tensor, by a model and by a trainer.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    public void A_stream_that_goes_on_after_the_last_tensor_leaves_the_model_untouched(int more)
    {
        DynamicModel<float> model = new(Schema, seed: 1), other = new(Schema, seed: 2);
        float[] before = model.Parameters.All.ToArray();
        byte[] file = Bytes(other), state;
        using (Trainer<float> trainer = other.BeginTraining())
        using (var stream = new MemoryStream())
        {
            trainer.Save(stream);
            state = stream.ToArray();
        }

        AssertRefused(() => model.LoadParameters(new UnknownLength([.. file, .. new byte[more]])));
        AssertRefused(() => SafetensorsFile.Read(new UnknownLength([.. file, .. new byte[more]])));
        Assert.Equal(before, model.Parameters.All);
        using (Trainer<float> trainer = model.BeginTraining())
        {
            AssertRefused(() => trainer.Restore(new UnknownLength([.. state, .. new byte[more]])));
            Assert.Equal(before, model.Parameters.All);
            Assert.Throws<InvalidDataException>(() => trainer.Restore(new UnknownLength(state[..^1])));
            Assert.Equal(before, model.Parameters.All);
            trainer.Restore(new UnknownLength(state));
            Assert.Equal(other.Parameters.All, model.Parameters.All);
        }

        DynamicModel<float> whole = new(Schema, seed: 1);
        Assert.Throws<InvalidDataException>(() => whole.LoadParameters(new UnknownLength(file[..^1])));
        Assert.Equal(before, whole.Parameters.All);
        whole.LoadParameters(new UnknownLength(file));
        Assert.Equal(other.Parameters.All, whole.Parameters.All);

        static void AssertRefused(Action read) =>
            Assert.Contains("there are bytes after the last tensor", Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Doubles_are_rounded_to_floats()
    {
        var model = new DynamicModel<float>(Schema);
        model.LoadParameters(Doubles(i => 0.1 * i));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (float)(0.1 * i)), model.Parameters["gru1.weight_ih_l0"].ToArray().Take(30));
    }

    [Fact]
    public void A_double_that_is_too_large_for_a_float_is_refused()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        float[] before = model.Parameters.All.ToArray();
        foreach (double value in new[] { 1e300, -3.5e38 })
        {
            string message = Assert.Throws<InvalidDataException>(() => model.LoadParameters(Doubles(i => i == 3 ? value : i))).Message;
            Assert.Contains("of The file has " + value.ToString(System.Globalization.CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
            Assert.Equal(before, model.Parameters.All);
        }

        model.LoadParameters(Doubles(i => i == 3 ? double.PositiveInfinity : 3.4028235e38)); // what is infinite there may be so here
        Assert.Equal(float.PositiveInfinity, model.Parameters["gru1.weight_ih_l0"][3]);
        Assert.Equal(float.MaxValue, model.Parameters["gru1.weight_ih_l0"][4]);
    }

    [Fact]
    public void Predictions_use_what_was_loaded()
    {
        DynamicModel<float> model = new(Schema, seed: 1), other = new(Schema, seed: 2);
        float[] before = Predict(model);
        model.LoadParameters(Bytes(other));
        Assert.NotEqual(before, Predict(model));
        Assert.Equal(Predict(other), Predict(model));
    }

    [Fact]
    public void A_model_that_is_being_trained_reads_no_parameters()
    {
        var model = new DynamicModel<float>(Schema);
        byte[] bytes = Bytes(model);
        using Trainer<float> trainer = model.BeginTraining();
        Assert.Throws<InvalidOperationException>(() => model.LoadParameters(bytes));
    }

    [Fact]
    public void A_save_replaces_the_old_file_or_leaves_it()
    {
        var model = new DynamicModel<float>(Schema, seed: 1);
        model.Save(Place);
        byte[] old = File.ReadAllBytes(Place);

        Assert.Throws<IOException>(() => AtomicFile.Write(Place, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new IOException("The disk is full.");
        }));
        Assert.Equal(old, File.ReadAllBytes(Place));
        Assert.Equal([Place], Directory.GetFiles(_folder.FullName));

        new DynamicModel<float>(Schema, seed: 2).Save(Place);
        Assert.NotEqual(old, File.ReadAllBytes(Place));
        Assert.Equal([Place], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var model = new DynamicModel<float>(Schema);
        Assert.Contains("missing.safetensors", Assert.Throws<FileNotFoundException>(() => model.LoadParameters(Path.Combine(_folder.FullName, "missing.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => model.Save(Path.Combine(_folder.FullName, "no", "folder.safetensors")));
    }

    /// <summary>A file of doubles: in each tensor the values of its indices.</summary>
    private static byte[] Doubles(Func<int, double> value)
    {
        var header = new List<string>();
        var data = new List<byte>();
        foreach (TensorSchema tensor in Schema.Tensors)
        {
            long end = data.Count + tensor.Length * 8;
            header.Add($"\"{tensor.Name}\":{{\"dtype\":\"F64\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{data.Count},{end}]}}");
            data.AddRange(Enumerable.Range(0, (int)tensor.Length).SelectMany(i => BitConverter.GetBytes(value(i))));
        }

        return SafetensorsTests.Compose($"{{{string.Join(',', header)}}}", [.. data]);
    }

    private static byte[] Bytes(DynamicModel<float> model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    private static float[] Predict(DynamicModel<float> model)
    {
        float[] output = new float[2];
        model.Predict([0.1f, -0.2f, 0.3f, 0.4f, 0.5f, -0.6f], output);
        return output;
    }
}
