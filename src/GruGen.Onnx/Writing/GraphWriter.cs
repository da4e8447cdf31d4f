using Google.Protobuf;
using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx;

/// <summary>Writes a model as a graph: opset 17, version 8 of the format, with batch and time left open.</summary>
internal sealed partial class GraphWriter
{
    /// <summary>What a file says of the program that wrote it.</summary>
    public const string Producer = "GruGen";

    /// <summary>What the name of an addition ends with that is a residual connection.</summary>
    public const string ResidualSuffix = ".residual";

    /// <summary>What stands before the keys of the strings that a model's own file has too.</summary>
    public const string MetadataPrefix = "grugen.";

    private const int Opset = 17, Version = 8;
    private const string Input = "input", Output = "output", Batch = "batch", Time = "time", OutputTime = "output_time";

    private readonly GraphBuilder _graph = new();
    private readonly ModelSchema _schema;
    private readonly SafetensorsFile _parameters;
    private string? _lengths, _mask; // of sequences that are padded

    private GraphWriter(ModelSchema schema, SafetensorsFile parameters) => (_schema, _parameters) = (schema, parameters);

    /// <summary>What a layer gives.</summary>
    /// <param name="Name">The value in the graph.</param>
    /// <param name="Axes">Its axes: BTF, TBF, BFT, or BF of one vector for each sequence.</param>
    /// <param name="Size">The number of features.</param>
    private readonly record struct Piece(string Name, string Axes, int Size)
    {
        public bool IsTimed => Axes.Length == 3;
    }

    /// <summary>Writes a model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="schema">Its layers.</param>
    /// <param name="parameters">Its parameters by their names here, and the strings of their file.</param>
    /// <exception cref="NotSupportedException">ONNX cannot say what a layer does.</exception>
    public static void Write(Stream stream, ModelSchema schema, SafetensorsFile parameters) =>
        new GraphWriter(schema, parameters).Model().WriteTo(stream);

    private ModelProto Model()
    {
        _graph.Unique(Input);
        foreach (OutputSchema output in _schema.Outputs)
        {
            _graph.Unique(OutputName(output));
        }

        var first = new Piece(Input, "BTF", _schema.InputSize);
        _graph.Graph.Name = _schema.Name;
        _graph.Graph.Input.Add(_schema.ReadsTokens
            ? Value(Input, DataType.Int64, Batch, Time)
            : Value(Input, DataType.Float, Batch, Time, _schema.InputSize));
        WriteMask();
        var pieces = new Dictionary<string, Piece>(StringComparer.Ordinal) { [LayerNames.Input] = first };
        foreach (LayerSchema layer in _schema.Layers)
        {
            pieces.Add(layer.Name, Layer(layer, Read(layer, pieces)));
        }

        foreach (OutputSchema output in _schema.Outputs)
        {
            Finish(pieces[output.Name], OutputName(output));
        }

        var model = new ModelProto
        {
            IrVersion = Version,
            ProducerName = Producer,
            ProducerVersion = typeof(GraphWriter).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = _graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        model.MetadataProps.AddRange(_parameters.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new StringStringEntryProto { Key = MetadataPrefix + pair.Key, Value = pair.Value }));
        model.MetadataProps.Add(
            new StringStringEntryProto
            {
                Key = MetadataPrefix + "declaration",
                Value =
                _schema.ToCSharp(GraphReader.ClassName(_schema.Name))
            });
        return model;
    }

    /// <summary>Whether there are as many outputs as steps.</summary>
    private bool KeepsSteps => _schema.Layers.All(layer => layer is { Stride: <= 1, Window: 0 } && layer.Padding != ConvPadding.Valid);

    /// <summary>The one output is called so; of several each as its layer.</summary>
    private string OutputName(OutputSchema output) => _schema.Outputs.Length == 1 ? Output : output.Name;

    /// <summary>What a layer reads: layers one behind the other, or their sum.</summary>
    private Piece Read(LayerSchema layer, Dictionary<string, Piece> pieces)
    {
        Piece[] sources = [.. layer.From.Select(source => pieces[source])];
        if (sources is [var only])
        {
            return only;
        }

        sources = [.. sources.Select(source => source.IsTimed ? Moved(source, "BTF") : source)];
        if (layer.Combine == Combine.Concat)
        {
            string joined = _graph.Add("Concat", $"{layer.Name}.input", [.. sources.Select(source => source.Name)],
                [Attribute("axis", -1)]);
            return sources[0] with { Name = joined, Size = sources.Sum(source => source.Size) };
        }

        return sources.Aggregate((sum, source) => sum with { Name = _graph.Add("Add", $"{layer.Name}.input", sum.Name, source.Name) });
    }

    private void Finish(Piece last, string output)
    {
        last = last.IsTimed ? Moved(last, "BTF") : last;
        if (_mask is not null && last.IsTimed)
        {
            // What stands at padding is zero.
            string mask = _graph.Add("Unsqueeze", "mask", _graph.Cast("mask", _mask, DataType.Float), _graph.Numbers(2));
            last = last with { Name = _graph.Add("Mul", "masked", last.Name, mask) };
        }

        _graph.Graph.Node.Add(new NodeProto { OpType = "Identity", Name = output, Input = { last.Name }, Output = { output } });
        _graph.Graph.Output.Add(last.IsTimed
            ? Value(output, DataType.Float, Batch, KeepsSteps ? Time : OutputTime, last.Size)
            : Value(output, DataType.Float, Batch, last.Size));
    }

    /// <summary>
    /// The real steps of padded sequences, of which ONNX knows the number alone: padding has to stand behind them.
    /// </summary>
    private void WriteMask()
    {
        string same;
        if (_schema.PaddingToken >= 0)
        {
            same = _graph.Add("Equal", "is_padding", Input, _graph.WholeNumber(_schema.PaddingToken));
        }
        else if (_schema.MaskValue is { } value)
        {
            string equal = _graph.Cast("is_mask_value", _graph.Add("Equal", "equals_mask_value", Input, _graph.Number(value)),
                DataType.Int32);
            string all = _graph.Add("ReduceMin", "all_are_mask_value", equal, [Attribute("axes", [2L]), Attribute("keepdims", 0)]);
            same = _graph.Cast("is_padding", all, DataType.Bool);
        }
        else
        {
            return;
        }

        if (_schema.MaskedOutput == MaskedOutput.Repeat && _schema.Output == SequenceOutput.EveryStep)
        {
            throw new NotSupportedException($"{_schema.Name} repeats outputs at masked steps, which ONNX cannot say.");
        }

        _mask = _graph.Cast("is_step", _graph.Add("Not", "is_no_padding", same), DataType.Int32);
        _lengths = _graph.Add("ReduceSum", "lengths", [_mask, _graph.Numbers(1)], [Attribute("keepdims", 0)]);
    }

    /// <summary>The value with its axes in another order.</summary>
    private Piece Moved(Piece x, string axes)
    {
        return x.Axes == axes ? x
            : !x.IsTimed ? throw new NotSupportedException($"{_schema.Name} has a layer of steps above one that gives one vector.")
            : new(
                _graph.Add("Transpose", $"{x.Name}.{axes}", x.Name,
                    [Attribute("perm", axes.Select(axis => (long)x.Axes.IndexOf(axis, StringComparison.Ordinal)))]),
                axes,
                x.Size);
    }

    private Piece FeaturesLast(Piece x) => x.Axes[^1] == 'F' ? x : Moved(x, "BTF");

    private ReadOnlySpan<float> Values(LayerSchema layer, string tensor) => _parameters[$"{layer.Name}.{tensor}"].ToSingles();

    private string Tensor(LayerSchema layer, string tensor)
    {
        SafetensorsTensor values = _parameters[$"{layer.Name}.{tensor}"];
        return _graph.Weights($"{layer.Name}.{tensor}", values.ToSingles(), values.Shape.AsSpan());
    }
}
