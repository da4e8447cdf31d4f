using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;

namespace GruGen.Onnx;

/// <content>Layers other than GRUs.</content>
internal sealed partial class GraphWriter
{
    private Piece Layer(LayerSchema layer, Piece x)
    {
        string name = layer.Name;
        switch (layer.Kind)
        {
            case LayerKind.Embedding:
                return new(_graph.Add("Gather", name, Tensor(layer, "weight"), x.Name), "BTF", layer.OutputSize);
            case LayerKind.Gru:
                return Gru(layer, Moved(x, "TBF"));
            case LayerKind.Dropout: // which is at work in training only
            case LayerKind.Join:
                return x;
            case LayerKind.Dense:
                x = FeaturesLast(x);
                Piece product = Activated(Dense(layer, x), layer.Activation, $"{name}.activation");
                return layer.Residual ? product with { Name = _graph.Add("Add", name + ResidualSuffix, product.Name, x.Name) } : product;
            case LayerKind.LayerNorm:
                x = FeaturesLast(x);
                return x with
                {
                    Name = _graph.Add(
                        "LayerNormalization", name, [x.Name, Tensor(layer, "weight"), Tensor(layer, "bias")],
                        [Attribute("axis", -1), Attribute("epsilon", (float)layer.Epsilon)]),
                };
            case LayerKind.BatchNorm:
                x = x.IsTimed ? Moved(x, "BFT") : x;
                string[] given =
                [
                    x.Name, Tensor(layer, "weight"), Tensor(layer, "bias"), Tensor(layer, "running_mean"), Tensor(layer, "running_var"),
                ];
                return x with { Name = _graph.Add("BatchNormalization", name, given, [Attribute("epsilon", (float)layer.Epsilon)]) };
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
            ConvPadding.Valid => [0, 0],
            var other => throw new NotSupportedException($"{layer.Name} of {_schema.Name} pads as {other}, which is not written."),
        };
        string[] inputs = [x.Name, Tensor(layer, "weight"), .. layer.Bias ? [Tensor(layer, "bias")] : Array.Empty<string>()];
        return new(
            _graph.Add(
                "Conv", layer.Name, inputs,
                [
                    Attribute("kernel_shape", [(long)layer.KernelSize]), Attribute("dilations", [(long)layer.Dilation]),
                    Attribute("pads", pads), Attribute("strides", [(long)layer.Stride]),
                ]),
            x.Axes,
            layer.OutputSize);
    }

    private Piece Pool(LayerSchema layer, Piece x)
    {
        RefusePadding(layer);
        if (layer.Window > 0)
        {
            x = Moved(x, "BFT");
            string type = layer.Pooling switch
            {
                Pooling.Max => "MaxPool",
                Pooling.Mean => "AveragePool",
                var other => throw new NotSupportedException(
                    $"{layer.Name} of {_schema.Name} takes the {other} of windows, which is not written."),
            };
            AttributeProto[] window = [Attribute("kernel_shape", [(long)layer.Window]), Attribute("strides", [(long)layer.Stride])];
            return x with { Name = _graph.Add(type, layer.Name, x.Name, window) };
        }

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
}
