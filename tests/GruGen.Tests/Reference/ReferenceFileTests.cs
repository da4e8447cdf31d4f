using System.Buffers.Binary;
using System.Text;

namespace GruGen.Tests.Reference;

/// <summary>What the runtime saves is what the format says, to a reader that shares nothing with it; and that reader is strict.</summary>
public class ReferenceFileTests
{
    [Theory]
    [InlineData("tokens, every step")]
    [InlineData("tokens")]
    public void A_saved_model_is_read_back_by_the_letter_of_the_format(string name)
    {
        var model = new DynamicModel<int>(Shape.ByName(name).Schema, seed: 2);
        using var stream = new MemoryStream();

        model.Save(stream);

        ReferenceFile file = ReferenceFile.Read(stream.ToArray());
        Assert.Equal(model.Schema.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (TensorSchema tensor in model.Schema.Tensors)
        {
            Assert.Equal("F32", file[tensor.Name].Dtype);
            Assert.Equal(tensor.Shape, file[tensor.Name].Shape);
            Assert.Equal(model.Parameters[tensor.Name].ToArray(), file[tensor.Name].Floats);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8)] // bytes left over
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // a hole
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // an overlap
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8)] // another shape
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4)] // a file that ends too early
    [InlineData(""" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)] // a space before the header
    public void The_reader_refuses_what_the_format_forbids(string header, int bytes) =>
        Assert.Throws<InvalidDataException>(() => ReferenceFile.Read(File(header, bytes)));

    [Fact]
    public void The_reader_takes_what_the_format_allows()
    {
        const string Header = """{"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"I32","shape":[0],"data_offsets":[4,4]}}   """;

        ReferenceFile file = ReferenceFile.Read(File(Header, 4));

        Assert.Equal([0], file["b"].Values);
        Assert.Empty(file["a"].Values);
    }

    private static byte[] File(string header, int bytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }
}
