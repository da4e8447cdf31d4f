namespace GruGen.Onnx;

/// <summary>ONNX files of declared models.</summary>
public static class OnnxModels
{
    /// <summary>
    /// Replaces the parameters with those of an ONNX file, after a check that the file computes what the model does; if it does not, the
    /// model stays as it is. <c>var model = new Gesture(); model.LoadOnnx("gesture.onnx");</c>
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>What the file has, and what became of each of its tensors.</returns>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or a value in the options is of no input.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged; or it is of another model: every difference is listed, and the attributes that declare what the file has.
    /// </exception>
    /// <exception cref="NotSupportedException">The graph has what no layer here does; all such nodes are named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public static OnnxModel LoadOnnx<TInput>(this SequenceModel<TInput> model, string path, OnnxOptions? options = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return Load(model, OnnxFile.Read(path, Named(model.Schema, options)), $"'{path}'");
    }

    /// <inheritdoc cref="LoadOnnx{TInput}(SequenceModel{TInput}, string, OnnxOptions?)"/>
    /// <param name="model">The model.</param>
    /// <param name="stream">The file, which is read to its end and stays open.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    public static OnnxModel LoadOnnx<TInput>(this SequenceModel<TInput> model, Stream stream, OnnxOptions? options = null)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        return Load(model, OnnxFile.Read(stream, Named(model.Schema, options)), "The stream");
    }

    /// <summary>
    /// Writes the model as an ONNX file, atomically: opset 17, which ONNX Runtime 1.12 and later run, with the numbers of sequences and of
    /// steps left open. The input is <c>input</c>, [batch, time, features] of floats or [batch, time] of 64-bit tokens, the output
    /// <c>output</c>. The strings of the model's own file, and its declaration, are in the metadata. While a trainer is at work, the
    /// parameters that predictions use are written.
    /// </summary>
    /// <remarks>
    /// Sequences that are padded have to have their padding at their ends, as ONNX' <c>sequence_lens</c> asks for. Weights are written as
    /// float32 whatever <see cref="ModelSchema.WeightFormat"/> is.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot say what a layer does, which is named.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void SaveOnnx<TInput>(this SequenceModel<TInput> model, string path)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxFile.Write(path, model.Schema, Saved(model));
    }

    /// <inheritdoc cref="SaveOnnx{TInput}(SequenceModel{TInput}, string)"/>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to write to; it stays open.</param>
    public static void SaveOnnx<TInput>(this SequenceModel<TInput> model, Stream stream)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxFile.Write(stream, model.Schema, Saved(model));
    }

    /// <summary>The parameters as predictions use them, and what belongs to the model's file.</summary>
    private static SafetensorsFile Saved<TInput>(SequenceModel<TInput> model)
        where TInput : unmanaged
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return SafetensorsFile.Read(stream.ToArray());
    }

    private static OnnxOptions Named(ModelSchema schema, OnnxOptions? options) =>
        (options ?? OnnxOptions.Default) with { ModelName = options?.ModelName ?? schema.Name };

    private static OnnxModel Load<TInput>(SequenceModel<TInput> model, OnnxModel file, string source)
        where TInput : unmanaged
    {
        var comparison = SchemaComparison.Of(file.Schema, model.Schema);
        if (comparison.Differences.Count > 0)
        {
            throw new InvalidDataException(string.Join(
                Environment.NewLine,
                [
                    $"{source} is of another model than {model.Schema.Name}:",
                    .. comparison.Differences.Select(difference => $"- {difference}"),
                    "This declares what the file has:",
                    file.Schema.ToCSharp(GraphReader.ClassName(file.Schema.Name)),
                ]));
        }

        ParameterBuilder parameters = Converted(file, model.Schema, comparison);
        KeyValuePair<string, string>[] attached =
        [
            .. s_attached.Where(key => file.Metadata.ContainsKey(GraphWriter.MetadataPrefix + key))
                .Select(key => KeyValuePair.Create(key, file.Metadata[GraphWriter.MetadataPrefix + key])),
        ];
        if (attached.Length == 0)
        {
            model.LoadParameters(parameters);
            return file;
        }

        // What belongs to the model beside its parameters comes with them, as from its own file.
        using var stream = new MemoryStream();
        new SafetensorsFile(
            model.Schema.Tensors.Select(tensor => new SafetensorsTensor(
                tensor.Name, [.. tensor.Shape.Select(size => (long)size)], parameters.Get(tensor.Name))),
            new Dictionary<string, string>(attached)).Save(stream);
        stream.Position = 0;
        try
        {
            model.LoadParameters(stream);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{source}: {exception.Message}", exception);
        }

        return file;
    }

    private static readonly string[] s_attached = ["vocabulary", "labels", "input_scaling", "output_scaling"];

    /// <summary>The parameters of a file in the form that a model has them in.</summary>
    private static ParameterBuilder Converted(OnnxModel file, ModelSchema model, SchemaComparison comparison)
    {
        var parameters = new ParameterBuilder(model);
        HashSet<string> given = [.. file.Schema.Tensors.Select(tensor => tensor.Name)];
        foreach (TensorSchema tensor in model.Tensors)
        {
            int dot = tensor.Name.IndexOf('.', StringComparison.Ordinal);
            LayerSchema layer = model.Layers.Single(layer => layer.Name == tensor.Name[..dot]);
            string name = comparison.InFile(layer.Name).Name + tensor.Name[dot..];
            bool isState = tensor.Name.AsSpan(dot).StartsWith(".initial_state");
            float[] values = isState && !given.Contains(name) ? new float[tensor.Length] : file.Parameters.Get(name).ToArray();
            if (layer.Options is { UpdateGate: UpdateGate.Replace } && !isState)
            {
                NegateUpdateGate(values);
            }

            parameters.Set(tensor.Name, values);
        }

        return parameters;
    }

    /// <summary>The rows of z, the second of three blocks.</summary>
    internal static void NegateUpdateGate(Span<float> gates)
    {
        foreach (ref float value in gates[(gates.Length / 3)..(gates.Length / 3 * 2)])
        {
            value = -value;
        }
    }
}
