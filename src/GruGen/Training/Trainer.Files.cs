using System.Globalization;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// Files: the model's parameters by their names, the moments as <c>exp_avg.gru1.weight_ih_l0</c>, …, and in the metadata what else the next
/// step depends on.
/// </content>
public sealed partial class Trainer<TInput>
{
    private const string OptimizerKey = "optimizer", LearningRateKey = "learning_rate", StepKey = "step";
    private const string Accumulated = "accumulated", States = "states";

    /// <summary>
    /// Writes a checkpoint, the model's parameters and the state of training, from which <see cref="Restore(string)"/> continues.
    /// </summary>
    /// <param name="path">The file, which is replaced atomically: at any time the old one or the new one is there.</param>
    /// <remarks>In a cluster all processes call it, and the first one writes the file.</remarks>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Save(string path) => Options.Cluster.Write(path, Save);

    /// <summary>
    /// Writes a checkpoint, the model's parameters and the state of training, from which <see cref="Restore(Stream)"/> continues.
    /// </summary>
    /// <param name="stream">The stream to write to, which stays open.</param>
    /// <remarks>In a cluster all processes call it, and each writes the whole to its stream.</remarks>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Save(Stream stream)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(stream);
        Options.Cluster.Together(() =>
        {
            SaveTo(stream);
            return stream;
        });
    }

    private void SaveTo(Stream stream)
    {
        TensorSlots slots = Slots();
        foreach ((string prefix, AlignedBuffer weights) in _loop.KeptWeights())
        {
            slots.Add(prefix, Model.Schema, weights);
        }

        if (_accumulated.Count > 0)
        {
            slots.Add(Accumulated + ".", Model.Schema, _accumulated.Sum!.Buffer);
        }

        if (_loop.IsAmongStreams)
        {
            slots.Add(States, [_states.Length / Model.Schema.StateSize, Model.Schema.StateSize], StatesBuffer());
        }

        if (_loop.Sums is { } sums)
        {
            slots.AddDoubles(TrainingLoop.SumsName, sums);
        }

        slots.Write(
            stream,
            [
                new(OptimizerKey, Options.Optimizer.GetType().Name),
                new(StepKey, StepCount.ToString(CultureInfo.InvariantCulture)),
                new(LearningRateKey, _updater.BaseLearningRate.ToString("R", CultureInfo.InvariantCulture)),
                new(Accumulated, AccumulatedState()),
                .. Model.Attachments.Metadata(),
                .. _loop.State(),
            ]);
    }

    /// <summary>
    /// Continues from a file of <see cref="Save(string)"/>: sets the model's parameters, the moments, the numbers of steps and epochs, the
    /// position in an epoch, the seed of shuffling and dropout, the learning rate, the states of callbacks, and what the file has of
    /// vocabulary, names of labels and scalers, and publishes the weights.
    /// The next steps, with the same options and data, are to the bit those that followed the save.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, is not from a trainer of such a model with such an optimiser, or has parameters or moments that are not
    /// finite; nothing changed.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read; it is not there, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Restore(string path)
    {
        using FileStream stream = Options.Cluster.Together(() => AtomicFile.OpenRead(path));
        Restore(stream, $"'{Path.GetFileName(path)}'");
    }

    /// <summary>Continues from a file of <see cref="Save(Stream)"/>, as <see cref="Restore(string)"/> does.</summary>
    /// <param name="stream">The file, which is read to its end.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, is not from a trainer of such a model with such an optimiser, or has parameters or moments that are not
    /// finite; nothing changed.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Restore(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Restore(stream, "The stream");
    }

    void ITraining.Restore(Stream stream, string source) => Restore(stream, source);

    private void Restore(Stream stream, string source)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Options.Cluster.Together(() =>
        {
            RestoreFrom(stream, source);
            return stream;
        });
    }

    private void RestoreFrom(Stream stream, string source)
    {
        var reader = new SafetensorsReader(stream, source);
        string own = Options.Optimizer.GetType().Name, optimizer = reader.Header.Metadata.GetValueOrDefault(OptimizerKey, own);
        if (optimizer != own)
        {
            throw new InvalidDataException($"{source} was saved while training with {optimizer}, but the trainer's optimiser is {own}.");
        }

        TensorSlots slots = Slots();
        (string Prefix, AlignedBuffer Weights)[] kept =
            TrainingLoop.RoomForWeights(reader.Header.Tensors.Select(tensor => tensor.Name), Model.Parameters.Count);
        foreach ((string prefix, AlignedBuffer weights) in kept)
        {
            slots.Add(prefix, Model.Schema, weights);
        }

        GradientSet? sum = HasTensors(Accumulated + ".") ? new GradientSet(Model.Schema) : null;
        if (sum is not null)
        {
            slots.Add(Accumulated + ".", Model.Schema, sum.Buffer);
        }

        AlignedBuffer? states = null;
        if (reader.Header.Tensors.FirstOrDefault(tensor => tensor.Name == States) is { Shape: [> 0 and < int.MaxValue and var streams, _] })
        {
            states = new AlignedBuffer(streams * Model.Schema.StateSize);
            slots.Add(States, [(int)streams, Model.Schema.StateSize], states);
        }

        if (reader.Header.Tensors.Any(tensor => tensor.Name == TrainingLoop.SumsName))
        {
            slots.AddDoubles(TrainingLoop.SumsName);
        }

        StagedTensors staged = slots.Stage(reader, source);
        long step = Number<long>(StepKey);
        double learningRate = Number<double>(LearningRateKey);
        if (step < 0 || !float.IsFinite((float)learningRate) || learningRate < 0)
        {
            throw new InvalidDataException($"{source} has a step or a learning rate that cannot be.");
        }

        int[] accumulated = ReadAccumulated(Text(Accumulated), sum is not null, source);
        CheckValues(staged, source);
        ModelAttachments attachments = Model.Attachments.With(staged.Metadata, Model.Schema, source);
        Action commit = _loop.ReadState(staged.Metadata, staged.Doubles, source, kept);
        staged.Commit();
        commit();
        Model.Attachments = attachments;
        (_updater.StepCount, _updater.LearningRateFactor) = (step, _loop.LearningRateFactor);
        _updater.BaseLearningRate = learningRate;
        _accumulated.Clear();
        if (sum is not null)
        {
            sum.UseTokens(accumulated.AsSpan(1));
            _accumulated.Use(sum, accumulated[0]);
        }

        (_states, _loop.IsAmongStreams) = (states?.Span.ToArray() ?? [], states is not null);
        Model.Parameters.MarkChanged();
        Model.Weights.Publish();

        bool HasTensors(string prefix) => reader.Header.Tensors.Any(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));

        string Text(string key) => staged.Metadata.TryGetValue(key, out string? text)
            ? text
            : throw new InvalidDataException($"{source} is not from a trainer: its metadata has no '{key}'.");

        T Number<T>(string key)
            where T : ISpanParsable<T> => T.TryParse(Text(key), CultureInfo.InvariantCulture, out T? number)
            ? number
            : throw new InvalidDataException($"{source} has the metadata '{key}' = '{Text(key)}', which is no number.");
    }

    /// <summary>The number of batches whose gradients wait for a step, and then their tokens, in their order.</summary>
    private string AccumulatedState() =>
        string.Join(' ', [_accumulated.Count, .. _accumulated.Count > 0 ? _accumulated.Sum!.Tokens.ToArray() : []]);

    private int[] ReadAccumulated(string text, bool hasSum, string source)
    {
        string[] words = text.Split(' ');
        int[] numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            int limit = i == 0 ? Options.AccumulatedBatches : Model.Schema.InputSize;
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] >= limit)
            {
                throw new InvalidDataException($"{source} has the metadata '{Accumulated}' with '{words[i]}', which cannot be.");
            }
        }

        ReadOnlySpan<int> tokens = numbers.AsSpan(1);
        bool areDistinct = tokens.ToArray().Distinct().Count() == tokens.Length;
        return numbers[0] > 0 == hasSum && (Model.Schema.ReadsTokens || tokens.IsEmpty) && areDistinct
            ? numbers
            : throw new InvalidDataException($"{source} has the metadata '{Accumulated}' = '{text}', which does not fit its tensors.");
    }

    /// <summary>The states of all streams, those of other processes too.</summary>
    private AlignedBuffer StatesBuffer()
    {
        var buffer = new AlignedBuffer(_states.Length);
        if (Options.Cluster is not { } cluster)
        {
            _states.CopyTo(buffer.Span);
            return buffer;
        }

        int size = Model.Schema.StateSize, streams = _states.Length / size;
        int from = ShardRange.Part(streams, _sums.Own.From, Options.Shards).From;
        int to = ShardRange.Part(streams, _sums.Own.To - 1, Options.Shards).To;
        ReadOnlySpan<byte> own = MemoryMarshal.AsBytes(_states.AsSpan((from * size)..(to * size)));
        cluster.Collect(ClusterTask.States, StepCount, 0, own).CopyTo(MemoryMarshal.AsBytes(buffer.Span));
        return buffer;
    }

    /// <summary>No step could go on from parameters or moments that are not finite, nor from a mean of squares below 0.</summary>
    private void CheckValues(StagedTensors staged, string source)
    {
        foreach ((TensorSlot slot, AlignedBuffer values) in staged.Tensors)
        {
            string first = slot.Name.Split('.')[0]; // a moment, the layer of a parameter, or what else is kept
            bool isOfOptimizer = _updater.MomentNames.Contains(first) || Model.Schema.Layers.Any(layer => layer.Name == first);
            for (int i = 0; i < values.Length; i++)
            {
                float value = values.Span[i];
                if (!(isOfOptimizer ? Options.Optimizer.IsValidMoment(first, value) : float.IsFinite(value)))
                {
                    throw new InvalidDataException(
                        $"{source} has {slot.Name}[{i}] = {value.ToString(CultureInfo.InvariantCulture)}, "
                            + "from which no training can go on.");
                }
            }
        }
    }

    private TensorSlots Slots()
    {
        string name = $"a trainer of {Model.Schema.Name} with {Options.Optimizer.GetType().Name}";
        var slots = new TensorSlots(name, FileContent.OfTrainer(Model.Schema));
        slots.Add("", Model.Schema, Model.Parameters.Buffer);
        for (int i = 0; i < _updater.Moments.Length; i++)
        {
            slots.Add(_updater.MomentNames[i] + ".", Model.Schema, _updater.Moments[i]);
        }

        if (_updater.Averages is { } averages)
        {
            slots.Add(ParameterUpdater<TInput>.AveragesName + ".", Model.Schema, averages);
        }

        return slots;
    }
}
