using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A recurrent model: its parameters, and how to run, train and keep them. The build derives a class from it for each declaration with
/// <see cref="GruModelAttribute"/>.
/// </summary>
/// <remarks>
/// Predicting is thread-safe and may go on while <c>Fit</c> trains: it reads the weights as they were published last, at the end of an epoch. So do
/// <c>Save</c>, <c>Clone</c> and <see cref="ParameterSet.CopyTo"/>.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract partial class SequenceModel<TInput>
    where TInput : unmanaged
{
    private readonly Lock _packing = new();
    private PackedWeights? _weights;
    private SequenceStream<TInput>? _idleStream;
    private ChangedRows? _changedRows; // since weights were published, by a trainer whose optimiser changes few of them
    private int _lanes = Simd.Lanes;
    private int _trainers;

    /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
    /// <param name="schema">Its layers.</param>
    /// <param name="seed">The same seed gives the same values, on any machine.</param>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected SequenceModel(ModelSchema schema, int seed)
        : this(schema) => Initializer.Fill(Parameters, (ulong)seed);

    /// <summary>A model whose parameters are zeros until they are read or copied.</summary>
    /// <param name="schema">Its layers.</param>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected SequenceModel(ModelSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        Parameters = new ParameterSet(schema) { CopyPublished = CopyPublished };
    }

    /// <summary>The layers, their sizes and the names of the parameters.</summary>
    public ModelSchema Schema { get; }

    /// <summary>The parameters by PyTorch's names.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The lanes of the vectors the model computes with. The numbers are the same with any.</summary>
    internal int Lanes
    {
        get => _lanes;
        set
        {
            _lanes = value;
            _weights = null;
            _idleStream = null;
            _idlePass = null;
        }
    }

    /// <summary>The number of floats that <see cref="Pack(int, ref float, ref float)"/> writes.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract long PackedLength { get; }

    /// <summary>The number of floats that <see cref="PackBackward"/> writes.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract long PackedBackwardLength { get; }

    /// <summary>Runs one sequence from its first step to its last.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <param name="output">Receives the output: <see cref="ModelSchema.OutputSize"/> floats, or as many for every step, zeros where padding stands.</param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public void Predict(ReadOnlySpan<TInput> input, Span<float> output)
    {
        int steps = CheckInput(input, nameof(input));
        long expected = Schema.Output == Steps.Every ? (long)steps * Schema.OutputSize : Schema.OutputSize;
        if (output.Length != expected)
        {
            throw new ArgumentException($"'output' has {output.Length} elements, but {expected} are expected.", nameof(output));
        }

        SeparateMemory.Check(input, output);
        SequenceStream<TInput> stream = Interlocked.Exchange(ref _idleStream, null) ?? CreateStream();
        stream.Reset();
        if (Schema.PaddingToken >= 0)
        {
            RunWithoutPadding(stream, input, output);
        }
        else
        {
            stream.Run(input, steps, output);
        }

        _idleStream = stream;
    }

    /// <summary>Runs the steps that do not only fill the sequence; outputs of the others are zero.</summary>
    private void RunWithoutPadding(SequenceStream<TInput> stream, ReadOnlySpan<TInput> input, Span<float> output)
    {
        int size = Schema.OutputSize, count = 0;
        TInput[] kept = ArrayPool<TInput>.Shared.Rent(input.Length);
        ReadOnlySpan<int> tokens = MemoryMarshal.Cast<TInput, int>(input);
        for (int t = 0; t < tokens.Length; t++)
        {
            if (tokens[t] != Schema.PaddingToken)
            {
                kept[count++] = input[t];
            }
        }

        bool every = Schema.Output == Steps.Every;
        stream.Run(kept.AsSpan(0, count), count, every ? output[..(count * size)] : output);
        ArrayPool<TInput>.Shared.Return(kept);
        for (int t = tokens.Length - 1; every && t >= 0; t--)
        {
            Span<float> row = output.Slice(t * size, size);
            if (tokens[t] == Schema.PaddingToken)
            {
                row.Clear();
            }
            else
            {
                output.Slice(--count * size, size).CopyTo(row);
            }
        }
    }

    /// <summary>The memory for batches of sequences on their way through the model, forward and backward.</summary>
    /// <param name="maxBatch">The most sequences of a batch.</param>
    /// <param name="maxSteps">The most steps of a sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">The memory for this batch cannot be had.</exception>
    public SequencePass<TInput> CreatePass(int maxBatch, int maxSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSteps);
        return CreatePass(maxBatch, maxSteps, team: null);
    }

    /// <summary>A pass on the threads of a team.</summary>
    internal SequencePass<TInput> CreatePass(int maxBatch, int maxSteps, Team? team) =>
        CreatePass(new PassSetup<TInput>(this, maxBatch, maxSteps, training: true, team), Lanes);

    /// <summary>Many sequences that arrive step by step, side by side, each from its initial state.</summary>
    /// <param name="count">The number of streams.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">The states do not fit into memory.</exception>
    /// <exception cref="NotSupportedException">The model takes whole sequences (<see cref="ModelSchema.CanStream"/>).</exception>
    public StreamGroup<TInput> OpenStreams(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!Schema.CanStream)
        {
            throw new NotSupportedException($"{Schema.Name} takes whole sequences, because a layer reads them from their end or pools their steps; use Predict.");
        }

        return new StreamGroup<TInput>(this, count);
    }

    internal SequencePass<TInput> CreateInferencePass(int maxBatch, int blockSteps) =>
        CreateInferencePass(maxBatch, blockSteps, CurrentWeights());

    internal SequencePass<TInput> CreateInferencePass(int maxBatch, int blockSteps, PackedWeights weights) =>
        CreatePass(new PassSetup<TInput>(this, maxBatch, blockSteps, training: false) { Weights = weights }, Lanes);

    /// <summary>A pass for whole sequences, which have so many rows together.</summary>
    internal SequencePass<TInput> CreateWholeSequencePass(int maxBatch, int rows, PackedWeights weights) =>
        CreatePass(new PassSetup<TInput>(this, maxBatch, blockSteps: rows, training: false) { BlockRows = rows, Weights = weights }, Lanes);

    /// <summary>
    /// The weights to predict with, which the caller may keep: packed anew if parameters changed, but as published last while a trainer is at work.
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
    /// The parameters for those who predict, save and copy. They are the memory of the model's own, which change elsewhere from then on; but a trainer changes
    /// these where they are, so while one is at work they are a copy, in the memory of the copy before it if nobody reads that, where rows of an embedding that
    /// are as they were stay.
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

    /// <summary>From here to <see cref="EndTraining"/> predictions use what is published, and the parameters stay in their memory.</summary>
    /// <exception cref="InvalidOperationException">The model is being trained already.</exception>
    /// <param name="fewRows">Whether updates change few rows of an embedding's table, all of which <see cref="MarkRowsChanged"/> is told of.</param>
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

    /// <summary>The number of steps of a sequence, after a check of its length.</summary>
    internal int CheckInput(ReadOnlySpan<TInput> input, string name)
    {
        if (Schema.ReadsTokens)
        {
            ReadOnlySpan<int> tokens = MemoryMarshal.Cast<TInput, int>(input);
            for (int t = 0; t < tokens.Length; t++)
            {
                if ((uint)tokens[t] >= (uint)Schema.InputSize)
                {
                    throw SequencePass<TInput>.BadToken(tokens[t], t, Schema.InputSize, name);
                }
            }

            return tokens.Length;
        }

        (int steps, int rest) = Math.DivRem(input.Length, Schema.InputSize);
        return rest == 0 ? steps : throw new ArgumentException(
            $"'{name}' has {input.Length} elements, but a multiple of {Schema.InputSize} (features a step) is expected.", name);
    }

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>A tensor that a layer does without.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();

    /// <summary>Where the packed weights have the initial state <paramref name="state"/>, padded; −1 if it is not learned.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual long InitialStateOffset(int state) => -1;

    internal long InitialStateOf(int state) => InitialStateOffset(state);

    /// <summary>The number of floats that <see cref="Prepare"/> writes.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual long PreparedLength => 0;

    /// <summary>
    /// Makes what predictions read beside the packed weights, from the table of an embedding and what <see cref="Pack(int, ref float, ref float)"/> has packed.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual void Prepare(int lanes, ref float table, ref float packed, ref float prepared)
    {
    }

    /// <summary>Packs the parameters for the forward kernels.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void Pack(int lanes, ref float parameters, ref float packed);

    /// <summary>Lays the parameters out for the backward kernels.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void PackBackward(ref float parameters, ref float packed);

    /// <summary>The pass for vectors of <paramref name="lanes"/> lanes.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract SequencePass<TInput> CreatePass(PassSetup<TInput> setup, int lanes);

    /// <summary>A stream with zero states.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract SequenceStream<TInput> CreateStream();
}
