using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// One sequence that arrives step by step: it carries the states of the recurrent layers from one step to the next. Any number of streams
/// may run at a time, each on one thread. A stream keeps the weights it was opened with until <see cref="Reset"/> or <see cref="Refresh"/>.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract class SequenceStream<TInput>
    where TInput : unmanaged
{
    private readonly SequenceModel<TInput> _model;
    private readonly int[] _sizes;
    private readonly AlignedBuffer _states; // [2][states, each padded]: the current ones and the next ones
    private readonly int _stride;
    private readonly AlignedBuffer _output;
    private AlignedBuffer? _features; // of a step or a block of steps, flushed
    private int _current;

    /// <summary>Allocates the states, all zero.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected SequenceStream(SequenceModel<TInput> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        Schema = model.Schema;
        _sizes = [.. Schema.StateSizes];
        _stride = _sizes.Sum(Simd.Padded);
        _states = new AlignedBuffer(2L * _stride);
        _output = new AlignedBuffer(Simd.Padded(Schema.OutputSize));
        Weights = model.CurrentWeights();
        StartFromLearnedStates();
    }

    /// <summary>The number of floats of the states: the hidden sizes of the recurrent layers, added up.</summary>
    public int StateSize => _sizes.Sum();

    /// <summary>The weights the stream was opened with.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected PackedWeights Weights { get; private set; }

    /// <summary>output[output size, padded] of the last layer.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float Output => ref _output.Start;

    /// <summary>The current states of all layers, one after another, each padded.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float States
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _states.At(_current);
    }

    /// <summary>Where the next states go, laid out like <see cref="States"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ref float NextStates
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _states.At(_stride - _current);
    }

    internal ModelSchema Schema { get; }

    internal Span<float> OutputSpan => _output.Span[..Schema.OutputSize];

    /// <summary>Forgets what came before: the states are the initial ones again, and the weights the model's latest.</summary>
    public void Reset()
    {
        _states.Span.Clear();
        Refresh();
        StartFromLearnedStates();
    }

    /// <summary>Goes on with the model's latest weights.</summary>
    public void Refresh() => Weights = _model.CurrentWeights();

    /// <summary>Copies the states of the recurrent layers, one after another.</summary>
    /// <param name="destination">Receives <see cref="StateSize"/> floats.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyStateTo(Span<float> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        int place = 0, source = _current;
        foreach (int size in _sizes)
        {
            _states.Span.Slice(source, size).CopyTo(destination[place..]);
            place += size;
            source += Simd.Padded(size);
        }
    }

    /// <summary>
    /// Replaces the states of the recurrent layers. A stream that goes on from another one's states gives the same bits as that one.
    /// </summary>
    /// <param name="state">As <see cref="CopyStateTo"/> gave them.</param>
    /// <exception cref="ArgumentException"><paramref name="state"/> has another length than <see cref="StateSize"/>.</exception>
    public void SetState(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length, nameof(state));
        int place = 0, destination = _current;
        foreach (int size in _sizes)
        {
            Faint.Copy(state.Slice(place, size), _states.Span[destination..], Faint.SubnormalBits);
            place += size;
            destination += Simd.Padded(size);
        }
    }

    /// <summary>Takes one step.</summary>
    /// <param name="input">The token alone, or the features of the step.</param>
    /// <param name="output">
    /// Receives the output after this step; may be <paramref name="input"/> itself, but no other part of the same memory.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has another length than the model's input or output, or one overlaps the other in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public abstract void Step(ReadOnlySpan<TInput> input, Span<float> output);

    /// <summary>Takes many steps at once; arguments are checked by the caller.</summary>
    /// <param name="inputs">The tokens, or the features of all steps.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="outputs">Receives the output after the last step, or, if the model gives one every step, all of them.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void RunCore(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs);

    internal void Run(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs) => RunCore(inputs, steps, outputs);

    /// <summary>
    /// The features of a step or of some steps, as they are, which is no copy, or, where one is below 2^−95 but not zero, as sound that
    /// fades has them, a copy in which it is (<see cref="Faint"/>).
    /// </summary>
    /// <param name="features">The features.</param>
    /// <param name="count">The number of all of them.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref float Flushed(ref float features, int count) =>
        ref Faint.IsIn(ref features, count) ? ref FlushedCopy(ref features, count) : ref features;

    private ref float FlushedCopy(ref float features, int count)
    {
        if (_features is null || _features.Length < count)
        {
            _features = new AlignedBuffer(count);
        }

        Faint.CopyRow(ref features, ref _features.Start, count);
        return ref _features.Start;
    }

    /// <summary>The packed weights at <paramref name="offset"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref float Packed(nint offset) => ref Weights.Forward.At(offset);

    /// <summary>What is prepared for predictions, at <paramref name="offset"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ref float Prepared(nint offset) => ref Weights.Prepared!.At(offset);

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>Whether this step, every other one, walks weights from their end: the newest of them are still in the cache.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected bool Back
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current != 0;
    }

    /// <summary>What was next is current.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Advance() => _current = _stride - _current;

    /// <summary>Copies <see cref="Output"/>, which already has its activation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void CopyOutputTo(Span<float> destination) => OutputSpan.CopyTo(destination);

    /// <summary>Checks the lengths of a step's input and output.</summary>
    /// <exception cref="ArgumentException">A span has another length than the model's input or output.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CheckStep(int inputLength, int inputSize, int outputLength, int outputSize)
    {
        if (inputLength != inputSize)
        {
            throw WrongLength("input", inputLength, inputSize);
        }

        if (outputLength != outputSize)
        {
            throw WrongLength("output", outputLength, outputSize);
        }
    }

    /// <summary>
    /// Checks the input and the output of a step: they may be the same floats, which are read before they are written, but may not
    /// overlap in part.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A span has another length than the model's input or output, or one overlaps the other in part.
    /// </exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CheckStep(ReadOnlySpan<TInput> input, int inputSize, ReadOnlySpan<float> output, int outputSize)
    {
        CheckStep(input.Length, inputSize, output.Length, outputSize);
        nint distance = Unsafe.ByteOffset(
            ref Unsafe.As<TInput, float>(ref MemoryMarshal.GetReference(input)), ref MemoryMarshal.GetReference(output)); // of both a number has 4 bytes
        if (distance < 4 * (nint)inputSize && distance > -4 * (nint)outputSize && (distance != 0 || inputSize != outputSize))
        {
            throw SeparateMemory.Overlap(nameof(input), nameof(output));
        }
    }

    /// <summary>A tensor that a layer does without.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();

    /// <summary>The exception for a token that only fills sequences.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ArgumentOutOfRangeException PaddingIsNoStep(int token) => new(
        nameof(token), token, $"The token {token} only fills sequences, so it is no step of a stream.");

    /// <summary>The exception for a token outside the vocabulary.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected static ArgumentOutOfRangeException BadToken(int token, int vocabulary) => new(
        nameof(token), token, $"The token is {token}, but the vocabulary has the tokens 0 to {vocabulary - 1}.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StartFromLearnedStates()
    {
        int place = _current;
        for (int i = 0; i < _sizes.Length; i++)
        {
            int stride = Simd.Padded(_sizes[i]);
            if (_model.InitialStateOf(i) is >= 0 and long offset)
            {
                Packing.CopyRow(ref Weights.Forward.At((nint)offset), ref _states.At(place), stride);
            }

            place += stride;
        }
    }

    private static ArgumentException WrongLength(string name, int given, int expected) =>
        new($"'{name}' has {given} elements, but {expected} are expected.", name);

    private void CheckLength(int given, string name)
    {
        if (given != StateSize)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {StateSize} are expected (the hidden sizes of all recurrent layers).", name);
        }
    }
}
