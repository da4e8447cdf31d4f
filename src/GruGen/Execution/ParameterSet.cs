using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The parameters of a model: one flat buffer that holds every tensor in PyTorch's shape and gate order (r, z, n). Reading gives spans of
/// the buffer itself; writing goes through <see cref="Set"/>, so that the copies which kernels have packed for themselves are renewed.
/// </summary>
/// <remarks>
/// A change, by <see cref="Set"/>, training or loading a file, may move the parameters to other memory, so a span that was taken before it
/// may have the old values or the new ones: take it again. A trainer changes the buffer at every step; another thread that reads a span
/// meanwhile sees a mixture of steps. <see cref="CopyTo(Span{float})"/> gives parameters that belong together.
/// </remarks>
public sealed class ParameterSet
{
    private readonly Dictionary<string, TensorSchema> _byName;
    private AlignedBuffer _buffer;
    private long _version;
    private bool _shared; // with published weights, for which no value may change

    internal ParameterSet(ModelSchema schema)
    {
        Schema = schema;
        _buffer = new AlignedBuffer(schema.ParameterCount);
        _byName = schema.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<TensorSchema> Tensors => Schema.Tensors;

    /// <summary>The number of floats in all tensors.</summary>
    public int Count => Buffer.Length;

    /// <summary>All tensors one after another.</summary>
    public ReadOnlySpan<float> All => Buffer.Span;

    /// <summary>Copies the parameters that predictions use; without it, those in the buffer are copied.</summary>
    internal Action<Span<float>>? CopyPublished { private get; init; }

    internal ModelSchema Schema { get; }

    /// <summary>The memory of all tensors: what it was before <see cref="Unshare"/> or after, for whoever reads it meanwhile.</summary>
    internal AlignedBuffer Buffer => Volatile.Read(ref _buffer);

    /// <summary>Grows with every change of a value.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>The values of the tensor <paramref name="name"/>, row-major.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public ReadOnlySpan<float> this[string name] => Slice(Find(name));

    /// <summary>Replaces the values of the tensor <paramref name="name"/>; subnormal numbers, smaller than 2^−126, become 0.</summary>
    /// <remarks>
    /// While a trainer is at work, call this only on the thread that trains, for example where progress is reported: a step that runs
    /// at the same time would overwrite it.
    /// </remarks>
    /// <param name="name">A name of <see cref="Tensors"/>.</param>
    /// <param name="values">All values of the tensor, row-major.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="ArgumentException">The tensor has another number of values.</exception>
    public void Set(string name, ReadOnlySpan<float> values)
    {
        TensorSchema tensor = Find(name);
        if (values.Length != tensor.Length)
        {
            throw new ArgumentException($"'{name}' has {tensor.Length} values, but {values.Length} were given.", nameof(values));
        }

        lock (Changing)
        {
            Unshare();
            Span<float> slice = Slice(tensor);
            values.CopyTo(slice); // which may overlap
            Faint.Copy(slice, slice, Faint.SubnormalBits);
            MarkChanged();
        }
    }

    /// <summary>Replaces all values.</summary>
    internal void SetAll(ReadOnlySpan<float> values)
    {
        lock (Changing)
        {
            Unshare();
            values.CopyTo(Buffer.Span);
            MarkChanged();
        }
    }

    /// <summary>Held by whoever changes values, except a trainer, and by whoever shares them.</summary>
    internal Lock Changing { get; } = new();

    /// <summary>
    /// The values as they are now for good: the next change happens in other memory. For the holder of <see cref="Changing"/>.
    /// </summary>
    internal AlignedBuffer Share()
    {
        _shared = true;
        return Buffer;
    }

    /// <summary>Goes on in memory that nobody else reads, with the same values. For the holder of <see cref="Changing"/>.</summary>
    internal void Unshare()
    {
        if (_shared)
        {
            var own = new AlignedBuffer(Buffer.Length);
            All.CopyTo(own.Span);
            Volatile.Write(ref _buffer, own);
            _shared = false;
        }
    }

    /// <summary>
    /// Copies all tensors, one after another, as of one moment; while a trainer is at work, on this thread or another one, those that were
    /// published last, which predictions use.
    /// </summary>
    /// <param name="destination">Receives <see cref="Count"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length != Count)
        {
            throw new ArgumentException(
                $"'{nameof(destination)}' has {destination.Length} elements, but {Count} are expected.", nameof(destination));
        }

        if (CopyPublished is null)
        {
            All.CopyTo(destination);
        }
        else
        {
            CopyPublished(destination);
        }
    }

    internal Span<float> Slice(TensorSchema tensor) => Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);

    /// <summary>Something has changed. Returns the version that it is by this change.</summary>
    internal long MarkChanged() => Interlocked.Increment(ref _version);

    private TensorSchema Find(string name) => _byName.TryGetValue(name, out TensorSchema? tensor)
        ? tensor
        : throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'; it has {string.Join(", ", _byName.Keys)}.");
}
