namespace GruGen.Tool;

/// <summary>The layers that a module is: one, or each of a stack.</summary>
/// <param name="module">The module.</param>
/// <param name="size">The size of a step of its input.</param>
/// <param name="output">What the topmost layer gives, if the module is recurrent.</param>
/// <param name="notes">Takes what is assumed.</param>
/// <param name="epsilon">ε of normalisations, unless a word says another one.</param>
internal sealed class ModuleLayers(Module module, int size, SequenceOutput output, List<string> notes, double epsilon)
{
    private const int MaximumIdentity = 4096; // features of a product that only applies an activation

    /// <summary>The layers.</summary>
    /// <param name="words">The options of a layer, by its kind and by what the file calls it.</param>
    public IEnumerable<DraftLayer> Read(Func<LayerKind, string, LayerWords> words)
    {
        if (module.Kind == ModuleKind.Recurrent)
        {
            for (int layer = 0; layer < module.Depth; layer++)
            {
                bool isTop = layer == module.Depth - 1;
                yield return Checked(LayerKind.Gru, each => Gru(each, layer, isTop ? output : SequenceOutput.EveryStep));
            }

            yield break;
        }

        yield return module.Kind switch
        {
            ModuleKind.Embedding => Checked(LayerKind.Embedding, Embedding),
            ModuleKind.Linear => Checked(LayerKind.Dense, Linear),
            ModuleKind.Convolution => Checked(LayerKind.Conv1D, Convolution),
            ModuleKind.LayerNorm => Checked(LayerKind.LayerNorm, LayerNorm),
            ModuleKind.PReLU => Checked(LayerKind.PReLU, PRelu),
            ModuleKind.Pool => Checked(LayerKind.Pool, Pool),
            ModuleKind.Function => Checked(LayerKind.Dense, Function),
            ModuleKind.Join => Checked(LayerKind.Join, _ => DraftLayer.Plain(module.Name, LayerSchema.Join(), null)),
            _ => Checked(LayerKind.BatchNorm, BatchNorm),
        };

        DraftLayer Checked(LayerKind kind, Func<LayerWords, DraftLayer> read)
        {
            LayerWords own = words(kind, module.Name);
            DraftLayer layer = read(own);
            own.CheckAllUsed();
            return layer;
        }
    }

    private DraftLayer Embedding(LayerWords words)
    {
        int padding = words.Whole("padding_token", -1);
        StoredTensor weight = module["weight"]!;
        TextbookLayer table = TextbookEach.Embedding(module.OutputSize, (token, i) => weight.Values[(token * module.OutputSize) + i]);
        return new DraftLayer(
            module.Name,
            LayerSchema.Embedding(module.InputSize, module.OutputSize, padding),
            table,
            (parameters, name) => parameters.Set($"{name}.weight", weight.Singles()));
    }

    private DraftLayer Linear(LayerWords words)
    {
        Activation activation = words.Function();
        bool isResidual = words.Truth("residual");
        (StoredTensor weight, StoredTensor? bias) = (module["weight"]!, module["bias"]);
        TextbookLayer dense = TextbookEach.Dense(
            module.OutputSize,
            (o, i) => weight.Values[(o * module.InputSize) + i],
            o => bias?.Values[o] ?? 0,
            TextbookFunctions.OfVector(activation));
        return new DraftLayer(
            module.Name,
            LayerSchema.Dense(module.OutputSize, activation, isResidual, bias is not null),
            isResidual ? new TextbookResidual(dense) : dense,
            WeightAndBias);
    }

    private DraftLayer Convolution(LayerWords words)
    {
        (StoredTensor weight, StoredTensor? bias) = (module["weight"]!, module["bias"]);
        int taps = weight.Shape[2], dilation = words.Whole("dilation", 1);
        Activation activation = words.Function();
        (int stride, int groups) = (words.Whole("stride", 1), words.Whole("groups", module.Groups));
        if (groups != module.Groups)
        {
            throw new InvalidDataException($"The groups of '{module.Name}' are given by that name: '--set {module.Name}.groups={groups}'.");
        }

        if (!words.Has("padding"))
        {
            notes.Add($"Assumed: '{module.Name}' has zeros before a sequence, a stride of {stride}, a dilation of {dilation} and "
                + $"{groups} group{(groups > 1 ? "s" : "")}; '--set {module.Name}.padding=valid' or 'same', 'stride', 'dilation' and "
                + "'groups' say otherwise.");
        }

        ConvPadding padding = words.Word(
            "padding", ConvPadding.Causal, ("causal", ConvPadding.Causal), ("same", ConvPadding.Same), ("valid", ConvPadding.Valid));
        return new DraftLayer(
            module.Name,
            LayerSchema.Conv1D(module.OutputSize, taps, activation, dilation, padding, bias is not null, stride),
            new TextbookConvolution(
                module.OutputSize,
                taps,
                dilation,
                padding,
                stride,
                (o, i, j) => weight.Values[(((o * module.InputSize) + i) * taps) + j],
                o => bias?.Values[o] ?? 0,
                TextbookFunctions.OfVector(activation)),
            WeightAndBias);
    }

    private DraftLayer LayerNorm(LayerWords words)
    {
        double own = words.Number("epsilon") ?? epsilon;
        return DraftLayer.LayerNorm(module.Name, module["weight"], module["bias"], module.InputSize, own);
    }

    /// <summary>An activation by itself: a Dense layer that does nothing else.</summary>
    private DraftLayer Function(LayerWords words)
    {
        Activation activation = words.Function();
        if (size > MaximumIdentity)
        {
            throw new NotSupportedException($"'{module.Name}' would become a product of {size} features with themselves.");
        }

        notes.Add($"'{module.Name}' stands behind no product, so it became a Dense layer of {size} units that only applies it.");
        return new DraftLayer(
            module.Name,
            LayerSchema.Dense(size, activation, bias: false),
            new TextbookEach(TextbookFunctions.OfVector(activation)),
            (parameters, name) =>
            {
                float[] identity = new float[size * size];
                for (int i = 0; i < size; i++)
                {
                    identity[(i * size) + i] = 1;
                }

                parameters.Set($"{name}.weight", identity);
            });
    }

    private DraftLayer BatchNorm(LayerWords words)
    {
        double own = words.Number("epsilon") ?? epsilon;
        (StoredTensor mean, StoredTensor variance) = (module["running_mean"]!, module["running_var"]!);
        return DraftLayer.BatchNorm(module.Name, module["weight"], module["bias"], mean, variance, own);
    }

    private DraftLayer PRelu(LayerWords words)
    {
        StoredTensor weight = module["weight"]!;
        if (!module.IsKnown && !module.Name.Contains("prelu", StringComparison.OrdinalIgnoreCase))
        {
            notes.Add(
                $"Assumed: '{module.Name}', which has only the vector '{weight.Name}', is a PReLU; "
                    + $"'--ignore {module.Name}' leaves it out.");
        }

        return new DraftLayer(
            module.Name,
            LayerSchema.PReLU(),
            TextbookEach.PRelu(weight.Values.ToArray()),
            (parameters, name) => parameters.Set(
                $"{name}.weight", module.InputSize == 0 ? [.. Enumerable.Repeat(weight.Singles()[0], size)] : weight.Singles()));
    }

    private DraftLayer Pool(LayerWords words)
    {
        Pooling pooling = words.Word("pooling", Pooling.Last, ("last", Pooling.Last), ("mean", Pooling.Mean), ("max", Pooling.Max));
        int window = words.Whole("window", 0), stride = words.Whole("stride", 0);
        return DraftLayer.Plain(
            module.Name, LayerSchema.Pool(pooling, window, stride), new TextbookPool(pooling, window, Math.Max(1, stride)));
    }

    private DraftLayer Gru(LayerWords words, int layer, SequenceOutput gives)
    {
        string suffix = $"_l{layer}";
        bool isBoth = module[$"weight_hh{suffix}_reverse"] is not null, hasBias = module[$"bias_ih{suffix}"] is not null;
        int units = module[$"weight_hh{suffix}"]!.Shape[1], inputs = module[$"weight_ih{suffix}"]!.Shape[1];
        bool hasOneBias = hasBias && module[$"bias_hh{suffix}"] is null;
        GruOptions options = new GruReading(words).Options(isBoth, hasBias, hasOneBias, module[$"initial_state{suffix}"] is not null);
        if (hasOneBias && options.ResetAfter)
        {
            throw new InvalidDataException(
                $"'{module.Name}' has one bias, but resets after the product, where there are two; 'reset' must be 'before'.");
        }

        if (!options.ResetAfter && !hasOneBias && hasBias)
        {
            notes.Add($"Both biases of '{module.Name}' add up to one, because it resets before the product.");
        }

        GruCell forward = GruReading.Complete(Cell(""), options, reverse: false);
        GruCell? backward = isBoth ? GruReading.Complete(Cell("_reverse"), options, reverse: true) : null;
        bool everyStep = gives == SequenceOutput.EveryStep;
        var textbook = new TextbookGru(options.Reverse ? null : forward, options.Reverse ? forward : backward, options.Merge, everyStep);
        return new DraftLayer(
            module.Name, LayerSchema.Gru(units, gives, options), options.Residual ? new TextbookResidual(textbook) : textbook, Set);

        GruCell Cell(string direction) => GruCell.Torch(
            units,
            inputs,
            module[$"weight_ih{suffix}{direction}"]!.Values,
            module[$"weight_hh{suffix}{direction}"]!.Values,
            module[$"bias_ih{suffix}{direction}"]?.Values,
            module[$"bias_hh{suffix}{direction}"]?.Values) with
        { InitialState = module[$"initial_state{suffix}{direction}"]?.Values.ToArray() };

        void Set(ParameterBuilder parameters, string name)
        {
            foreach (string direction in isBoth ? new[] { "", "_reverse" } : [""])
            {
                foreach (string part in new[] { "weight_ih", "weight_hh", "initial_state" })
                {
                    if (module[$"{part}{suffix}{direction}"] is { } tensor)
                    {
                        parameters.Set($"{name}.{part}_l0{direction}", tensor.Singles());
                    }
                }

                (StoredTensor? ih, StoredTensor? hh) = (module[$"bias_ih{suffix}{direction}"], module[$"bias_hh{suffix}{direction}"]);
                if (ih is not null && !options.ResetAfter && hh is not null)
                {
                    parameters.Set($"{name}.bias_ih_l0{direction}", [.. ih.Values.Zip(hh.Values, (a, b) => (float)(a + b))]);
                }
                else if (ih is not null)
                {
                    parameters.Set($"{name}.bias_ih_l0{direction}", ih.Singles());
                    _ = hh is null ? parameters : parameters.Set($"{name}.bias_hh_l0{direction}", hh.Singles());
                }
            }
        }
    }

    private void WeightAndBias(ParameterBuilder parameters, string name)
    {
        parameters.Set($"{name}.weight", module["weight"]!.Singles());
        if (module["bias"] is { } bias)
        {
            parameters.Set($"{name}.bias", bias.Singles());
        }
    }
}
