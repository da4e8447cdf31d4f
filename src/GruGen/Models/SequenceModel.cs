using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A recurrent model: its parameters, and how to run, train and keep them. The build derives a class from it for each declaration with
/// <see cref="GruModelAttribute"/>.
/// </summary>
/// <remarks>
/// Predicting is thread-safe and may go on while <c>Fit</c> trains: it reads the weights as they were published last, at the end of an
/// epoch. So do <c>Save</c>, <c>Clone</c> and <see cref="ParameterSet.CopyTo"/>.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract partial class SequenceModel<TInput>
    where TInput : unmanaged
{
    private SequenceStream<TInput>? _idleStream;
    private int _lanes = Simd.Lanes;

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
    /// <param name="output">
    /// Receives the output: <see cref="ModelSchema.OutputSize"/> floats, or as many for every step, zeros where padding stands.
    /// </param>
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
            throw new NotSupportedException(
                $"{Schema.Name} takes whole sequences, because a layer reads them from their end or pools their steps; use Predict.");
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
    /// Makes what predictions read beside the packed weights, from the table of an embedding and what
    /// <see cref="Pack(int, ref float, ref float)"/> has packed.
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
