namespace GruGen.Onnx;

/// <summary>Reads and writes ONNX files.</summary>
public static class OnnxFile
{
    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or a value in the options is of no input.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or contradicts itself; what is wrong is named.</exception>
    /// <exception cref="NotSupportedException">The graph has what no layer here does; all such nodes are named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OnnxModel Read(string path, OnnxOptions? options = null)
    {
        using FileStream stream = AtomicFile.OpenRead(path);
        return Read(stream, $"'{path}'", options, Path.GetFileNameWithoutExtension(path));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file, which is read to its end and stays open.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">A value in the options is of no input.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or contradicts itself; what is wrong is named.</exception>
    /// <exception cref="NotSupportedException">The graph has what no layer here does; all such nodes are named.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static OnnxModel Read(Stream stream, OnnxOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, "The stream", options, "Model");
    }

    /// <summary>Writes a model, atomically; as <see cref="OnnxModels.SaveOnnx{TInput}(SequenceModel{TInput}, string)"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Its layers.</param>
    /// <param name="parameters">Its parameters, as a file of such a model has them; the strings beside them go into the file too.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or a tensor is missing or has another shape.</exception>
    /// <exception cref="NotSupportedException">ONNX cannot say what a layer does, which is named.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, ModelSchema schema, SafetensorsFile parameters) =>
        AtomicFile.Write(path, stream => Write(stream, schema, parameters));

    /// <inheritdoc cref="Write(string, ModelSchema, SafetensorsFile)"/>
    /// <param name="stream">Where to write to; it stays open.</param>
    /// <param name="schema">Its layers.</param>
    /// <param name="parameters">Its parameters, as a file of such a model has them; the strings beside them go into the file too.</param>
    public static void Write(Stream stream, ModelSchema schema, SafetensorsFile parameters)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(parameters);
        TensorSchema? wrong = schema.Tensors.FirstOrDefault(tensor => !parameters.Tensors.Any(other =>
            other.Name == tensor.Name && other.Shape.SequenceEqual(tensor.Shape.Select(size => (long)size))));
        if (wrong is not null)
        {
            throw new ArgumentException($"There is no tensor '{wrong.Name}' [{string.Join(", ", wrong.Shape)}].", nameof(parameters));
        }

        GraphWriter.Write(stream, schema, parameters);
    }

    private static OnnxModel Read(Stream stream, string source, OnnxOptions? options, string name) =>
        GraphReader.Read(Bytes(stream, source), source, options ?? OnnxOptions.Default, name);

    private static byte[] Bytes(Stream stream, string source)
    {
        long left = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (left > Array.MaxLength)
        {
            throw new InvalidDataException($"{source} has {left} bytes, but an ONNX file has 2 GB at most.");
        }

        using var all = new MemoryStream((int)Math.Max(0, left));
        byte[] part = new byte[1 << 16];
        for (int count; (count = stream.Read(part)) > 0;)
        {
            if (all.Length + count > Array.MaxLength)
            {
                throw new InvalidDataException($"{source} has more than 2 GB, which no ONNX file has.");
            }

            all.Write(part.AsSpan(0, count));
        }

        return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
    }
}
