using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace GruGen.Kernels;

/// <summary>
/// The parameters of a model, and the weights that predictions, files and copies use: packed anew when parameters have changed, and while
/// a trainer is at work as it published them last.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelWeights<TInput>
    where TInput : unmanaged
{
    private readonly Lock _packing = new(); // before Parameters.Changing, where both are held
    private PackedWeights? _weights;
    private AlignedBuffer? _averages; // of the parameters, which a trainer publishes instead of them
    private ChangedRows? _changedRows; // since weights were published, by a trainer whose optimiser changes few of them
    private int _trainers;
    private int _lanes = Simd.Lanes;

    /// <summary>Parameters that are zeros until they are drawn, read or copied.</summary>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    internal ModelWeights(ModelDefinition<TInput> definition)
    {
        Definition = definition;
        Code = definition.CodeFor(Simd.Lanes);
        Parameters = new ParameterSet(definition.Schema) { CopyPublished = CopyPublished };
    }

    /// <summary>The layers and their code.</summary>
    internal ModelDefinition<TInput> Definition { get; }

    internal ModelSchema Schema => Definition.Schema;

    internal ParameterSet Parameters { get; }

    /// <summary>The emitted code for <see cref="Lanes"/>.</summary>
    internal ModelCode<TInput> Code { get; private set; }

    /// <summary>Is told when a trainer has ended, so that nobody keeps a copy of the parameters for longer.</summary>
    internal Action? TrainingEnded { private get; init; }

    /// <summary>The lanes of the vectors the model computes with. The numbers are the same with any.</summary>
    internal int Lanes
    {
        get => _lanes;
        set
        {
            _lanes = value;
            Code = Definition.CodeFor(value);
            _weights = null;
        }
    }

    /// <summary>
    /// The weights to predict with, which the caller may keep: packed anew if parameters changed, but as published last while a trainer
    /// is at work.
    /// </summary>
    internal PackedWeights Current()
    {
        PackedWeights? weights = Volatile.Read(ref _weights);
        return IsCurrent(weights) && weights.TryKeep() ? weights : LatestWeights(static weights => weights.TryKeep());
    }

    /// <summary>As <see cref="Current"/>, until <see cref="PackedWeights.Leave"/>.</summary>
    internal PackedWeights Enter()
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
                var forward = new AlignedBuffer(Code.PackedLength);
                AlignedBuffer? prepared = Code.PreparedLength > 0 ? new AlignedBuffer(Code.PreparedLength) : null;
                AlignedBuffer parameters = PublishedParameters(training);
                var weights = new PackedWeights(Lanes, parameters, forward, backward: null, prepared) { Version = version };
                Pack(weights, rounded is null ? parameters : Rounded(parameters, rounded));
                if (prepared is not null)
                {
                    Code.Prepare(ref parameters.Start, ref forward.Start, ref prepared.Start);
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

        (_averages ?? Parameters.Buffer).Span[table..].CopyTo(copy.Span[table..]);
        _changedRows?.Clear();
        return copy;
    }

    private void CopyPublished(Span<float> destination)
    {
        PackedWeights weights = Enter();
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
    internal PackedWeights CreateForTraining() => CreateForTraining(Parameters.Buffer);

    /// <summary>Weights of other parameters than the model's, laid out like them.</summary>
    internal PackedWeights CreateForTraining(AlignedBuffer parameters) =>
        new(Lanes, parameters, new AlignedBuffer(Code.PackedLength), new AlignedBuffer(Code.PackedBackwardLength));

    /// <summary>The emitted code for weights of so many lanes; the model's may have changed since they were packed.</summary>
    internal ModelCode<TInput> CodeFor(int lanes) => lanes == _lanes ? Code : Definition.CodeFor(lanes);

    internal void Pack(PackedWeights weights)
    {
        long version = Parameters.Version;
        weights.Parameters = Parameters.Buffer; // which may have moved
        Pack(weights, weights.Parameters);
        weights.Version = version;
    }

    internal void Pack(PackedWeights weights, AlignedBuffer parameters)
    {
        ModelCode<TInput> code = CodeFor(weights.Lanes);
        code.Pack(ref parameters.Start, ref weights.Forward.Start);
        if (weights.Backward is not null)
        {
            code.PackBackward(ref parameters.Start, ref weights.Backward.Start);
        }
    }

    /// <summary>
    /// From here to <see cref="EndTraining"/> predictions use what is published, and the parameters stay in their memory. A trainer that
    /// nobody has any more, but has yet to be collected, is collected before.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <param name="fewRows">
    /// Whether updates change few rows of an embedding's table, all of which <see cref="MarkRowsChanged"/> is told of.
    /// </param>
    /// <param name="averages">
    /// Memory for averages of the parameters, which are published instead of them; null if there are none. They are the parameters at
    /// first.
    /// </param>
    internal void BeginTraining(bool fewRows = false, AlignedBuffer? averages = null)
    {
        if (TryBeginTraining(fewRows, averages))
        {
            return;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!TryBeginTraining(fewRows, averages))
        {
            throw new InvalidOperationException($"{Schema.Name} is being trained already.");
        }
    }

    private bool TryBeginTraining(bool fewRows, AlignedBuffer? averages)
    {
        lock (_packing)
        {
            if (_trainers > 0)
            {
                return false;
            }

            lock (Parameters.Changing)
            {
                Parameters.Unshare();
            }

            if (averages is not null)
            {
                Parameters.All.CopyTo(averages.Span);
            }

            _averages = averages;
            if (!IsCurrent(_weights))
            {
                Publish(training: true);
            }

            _changedRows = fewRows && Schema.ReadsTokens ? new ChangedRows(Schema.InputSize, Schema.Layers[0].OutputSize) : null;
            Volatile.Write(ref _trainers, 1);
            return true;
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
            (_changedRows, _averages) = (null, null);
        }

        TrainingEnded?.Invoke();
    }

    /// <summary>Ends training without publishing: whoever predicts next does, since the parameters have changed.</summary>
    internal void AbandonTraining() => Volatile.Write(ref _trainers, 0);
}
