using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// The weights that predictions, files and copies use: packed anew when parameters have changed, and while a trainer is at work as it
/// published them last. </content>
public abstract partial class SequenceModel<TInput>
{
    private readonly Lock _packing = new(); // before Parameters.Changing, where both are held
    private PackedWeights? _weights;
    private ChangedRows? _changedRows; // since weights were published, by a trainer whose optimiser changes few of them
    private int _trainers;

    /// <summary>
    /// The weights to predict with, which the caller may keep: packed anew if parameters changed, but as published last while a trainer
    /// is at work.
    /// </summary>
    internal PackedWeights CurrentWeights()
    {
        PackedWeights? weights = Volatile.Read(ref _weights);
        return IsCurrent(weights) && weights.TryKeep() ? weights : LatestWeights(static weights => weights.TryKeep());
    }

    /// <summary>As <see cref="CurrentWeights"/>, until <see cref="PackedWeights.Leave"/>.</summary>
    internal PackedWeights EnterWeights()
    {
        PackedWeights? weights = Volatile.Read(ref _weights);
        return IsCurrent(weights) && weights.TryEnter() ? weights : LatestWeights(static weights => weights.TryEnter());
    }

    /// <summary>Packs the parameters as they are now for everybody who predicts.</summary>
    internal PackedWeights Publish() => Publish(training: _trainers > 0);

    private PackedWeights Publish(bool training)
    {
        AlignedBuffer? rounded = Schema.WeightFormat == WeightFormat.BFloat16 ? new AlignedBuffer(Parameters.Count) : null;
        lock (_packing)
        {
            lock (Parameters.Changing)
            {
                long version = Parameters.Version; // before any value is read: what changes meanwhile is packed again
                var forward = new AlignedBuffer(PackedLength);
                AlignedBuffer? prepared = PreparedLength > 0 ? new AlignedBuffer(PreparedLength) : null;
                AlignedBuffer parameters = PublishedParameters(training);
                var weights = new PackedWeights(Lanes, parameters, forward, backward: null, prepared) { Version = version };
                Pack(weights, rounded is null ? parameters : Rounded(parameters, rounded));
                if (prepared is not null)
                {
                    Prepare(Lanes, ref parameters.Start, ref forward.Start, ref prepared.Start);
                }

                Volatile.Write(ref _weights, weights);
                return weights;
            }
        }
    }

    /// <summary>
    /// The parameters for those who predict, save and copy. They are the memory of the model's own, which change elsewhere from then on;
    /// but a trainer changes these where they are, so while one is at work they are a copy, in the memory of the copy before it if nobody
    /// reads that, where rows of an embedding that are as they were stay.
    /// </summary>
    private AlignedBuffer PublishedParameters(bool training)
    {
        if (!training)
        {
            _changedRows = null; // of a trainer that nobody has disposed of: nobody counts what follows
            return Parameters.Share();
        }

        PackedWeights? last = _weights is { } weights && weights.TryEnd() ? weights : null;
        AlignedBuffer copy = last?.Parameters ?? new AlignedBuffer(Parameters.Count);
        int table = 0;
        if (last is not null && _changedRows is { } changed && last.Version + changed.Updates == Parameters.Version)
        {
            table = (int)Schema.Tensors[0].Length;
            changed.Copy(Parameters.All[..table], copy.Span);
        }

        Parameters.All[table..].CopyTo(copy.Span[table..]);
        _changedRows?.Clear();
        return copy;
    }

    private void CopyPublished(Span<float> destination)
    {
        PackedWeights weights = EnterWeights();
        weights.Parameters.Span.CopyTo(destination);
        weights.Leave();
    }

    private bool IsCurrent([NotNullWhen(true)] PackedWeights? weights) =>
        weights is not null && (weights.Version == Parameters.Version || Volatile.Read(ref _trainers) > 0);

    /// <summary>Waits for whoever is publishing; nobody ends weights meanwhile.</summary>
    private PackedWeights LatestWeights(Func<PackedWeights, bool> begin)
    {
        lock (_packing)
        {
            PackedWeights weights = IsCurrent(_weights) ? _weights : Publish();
            return begin(weights) ? weights : throw new UnreachableException();
        }
    }

    /// <summary>A copy of the parameters in which the weights of recurrent layers are bfloat16s.</summary>
    private AlignedBuffer Rounded(AlignedBuffer parameters, AlignedBuffer rounded)
    {
        parameters.Span.CopyTo(rounded.Span);
        foreach (TensorSchema tensor in Schema.Tensors.Where(tensor => tensor.Name.Contains(".weight_", StringComparison.Ordinal)))
        {
            foreach (ref float weight in rounded.Span.Slice((int)tensor.Offset, (int)tensor.Length))
            {
                weight = BFloat16.Round(weight);
            }
        }

        return rounded;
    }

    /// <summary>Weights that a training pass packs again and again after each update.</summary>
    internal PackedWeights CreateTrainingWeights() => CreateTrainingWeights(Parameters.Buffer);

    /// <summary>Weights of other parameters than the model's, laid out like them.</summary>
    internal PackedWeights CreateTrainingWeights(AlignedBuffer parameters) =>
        new(Lanes, parameters, new AlignedBuffer(PackedLength), new AlignedBuffer(PackedBackwardLength));

    internal void Pack(PackedWeights weights)
    {
        long version = Parameters.Version;
        weights.Parameters = Parameters.Buffer; // which may have moved
        Pack(weights, weights.Parameters);
        weights.Version = version;
    }

    internal void Pack(PackedWeights weights, AlignedBuffer parameters)
    {
        Pack(weights.Lanes, ref parameters.Start, ref weights.Forward.Start);
        if (weights.Backward is not null)
        {
            PackBackward(ref parameters.Start, ref weights.Backward.Start);
        }
    }

    /// <summary>
    /// From here to <see cref="EndTraining"/> predictions use what is published, and the parameters stay in their memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <param name="fewRows">
    /// Whether updates change few rows of an embedding's table, all of which <see cref="MarkRowsChanged"/> is told of.
    /// </param>
    internal void BeginTraining(bool fewRows = false)
    {
        lock (_packing)
        {
            if (_trainers > 0)
            {
                throw new InvalidOperationException($"{Schema.Name} is being trained already.");
            }

            lock (Parameters.Changing)
            {
                Parameters.Unshare();
            }

            if (!IsCurrent(_weights))
            {
                Publish(training: true);
            }

            _changedRows = fewRows && Schema.ReadsTokens ? new ChangedRows(Schema.InputSize, Schema.Layers[0].OutputSize) : null;
            Volatile.Write(ref _trainers, 1);
        }
    }

    /// <summary>An update has changed parameters, of the table no other rows than those of these tokens.</summary>
    internal void MarkRowsChanged(ReadOnlySpan<int> tokens) => _changedRows?.Add(tokens);

    internal void EndTraining()
    {
        lock (_packing)
        {
            Volatile.Write(ref _trainers, 0);
            Publish();
            (_idleStream, _idlePass, _changedRows) = (null, null, null); // so that no copy of the parameters outlives training
        }
    }

    /// <summary>Ends training without publishing: whoever predicts next does, since the parameters have changed.</summary>
    internal void AbandonTraining() => Volatile.Write(ref _trainers, 0);
}
