namespace GruGen.Tool;

/// <summary>The layers of Keras that are not recurrent.</summary>
/// <param name="node">The layer.</param>
/// <param name="tensors">Its weights, in Keras' order.</param>
internal sealed class KerasLayers(KerasNode node, IReadOnlyList<StoredTensor> tensors)
{
    /// <summary>A table of vectors.</summary>
    public DraftLayer Embedding()
    {
        int tokens = node.Whole("input_dim"), size = node.Whole("output_dim");
        bool isMasked = node.Truth("mask_zero", false);
        StoredTensor table = Tensor(0, "embeddings", tokens, size);
        CheckCount(1);
        TextbookLayer textbook = TextbookEach.Embedding(size, (token, i) => table.Values[(token * size) + i]);
        return new DraftLayer(
            node.Name,
            LayerSchema.Embedding(tokens, size, isMasked ? 0 : -1),
            isMasked ? new TextbookPair(new TextbookMask(x => x[0] == 0), textbook) : textbook,
            (parameters, name) => parameters.Set($"{name}.weight", table.Singles()));
    }

    /// <summary>A fully connected layer.</summary>
    /// <param name="activation">The activation, if the next layer is one; otherwise null.</param>
    public DraftLayer Dense(string? activation)
    {
        int units = node.Whole("units");
        bool hasBias = node.Truth("use_bias", true);
        Activation function = KerasActivations.Of(node, activation ?? KerasActivations.Name(node, "activation"));
        StoredTensor kernel = Tensor(0, "kernel", -1, units);
        StoredTensor? bias = hasBias ? Tensor(1, "bias", units) : null;
        CheckCount(hasBias ? 2 : 1);
        return new DraftLayer(
            node.Name,
            LayerSchema.Dense(units, function, bias: hasBias),
            TextbookEach.Dense(
                units, (o, i) => kernel.Values[(i * units) + o], o => bias?.Values[o] ?? 0, TextbookFunctions.OfVector(function)),
            (parameters, name) => Set(parameters, name, kernel.Transposed(kernel.Name).Singles(), bias));
    }

    /// <summary>A convolution, whose groups become one kernel with zeros.</summary>
    /// <param name="activation">The activation, if the next layer is one; otherwise null.</param>
    public DraftLayer Convolution(string? activation)
    {
        (int filters, int taps, int groups) = (node.Whole("filters"), node.One("kernel_size", 0), node.One("groups", 1));
        int dilation = node.One("dilation_rate", 1);
        bool hasBias = node.Truth("use_bias", true);
        string padding = node.Text("padding", "valid");
        ConvPadding? place = padding switch
        {
            "causal" => ConvPadding.Causal,
            "same" => ConvPadding.Same,
            "valid" => ConvPadding.Valid,
            _ => null
        };
        if (place is null || node.Text("data_format", "channels_last") != "channels_last")
        {
            throw node.Unsupported($"has channels first or the padding '{padding}', which is not read");
        }

        Activation function = KerasActivations.Of(node, activation ?? KerasActivations.Name(node, "activation"));
        StoredTensor kernel = Tensor(0, "kernel", taps, -1, filters);
        return Convolution(
            node.Name, kernel, hasBias ? Tensor(1, "bias", filters)
                : null, groups, dilation, place.Value, node.One("strides", 1), function);
    }

    /// <summary>A convolution on a kernel [taps, inputs of a group, filters].</summary>
    public static DraftLayer Convolution(
        string name,
        StoredTensor kernel,
        StoredTensor? bias,
        int groups,
        int dilation,
        ConvPadding padding,
        int stride,
        Activation activation)
    {
        int taps = kernel.Shape[0], inGroup = kernel.Shape[1], filters = kernel.Shape[2], inputs = checked(inGroup * groups);
        if (groups < 1 || filters % groups != 0)
        {
            throw new InvalidDataException($"'{name}' has {filters} filters in {groups} groups.");
        }

        return new DraftLayer(
            name,
            LayerSchema.Conv1D(filters, taps, activation, dilation, padding, bias is not null, stride),
            new TextbookConvolution(
                filters,
                taps,
                dilation,
                padding,
                stride,
                (o, i, tap) => Weight(kernel.Values, o, i, tap),
                o => bias?.Values[o] ?? 0,
                TextbookFunctions.OfVector(activation)),
            (parameters, own) => Set(
                parameters,
                own,
                [
                    .. from o in Enumerable.Range(0, filters)
                       from i in Enumerable.Range(0, inputs)
                       from tap in Enumerable.Range(0, taps)
                       select (float)Weight(kernel.Values, o, i, tap),
                ],
                bias));

        double Weight(StoredNumbers values, int o, int i, int tap) =>
            i / inGroup == o / (filters / groups) ? values[(((tap * inGroup) + (i % inGroup)) * filters) + o] : 0;
    }

    /// <summary>A normalisation of each step.</summary>
    public DraftLayer LayerNorm(int size)
    {
        if (node.Truth("rms_scaling", false))
        {
            throw node.Unsupported("scales by the root of the mean square, which is not read");
        }

        double epsilon = node.Number("epsilon", 1e-3);
        (bool scale, bool center) = (node.Truth("scale", true), node.Truth("center", true));
        StoredTensor? gamma = scale ? Tensor(0, "gamma", -1) : null, beta = center ? Tensor(scale ? 1 : 0, "beta", -1) : null;
        return DraftLayer.LayerNorm(node.Name, gamma, beta, size, epsilon);
    }

    /// <summary>A normalisation by running averages.</summary>
    public DraftLayer BatchNorm()
    {
        (int scale, int center) = (node.Truth("scale", true) ? 1 : 0, node.Truth("center", true) ? 1 : 0);
        return DraftLayer.BatchNorm(
            node.Name,
            scale > 0 ? Tensor(0, "gamma", -1) : null,
            center > 0 ? Tensor(scale, "beta", -1) : null,
            Tensor(scale + center, "moving mean", -1),
            Tensor(scale + center + 1, "moving variance", -1),
            node.Number("epsilon", 1e-3));
    }

    /// <summary>Windows of steps, each as one.</summary>
    public DraftLayer Pool(Pooling pooling)
    {
        int window = node.One("pool_size", 2), stride = node.One("strides", window);
        return node.Text("padding", "valid") == "valid" && node.Text("data_format", "channels_last") == "channels_last"
            ? DraftLayer.Plain(node.Name, LayerSchema.Pool(pooling, window, stride), new TextbookPool(pooling, window, stride))
            : throw node.Unsupported("pads what it pools, or has channels first, which is not read");
    }

    /// <summary>A ReLU with learned slopes, one for each feature.</summary>
    public DraftLayer PRelu(int size)
    {
        if (tensors.Count != 1 || tensors[0].Length != size)
        {
            throw node.Unsupported("has slopes of its own for each step; 'shared_axes' has to be [1]");
        }

        return PRelu(node.Name, tensors[0].Values.ToArray());
    }

    /// <summary>A ReLU with these slopes.</summary>
    public static DraftLayer PRelu(string name, double[] slopes) => new(
        name, LayerSchema.PReLU(), TextbookEach.PRelu(slopes), (parameters, own) =>
            parameters.Set($"{own}.weight", [.. slopes.Select(slope => (float)slope)]));

    /// <summary>A weight of a shape, of which one size may be any, −1.</summary>
    public static StoredTensor Tensor(KerasNode node, IReadOnlyList<StoredTensor> tensors, int place, string what, params int[] shape)
    {
        StoredTensor? tensor = place < tensors.Count ? tensors[place] : null;
        return tensor is not null && tensor.IsReal && tensor.Shape.Length == shape.Length
            && tensor.Shape.Zip(shape).All(size => size.Second == -1 || size.First == size.Second)
            ? tensor
            : throw new InvalidDataException(
                $"The {what} of '{node.Name}' in {node.Source} is {tensor?.ToString() ?? "missing"}, but "
                    + $"[{string.Join(", ", shape).Replace("-1", "…", StringComparison.Ordinal)}] is expected.");
    }

    private StoredTensor Tensor(int place, string what, params int[] shape) => Tensor(node, tensors, place, what, shape);

    private void CheckCount(int count)
    {
        if (tensors.Count != count)
        {
            throw new InvalidDataException($"'{node.Name}' in {node.Source} has {tensors.Count} weights, but {count} are expected.");
        }
    }

    private static void Set(ParameterBuilder parameters, string name, float[] weight, StoredTensor? bias)
    {
        parameters.Set($"{name}.weight", weight);
        if (bias is not null)
        {
            parameters.Set($"{name}.bias", bias.Singles());
        }
    }
}
