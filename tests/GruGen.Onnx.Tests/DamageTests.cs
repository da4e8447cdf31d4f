using System.Text.Json;

namespace GruGen.Onnx.Tests;

/// <summary>No file crashes the reader, hangs it, takes much memory, or is read as something else than it is.</summary>
public sealed class DamageTests
{
    private const int Mutations = 1000;

    public static TheoryData<string> Files => [.. Expected.Keys.Select(name => name)];

    private static Dictionary<string, string> Expected { get; } = Read();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_bad_file_is_refused_with_a_message_and_a_good_one_is_read(string name)
    {
        byte[] file = Cases.Bytes("bad/" + name);
        Exception? exception = Record.Exception(() => OnnxFile.Read(new MemoryStream(file)));
        if (Expected[name] == "read")
        {
            Assert.Null(exception);
        }
        else
        {
            Assert.True(exception is InvalidDataException or NotSupportedException, exception?.ToString() ?? "It was read.");
            Assert.StartsWith("The stream", exception!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_bad_file_is_in_the_list() =>
        Assert.Equal(Cases.Names("bad/").Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)),
            Expected.Keys.Select(name => "bad/" + name).Order(StringComparer.Ordinal));

    /// <summary>Bits flipped, ends cut off, parts doubled, left out and moved.</summary>
    [Theory]
    [InlineData("second/weights_by_slices.onnx")]
    [InlineData("second/conv_dilated_bidirectional.onnx")]
    [InlineData("second/keras_masked.onnx")]
    [InlineData("second/learned_state.onnx")]
    [InlineData("exported/bi_every_softmax_ln14.onnx")]
    public void A_thousand_mutations_are_read_or_refused(string name)
    {
        byte[] original = Cases.Bytes(name);
        var random = new Random(name.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutated(original, random);
            Exception? exception = Record.Exception(() => OnnxFile.Read(new MemoryStream(mutated)));
            Assert.True(exception is null or InvalidDataException or NotSupportedException, $"mutation {i}: {exception}");
        }

        // In the mean no more than a few megabytes, whatever the file says of its sizes.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Mutations, 0, 16 << 20);
    }

    private static byte[] Mutated(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int first = random.Next(bytes.Count), count = Math.Min(random.Next(1, 64), bytes.Count - first);
            switch (random.Next(6))
            {
                case 0:
                    bytes[first] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[first] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(first, bytes.Count - first);
                    bytes.Add(0);
                    break;
                case 3:
                    bytes.InsertRange(first, bytes.GetRange(first, count));
                    break;
                case 4:
                    bytes.RemoveRange(first, count);
                    bytes.Add(0);
                    break;
                default:
                    List<byte> moved = bytes.GetRange(first, count);
                    bytes.RemoveRange(first, count);
                    bytes.InsertRange(random.Next(bytes.Count + 1), moved);
                    break;
            }
        }

        return [.. bytes];
    }

    private static Dictionary<string, string> Read()
    {
        using JsonDocument manifest = JsonDocument.Parse(Cases.Bytes("bad/manifest.json"));
        return manifest.RootElement.GetProperty("files").EnumerateArray().ToDictionary(
            file => file.GetProperty("file").GetString()!, file => file.GetProperty("expect").GetString()!, StringComparer.Ordinal);
    }
}
