using System.Globalization;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// Files: the model's parameters by their names, the moments as <c>exp_avg.gru1.weight_ih_l0</c>, …, and in the metadata what else the next
/// step depends on.
/// </content>
public sealed partial class Trainer<TInput>
{
    private const string OptimizerKey = "optimizer", LearningRateKey = "learning_rate", SeedKey = "seed";
    private const string StepKey = "step", EpochKey = "epoch";

    /// <summary>
    /// Writes a checkpoint, the model's parameters and the state of training, from which <see cref="Restore(string)"/> continues.
    /// </summary>
    /// <param name="path">The file, which is replaced atomically: at any time the old one or the new one is there.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written, or is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>
    /// Writes a checkpoint, the model's parameters and the state of training, from which <see cref="Restore(Stream)"/> continues.
    /// </summary>
    /// <param name="stream">The stream to write to, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    public void Save(Stream stream)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(stream);
        Slots().Write(
            stream,
            new(OptimizerKey, Options.Optimizer.GetType().Name),
            new(StepKey, StepCount.ToString(CultureInfo.InvariantCulture)),
            new(EpochKey, EpochCount.ToString(CultureInfo.InvariantCulture)),
            new(SeedKey, _loop.Seed.ToString(CultureInfo.InvariantCulture)),
            new(LearningRateKey, LearningRate.ToString("R", CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// Continues from a file of <see cref="Save(string)"/>: sets the model's parameters, the moments, the numbers of steps and epochs, the
    /// seed of shuffling and dropout, and the learning rate, and publishes the weights. If the file was saved at the end of an epoch, the
    /// next steps, with the same options and data, are to the bit those that followed the save.
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
        using FileStream stream = AtomicFile.OpenRead(path);
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

    private void Restore(Stream stream, string source)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        StagedTensors staged = Slots().Stage(stream, source);
        string optimizer = Text(OptimizerKey);
        if (optimizer != Options.Optimizer.GetType().Name)
        {
            throw new InvalidDataException(
                $"{source} was saved while training with {optimizer}, but the trainer's optimiser is {Options.Optimizer.GetType().Name}.");
        }

        long step = Number<long>(StepKey);
        int epoch = Number<int>(EpochKey), seed = Number<int>(SeedKey);
        double learningRate = Number<double>(LearningRateKey);
        if (step < 0 || epoch < 0 || !float.IsFinite((float)learningRate) || learningRate < 0)
        {
            throw new InvalidDataException($"{source} has a step, an epoch or a learning rate that cannot be.");
        }

        CheckValues(staged, source);
        staged.Commit();
        (_updater.StepCount, _loop.EpochCount, _loop.Seed) = (step, epoch, seed);
        if (Options.Schedule is null) // which gives that of any step
        {
            LearningRate = learningRate;
        }

        Model.Parameters.MarkChanged();
        Model.Weights.Publish();

        string Text(string key) => staged.Metadata.TryGetValue(key, out string? text)
            ? text
            : throw new InvalidDataException($"{source} is not from a trainer: its metadata has no '{key}'.");

        T Number<T>(string key)
            where T : ISpanParsable<T> => T.TryParse(Text(key), CultureInfo.InvariantCulture, out T? number)
            ? number
            : throw new InvalidDataException($"{source} has the metadata '{key}' = '{Text(key)}', which is no number.");
    }

    /// <summary>No step could go on from parameters or moments that are not finite, nor from a mean of squares below 0.</summary>
    private void CheckValues(StagedTensors staged, string source)
    {
        foreach ((TensorSlot slot, AlignedBuffer values) in staged.Tensors)
        {
            string moment = slot.Name[..slot.Name.IndexOf('.', StringComparison.Ordinal)]; // of a parameter, its layer, which is no moment
            for (int i = 0; i < values.Length; i++)
            {
                if (!Options.Optimizer.IsValidMoment(moment, values.Span[i]))
                {
                    throw new InvalidDataException(
                        $"{source} has {slot.Name}[{i}] = {values.Span[i].ToString(CultureInfo.InvariantCulture)}, "
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
