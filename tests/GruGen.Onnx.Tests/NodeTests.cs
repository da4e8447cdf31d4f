using System.Text.Json;
using GruGen.Onnx.Format;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx.Tests;

/// <summary>
/// The GRUs of the tests of the ONNX project (onnx/backend/test/case/node/gru.py, Apache-2.0), of ONNX Runtime and of OpenVINO: one node
/// whose weights are inputs of the graph.
/// </summary>
public sealed class NodeTests
{
    private static readonly Dictionary<string, Case> s_cases = new Case[]
    {
        new("defaults", () => ModelRun.Of(new NodeDefaults()), Filled(1, 3, 2), Equal(0.1f, 1, 15, 2),
            Equal(0.1f, 1, 15, 5)) { GivesEvery = false },
        new("with_initial_bias", () => ModelRun.Of(new NodeBias()), Filled(1, 3, 3), Equal(0.1f, 1, 9, 3), Equal(0.1f, 1, 9, 3))
        {
            B = new([1, 18], [.. Enumerable.Repeat(0.1f, 9), .. new float[9]]),
            GivesEvery = false,
        },
        new("seq_length", () => ModelRun.Of(new NodeSteps()), Filled(2, 3, 3), Numbers.Normal([1, 15, 3], 1), Numbers.Normal([1, 15, 5], 2))
        {
            B = Numbers.Normal([1, 30], 3),
            GivesEvery = false,
        },
        new("batchwise", () => ModelRun.Of(new NodeBatchwise()), Filled(3, 1, 2), Equal(0.2f, 1, 18, 2), Equal(0.2f, 1, 18, 6)) { Layout =
            1 },
        new("reverse", () => ModelRun.Of(new NodeReverse()), Filled(3, 1, 2), Equal(0.1f, 1, 15, 2), Equal(0.1f, 1, 15, 5)) { Direction =
            "reverse" },
        new("bidirectional", () => ModelRun.Of(new NodeBidirectional()), Filled(3, 1, 2), Halves(0.5f, 2, 2, 15, 2),
            Halves(0.5f, 2, 2, 15, 5))
        {
            Direction = "bidirectional",
        },
        new("after", () => ModelRun.Of(new NodeAfter()), Numbers.Normal([4, 2, 3], 4), Numbers.Normal([1, 12, 3], 5),
            Numbers.Normal([1, 12, 4], 6))
        {
            B = Numbers.Normal([1, 24], 7),
            ResetsAfter = true,
        },
    }.ToDictionary(each => each.Name);

    public static TheoryData<string> Names => [.. s_cases.Keys];

    public static TheoryData<string, string> Others => new()
    {
        { "onnxruntime", "TestGRUOpForwardActivation" },
        { "onnxruntime", "TestGRUPositiveActivationAlphaBeta" },
        { "openvino", "gru_cell_bias_clip" },
        { "openvino", "gru_cell_hardsigmoid_activation_function" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_node_of_the_ONNX_project_gives_what_its_equations_give(string name)
    {
        Case given = s_cases[name];
        (byte[] file, OnnxOptions options) = given.File();
        ModelRun model = given.Model();
        OnnxModel read = model.Load(file, options);
        (Numbers y, Numbers h) = Textbook.Run(given);
        ReadingTests.AssertOutputs(model, read, new() { ["X"] = given.X }, new() { ["Y"] = y, ["Y_h"] = h });
    }

    [OracleTheory]
    [MemberData(nameof(Names))]
    public void A_node_of_the_ONNX_project_gives_what_ONNX_Runtime_gives(string name)
    {
        Case given = s_cases[name];
        (byte[] file, OnnxOptions options) = given.File();
        if (given.Layout == 1)
        {
            Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(() => Oracle.Inputs(file)); // which refuses it
            return;
        }

        ModelRun model = given.Model();
        OnnxModel read = model.Load(file, options);
        Dictionary<string, Numbers> inputs = new() { ["X"] = given.X, ["W"] = given.W, ["R"] = given.R };
        if (given.B is not null)
        {
            inputs["B"] = given.B;
        }

        ReadingTests.AssertOutputs(model, read, inputs, Oracle.Run(file, inputs));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_case_of_another_project_gives_its_numbers(string project, string name)
    {
        JsonElement json = Cases.OfProject(project).Single(each => each.GetProperty("name").GetString() == name);
        ModelRun model = name switch
        {
            "TestGRUOpForwardActivation" => ModelRun.Of(new NodeTanhGates()),
            "TestGRUPositiveActivationAlphaBeta" => ModelRun.Of(new NodeAlphaBeta()),
            "gru_cell_bias_clip" => ModelRun.Of(new NodeClip()),
            _ => ModelRun.Of(new NodeHardSigmoid()),
        };
        Numbers x = Values("X"), w = Values("W"), r = Values("R");
        (int directions, int size) = (w.Shape[0], r.Shape[2]);
        Numbers wb = Values("Wb", directions, 3 * size), rb = Values("Rb", directions, 3 * size);
        var given = new Case(name, () => model, x, w, r)
        {
            B = new([directions, 6 * size], [.. wb.Rows.Zip(rb.Rows, (one, other) => one.Concat(other)).SelectMany(row => row)]),
            State = Values("initial_h", directions, x.Shape[1], size),
            Direction = json.TryGetProperty("direction", out JsonElement direction) ? direction.GetString()! : "forward",
            ResetsAfter = json.TryGetProperty("linear_before_reset", out JsonElement after) && after.GetInt32() == 1,
            GivesEvery = json.TryGetProperty("Y", out _),
            Activations = json.TryGetProperty("activations", out JsonElement names)
                ? [.. names.EnumerateArray().Select(each => each.GetString()!)] : [],
            Alphas = Floats("activation_alpha"),
            Betas = Floats("activation_beta"),
            Clip = json.TryGetProperty("clip", out JsonElement clip) ? clip.GetSingle() : 0,
        };
        (byte[] file, OnnxOptions options) = given.File();
        OnnxModel read = model.Load(file, options);
        Dictionary<string, Numbers> outputs = new() { ["Y_h"] = Values("Y_h") };
        if (given.GivesEvery)
        {
            outputs["Y"] = Values("Y");
        }

        ReadingTests.AssertOutputs(model, read, new() { ["X"] = x, ["initial_h"] = given.State! }, outputs);

        float[] Floats(string key) => json.TryGetProperty(key, out JsonElement values)
            ? [.. values.EnumerateArray().Select(value => value.GetSingle())] : [];

        Numbers Values(string key, params int[] shape)
        {
            JsonElement values = json.GetProperty(key);
            float[] flat = Flat(values);
            return values.ValueKind == JsonValueKind.Number ? Equal(flat[0], shape) : new Numbers(Shape(values), flat);
        }
    }

    [Fact]
    public void Weights_as_inputs_without_values_are_named()
    {
        string message = Assert.Throws<NotSupportedException>(() =>
            OnnxFile.Read(new MemoryStream(s_cases["seq_length"].File().Bytes))).Message;
        Assert.Contains("'W', 'R', 'B'", message, StringComparison.Ordinal);
        Assert.Contains(nameof(OnnxOptions.Values), message, StringComparison.Ordinal);
    }

    private static int[] Shape(JsonElement array) => array.ValueKind == JsonValueKind.Array ? [array.GetArrayLength(), .. Shape(array[0])]
        : [];

    private static float[] Flat(JsonElement values) =>
        values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().SelectMany(Flat)] : [values.GetSingle()];

    /// <summary>1, 2, 3, …</summary>
    private static Numbers Filled(params int[] shape) =>
        new(shape, [.. Enumerable.Range(1, shape.Aggregate(1, (product, size) => product * size)).Select(i => (float)i)]);

    private static Numbers Equal(float value, params int[] shape) =>
        new(shape, [.. Enumerable.Repeat(value, shape.Aggregate(1, (product, size) => product * size))]);

    private static Numbers Halves(float first, float second, params int[] shape)
    {
        Numbers all = Equal(first, shape);
        all.Values.AsSpan(all.Values.Length / 2).Fill(second);
        return all;
    }

    /// <summary>A GRU as one node.</summary>
    internal sealed record Case(string Name, Func<ModelRun> Model, Numbers X, Numbers W, Numbers R)
    {
        public Numbers? B { get; init; }

        public Numbers? State { get; init; }

        public string Direction { get; init; } = "forward";

        public int Layout { get; init; }

        public bool ResetsAfter { get; init; }

        public bool GivesEvery { get; init; } = true;

        public string[] Activations { get; init; } = [];

        public float[] Alphas { get; init; } = [];

        public float[] Betas { get; init; } = [];

        public float Clip { get; init; }

        public (byte[] Bytes, OnnxOptions Options) File()
        {
            var graph = new GraphBuilder();
            NodeProto node = graph.AddNode("GRU", Name, 2,
                ["X", "W", "R", .. B is null && State is null ? [] : B is null ? [""] : new[] { "B" }, .. State is null ? []
                    : new[] { "", "initial_h" }]);
            node.Output[0] = GivesEvery ? "Y" : "";
            node.Output[1] = "Y_h";
            node.Attribute.Add(GraphBuilder.Attribute("hidden_size", R.Shape[2]));
            node.Attribute.Add(GraphBuilder.Attribute("direction", Direction));
            node.Attribute.Add(GraphBuilder.Attribute("layout", Layout));
            node.Attribute.Add(GraphBuilder.Attribute("linear_before_reset", ResetsAfter ? 1 : 0));
            if (Activations.Length > 0)
            {
                node.Attribute.Add(GraphBuilder.Attribute("activations", Activations));
                node.Attribute.Add(GraphBuilder.Attribute("activation_alpha", Alphas));
                node.Attribute.Add(GraphBuilder.Attribute("activation_beta", Betas));
            }

            if (Clip > 0)
            {
                node.Attribute.Add(GraphBuilder.Attribute("clip", Clip));
            }

            List<SafetensorsTensor> values = [];
            foreach ((string name, Numbers? numbers) in new[] { ("X", X), ("W", W), ("R", R), ("B", B), ("initial_h", State) })
            {
                if (numbers is not null)
                {
                    graph.Graph.Input.Add(GraphBuilder.Value(name, DataType.Float, [.. numbers.Shape.Select(size => (object)size)]));
                    if (name is "W" or "R" or "B")
                    {
                        values.Add(new SafetensorsTensor(name, [.. numbers.Shape.Select(size => (long)size)], numbers.Values));
                    }
                }
            }

            graph.Graph.Output.AddRange(
                node.Output.Where(output => output.Length > 0).Select(output => GraphBuilder.Value(output, DataType.Float, [])));
            graph.Graph.Output.ToList().ForEach(output => output.Type.TensorType.Shape = null);
            graph.Graph.Name = Name;
            var model = new ModelProto { IrVersion = 8, Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 14 } } };
            using var stream = new MemoryStream();
            Google.Protobuf.MessageExtensions.WriteTo(model, stream);
            return (stream.ToArray(), new OnnxOptions { Values = values });
        }
    }
}
