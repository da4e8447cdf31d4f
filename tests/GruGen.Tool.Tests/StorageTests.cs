namespace GruGen.Tool.Tests;

/// <summary>Tensors as files have them.</summary>
public sealed class StorageTests
{
    [Fact]
    public void A_shape_of_more_elements_than_there_can_be_has_a_length_nevertheless()
    {
        StoredTensor tensor = new("x", "?", [int.MaxValue, int.MaxValue, int.MaxValue, 4], () => []);
        Assert.Equal(int.MaxValue, tensor.Length);
        Assert.Equal(0, new StoredTensor("x", "?", [int.MaxValue, int.MaxValue, int.MaxValue, 0], () => []).Length);
    }

    [Fact]
    public void A_matrix_is_transposed()
    {
        StoredTensor transposed = new StoredTensor("x", "F32", [2, 3], () => [1, 2, 3, 4, 5, 6]).Transposed("y");
        Assert.Equal<int>([3, 2], transposed.Shape.AsEnumerable());
        Assert.Equal([1, 4, 2, 5, 3, 6], transposed.Values.ToArray());
    }

    /// <summary>Names of layers beside each other, with commas as with spaces.</summary>
    [Theory]
    [InlineData("gru2 input")]
    [InlineData("gru2,input")]
    [InlineData("gru2, input")]
    public void What_a_layer_reads_is_a_list(string from)
    {
        StoredTensor[] tensors =
        [
            Tensor("gru2.weight_ih_l0", 12, 3), Tensor("gru2.weight_hh_l0", 12, 4), Tensor("dense1.weight", 2, 7),
        ];
        var metadata = new Dictionary<string, string> { ["layers.version"] = "1", ["layers"] = "gru2 dense1", ["dense1.from"] = from };
        ImportedModel model = new StateDictionary(tensors, metadata, isOrdered: false, "'file'").Import(new ImportOptions { Output = SequenceOutput.EveryStep });
        Assert.Equal<string>(["gru2", "input"], model.Schema.Layers[1].From.AsEnumerable());
    }

    private static StoredTensor Tensor(string name, params int[] shape) =>
        new(name, "F32", [.. shape], () => new double[shape.Aggregate(1, (a, b) => a * b)]);
}
