using System.Text.Json;

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

    /// <summary>A history from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">A name has other than one value for each epoch.</exception>
    internal History(IEnumerable<(string Name, double[] Values)> values, int epochs, int divergedInEpoch)
    {
        DivergedInEpoch = divergedInEpoch;
        foreach ((string name, double[] own) in values)
        {
            if (own.Length > epochs)
            {
                throw new InvalidDataException($"The history has {own.Length} values of '{name}', but {epochs} epochs.");
            }

            _names.Add(name);
            _values.Add(name, [.. own]);
            Epochs = Math.Max(Epochs, own.Length);
        }
    }

    /// <summary>The number of complete epochs, which is the number of values of each name.</summary>
    public int Epochs { get; private set; }

    /// <summary>The time training took, since it began or went on from a checkpoint.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>
    /// The epoch, counted from 1, at whose end the loss had first run away, to a thousand times what the first batch or the best epoch had;
    /// 0 if it never did. Such a training seldom recovers: a lower learning rate, or a limit on the gradients' norm, may help.
    /// </summary>
    public int DivergedInEpoch { get; private set; }

    /// <summary>The names: <c>loss</c>, <c>accuracy</c>, <c>val_loss</c>, …</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>
    /// The values of <paramref name="name"/>, one for each epoch; NaN where it was not measured, before or after a checkpoint.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public IReadOnlyList<double> this[string name] => _values.TryGetValue(name, out List<double>? values)
        ? values
        : throw new KeyNotFoundException($"'{name}' was not measured; measured were: {string.Join(", ", _names)}.");

    /// <summary>
    /// Writes a comma-separated file as <see cref="CsvLog"/> does: a line for each epoch with its number, from 1, and the values, all
    /// digits.
    /// </summary>
    /// <param name="path">The file, which is replaced atomically.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    public void SaveCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(EpochText.CsvHeader(_names) + "\n");
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            writer.Write(EpochText.CsvLine(epoch + 1, [.. _names.Select(name => _values[name][epoch])]) + "\n");
        }
    });

    /// <summary>
    /// Writes a JSON object with an array for each name, as <c>json.dump(history.history, file)</c> does with Keras' history:
    /// <c>{"loss":[0.41,0.3],"val_loss":[0.44,0.38]}</c>. Numbers that JSON has not are <c>null</c>.
    /// </summary>
    /// <param name="path">The file, which is replaced atomically.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    public void SaveJson(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        foreach (string name in _names)
        {
            writer.WriteStartArray(name);
            _values[name].ForEach(value => EpochText.Write(writer, value));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    });

    internal void Add(Evaluation training, Evaluation? validation, bool isDiverging)
    {
        Add("", training);
        if (validation is not null)
        {
            Add("val_", validation.Value);
        }

        Epochs++;
        DivergedInEpoch = DivergedInEpoch == 0 && isDiverging ? Epochs : DivergedInEpoch;
        foreach (List<double> values in _values.Values)
        {
            Fill(values, Epochs);
        }
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

            Fill(values, Epochs);
            values.Add(value);
        }
    }

    private static void Fill(List<double> values, int count)
    {
        while (values.Count < count)
        {
            values.Add(double.NaN);
        }
    }
}
