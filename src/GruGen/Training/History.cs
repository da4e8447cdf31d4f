namespace GruGen;

/// <summary>
/// What <c>Fit</c> measured in each epoch, under Keras' names: <c>loss</c> and the metrics over the training data, of each batch before its
/// update, and, if there was validation, the same over the validation data after the epoch, with <c>val_</c> before their names.
/// </summary>
public sealed class History
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    internal History()
    {
    }

    /// <summary>The number of complete epochs, which is the number of values of each name.</summary>
    public int Epochs { get; private set; }

    /// <summary>The time training took.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>The names: <c>loss</c>, <c>accuracy</c>, <c>val_loss</c>, …</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The values of <paramref name="name"/>, one for each epoch.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public IReadOnlyList<double> this[string name] => _values.TryGetValue(name, out List<double>? values)
        ? values
        : throw new KeyNotFoundException($"'{name}' was not measured; measured were: {string.Join(", ", _names)}.");

    internal void Add(Evaluation training, Evaluation? validation)
    {
        Add("", training);
        if (validation is not null)
        {
            Add("val_", validation.Value);
        }

        Epochs++;
    }

    private void Add(string prefix, Evaluation evaluation)
    {
        foreach ((string name, double value) in evaluation)
        {
            if (!_values.TryGetValue(prefix + name, out List<double>? values))
            {
                _names.Add(prefix + name);
                _values.Add(prefix + name, values = []);
            }

            values.Add(value);
        }
    }
}
