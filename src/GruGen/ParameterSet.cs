using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The parameters of a model: one flat buffer that holds every tensor in PyTorch's shape and gate order (r, z, n). Reading gives spans on
/// the buffer itself; writing goes through <see cref="Set"/>, so that the weights which kernels have packed for themselves are renewed.
/// </summary>
/// <remarks>
/// A trainer changes the buffer at every step. Spans on it that are read by another thread meanwhile are of no step; <see cref="CopyTo(Span{float})"/> gives
/// parameters that belong together.
/// </remarks>
public sealed class ParameterSet
{
    private readonly Dictionary<string, TensorSchema> _byName;
    private long _version;

    internal ParameterSet(ModelSchema schema)
    {
        Schema = schema;
        Buffer = new AlignedBuffer(schema.ParameterCount);
        _byName = schema.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors in order.</summary>
    public IReadOnlyList<TensorSchema> Tensors => Schema.Tensors;

    /// <summary>The number of floats in all tensors.</summary>
    public int Count => Buffer.Length;

    /// <summary>All tensors one after another.</summary>
    public ReadOnlySpan<float> All => Buffer.Span;

    /// <summary>The parameters that predictions use; without them, those in the buffer.</summary>
    internal Func<AlignedBuffer>? Published { private get; init; }

    /// <summary>Held by whoever changes values, except a trainer, and by whoever copies all.</summary>
    internal Lock Changing { get; } = new();

    internal ModelSchema Schema { get; }

    internal AlignedBuffer Buffer { get; }

    /// <summary>Grows with every change of a value.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>The values of the tensor <paramref name="name"/>, row-major.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public ReadOnlySpan<float> this[string name] => Slice(Find(name));

    /// <summary>Replaces the values of the tensor <paramref name="name"/>.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>.</param>
    /// <param name="values">As many values as the tensor has, row-major.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="ArgumentException">The number of values is not the tensor's.</exception>
    public void Set(string name, ReadOnlySpan<float> values)
    {
        TensorSchema tensor = Find(name);
        if (values.Length != tensor.Length)
        {
            throw new ArgumentException($"'{name}' has {tensor.Length} values, but {values.Length} were given.", nameof(values));
        }

        lock (Changing)
        {
            values.CopyTo(Slice(tensor));
            MarkChanged();
        }
    }

    /// <summary>
    /// Copies all tensors, one after another, as they are together; while a trainer is at work, on this thread or another one, as they were published last, which
    /// are those that predictions use.
    /// </summary>
    /// <param name="destination">Receives <see cref="Count"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length != Count)
        {
            throw new ArgumentException($"'{nameof(destination)}' has {destination.Length} elements, but {Count} are expected.", nameof(destination));
        }

        (Published?.Invoke() ?? Buffer).Span.CopyTo(destination);
    }

    internal Span<float> Slice(TensorSchema tensor) => Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);

    /// <summary>A copy of all values that no <see cref="Set"/> comes between, and the version they are of at least: what changes meanwhile is newer.</summary>
    internal AlignedBuffer Copy(out long version)
    {
        var copy = new AlignedBuffer(Count);
        lock (Changing)
        {
            version = Version;
            Buffer.Span.CopyTo(copy.Span);
        }

        return copy;
    }

    internal void MarkChanged() => Interlocked.Increment(ref _version);

    private TensorSchema Find(string name) => _byName.TryGetValue(name, out TensorSchema? tensor)
        ? tensor
        : throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'; it has {string.Join(", ", _byName.Keys)}.");
}
