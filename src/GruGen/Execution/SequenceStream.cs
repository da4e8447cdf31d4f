using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// One sequence that arrives step by step: it carries the states of the recurrent layers from one step to the next. Any number of streams
/// of a model may run at the same time, each on one thread at a time. A stream keeps the weights it was opened with until
/// <see cref="Reset"/> or <see cref="Refresh"/>.
/// </summary>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract class SequenceStream<TInput>
    where TInput : unmanaged
{
    private protected readonly ModelWeights<TInput> _model;
    private readonly int[] _sizes;
    private protected readonly AlignedBuffer _states; // [2][states, each padded]: the current ones and the next ones
    private protected readonly int _stride;
    private protected int _current;
    private float[]? _outputs; // whose label is wanted
    private protected PackedWeights _weights; // that the stream was opened with

    /// <summary>Allocates the states, all zero.</summary>
    private protected SequenceStream(ModelWeights<TInput> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _model = weights;
        Schema = weights.Schema;
        _sizes = [.. Schema.StateSizes];
        _stride = _sizes.Sum(Simd.Padded);
        _states = new AlignedBuffer(2L * _stride);
        _weights = weights.Current();
        StartFromLearnedStates();
    }

    /// <summary>
    /// The number of floats in the states: the hidden sizes of the recurrent layers, the histories of convolutions and of pooling over
    /// windows, and a number for each layer that makes one step of several, added up.
    /// </summary>
    public int StateSize => _sizes.Sum();

    internal ModelSchema Schema { get; }

    /// <summary>Starts a new sequence: sets the states to the initial ones, and takes the model's latest weights.</summary>
    public void Reset()
    {
        _states.Span.Clear();
        Refresh();
        StartFromLearnedStates();
    }

    /// <summary>Continues the sequence with the model's latest weights.</summary>
    public void Refresh() => _weights = _model.Current();

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
    /// Replaces the states of the recurrent layers. A stream that continues from the states of another one, with the same weights, gives
    /// the same outputs to the bit.
    /// </summary>
    /// <param name="state">As <see cref="CopyStateTo"/> gave them.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="state"/> has another length than <see cref="StateSize"/>, or, where a layer makes one step of several, a number of
    /// steps that is none of its windows'.
    /// </exception>
    public void SetState(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length, nameof(state));
        Schema.CheckCounters(state);
        int place = 0, destination = _current;
        foreach (int size in _sizes)
        {
            Faint.Copy(state.Slice(place, size), _states.Span[destination..], Faint.SubnormalBits);
            place += size;
            destination += Simd.Padded(size);
        }
    }

    /// <summary>Takes one step.</summary>
    /// <param name="input">One token, or the features of the step.</param>
    /// <param name="output">
    /// Receives the output after this step; may be the same memory as <paramref name="input"/>, but must not overlap it in part.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has another length than the model's input or output, or one overlaps the other in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The token is not in the vocabulary or is the padding token, or all features are the mask value.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model makes one step of several, so that some steps have no output: <see cref="TryStep"/> says which.
    /// </exception>
    public abstract void Step(ReadOnlySpan<TInput> input, Span<float> output);

    /// <summary>
    /// Takes one step of any model. One with layers that make one step of several, which are convolutions with a stride or without padding
    /// and pooling over windows, has an output after those steps that end a window of all of them; after the others what is above such a
    /// layer stays as it is.
    /// </summary>
    /// <param name="input">One token, or the features of the step.</param>
    /// <param name="output">
    /// Receives the output after this step, if there is one, and otherwise stays as it is; may be the same memory as
    /// <paramref name="input"/>, but must not overlap it in part.
    /// </param>
    /// <returns>Whether there is an output after this step; of models without such layers there is one after every step.</returns>
    /// <exception cref="ArgumentException">
    /// A span has another length than the model's input or output, or one overlaps the other in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The token is not in the vocabulary or is the padding token, or all features are the mask value.
    /// </exception>
    public virtual bool TryStep(ReadOnlySpan<TInput> input, Span<float> output)
    {
        Step(input, output);
        return true;
    }

    /// <summary>
    /// Takes one step of a model that ends with a softmax or a single sigmoid, and of which some steps may have no output.
    /// </summary>
    /// <param name="input">One token, or the features of the step.</param>
    /// <param name="label">Receives what <see cref="StepLabel(ReadOnlySpan{TInput})"/> gives, if there is an output; otherwise −1.</param>
    /// <returns>Whether there is an output after this step.</returns>
    /// <exception cref="InvalidOperationException">The model ends with something else.</exception>
    /// <inheritdoc cref="TryStep" path="/exception"/>
    public bool TryStepLabel(ReadOnlySpan<TInput> input, out int label)
    {
        OutputLabels.Require(Schema);
        _outputs ??= new float[Schema.OutputSize];
        bool answers = TryStep(input, _outputs);
        label = answers ? OutputLabels.Of(_outputs) : -1;
        return answers;
    }

    /// <summary>Takes one step of a model that ends with a softmax or a single sigmoid.</summary>
    /// <param name="input">One token, or the features of the step.</param>
    /// <returns>
    /// With a softmax the most probable class after this step, the first one if several are equally probable; with a single sigmoid 1 if
    /// the output is above 0.5, else 0.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model ends with something else.</exception>
    /// <exception cref="NotSupportedException">Some steps of the model have no output: use <see cref="TryStepLabel"/>.</exception>
    /// <exception cref="ArgumentException">The input has another length than the model's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The token is not in the vocabulary or is the padding token, or all features are the mask value.
    /// </exception>
    public int StepLabel(ReadOnlySpan<TInput> input)
    {
        OutputLabels.Require(Schema);
        _outputs ??= new float[Schema.OutputSize];
        Step(input, _outputs);
        return OutputLabels.Of(_outputs);
    }

    /// <summary>Takes one step of a model that ends with a softmax or a single sigmoid and reads tokens, or one feature a step.</summary>
    /// <param name="input">The token, or the feature.</param>
    /// <inheritdoc cref="StepLabel(ReadOnlySpan{TInput})"/>
    public int StepLabel(TInput input) => StepLabel(new ReadOnlySpan<TInput>(in input));

    [MethodImpl(Jit.Optimized)]
    private void StartFromLearnedStates()
    {
        int place = _current;
        for (int i = 0; i < _sizes.Length; i++)
        {
            int stride = Simd.Padded(_sizes[i]);
            if (_model.Code.InitialStateOffset(i) is >= 0 and long offset)
            {
                Packing.CopyRow(ref _weights.Forward.At((nint)offset), ref _states.At(place), stride);
            }

            place += stride;
        }
    }

    private void CheckLength(int given, string name)
    {
        if (given != StateSize)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {StateSize} are expected (the sizes of all states).", name);
        }
    }
}
