using GruGen.Kernels;

namespace GruGen;

/// <content>
/// Files: safetensors in PyTorch's names and shapes, which a Python module of the same layers loads with <c>load_state_dict</c>.
/// </content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>
    /// Writes the parameters, and the <see cref="Vocabulary"/>, <see cref="LabelNames"/> and scalers that were set, to a safetensors file,
    /// atomically: at any time the old file or the new one is there.
    /// </summary>
    /// <remarks>
    /// While a trainer is at work, on this thread or another one, the parameters that predictions use are written: those that were
    /// published last, at the end of an epoch.
    /// </remarks>
    /// <param name="path">
    /// The file. If it exists, the new one has its Unix mode; if it is a symbolic link, the file it leads to is replaced.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the parameters as a safetensors file; while a trainer is at work, those that predictions use.</summary>
    /// <param name="stream">The stream to write to, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        PackedWeights weights = Weights.Enter();
        try
        {
            ParameterSlots(weights.Parameters).Write(stream, Attachments.Metadata());
        }
        finally
        {
            weights.Leave();
        }
    }

    /// <summary>
    /// Replaces the parameters with those of a safetensors file, and the vocabulary, the names of labels and the scalers with those that it
    /// has; if it does not fit, the model stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="names">
    /// The names in the file by the names of tensors, or of whole layers, of the model, such as <c>["dense1"] = "fc"</c>. Names that are
    /// not given are the model's own, or, if the file does not have those, are found as <see cref="TensorNames"/> says. Null gives none.
    /// </param>
    /// <returns>The name in the file of each tensor of the model.</returns>
    /// <exception cref="ArgumentException">
    /// A key of <paramref name="names"/> is no tensor or layer of the model, or a value none of the file; or <paramref name="path"/> is
    /// empty.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged; its tensors are not exactly the model's, of type F32, F64, F16 or BF16 (all that are missing, surplus or
    /// misshapen are listed); or its metadata says that its layers have other options, or that it is a trainer's.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read; it is not there, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public TensorNames LoadParameters(string path, IReadOnlyDictionary<string, string>? names = null)
    {
        using FileStream stream = AtomicFile.OpenRead(path);
        return LoadParameters(stream, $"'{Path.GetFileName(path)}'", names);
    }

    /// <summary>Replaces the parameters by those of a safetensors file; if it does not fit, the model stays as it is.</summary>
    /// <param name="stream">The file, which is read to its end and stays open.</param>
    /// <param name="names">What tensors or layers are called in the file; null to look for them.</param>
    /// <returns>Which tensor of the file each of the model's was read from.</returns>
    /// <exception cref="ArgumentException">A name in <paramref name="names"/> is none of the model or of the file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or not of such a model.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public TensorNames LoadParameters(Stream stream, IReadOnlyDictionary<string, string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return LoadParameters(stream, "The stream", names);
    }

    /// <summary>Replaces the parameters by those of a safetensors file; if it does not fit, the model stays as it is.</summary>
    /// <param name="bytes">The contents of the file, for example an embedded resource.</param>
    /// <param name="names">What tensors or layers are called in the file; null to look for them.</param>
    /// <returns>Which tensor of the file each of the model's was read from.</returns>
    /// <exception cref="ArgumentException">A name in <paramref name="names"/> is none of the model or of the file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or not of such a model.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public TensorNames LoadParameters(ReadOnlySpan<byte> bytes, IReadOnlyDictionary<string, string>? names = null)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return LoadParameters(stream, "The file", names);
    }

    /// <summary>Replaces the parameters with those of a builder.</summary>
    /// <param name="values">The values of every tensor.</param>
    /// <exception cref="ArgumentException">The builder is for a model with other tensors.</exception>
    /// <exception cref="InvalidOperationException">
    /// The builder misses tensors, which are listed; or the model is being trained.
    /// </exception>
    public void LoadParameters(ParameterBuilder values)
    {
        ArgumentNullException.ThrowIfNull(values);
        CheckSameTensors(values.Schema, nameof(values));
        float[] all = values.All();
        Weights.BeginTraining(); // nobody trains meanwhile, and who predicts goes on with the old weights
        Parameters.SetAll(all);
        Weights.EndTraining();
    }

    /// <summary>Replaces the parameters, and the vocabulary, names and scalers, by those of another model of the same layers.</summary>
    /// <param name="other">The other model.</param>
    /// <exception cref="ArgumentException">Its layers are not the same.</exception>
    internal void CopyParametersFrom(SequenceModel<TInput> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckSameTensors(other.Schema, nameof(other));
        PackedWeights weights = other.Weights.Enter();
        try
        {
            Parameters.SetAll(weights.Parameters.Span);
            Attachments = other.Attachments;
        }
        finally
        {
            weights.Leave();
        }
    }

    private void CheckSameTensors(ModelSchema other, string name)
    {
        bool same = other.Tensors.Length == Schema.Tensors.Length
            && other.Tensors.Zip(Schema.Tensors).All(pair =>
                pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape));
        if (!same)
        {
            throw new ArgumentException($"The parameters of {other.Name} are not those of {Schema.Name}.", name);
        }
    }

    private TensorNames LoadParameters(Stream stream, string source, IReadOnlyDictionary<string, string>? names)
    {
        bool isNew = Parameters.Version == 0; // nothing was drawn, and nobody has it before it is read
        StagedTensors staged = ParameterSlots(Parameters.Buffer).Stage(stream, source, names, inPlace: isNew);
        ModelAttachments attachments = Attachments.With(staged.Metadata, Schema, source);
        if (isNew)
        {
            Attachments = attachments;
            Parameters.MarkChanged();
            return staged.Names;
        }

        Weights.BeginTraining(); // nobody trains meanwhile, and who predicts goes on with the old weights
        staged.Commit(Parameters.Buffer); // which training has moved, if predictions read what it was
        Attachments = attachments;
        Parameters.MarkChanged();
        Weights.EndTraining();
        return staged.Names;
    }

    private TensorSlots ParameterSlots(AlignedBuffer parameters)
    {
        var slots = new TensorSlots(Schema.Name, FileContent.OfModel(Schema));
        slots.Add("", Schema, parameters);
        return slots;
    }
}
