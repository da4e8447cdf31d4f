using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The parameters of a model: one flat buffer that holds every tensor in PyTorch's shape and gate order (r, z, n). Reading gives spans on
/// the buffer itself; writing goes through <see cref="Set"/>, so that the weights which kernels have packed for themselves are renewed.
/// </summary>
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

    internal ModelSchema Schema { get; }

    internal AlignedBuffer Buffer { get; }

    /// <summary>Grows with every change of a value.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>The values of the tensor <paramref name="name"/>, row-major.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public ReadOnlySpan<float> this[string name] => Slice(Find(name));

    /// <summary>Replaces the values of the tensor <paramref name="name"/>; subnormal numbers, those below 2^−126, become 0.</summary>
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

        Faint.Copy(values, Slice(tensor), Faint.SubnormalBits);
        MarkChanged();
    }

    internal Span<float> Slice(TensorSchema tensor) => Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);

    internal void MarkChanged() => Interlocked.Increment(ref _version);

    private TensorSchema Find(string name) => _byName.TryGetValue(name, out TensorSchema? tensor)
        ? tensor
        : throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'; it has {string.Join(", ", _byName.Keys)}.");
}
