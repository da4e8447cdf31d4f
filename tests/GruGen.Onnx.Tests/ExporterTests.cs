#pragma warning disable GRU046 // the graphs are as they are: the last step of a bidirectional layer
using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx.Tests;

/// <summary>Graphs as other exporters and people write them, read and compared with ONNX Runtime.</summary>
public sealed partial class ExporterTests
{
    private readonly GraphBuilder _graph = new();
    private int _seed = 11;

    /// <summary>PyTorch's newer exporter: weights cut and joined, shapes computed, directions put together by a computed Reshape.</summary>
    [OracleTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_graph_that_computes_its_weights_and_shapes(bool isOneDirection)
    {
        Input("x", 'b', 't', 3);
        int directions = isOneDirection ? 1 : 2;
        string x = Transpose("x", 1, 0, 2), size = _graph.Add("Shape", "size", x);
        string batch = _graph.Add("Slice", "batch", size, _graph.Numbers(1), _graph.Numbers(2), _graph.Numbers(0));
        string shape = _graph.Add("Concat", "state_shape", [_graph.Numbers(2 * directions), batch, _graph.Numbers(4)],
            [Attribute("axis", 0)]);
        string state = _graph.Add("Expand", "state", _graph.Weights("zero", new float[4], 1, 1, 4), shape);
        int inputs = 3;
        for (int layer = 0; layer < 2; layer++)
        {
            string first = _graph.Add(
                "Slice", "first", state, _graph.Numbers(layer * directions), _graph.Numbers((layer + 1) * directions), _graph.Numbers(0));
            NodeProto gru = _graph.AddNode(
                "GRU", "gru", 2, x, Chain(directions, 12, inputs), Chain(directions, 12, 4), Biases(directions), "", first);
            gru.Attribute.Add([Attribute("hidden_size", 4), Attribute("linear_before_reset", 1)]);
            gru.Attribute.Add(Attribute("direction", isOneDirection ? "forward" : "bidirectional"));
            string y = Transpose(gru.Output[0], 0, 2, 1, 3), sizes = _graph.Add("Shape", "sizes", y);
            string front = _graph.Add("Slice", "front", sizes, _graph.Numbers(0), _graph.Numbers(2), _graph.Numbers(0));
            string width = _graph.Add("Mul", "width", _graph.Numbers(directions), _graph.Numbers(4));
            x = _graph.Add("Reshape", "joined", y, _graph.Add("Concat", "new_shape", [front, width], [Attribute("axis", 0)]));
            inputs = 4 * directions;
        }

        string last = _graph.Add("Gather", "last", [Transpose(x, 1, 0, 2), _graph.WholeNumber(-1)], [Attribute("axis", 1)]);
        Output(_graph.Add("Gemm", "fc", [last, Weights(2, inputs), Weights(2)], [Attribute("transB", 1)]));
        Compare(isOneDirection ? ModelRun.Of(new StackFinal()) : ModelRun.Of(new LastOfBoth()));
    }

    /// <summary>Keras by tf2onnx: two GRUs for two directions, a product through two axes, and a normalisation by means and variances.</summary>
    [OracleTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_graph_with_reversed_steps_and_a_normalisation_that_is_written_out(bool usesSlices)
    {
        Input("x", 'b', 't', 3);
        string x = Transpose("x", 1, 0, 2);
        string forward = Squeezed(Gru(x, 3), 1), backward = Reversed(Squeezed(Gru(Reversed(x), 3), 1));
        string both = Transpose(_graph.Add("Concat", "both", [forward, backward], [Attribute("axis", -1)]), 1, 0, 2);

        AttributeProto[] last = [Attribute("axes", [-1L]), Attribute("keepdims", 1)];
        string mean = _graph.Add("ReduceMean", "mean", both, last);
        string difference = _graph.Add("Sub", "difference", both, mean);
        string variance = _graph.Add("ReduceMean", "variance", _graph.Add("Mul", "square", difference, difference), last);
        string deviation = _graph.Add("Sqrt", "deviation", _graph.Add("Add", "with_epsilon", variance, _graph.Number(0.001f)));
        string scale = _graph.Add("Mul", "scale", _graph.Add("Reciprocal", "inverse", deviation), Weights(8));
        string shift = usesSlices
            ? _graph.Add("Sub", "shift", Weights(8), _graph.Add("Mul", "mean_scaled", mean, scale))
            : _graph.Add("Add", "shift", _graph.Add("Mul", "mean_scaled", _graph.Add("Neg", "minus", mean), scale), Weights(8));
        string normal = _graph.Add("Add", "normal", _graph.Add("Mul", "scaled", both, scale), shift);

        string size = _graph.Add("Shape", "size", normal);
        string product = _graph.Add(
            "MatMul", "product", _graph.Add("Reshape", "rows", normal, _graph.Numbers(-1, 8)), Weights(8, 2));
        string front = _graph.Add("Slice", "front", size, _graph.Numbers(0), _graph.Numbers(2), _graph.Numbers(0));
        string back = _graph.Add("Reshape", "back", product,
            _graph.Add("Concat", "shape", [front, _graph.Numbers(2)], [Attribute("axis", 0)]));
        Output(_graph.Add("Add", "biased", back, Weights(2)));
        Compare(ModelRun.Of(new BothWays()));

        string Reversed(string value)
        {
            if (usesSlices)
            {
                return _graph.Add("Slice", "reversed", value, _graph.Numbers(-1), _graph.Numbers(long.MinValue + 1), _graph.Numbers(0),
                    _graph.Numbers(-1));
            }

            string sizes = _graph.Add("Shape", "sizes", value);
            string time = _graph.Add("Slice", "time", sizes, _graph.Numbers(0), _graph.Numbers(1), _graph.Numbers(0));
            string batch = _graph.Add("Slice", "batch", sizes, _graph.Numbers(1), _graph.Numbers(2), _graph.Numbers(0));
            return _graph.Add("ReverseSequence", "reversed", [value, _graph.Add("Expand", "lengths", time, batch)],
                [Attribute("time_axis", 0), Attribute("batch_axis", 1)]);
        }
    }

    /// <summary>A causal convolution as TCNs have it: zeros on both sides, and the end cut off.</summary>
    [OracleTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_convolution_whose_end_is_cut_off(int groups)
    {
        Input("x", 'b', 't', 3);
        string conv = _graph.Add("Conv", "conv", [Transpose("x", 0, 2, 1), Weights(6, 3 / groups, 3), Weights(6)],
            [Attribute("pads", [4L, 4]), Attribute("dilations", [2L]), Attribute("group", groups)]);
        string cut = _graph.Add("Slice", "cut", conv, _graph.Numbers(0), _graph.Numbers(-4), _graph.Numbers(2));
        string y = Squeezed(Gru(Transpose(_graph.Add("Relu", "relu", cut), 2, 0, 1), 6), 1);
        Output(Transpose(y, 1, 0, 2));
        Compare(ModelRun.Of(new CutConv()));
    }

    /// <summary>A graph of one step, whose state is an input and an output.</summary>
    [OracleFact]
    public void A_graph_of_one_step()
    {
        Input("x", 'b', 3);
        _graph.Graph.Input.Add(Value("h", DataType.Float, 1, "b", 4));
        NodeProto gru = GruNode(_graph.Add("Unsqueeze", "with_time", "x", _graph.Numbers(0)), 3, "h");
        Output(_graph.Add("Gemm", "fc", [Squeezed(Squeezed(gru.Output[0], 1), 0), Weights(2, 4), Weights(2)], [Attribute("transB", 1)]));
        Output(gru.Output[1]);
        Compare(ModelRun.Of(new Streamed()));
    }

    /// <summary>Both directions are divided and added, or one of them is left out.</summary>
    [OracleTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_graph_that_takes_directions_apart(bool adds)
    {
        Input("x", 'b', 't', 3);
        NodeProto gru = GruNode(Transpose("x", 1, 0, 2), 3, directions: 2);
        if (adds)
        {
            NodeProto halves = _graph.AddNode("Split", "halves", 2, gru.Output[0], _graph.Numbers(1, 1));
            halves.Attribute.Add(Attribute("axis", 1));
            Output(Transpose(_graph.Add("Add", "sum", Squeezed(halves.Output[0], 1), Squeezed(halves.Output[1], 1)), 1, 0, 2));
        }
        else
        {
            string backward = _graph.Add("Gather", "backward", [gru.Output[1], _graph.WholeNumber(1)], [Attribute("axis", 0)]);
            Output(_graph.Add("Gemm", "fc", [backward, Weights(2, 4), Weights(2)], [Attribute("transB", 1)]));
        }

        Compare(adds ? ModelRun.Of(new AddedDirections()) : ModelRun.Of(new BiFinal()));
    }

    /// <summary>Features are standardised first, and the product is scaled afterwards.</summary>
    [OracleTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_graph_that_scales_its_input(bool divides)
    {
        Input("x", 'b', 't', 3);
        string scaled = _graph.Add(divides ? "Div" : "Mul", "scaled", _graph.Add("Sub", "centred", "x", Weights(3)), Weights(3));
        NodeProto gru = GruNode(Transpose(scaled, 1, 0, 2), 3);
        string logits = _graph.Add("Gemm", "fc", [Squeezed(gru.Output[1], 0), Weights(2, 4), Weights(2)], [Attribute("transB", 1)]);
        Output(_graph.Add("Mul", "again", logits, _graph.Number(0.3f)));
        Compare(ModelRun.Of(new Plain()));
    }

    [Fact]
    public void A_LogSoftmax_is_refused_unless_it_is_taken_as_a_softmax()
    {
        Input("x", 'b', 't', 3);
        NodeProto gru = GruNode(Transpose("x", 1, 0, 2), 3);
        string logits = _graph.Add("Gemm", "fc", [Squeezed(gru.Output[1], 0), Weights(2, 4), Weights(2)], [Attribute("transB", 1)]);
        Output(_graph.Add("LogSoftmax", "logarithms", logits, [Attribute("axis", -1)]));
        byte[] file = File();
        Assert.Contains("LogSoftmax 'logarithms'", Assert.Throws<NotSupportedException>(() => Read(file)).Message,
            StringComparison.Ordinal);
        OnnxModel model = Read(file, new OnnxOptions { LogSoftmaxAsSoftmax = true });
        Assert.Equal(Activation.Softmax, model.Schema.Layers[^1].Activation);
        Assert.Contains(model.Notes, note => note.Contains("logarithms", StringComparison.Ordinal));
    }

    [Fact]
    public void All_nodes_that_cannot_be_placed_are_named_at_once()
    {
        Input("x", 'b', 't', 3);
        string sine = _graph.Add("Sin", "wave", "x"), other = _graph.Add("Cos", "other_wave", "x");
        string sum = _graph.Add("Add", "sum", sine, other);
        string odd = _graph.Add("Softplus", "odd", _graph.Add("MatMul", "product", "x", Weights(3, 3)));
        Output(_graph.Add("Add", "end", sum, odd));
        string message = Assert.Throws<NotSupportedException>(() => Read(File())).Message;
        Assert.Contains("3 nodes", message, StringComparison.Ordinal);
        Assert.Contains("Sin 'wave'", message, StringComparison.Ordinal);
        Assert.Contains("Cos 'other_wave'", message, StringComparison.Ordinal);
        Assert.Contains("Softplus 'odd'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'sum'", message, StringComparison.Ordinal); // which only follows
    }

    [Fact]
    public void Outputs_that_stand_in_reverse_are_refused()
    {
        Input("x", 'b', 't', 3);
        string reversed = _graph.Add("Slice", "reversed", Transpose("x", 1, 0, 2), _graph.Numbers(-1), _graph.Numbers(long.MinValue + 1),
            _graph.Numbers(0), _graph.Numbers(-1));
        Output(Squeezed(Gru(reversed, 3), 1));
        Assert.Contains("last to the first", Assert.Throws<NotSupportedException>(() => Read(File())).Message, StringComparison.Ordinal);
    }

    private static OnnxModel Read(byte[] file, OnnxOptions? options = null) => OnnxFile.Read(new MemoryStream(file), options);

    private void Compare(ModelRun model)
    {
        byte[] file = File();
        OnnxModel read = model.Load(file);
        Dictionary<string, Numbers> inputs = ReadingTests.Drawn(read, Oracle.Inputs(file), model.Schema, seed: 5);
        ReadingTests.AssertOutputs(model, read, inputs, Oracle.Run(file, inputs));
    }

    private byte[] File()
    {
        _graph.Graph.Name = "test";
        var model = new ModelProto { IrVersion = 8, Graph = _graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        using var stream = new MemoryStream();
        Google.Protobuf.MessageExtensions.WriteTo(model, stream);
        return stream.ToArray();
    }

    private void Input(string name, params object[] sizes) =>
        _graph.Graph.Input.Add(Value(name, DataType.Float, [.. sizes.Select(size => size is char symbol ? symbol.ToString() : size)]));

    private void Output(string name)
    {
        ValueInfoProto output = Value(name, DataType.Float);
        output.Type.TensorType.Shape = null;
        _graph.Graph.Output.Add(output);
    }

    private string Weights(params int[] shape) => _graph.Weights(
        "weights", Numbers.Normal(shape, _seed++).Values.Select(value => 0.4f * value + 0.05f).ToArray(),
            [.. shape.Select(size => (long)size)]);

    private string Transpose(string value, params long[] order) => _graph.Add("Transpose", "transposed", value, [Attribute("perm", order)]);

    private string Squeezed(string value, long axis) => _graph.Add("Squeeze", "squeezed", value, _graph.Numbers(axis));

    private string Gru(string x, int inputs) => GruNode(x, inputs).Output[0];

    private NodeProto GruNode(string x, int inputs, string state = "", int directions = 1)
    {
        NodeProto gru = _graph.AddNode(
            "GRU", "gru", 2, x, Weights(directions, 12, inputs), Weights(directions, 12, 4), Weights(directions, 24), "", state);
        gru.Attribute.Add([Attribute("hidden_size", 4), Attribute("linear_before_reset", 1)]);
        gru.Attribute.Add(Attribute("direction", directions == 2 ? "bidirectional" : "forward"));
        return gru;
    }

    /// <summary>Weights of modules, whose gates stand in another order, cut and joined.</summary>
    private string Chain(int directions, int gates, int inputs)
    {
        string[] each =
        [
            .. Enumerable.Range(0, directions).Select(_ =>
                _graph.Add("Unsqueeze", "direction", Reordered(Weights(gates, inputs), gates), _graph.Numbers(0))),
        ];
        return each.Length == 1 ? each[0] : _graph.Add("Concat", "directions", each, [Attribute("axis", 0)]);
    }

    private string Biases(int directions)
    {
        string[] each =
        [
            .. Enumerable.Range(0, directions).Select(_ => _graph.Add(
                "Unsqueeze", "direction",
                _graph.Add("Concat", "biases", [Reordered(Weights(12), 12), Reordered(Weights(12), 12)], [Attribute("axis", 0)]),
                _graph.Numbers(0))),
        ];
        return each.Length == 1 ? each[0] : _graph.Add("Concat", "directions", each, [Attribute("axis", 0)]);
    }

    private string Reordered(string weights, int gates)
    {
        string[] parts = [Part(1), Part(0), Part(2)];
        return _graph.Add("Concat", "gates", parts, [Attribute("axis", 0)]);

        string Part(int gate) => _graph.Add(
            "Slice", "gate", weights, _graph.Numbers(gate * gates / 3), _graph.Numbers((gate + 1) * gates / 3), _graph.Numbers(0));
    }
}

[GruModel(inputSize: 3), Gru(4, Bidirectional = true), Gru(4, Bidirectional = true), Pool(Pooling.Last), Dense(2)]
internal sealed partial class LastOfBoth;

[GruModel(inputSize: 3), Gru(4, Name = "there", Output = SequenceOutput.EveryStep)]
[Gru(4, Name = "back", From = ["input"], Reverse = true, Output = SequenceOutput.EveryStep)]
[LayerNorm(Epsilon = 0.001, From = ["there", "back"]), Dense(2)]
internal sealed partial class BothWays;

[GruModel(inputSize: 3), Conv1D(6, 3, Dilation = 2, Activation = Activation.Relu), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class CutConv;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Merge = Merge.Sum, Output = SequenceOutput.EveryStep)]
internal sealed partial class AddedDirections;
