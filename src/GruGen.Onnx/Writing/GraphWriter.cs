using Google.Protobuf;
using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx;

/// <summary>Writes a model as a graph: opset 17, version 8 of the format, with batch and time left open.</summary>
internal sealed partial class GraphWriter
{
    private const int Opset = 17, Version = 8;
    private const string Input = "input", Output = "output", Batch = "batch", Time = "time";

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
        _graph.Unique(Output);
        var first = new Piece(Input, "BTF", _schema.InputSize);
        _graph.Graph.Name = _schema.Name;
        _graph.Graph.Input.Add(_schema.ReadsTokens
            ? Value(Input, DataType.Int64, Batch, Time)
            : Value(Input, DataType.Float, Batch, Time, _schema.InputSize));
        WriteMask();
        Piece last = first;
        foreach (LayerSchema layer in _schema.Layers)
        {
            last = Layer(layer, last);
        }

        Finish(last);
        var model = new ModelProto
        {
            IrVersion = Version,
            ProducerName = "GruGen",
            ProducerVersion = typeof(GraphWriter).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = _graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        };
        model.MetadataProps.AddRange(_parameters.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new StringStringEntryProto { Key = $"grugen.{pair.Key}", Value = pair.Value }));
        model.MetadataProps.Add(new StringStringEntryProto { Key = "grugen.declaration", Value = _schema.ToCSharp() });
        return model;
    }

    private void Finish(Piece last)
    {
        last = last.IsTimed ? Moved(last, "BTF") : last;
        if (_mask is not null && last.IsTimed)
        {
            // What stands at padding is zero.
            string mask = _graph.Add("Unsqueeze", "mask", _graph.Cast("mask", _mask, DataType.Float), _graph.Numbers(2));
            last = last with { Name = _graph.Add("Mul", "masked", last.Name, mask) };
        }

        _graph.Graph.Node.Add(new NodeProto { OpType = "Identity", Name = Output, Input = { last.Name }, Output = { Output } });
        _graph.Graph.Output.Add(last.IsTimed
            ? Value(Output, DataType.Float, Batch, Time, last.Size)
            : Value(Output, DataType.Float, Batch, last.Size));
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

    private Piece Layer(LayerSchema layer, Piece x)
    {
        string name = layer.Name;
        if (layer.Stride > 1 || layer.Window > 0)
        {
            throw new NotSupportedException($"{name} of {_schema.Name} makes one step of several, which is not written.");
        }

        switch (layer.Kind)
        {
            case LayerKind.Embedding:
                return new(_graph.Add("Gather", name, Tensor(layer, "weight"), x.Name), "BTF", layer.OutputSize);
            case LayerKind.Gru:
                return Gru(layer, Moved(x, "TBF"));
            case LayerKind.Dropout:
                return x; // which is at work in training only
            case LayerKind.Dense:
                x = FeaturesLast(x);
                Piece product = Activated(Dense(layer, x), layer.Activation, $"{name}.activation");
                return layer.Residual ? product with { Name = _graph.Add("Add", $"{name}.residual", product.Name, x.Name) } : product;
            case LayerKind.LayerNorm:
                x = FeaturesLast(x);
                return x with
                {
                    Name = _graph.Add(
                        "LayerNormalization", name, [x.Name, Tensor(layer, "weight"), Tensor(layer, "bias")],
                        [Attribute("axis", -1), Attribute("epsilon", (float)layer.Epsilon)]),
                };
            case LayerKind.PReLU:
                x = FeaturesLast(x);
                return x with { Name = _graph.Add("PRelu", name, x.Name, Tensor(layer, "weight")) };
            case LayerKind.Pool:
                return Pool(layer, x);
            case LayerKind.Conv1D:
                return Activated(Conv(layer, Moved(x, "BFT")), layer.Activation, $"{name}.activation");
            default:
                throw new NotSupportedException($"{name} of {_schema.Name} is a {layer.Kind}, which is not written.");
        }
    }

    private Piece Dense(LayerSchema layer, Piece x)
    {
        ReadOnlySpan<float> weights = Values(layer, "weight");
        if (!x.IsTimed)
        {
            string[] inputs = [x.Name, Tensor(layer, "weight"), .. layer.Bias ? [Tensor(layer, "bias")] : Array.Empty<string>()];
            return new(_graph.Add("Gemm", layer.Name, inputs, [Attribute("transB", 1)]), x.Axes, layer.OutputSize);
        }

        float[] transposed = new float[weights.Length];
        for (int unit = 0; unit < layer.OutputSize; unit++)
        {
            for (int i = 0; i < layer.InputSize; i++)
            {
                transposed[i * layer.OutputSize + unit] = weights[unit * layer.InputSize + i];
            }
        }

        string matrix = _graph.Weights($"{layer.Name}.weight", transposed, layer.InputSize, layer.OutputSize);
        string product = _graph.Add("MatMul", $"{layer.Name}.product", x.Name, matrix);
        return new(layer.Bias ? _graph.Add("Add", layer.Name, product, Tensor(layer, "bias")) : product, x.Axes, layer.OutputSize);
    }

    private Piece Conv(LayerSchema layer, Piece x)
    {
        RefusePadding(layer);
        long reach = (layer.KernelSize - 1L) * layer.Dilation;
        long[] pads = layer.Padding switch
        {
            ConvPadding.Causal => [reach, 0],
            ConvPadding.Same => [reach / 2, reach - reach / 2],
            var other => throw new NotSupportedException($"{layer.Name} of {_schema.Name} pads as {other}, which is not written."),
        };
        string[] inputs = [x.Name, Tensor(layer, "weight"), .. layer.Bias ? [Tensor(layer, "bias")] : Array.Empty<string>()];
        return new(
            _graph.Add(
                "Conv", layer.Name, inputs,
                [
                    Attribute("kernel_shape", [(long)layer.KernelSize]), Attribute("dilations", [(long)layer.Dilation]),
                    Attribute("pads", pads), Attribute("strides", [1L]),
                ]),
            x.Axes,
            layer.OutputSize);
    }

    private Piece Pool(LayerSchema layer, Piece x)
    {
        RefusePadding(layer);
        int time = x.Axes.IndexOf('T', StringComparison.Ordinal);
        string name = layer.Pooling switch
        {
            Pooling.Last => _graph.Add("Gather", layer.Name, [x.Name, _graph.WholeNumber(-1)], [Attribute("axis", time)]),
            Pooling.Mean => _graph.Add("ReduceMean", layer.Name, x.Name, [Attribute("axes", [(long)time]), Attribute("keepdims", 0)]),
            _ => _graph.Add("ReduceMax", layer.Name, x.Name, [Attribute("axes", [(long)time]), Attribute("keepdims", 0)]),
        };
        return new(name, "BF", x.Size);
    }

    private void RefusePadding(LayerSchema layer)
    {
        if (_lengths is not null)
        {
            throw new NotSupportedException(
                $"{layer.Name} of {_schema.Name} would read the steps that only fill a sequence, "
                + $"of which ONNX' {layer.Kind} does not know.");
        }
    }

    private Piece Activated(Piece x, Activation activation, string name)
    {
        switch (activation)
        {
            case Activation.Linear:
                return x;
            case Activation.Softmax:
                x = FeaturesLast(x);
                return x with { Name = _graph.Add("Softmax", name, x.Name, [Attribute("axis", -1)]) };
            case Activation.Silu:
                return x with { Name = _graph.Add("Mul", name, x.Name, _graph.Add("Sigmoid", $"{name}.gate", x.Name)) };
            case Activation.Gelu: // x·(1 + erf(x/√2))/2, because the operator of this name is younger
                string erf = _graph.Add("Erf", $"{name}.erf", _graph.Add("Div", $"{name}.scaled", x.Name, _graph.Number(MathF.Sqrt(2))));
                string twice = _graph.Add("Mul", $"{name}.twice", x.Name, _graph.Add("Add", $"{name}.sum", erf, _graph.Number(1)));
                return x with { Name = _graph.Add("Mul", name, twice, _graph.Number(0.5f)) };
            case Activation.Elu:
                return x with { Name = _graph.Add("Elu", name, x.Name, [Attribute("alpha", 1f)]) };
            case Activation.LeakyRelu:
                return x with { Name = _graph.Add("LeakyRelu", name, x.Name, [Attribute("alpha", 0.01f)]) };
            case Activation.Sigmoid or Activation.Tanh or Activation.Relu or Activation.Softsign:
                return x with { Name = _graph.Add(activation.ToString(), name, x.Name) };
            default:
                throw new NotSupportedException($"{activation} of {_schema.Name} is not written.");
        }
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
