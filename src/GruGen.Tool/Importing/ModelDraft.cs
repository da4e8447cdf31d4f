namespace GruGen.Tool;

/// <summary>A layer that was read from a file.</summary>
/// <param name="FileName">What the file calls it.</param>
/// <param name="Schema">The layer.</param>
/// <param name="Textbook">The same as a textbook has it, on the file's tensors.</param>
/// <param name="Set">Sets its values, by the name that it has here.</param>
internal sealed record DraftLayer(string FileName, LayerSchema Schema, TextbookLayer? Textbook, Action<ParameterBuilder, string> Set)
{
    /// <summary>A layer without parameters.</summary>
    public static DraftLayer Plain(string fileName, LayerSchema schema, TextbookLayer? textbook) =>
        new(fileName, schema, textbook, (_, _) => { });

    /// <summary>A normalisation of each step; without weights they are ones and zeros.</summary>
    public static DraftLayer LayerNorm(string fileName, StoredTensor? weight, StoredTensor? bias, int size, double epsilon)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, weight is null ? size : 0)], zeros = new double[bias is null ? size : 0];
        return new DraftLayer(
            fileName,
            LayerSchema.LayerNorm(epsilon),
            TextbookEach.LayerNorm(weight?.Values.ToArray() ?? ones, bias?.Values.ToArray() ?? zeros, epsilon),
            (parameters, name) => parameters
                .Set($"{name}.weight", weight?.Singles() ?? [.. ones.Select(one => (float)one)])
                .Set($"{name}.bias", bias?.Singles() ?? new float[size]));
    }

    /// <summary>A normalisation by running averages; without weights they are ones and zeros.</summary>
    public static DraftLayer BatchNorm(
        string fileName, StoredTensor? weight, StoredTensor? bias, StoredTensor mean, StoredTensor variance, double epsilon) => new(
        fileName,
        LayerSchema.BatchNorm(epsilon),
        TextbookEach.BatchNorm(
            weight?.Values.ToArray(), bias?.Values.ToArray(), mean.Values.ToArray(), variance.Values.ToArray(), epsilon),
        (parameters, name) => parameters
            .Set($"{name}.weight", weight?.Singles() ?? [.. Enumerable.Repeat(1f, (int)mean.Length)])
            .Set($"{name}.bias", bias?.Singles() ?? new float[mean.Length])
            .Set($"{name}.running_mean", mean.Singles())
            .Set($"{name}.running_var", variance.Singles()));
}

/// <summary>A model while it is read from a file: layers in the order in which they are applied.</summary>
internal sealed class ModelDraft
{
    /// <summary>Reads a model: what does not fit a layer, or the layers each other, is an error of the file.</summary>
    /// <param name="source">The file, for messages.</param>
    /// <param name="read">Adds the layers and builds the model.</param>
    /// <exception cref="InvalidDataException">Something does not fit.</exception>
    public static ImportedModel Read(string source, Func<ModelDraft, ImportedModel> read)
    {
        try
        {
            return read(new ModelDraft());
        }
        catch (Exception exception)
            when (exception is ArgumentException or KeyNotFoundException or OverflowException or InvalidOperationException)
        {
            throw new InvalidDataException($"The layers of {source} do not make a model: {exception.Message}", exception);
        }
    }

    /// <summary>The layers, each after those that it reads.</summary>
    public List<DraftLayer> Layers { get; } = [];

    /// <summary>What they read; a stack needs to say nothing.</summary>
    public DraftGraph Graph { get; } = new();

    /// <summary>What was assumed or left out, in plain sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The number whose steps are masked.</summary>
    public float? MaskValue { get; set; }

    /// <summary>Whether each layer of the textbook does with masked steps what it does in the file's framework.</summary>
    public bool LayersSeeMasks { get; set; }

    /// <summary>Whether layers are called as in the file; otherwise only those of more than a stack are, or similarly.</summary>
    public bool KeepsNames { get; set; }

    /// <summary>Whether masked steps repeat outputs.</summary>
    public bool RepeatsOutputs { get; set; }

    /// <summary>The model.</summary>
    /// <param name="name">The name of its class.</param>
    /// <param name="inputSize">The number of features in a step; 0 for a model that reads tokens.</param>
    /// <param name="outputNames">The names of its outputs in the graph; empty for the last layer.</param>
    public ImportedModel Build(string name, int inputSize, IReadOnlyList<string>? outputNames = null)
    {
        DraftSource[] sources = [.. Layers.Select((_, place) => Graph.Of(place))];
        int[] outputs = outputNames is not { Count: > 0 } ? [Layers.Count - 1]
            : [.. outputNames.Select(output => Graph.Of(output).Layers is [>= 0 and var layer]
            ? layer : throw new NotSupportedException($"The output '{output}' is not that of one layer.")).Order()];
        LayerSchema[] layers = Placed(sources, outputs);
        ModelSchema schema = inputSize == 0 ? ModelSchema.ForTokens(name, layers) : ModelSchema.ForFeatures(name, inputSize, layers);
        schema = MaskValue is { } mask ? schema.WithMaskValue(mask) : schema;
        schema = Repeating(schema);
        var parameters = new ParameterBuilder(schema);
        foreach ((DraftLayer draft, LayerSchema layer) in Layers.Zip(schema.Layers))
        {
            draft.Set(parameters, layer.Name);
        }

        TextbookNode[] textbooks = [.. Layers.Zip(sources, (layer, source) => new TextbookNode(layer.Textbook, source))];
        return new ImportedModel(schema, parameters, Notes, new TextbookModel(textbooks, outputs, Unread(schema), Masked()));
    }

    /// <summary>The layers with their names and what they read, unless they are a stack.</summary>
    private LayerSchema[] Placed(DraftSource[] sources, int[] outputs)
    {
        bool isStack = sources.Select((source, place) => source.Layers is [var before] && before == place - 1).All(follows => follows)
            && outputs is [var last] && last == Layers.Count - 1;
        if (isStack && !KeepsNames)
        {
            return [.. Layers.Select(layer => layer.Schema)];
        }

        string[] fileNames = [.. Layers.Select(layer => layer.FileName)], names = KeepsNames ? fileNames : LayerIdentifiers.Of(fileNames);
        return
        [
            .. Layers.Select((layer, place) => layer.Schema with
            {
                Name = names[place],
                From = sources[place].Layers is [var before] && before == place - 1
                    ? [] : [.. sources[place].Layers.Select(source => source < 0 ? "input" : names[source])],
                Combine = sources[place].IsSum ? Combine.Sum : Combine.Concat,
                IsOutput = outputs.Contains(place),
            }),
        ];
    }

    /// <summary>Masked steps repeat outputs where there are such, and where that can be.</summary>
    private ModelSchema Repeating(ModelSchema schema)
    {
        bool masks = schema.PaddingToken >= 0 || schema.MaskValue is not null;
        if (!RepeatsOutputs || !masks || schema.Output != SequenceOutput.EveryStep)
        {
            return schema;
        }

        try
        {
            return schema.With(MaskedOutput.Repeat);
        }
        catch (ArgumentException) when (LayersSeeMasks)
        {
            Notes.Add("Outputs at masked steps are zeros, where the original repeats those of both directions.");
            return schema;
        }
    }

    /// <summary>The steps of the input that are masked, for layers that see masks.</summary>
    private Func<double[][], bool[]>? Masked() => LayersSeeMasks && MaskValue is { } mask
        ? steps => [.. steps.Select(step => step.All(value => value == mask))] : null;

    /// <summary>The steps that the model leaves out, unless a layer of the textbook does it; null if there are none.</summary>
    private UnreadSteps? Unread(ModelSchema schema)
    {
        Func<double[], bool>? isUnread = LayersSeeMasks ? null
            : schema.PaddingToken is >= 0 and var padding ? step => step[0] == padding
            : MaskValue is { } mask ? step => step.All(value => value == mask)
            : null;
        int fromBefore = schema.Layers.LastOrDefault(layer => layer.Kind == LayerKind.Gru) switch
        {
            { Options.Bidirectional: true } top => top.HiddenSize,
            { Options.Reverse: true } => 0,
            _ => schema.OutputSize,
        };
        return isUnread is null ? null : new UnreadSteps(isUnread, schema.Output == SequenceOutput.EveryStep ? fromBefore : -1);
    }
}
