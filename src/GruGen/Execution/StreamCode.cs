using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GruGen.Kernels;

/// <summary>The code of a stream that is emitted for a model; the members below are what it reads and calls.</summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StreamCode<TInput> : SequenceStream<TInput>
    where TInput : unmanaged
{
    private readonly AlignedBuffer _output;
    private AlignedBuffer? _features; // of a step or a block of steps, flushed

    /// <summary>A stream from its initial states.</summary>
    protected StreamCode(ModelWeights<TInput> weights)
        : base(weights) => _output = new AlignedBuffer(Schema.Outputs.Sum(output => Simd.Padded(output.Size)));

    /// <summary>The weights the stream was opened with.</summary>
    protected PackedWeights Weights => _weights;

    /// <summary>output[output size, padded] of the last layer; of several outputs, those of one behind those of the other.</summary>
    protected ref float Output => ref _output.Start;

    /// <summary>The current states of all layers, one after another, each padded.</summary>
    protected ref float States
    {
        [MethodImpl(Jit.Inline)]
        get => ref _states.At(_current);
    }

    /// <summary>Where the next states go, laid out like <see cref="States"/>.</summary>
    protected ref float NextStates
    {
        [MethodImpl(Jit.Inline)]
        get => ref _states.At(_stride - _current);
    }

    /// <summary>Takes many steps at once; arguments are checked by the caller.</summary>
    internal void Run(ReadOnlySpan<TInput> inputs, int steps, Span<float> outputs) =>
        _model.CodeFor(_weights.Lanes).Run(this, inputs, steps, outputs);

    /// <summary>
    /// The features of a step or of some steps, as they are, which is no copy, or, where one is below 2^−95 but not zero, as sound that
    /// fades has them, a copy in which it is (<see cref="Faint"/>).
    /// </summary>
    /// <param name="features">The features.</param>
    /// <param name="count">The number of all of them.</param>
    [MethodImpl(Jit.Inline)]
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
    [MethodImpl(Jit.Inline)]
    protected ref float Packed(nint offset) => ref Weights.Forward.At(offset);

    /// <summary>What is prepared for predictions, at <paramref name="offset"/>.</summary>
    [MethodImpl(Jit.Inline)]
    protected ref float Prepared(nint offset) => ref Weights.Prepared!.At(offset);

    /// <summary>The float at <paramref name="offset"/> from <paramref name="start"/>.</summary>
    [MethodImpl(Jit.Inline)]
    protected static ref float At(ref float start, nint offset) => ref Unsafe.Add(ref start, offset);

    /// <summary>Whether this step, every other one, walks weights from their end: the newest of them are still in the cache.</summary>
    protected bool Back
    {
        [MethodImpl(Jit.Inline)]
        get => _current != 0;
    }

    /// <summary>What was next is current.</summary>
    [MethodImpl(Jit.Inline)]
    protected void Advance() => _current = _stride - _current;

    /// <summary>Copies <see cref="Output"/>, which already has its activation.</summary>
    protected void CopyOutputTo(Span<float> destination)
    {
        int place = 0;
        foreach (OutputSchema output in Schema.Outputs)
        {
            _output.Span.Slice(place, output.Size).CopyTo(destination[output.Offset..]);
            place += Simd.Padded(output.Size);
        }
    }

    /// <summary>Checks the lengths of a step's input and output.</summary>
    /// <exception cref="ArgumentException">A span has another length than the model's input or output.</exception>
    [MethodImpl(Jit.Inline)]
    protected static void CheckStep(int inputLength, int inputSize, int outputLength, int outputSize)
    {
        if (inputLength != inputSize)
        {
            throw WrongLength("input", inputLength, inputSize, typeof(TInput) == typeof(int) ? "one token a step" : "features a step");
        }

        if (outputLength != outputSize)
        {
            throw WrongLength("output", outputLength, outputSize, "outputs a step");
        }
    }

    /// <summary>
    /// Checks the input and the output of a step: they may be the same floats, which are read before they are written, but may not
    /// overlap in part.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A span has another length than the model's input or output, or one overlaps the other in part.
    /// </exception>
    [MethodImpl(Jit.Inline)]
    protected static void CheckStep(ReadOnlySpan<TInput> input, int inputSize, ReadOnlySpan<float> output, int outputSize)
    {
        CheckStep(input.Length, inputSize, output.Length, outputSize);
        ref float first = ref Unsafe.As<TInput, float>(ref MemoryMarshal.GetReference(input)); // a token has 4 bytes as well
        nint distance = Unsafe.ByteOffset(ref first, ref MemoryMarshal.GetReference(output));
        if (distance < 4 * (nint)inputSize && distance > -4 * (nint)outputSize && (distance != 0 || inputSize != outputSize))
        {
            throw SeparateMemory.Overlap(nameof(input), nameof(output));
        }
    }

    /// <summary>Some of <see cref="Output"/>.</summary>
    protected ReadOnlySpan<float> OutputAt(int start, int size) => _output.Span.Slice(start, size);

    /// <summary>Checks the length of one of several outputs.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    [MethodImpl(Jit.Inline)]
    protected static void CheckOutput(ReadOnlySpan<float> output, int size, string name)
    {
        if (output.Length != size)
        {
            throw WrongLength(name, output.Length, size, "outputs a step");
        }
    }

    /// <summary>The null reference, for an optional tensor that a layer does not have.</summary>
    protected static ref float NoTensor => ref Unsafe.NullRef<float>();

    /// <summary>Checks that a step does not only fill its sequence.</summary>
    /// <param name="input">The features.</param>
    /// <param name="maskValue">The number that all features of such a step have.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does.</exception>
    protected static void RequireStep(ReadOnlySpan<float> input, float maskValue)
    {
        if (MaskedSteps.AreAll(input, maskValue))
        {
            throw MaskedSteps.IsNoStep(maskValue, nameof(input));
        }
    }

    /// <summary>The exception for a step that has to have an output, of a model of which only some have one.</summary>
    protected NotSupportedException OnlySomeSteps() => Schema.OnlySomeSteps();

    /// <summary>The exception for a token that only fills sequences.</summary>
    protected static ArgumentOutOfRangeException PaddingIsNoStep(int token) => new(
        nameof(token), token, $"The token {token} only fills sequences, so it is no step of a stream.");

    /// <summary>The exception for a token outside the vocabulary.</summary>
    protected static ArgumentOutOfRangeException BadToken(int token, int vocabulary) => new(
        nameof(token), token, $"The token is {token}, but the vocabulary has the tokens 0 to {vocabulary - 1}.");

    private static ArgumentException WrongLength(string name, int given, int expected, string what) =>
        new($"'{name}' has {given} elements, but {expected} are expected ({what}).", name);
}
