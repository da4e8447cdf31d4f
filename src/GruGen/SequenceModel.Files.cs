using System.Collections.Immutable;
using System.ComponentModel;

namespace GruGen;

/// <content>Files: safetensors in PyTorch's names and shapes, which a Python module of the same layers loads with <c>load_state_dict</c>.</content>
public abstract partial class SequenceModel<TInput>
{
    private static readonly ImmutableDictionary<string, string> s_metadata = ImmutableDictionary<string, string>.Empty.Add("format", "pt");

    /// <summary>Writes the parameters to a safetensors file: at any time the old file or the new one is there, never half of it.</summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes the parameters as a safetensors file.</summary>
    /// <param name="stream">Where to.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ParameterSlots().Write(stream, s_metadata);
    }

    /// <summary>Replaces the parameters by those of a safetensors file; if it does not fit, the model stays as it is.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or its tensors are not exactly the model's: all that are missing, surplus or misshapen are listed. F32 is expected;
    /// F64, F16 and BF16 are converted.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public void ReadParameters(string path)
    {
        using FileStream stream = File.OpenRead(path);
        ReadParameters(stream, $"'{Path.GetFileName(path)}'");
    }

    /// <summary>Replaces the parameters by those of a safetensors file; if it does not fit, the model stays as it is.</summary>
    /// <param name="stream">The file, which is read to its end.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its tensors are not exactly the model's.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public void ReadParameters(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ReadParameters(stream, "The stream");
    }

    /// <summary>Replaces the parameters by those of a safetensors file; if it does not fit, the model stays as it is.</summary>
    /// <param name="bytes">The file, for example an embedded resource.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its tensors are not exactly the model's.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public void ReadParameters(ReadOnlySpan<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        ReadParameters(stream, "The file");
    }

    /// <summary>Replaces the parameters by those of another model of the same layers.</summary>
    /// <param name="other">The other model.</param>
    /// <exception cref="ArgumentException">Its layers are not the same.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void CopyParametersFrom(SequenceModel<TInput> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool same = other.Schema.Tensors.Length == Schema.Tensors.Length
            && other.Schema.Tensors.Zip(Schema.Tensors).All(pair => pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape));
        if (!same)
        {
            throw new ArgumentException($"The parameters of {other.Schema.Name} are not those of {Schema.Name}.", nameof(other));
        }

        Parameters.SetAll(other.Parameters.All);
    }

    private void ReadParameters(Stream stream, string source)
    {
        bool isNew = Parameters.Version == 0; // nothing was drawn, and nobody has it before it is read
        StagedTensors staged = ParameterSlots().Stage(stream, source, inPlace: isNew);
        if (isNew)
        {
            Parameters.MarkChanged();
            return;
        }

        BeginTraining(); // nobody trains meanwhile, and who predicts goes on with the old weights
        staged.Commit();
        Parameters.MarkChanged();
        EndTraining();
    }

    private TensorSlots ParameterSlots()
    {
        var slots = new TensorSlots(Schema.Name);
        slots.Add("", Schema, Parameters.Buffer);
        return slots;
    }
}
