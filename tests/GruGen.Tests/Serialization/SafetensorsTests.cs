using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Serialization;

/// <summary>The format itself: what is written is read by an independent reader, what is damaged is refused with a reason.</summary>
public class SafetensorsTests
{
    /// <summary>Damaged headers with their data, and a word of the message.</summary>
    public static TheoryData<string, int, string> Damaged => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "ends inside" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes after the last tensor" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "no tensor has the bytes 4 to 8" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "inside the tensor before it" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "no tensor has the bytes 0 to 4" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12 bytes, but its data_offsets hold 8" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}""", 0, "too large" },
        { """{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "too large" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "the shape of 'a'" },
        { """{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "the shape of 'a'" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "the shape of 'a'" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "the shape of 'a'" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "array as its shape" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not a beginning and an end" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "not a beginning and an end" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "not a beginning and an end" },
        { """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown type 'F31'" },
        { """{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' is not" },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' has no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'a' has no shape" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a' has no data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "unknown or repeated 'more'" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown or repeated 'dtype'" },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "'a' is there twice" },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "'a' is there twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' is there twice" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' is twice" },
        { """{"__metadata__":{"k":1}}""", 0, "an object of strings" },
        { """{"__metadata__":["k"]}""", 0, "an object of strings" },
        { """{"a":[1]}""", 0, "'a' is not an object" },
        { """{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "no valid Unicode" },
        { """{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "no JSON" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "no JSON" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}""", 4, "follows the header's last '}'" },
        { "{}\n", 0, "follows the header's last '}'" },
        { """[]""", 0, "does not begin with '{'" },
        { """ {}""", 0, "does not begin with '{'" },
        { "", 0, "does not begin with '{'" },
        { "{\"a\":}", 0, "no JSON" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_with_a_reason(string header, int dataLength, string reason)
    {
        byte[] file = Compose(header, new byte[dataLength]);
        AssertRefused(() => SafetensorsFile.Read(file), reason);
        string otherwise = reason.Contains("bytes after", StringComparison.Ordinal) ? "bytes after the last tensor" : reason;
        AssertRefused(() => SafetensorsFile.Read(new UnknownLength(file)), otherwise);
    }

    [Fact]
    public void A_file_that_ends_in_its_first_bytes_is_refused()
    {
        AssertRefused(() => SafetensorsFile.Read([]), "ends inside the length of the header");
        AssertRefused(() => SafetensorsFile.Read([1, 0, 0, 0]), "ends inside the length of the header");
        AssertRefused(() => SafetensorsFile.Read([100, 0, 0, 0, 0, 0, 0, 0, (byte)'{']), "ends inside the header");
    }

    [Theory]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    public void A_header_longer_than_the_format_allows_is_refused(ulong length)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        AssertRefused(() => SafetensorsFile.Read(file), "100000000 is the most");
    }

    [Fact]
    public void What_a_header_claims_takes_no_memory()
    {
        byte[] header = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(header, 100_000_000);
        byte[] tensor = Compose("""{"a":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}""", new byte[10]);
        foreach (byte[] file in new[] { header, tensor })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            AssertRefused(() => SafetensorsFile.Read(new MemoryStream(file)), "ends inside");
            AssertRefused(() => SafetensorsFile.Read(new UnknownLength(file)), "ends inside");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }
    }

    [Fact]
    public void What_is_allowed_is_read()
    {
        // any order, any alignment, scalars, nothing, escapes, spaces after the header
        byte[] data = [7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2L)];
        byte[] bytes = Compose(
            """{"s":{"dtype":"F32","shape":[],"data_offsets":[1,5]},"__metadata__":{"k":"v"},"empty":{"dtype":"F16","shape":[3,0],"data_offsets":[5,5]},"""
            + """ "\u00e4":{"shape":[1],"data_offsets":[0,1],"dtype":"U8"}, "l":{"dtype":"I64","shape":[1,1],"data_offsets":[5,13]}}  """,
            data);
        foreach (SafetensorsFile file in new[] { SafetensorsFile.Read(bytes), SafetensorsFile.Read(new UnknownLength(bytes)) })
        {
            Assert.Equal(["ä", "s", "empty", "l"], file.Tensors.Select(tensor => tensor.Name));
            Assert.Equal([1.5f], file["s"].ToSingles());
            Assert.Empty(file["s"].Shape);
            Assert.Equal([7], file["ä"].Bytes.ToArray());
            Assert.Equal([3L, 0], file["empty"].Shape.ToArray());
            Assert.Equal([-2L], file["l"].ToInt64s());
            Assert.Equal("v", file.Metadata["k"]);
            Assert.True(file.Contains("l"));
            Assert.Contains("'x'", Assert.Throws<KeyNotFoundException>(() => file["x"]).Message, StringComparison.Ordinal);
        }

        Assert.Empty(SafetensorsFile.Read(Compose("{}", [])).Tensors);
    }

    [Fact]
    public void Floats_of_other_types_convert()
    {
        byte[] data =
        [
            .. MemoryMarshal.AsBytes<double>([0.1, -3]), .. MemoryMarshal.AsBytes<Half>([(Half)0.5f, Half.PositiveInfinity]),
            .. MemoryMarshal.AsBytes<ushort>([0x3F80, 0xC040]), .. MemoryMarshal.AsBytes<int>([5, -6]),
        ];
        SafetensorsFile file = SafetensorsFile.Read(Compose(
            """{"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"h":{"dtype":"F16","shape":[2],"data_offsets":[16,20]},"""
            + """ "b":{"dtype":"BF16","shape":[2],"data_offsets":[20,24]},"i":{"dtype":"I32","shape":[2],"data_offsets":[24,32]}}""",
            data));
        Assert.Equal([0.1f, -3], file["d"].ToSingles());
        Assert.Equal([0.1, -3], file["d"].ToDoubles());
        Assert.Equal([0.5f, float.PositiveInfinity], file["h"].ToSingles());
        Assert.Equal([1f, -3], file["b"].ToSingles());
        Assert.Equal([5L, -6], file["i"].ToInt64s());
        Assert.Contains("I32", Assert.Throws<InvalidOperationException>(() => file["i"].ToSingles()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => file["d"].ToInt64s());
        Assert.Throws<InvalidOperationException>(() => file["h"].ToDoubles());
    }

    [Fact]
    public void A_written_file_is_what_the_format_says()
    {
        var file = new SafetensorsFile(
            [new SafetensorsTensor("z", [2, 2], [1, 2, 3, 4]), new SafetensorsTensor("a \"ü\"", [], [5])], new Dictionary<string, string> { ["format"] = "pt" });
        using var stream = new MemoryStream();
        file.Save(stream);
        byte[] bytes = stream.ToArray();

        ReferenceFile read = ReferenceFile.Read(bytes);
        Assert.Equal([1.0, 2, 3, 4], read["z"].Values);
        Assert.Equal([2, 2], read["z"].Shape);
        Assert.Equal([5.0], read["a \"ü\""].Values);
        Assert.Equal("pt", read.Metadata["format"]);
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        Assert.Equal(["a \"ü\"", "z"], SafetensorsFile.Read(bytes).Tensors.Select(tensor => tensor.Name)); // of one alignment, by name
    }

    /// <summary>So that elements of any type are aligned where a file is mapped into memory.</summary>
    [Fact]
    public void The_data_begin_at_a_multiple_of_eight_bytes_whatever_the_length_of_the_header() => Assert.All(Enumerable.Range(1, 16), length =>
    {
        using var stream = new MemoryStream();
        new DynamicModel<float>(ModelSchema.ForFeatures("Model", length, LayerSchema.Gru(length * length, SequenceOutput.Final))).Save(stream);

        Assert.Equal(0, BitConverter.ToInt64(stream.ToArray()) % 8);
    });

    [Fact]
    public void What_no_file_can_have_is_refused()
    {
        Assert.Equal("values", Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", [2, 2], [1])).ParamName);
        Assert.Equal("shape", Assert.Throws<ArgumentOutOfRangeException>(() => new SafetensorsTensor("a", [-1], [])).ParamName);
        SafetensorsTensor a = new("a", [], [1]), metadata = new("__metadata__", [], [1]);
        Assert.Throws<ArgumentException>(() => new SafetensorsFile([a, a]));
        Assert.Throws<ArgumentException>(() => new SafetensorsFile([metadata]));
    }

    internal static byte[] Compose(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    private static void AssertRefused(Func<object> read, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);
}
