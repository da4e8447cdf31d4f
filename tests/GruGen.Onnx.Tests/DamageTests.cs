using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using GruGen.Onnx.Format;

namespace GruGen.Onnx.Tests;

/// <summary>No file crashes the reader, hangs it, takes much memory, or is read as something else than it is.</summary>
public sealed class DamageTests
{
    /// <summary>A thousand of each file, or as many as somebody has time for.</summary>
    private static readonly int Mutations =
        int.Parse(Environment.GetEnvironmentVariable("GRUGEN_ONNX_MUTATIONS") ?? "1000", CultureInfo.InvariantCulture);


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

    /// <summary>Operators, inputs, attributes and whole numbers exchanged, so that the file is one and means something else.</summary>
    [Theory]
    [InlineData("second/weights_by_slices.onnx")]
    [InlineData("second/conv_dilated_bidirectional.onnx")]
    [InlineData("second/keras_masked.onnx")]
    [InlineData("second/rnnoise_two_outputs.onnx")]
    [InlineData("exported/bi_every_softmax_ln14.onnx")]
    public void A_thousand_other_graphs_are_read_or_refused(string name)
    {
        ModelProto original = ModelProto.Parser.ParseFrom(Cases.Bytes(name));
        var random = new Random(name.Length);
        for (int i = 0; i < Mutations; i++)
        {
            ModelProto mutated = original.Clone();
            for (int times = random.Next(1, 4); times > 0; times--)
            {
                Mutate(mutated.Graph, random);
            }

            Exception? exception = Record.Exception(() => OnnxFile.Read(new MemoryStream(mutated.ToByteArray())));
            Assert.True(exception is null or InvalidDataException or NotSupportedException, $"mutation {i}: {exception}");
        }
    }

    [Fact]
    public void Constants_that_double_and_values_that_repeat_are_refused_before_they_take_memory()
    {
        AssertRefused(graph =>
        {
            string value = graph.Weights("w", [1, 2, 3, 4], 2, 2);
            for (int i = 0; i < 60; i++)
            {
                value = graph.Add("Concat", "twice", [value, value], [GraphBuilder.Attribute("axis", 0)]);
            }

            return graph.Add("MatMul", "product", "x", value);
        });
        AssertRefused(graph => graph.Add(
            "MatMul", "product", "x", graph.Add("Expand", "huge", graph.Number(1), graph.Numbers(3, 1L << 40))));
        AssertRefused(graph => graph.Add(
            "MatMul", "product", "x",
            graph.Add(
                "Add", "outer",
                graph.Weights("column", new float[30_000], 30_000, 1), graph.Weights("row", new float[30_000], 1, 30_000))));
        AssertRefused(graph =>
        {
            string value = graph.Add("Tanh", "first", "x");
            for (int i = 0; i < 60; i++)
            {
                value = graph.Add("Concat", "twice", [value, value], [GraphBuilder.Attribute("axis", -1)]);
            }

            return value;
        });
        AssertRefused(graph =>
        {
            string sum = "x";
            for (int i = 0; i < 2000; i++)
            {
                sum = graph.Add("Add", "sum", sum, graph.Add("Tanh", "term", "x"));
            }

            return sum;
        });
        AssertRefused(graph =>
        {
            string value = graph.Add("Shape", "shape", "x");
            for (int i = 0; i < 60; i++)
            {
                value = graph.Add("Mul", "power", value, value);
            }

            return graph.Add("Reshape", "reshaped", "x", value);
        });

        static void AssertRefused(Func<GraphBuilder, string> make)
        {
            var graph = new GraphBuilder();
            graph.Graph.Input.Add(GraphBuilder.Value("x", TensorProto.Types.DataType.Float, "b", "t", 3));
            graph.Graph.Output.Add(GraphBuilder.Value(make(graph), TensorProto.Types.DataType.Float));
            var model = new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
            byte[] file = model.ToByteArray();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? exception = Record.Exception(() => OnnxFile.Read(new MemoryStream(file)));
            Assert.True(exception is InvalidDataException or NotSupportedException, exception?.ToString() ?? "It was read.");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512L << 20);
        }
    }

    [Fact]
    public void Sizes_that_no_tensor_has_are_refused()
    {
        const long most = int.MaxValue;
        AssertRefused("no axis", [1, 1, 1], graph => graph.Add(
            "MatMul", "product", graph.Add("Squeeze", "number", "x"), graph.Weights("w", [1, 2], 1, 2)));
        AssertRefused("a size below zero", ["b", "t", 3], graph => graph.Add(
            "Add", "sum", "x",
            graph.Add(
                "Slice", "part", graph.Add("ConstantOfShape", "less_than_nothing", graph.Numbers(-5)), graph.Numbers(0), graph.Numbers(3))));
        AssertRefused("more elements than a long counts", ["b", "t", 3], graph => graph.Add(
            "Add", "sum", "x",
            graph.Add(
                "Concat", "both",
                [graph.Weights("none", [], most, most, most, 0), graph.Add("ConstantOfShape", "zeros", graph.Numbers(most, most, most, 1))],
                [GraphBuilder.Attribute("axis", 3)])));

        static void AssertRefused(string what, object[] sizes, Func<GraphBuilder, string> make)
        {
            var graph = new GraphBuilder();
            graph.Graph.Input.Add(GraphBuilder.Value("x", TensorProto.Types.DataType.Float, sizes));
            graph.Graph.Output.Add(GraphBuilder.Value(make(graph), TensorProto.Types.DataType.Float));
            var model = new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
            Exception? exception = Record.Exception(() => OnnxFile.Read(new MemoryStream(model.ToByteArray())));
            Assert.True(exception is InvalidDataException or NotSupportedException, $"{what}: {exception?.ToString() ?? "it was read"}");
        }
    }

    private static void Mutate(GraphProto graph, Random random)
    {
        NodeProto node = graph.Node[random.Next(graph.Node.Count)], other = graph.Node[random.Next(graph.Node.Count)];
        switch (random.Next(7))
        {
            case 0:
                node.OpType = other.OpType;
                break;
            case 1 when node.Input.Count > 0 && other.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] = other.Input[random.Next(other.Input.Count)];
                break;
            case 2 when node.Input.Count > 1:
                (node.Input[0], node.Input[^1]) = (node.Input[^1], node.Input[0]);
                break;
            case 3 when node.Attribute.Count > 0:
                AttributeProto attribute = node.Attribute[random.Next(node.Attribute.Count)];
                attribute.I = random.Next(-3, 5);
                for (int i = 0; i < attribute.Ints.Count; i++)
                {
                    attribute.Ints[i] = random.Next(-3, 5);
                }

                break;
            case 4 when graph.Initializer.Count > 0:
                TensorProto tensor = graph.Initializer[random.Next(graph.Initializer.Count)];
                if (tensor.Dims.Count > 0)
                {
                    (tensor.Dims[0], tensor.Dims[^1]) = (tensor.Dims[^1], tensor.Dims[0]);
                }

                break;
            case 5:
                foreach (AttributeProto value in node.Attribute.Where(attribute => attribute.T is not null
                    && attribute.T.RawData.Length % 8 == 0))
                {
                    value.T.RawData = ByteString.CopyFrom(
                        [.. Enumerable.Range(0, value.T.RawData.Length / 8).SelectMany(_ =>
                            BitConverter.GetBytes((long)random.Next(-3, 5)))]);
                }

                break;
            default:
                node.Attribute.Add(other.Attribute.Where(added => node.Attribute.All(own => own.Name != added.Name)).Select(added =>
                    added.Clone()));
                break;
        }
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
