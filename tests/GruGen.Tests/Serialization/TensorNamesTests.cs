using GruGen.Tests.Passes;

namespace GruGen.Tests.Serialization;

/// <summary>Files whose tensors have the names of a Python module that knows nothing of this library.</summary>
public class TensorNamesTests
{
    /// <summary>Two layers of one <c>nn.GRU</c>, both ways, an embedding and a linear layer, below a prefix.</summary>
    [Fact]
    public void Names_are_found_where_there_is_one_way()
    {
        NamedStack written = new(seed: 1), read = new(seed: 2);
        byte[] file = Renamed(written, name => "encoder." + name
            .Replace("gru1.weight_ih_l0", "rnn.weight_ih_l0").Replace("gru1.weight_hh_l0", "rnn.weight_hh_l0").Replace("gru1.bias_ih_l0", "rnn.bias_ih_l0").Replace("gru1.bias_hh_l0", "rnn.bias_hh_l0")
            .Replace("gru2.weight_ih_l0", "rnn.weight_ih_l1").Replace("gru2.weight_hh_l0", "rnn.weight_hh_l1").Replace("gru2.bias_ih_l0", "rnn.bias_ih_l1").Replace("gru2.bias_hh_l0", "rnn.bias_hh_l1")
            .Replace("gru3.weight_ih_l0", "rnn.weight_ih_l2").Replace("gru3.weight_hh_l0", "rnn.weight_hh_l2").Replace("gru3.bias_ih_l0", "rnn.bias_ih_l2").Replace("gru3.bias_hh_l0", "rnn.bias_hh_l2")
            .Replace("embedding.", "emb.").Replace("dense1.", "fc."));
        TensorNames names = read.LoadParameters(file);
        Assert.Equal(written.Parameters.All, read.Parameters.All);
        Assert.Equal("encoder.rnn.weight_ih_l1_reverse", names["gru2.weight_ih_l0_reverse"]);
        Assert.Equal("encoder.fc.weight", names["dense1.weight"]);
        Assert.Contains("gru3.bias_hh_l0_reverse = encoder.rnn.bias_hh_l2_reverse", names.ToString(), StringComparison.Ordinal);
        Assert.Equal(written.Parameters.All, NamedStack.Load(file).Parameters.All);
        Assert.Equal(names.All, new NamedStack().LoadParameters(file, names.All).All);
    }

    [Fact]
    public void Own_names_stay_what_they_are()
    {
        var model = new NamedStack(seed: 1);
        TensorNames names = new NamedStack().LoadParameters(Renamed(model, name => name));
        Assert.All(names.All, pair => Assert.Equal(pair.Key, pair.Value));
    }

    [Fact]
    public void Layers_that_look_alike_have_to_be_given()
    {
        NamedAlike written = new(seed: 1), read = new(seed: 2);
        float[] before = [.. read.Parameters.All];
        byte[] file = Renamed(written, name => name.Replace("dense1.", "first.").Replace("dense2.", "second."));
        string message = Assert.Throws<InvalidDataException>(() => read.LoadParameters(file)).Message;
        Assert.Contains("dense1 and dense2 could be first or second", message, StringComparison.Ordinal);
        Assert.Equal(before, read.Parameters.All);

        TensorNames names = read.LoadParameters(file, new Dictionary<string, string> { ["dense1"] = "first" }); // which leaves one way for the other
        Assert.Equal("second.weight", names["dense2.weight"]);
        Assert.Equal(written.Parameters.All, read.Parameters.All);
        read.LoadParameters(file, new Dictionary<string, string> { ["dense1"] = "second", ["dense2.weight"] = "first.weight", ["dense2.bias"] = "first.bias" });
        Assert.Equal(written.Parameters["dense1.weight"], read.Parameters["dense2.weight"]);
        Refused.Argument<ArgumentException>("names", ["dense7"], () => read.LoadParameters(file, new Dictionary<string, string> { ["dense7"] = "first" }));
        Refused.Argument<ArgumentException>("names", ["fc.weight"], () => read.LoadParameters(file, new Dictionary<string, string> { ["dense1"] = "fc" }));
    }

    [Fact]
    public void What_is_missing_or_surplus_is_still_named()
    {
        var model = new NamedAlike(seed: 1);
        byte[] file = Renamed(model, name => name == "gru1.bias_hh_l0" ? "rnn.bias_l0" : name);
        string message = Assert.Throws<InvalidDataException>(() => new NamedAlike().LoadParameters(file)).Message;
        Assert.Contains("missing: gru1.bias_hh_l0", message, StringComparison.Ordinal);
        Assert.Contains("surplus: rnn.bias_l0", message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The file of a model with other names in its header, as a Python program would write it: without the description of layers.
    /// </summary>
    private static byte[] Renamed<TInput>(SequenceModel<TInput> model, Func<string, string> rename)
        where TInput : unmanaged
    {
        using var stream = new MemoryStream();
        TensorEntry[] entries = [.. model.Schema.Tensors.Select(tensor =>
            new TensorEntry(rename(tensor.Name), "F32", [.. tensor.Shape.Select(size => (long)size)], 0, tensor.Length * sizeof(float)))];
        foreach (int i in SafetensorsHeader.Write(stream, entries, System.Collections.Immutable.ImmutableDictionary<string, string>.Empty))
        {
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Parameters[model.Schema.Tensors[i].Name]));
        }

        return stream.ToArray();
    }
}

[GruModel, Embedding(11, 6), Gru(6, Bidirectional = true), Gru(6, Bidirectional = true), Gru(6, Bidirectional = true), Dense(3)]
internal sealed partial class NamedStack;

[GruModel(4), Gru(4), Dense(4), Dense(4)]
internal sealed partial class NamedAlike;
