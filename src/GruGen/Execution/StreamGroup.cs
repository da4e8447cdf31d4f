using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// Many sequences that arrive step by step, side by side, such as those of the clients of a server. A step of all streams, or of some, runs
/// as a batch, which reads each weight once for several streams, while as many <see cref="SequenceStream{TInput}"/> would each read all of
/// them: the wider the layers, the more time that saves.
/// </summary>
/// <remarks>
/// <para>The outputs of a stream do not depend, to the bit, on its neighbours or on which streams step together, and are those of the same
/// sequence in a batch. A <see cref="SequenceStream{TInput}"/>, which runs through other kernels, agrees within rounding.</para>
/// <para>The group keeps the weights it was opened with until <see cref="Refresh"/> or <see cref="Reset()"/>.</para>
/// <para>Besides the states a group holds working memory for a few hundred streams, however many there are. No call allocates but the first
/// of <c>StepLabels</c>, which takes memory for the outputs of all streams, and the first of <c>TryStep</c> where a layer makes one step of
/// several, which takes memory to sort streams. A group is used on one thread at a time; any number of groups may share a model.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class StreamGroup<TInput>
    where TInput : unmanaged
{
    private const int BlockStreams = GroupStates.BlockStreams;

    private readonly ModelWeights<TInput> _model;
    private readonly SequencePass<TInput> _pass;
    private readonly StreamSteps<TInput> _steps;
    private readonly GroupStates _states;
    private readonly long[] _lastSteps; // the last step of some streams that each stream was among
    private long _partialSteps;

    internal StreamGroup(ModelWeights<TInput> weights, int count)
    {
        _model = weights;
        Count = count;
        _states = new GroupStates(Schema, count);
        _pass = new SequencePass<TInput>(weights, new PassSize(Math.Min(BlockStreams, count), BlockSteps: 1, Training: false));
        _steps = new StreamSteps<TInput>(_pass);
        _lastSteps = new long[count];
        StartFromLearnedStates();
    }

    /// <summary>The number of streams.</summary>
    public int Count { get; }

    /// <summary>
    /// The number of floats in one stream's states, as <see cref="SequenceStream{TInput}.StateSize"/> of a stream.
    /// </summary>
    public int StateSize => _pass.StateSize;

    private ModelSchema Schema => _model.Schema;

    private int StepSize => Schema.ReadsTokens ? 1 : Schema.InputSize;

    /// <summary>Takes one step of every stream.</summary>
    /// <param name="inputs">tokens[count], or features[count, input size].</param>
    /// <param name="outputs">
    /// Receives outputs[count, output size], of each stream after this step; must not overlap <paramref name="inputs"/>.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length than that, or both overlap. No stream has made a step.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary or is the padding token, or all features of a stream are the mask value. No stream has made a step.
    /// </exception>
    /// <exception cref="NotSupportedException">The model makes one step of several: <c>TryStep</c> says which have an output.</exception>
    public void Step(ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        RequireOutputs();
        Check(Count, inputs, outputs);
        for (int first = 0; first < Count; first += BlockStreams)
        {
            Run(_states.Block(first), first, Math.Min(BlockStreams, Count - first), inputs, outputs);
        }
    }

    /// <summary>Takes one step of some streams; the others keep their states.</summary>
    /// <param name="streams">Which, in any order, each at most once; may be empty.</param>
    /// <param name="inputs">tokens[streams], or features[streams, input size], in the order of <paramref name="streams"/>.</param>
    /// <param name="outputs">Receives outputs[streams, output size] in the same order; must not overlap the other spans.</param>
    /// <exception cref="ArgumentException">
    /// A stream is named twice, a span has another length than that, or <paramref name="outputs"/> overlaps another span. No stream has
    /// made a step.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such stream; a token is not in the vocabulary or is the padding token; or all features of a stream are the mask value.
    /// No stream has made a step.
    /// </exception>
    /// <exception cref="NotSupportedException">The model makes one step of several: <c>TryStep</c> says which have an output.</exception>
    public void Step(ReadOnlySpan<int> streams, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        RequireOutputs();
        Check(streams);
        Check(streams.Length, inputs, outputs);
        SeparateMemory.Check(streams, outputs);
        for (int first = 0; first < streams.Length; first += BlockStreams)
        {
            int rows = Math.Min(BlockStreams, streams.Length - first);
            _states.Gather(streams.Slice(first, rows));
            Run(_states.Gathered, first, rows, inputs, outputs);
            _states.PutBack(streams.Slice(first, rows));
        }
    }

    /// <summary>Starts a new sequence in every stream: sets all states to the initial ones, and takes the model's latest weights.</summary>
    public void Reset()
    {
        _states.Clear();
        Refresh();
        StartFromLearnedStates();
    }

    /// <summary>Starts a new sequence in one stream, for example for another client. The weights stay.</summary>
    /// <param name="stream">Which, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public void Reset(int stream)
    {
        Check(stream, nameof(stream));
        for (int layer = 0; layer < _states.Layers; layer++)
        {
            Start(layer, _states[stream, layer]);
        }
    }

    /// <summary>Continues all sequences with the model's latest weights.</summary>
    public void Refresh() => _pass.UseWeights(_model.Current());

    /// <summary>Copies the states of one stream, layer by layer.</summary>
    /// <param name="stream">Which, counted from 0.</param>
    /// <param name="destination">
    /// Receives <see cref="StateSize"/> floats, laid out as those of <see cref="SequenceStream{TInput}.CopyStateTo"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyStateTo(int stream, Span<float> destination)
    {
        Check(stream, nameof(stream));
        CheckState(destination.Length, nameof(destination));
        for (int layer = 0; layer < _states.Layers; layer++)
        {
            Span<float> state = _states[stream, layer];
            state.CopyTo(destination);
            destination = destination[state.Length..];
        }
    }

    /// <summary>Replaces the states of one stream.</summary>
    /// <param name="stream">Which, counted from 0.</param>
    /// <param name="state">
    /// The states, as <see cref="CopyStateTo"/> gives them, of this group or of a <see cref="SequenceStream{TInput}"/> of the same model.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="state"/> has another length than <see cref="StateSize"/>, or, where a layer makes one step of several, a number of
    /// steps that is none of its windows'.
    /// </exception>
    public void SetState(int stream, ReadOnlySpan<float> state)
    {
        Check(stream, nameof(stream));
        CheckState(state.Length, nameof(state));
        Schema.CheckCounters(state);
        for (int layer = 0; layer < _states.Layers; layer++)
        {
            Span<float> own = _states[stream, layer];
            Faint.Copy(state[..own.Length], own, Faint.SubnormalBits);
            state = state[own.Length..];
        }
    }

    /// <summary>Copies the states of one stream to another, for example to follow two continuations of one text.</summary>
    /// <param name="from">The stream whose states are copied.</param>
    /// <param name="to">The stream that receives them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public void CopyState(int from, int to)
    {
        Check(from, nameof(from));
        Check(to, nameof(to));
        for (int layer = 0; layer < _states.Layers; layer++)
        {
            _states[from, layer].CopyTo(_states[to, layer]);
        }
    }

    private void Run(AlignedBuffer[] states, int first, int rows, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        int outputSize = Schema.OutputSize;
        _steps.Step(
            rows, states, inputs.Slice(first * StepSize, rows * StepSize), outputs.Slice(first * outputSize, rows * outputSize));
    }

    private void StartFromLearnedStates()
    {
        for (int layer = 0; layer < _states.Layers; layer++)
        {
            for (int stream = 0; _model.Code.InitialStateOffset(layer) >= 0 && stream < Count; stream++)
            {
                Start(layer, _states[stream, layer]);
            }
        }
    }

    /// <summary>The state of a layer that a sequence starts from: zeros, or what the model has learned.</summary>
    private void Start(int layer, Span<float> state)
    {
        state.Clear();
        if (_model.Code.InitialStateOffset(layer) is >= 0 and long offset)
        {
            _pass.Memory.Weights.Forward.Span.Slice((int)offset, state.Length).CopyTo(state);
        }
    }

    /// <summary>Each stream is there, and is named once.</summary>
    private void Check(ReadOnlySpan<int> streams)
    {
        _partialSteps++;
        foreach (int stream in streams)
        {
            Check(stream, nameof(streams));
            if (_lastSteps[stream] == _partialSteps)
            {
                throw new ArgumentException($"Stream {stream} is named twice in '{nameof(streams)}'.", nameof(streams));
            }

            _lastSteps[stream] = _partialSteps;
        }
    }

    private void Check(int count, ReadOnlySpan<TInput> inputs, Span<float> outputs)
    {
        CheckLength(inputs.Length, count, StepSize, nameof(inputs));
        CheckLength(outputs.Length, count, Schema.OutputSize, nameof(outputs));
        SeparateMemory.Check(inputs, outputs);
        for (int i = 0; Schema.MaskValue is { } value && i < count; i++)
        {
            if (Schema.IsMasked(inputs, i))
            {
                throw MaskedSteps.IsNoStep(value, nameof(inputs));
            }
        }

        if (Schema.ReadsTokens)
        {
            ReadOnlySpan<int> tokens = MemoryMarshal.Cast<TInput, int>(inputs);
            for (int i = 0; i < tokens.Length; i++)
            {
                if (tokens[i] == Schema.PaddingToken && Schema.PaddingToken >= 0)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(inputs),
                        tokens[i],
                        $"Token {i} of '{nameof(inputs)}' is {tokens[i]}, which only fills sequences and is no step of a stream.");
                }

                if ((uint)tokens[i] >= (uint)Schema.InputSize)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(inputs),
                        tokens[i],
                        $"Token {i} of '{nameof(inputs)}' is {tokens[i]}, but the vocabulary has the tokens 0 to {Schema.InputSize - 1}.");
                }
            }
        }
    }

    private void Check(int stream, string name)
    {
        if ((uint)stream >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(name, stream, $"There is no stream {stream}; the group has {Count}, 0 to {Count - 1}.");
        }
    }

    private void CheckState(int given, string name)
    {
        if (given != StateSize)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {StateSize} are expected (the sizes of all states).", name);
        }
    }

    private static void CheckLength(int given, int streams, int size, string name)
    {
        if (given != (long)streams * size)
        {
            throw new ArgumentException(
                $"'{name}' has {given} elements, but {(long)streams * size} are expected ({streams} streams of {size}).", name);
        }
    }
}
