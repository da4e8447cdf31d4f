using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>The states of all recurrent layers for every sequence of a batch, in the order of its rows.</summary>
internal sealed class StateSet
{
    private readonly RecurrentState[] _states;
    private readonly bool[] _counts; // whether each is the number of steps of a window

    /// <summary>Zeros for <paramref name="maxBatch"/> sequences.</summary>
    public StateSet(ModelSchema schema, int maxBatch, bool training)
    {
        _counts = [.. schema.Layers.SelectMany(layer => layer.States).Select(state => state.CountsSteps)];
        _states = [.. schema.StateSizes.Select(size => new RecurrentState(size, maxBatch, training))];
        Size = _states.Sum(state => state.Size);
    }

    /// <summary>The number of floats of all states of one sequence.</summary>
    public int Size { get; }

    /// <summary>
    /// Whether the sequences started from states that were given, and not from those of the model, which are learned or zeros.
    /// </summary>
    public bool AreGiven { get; private set; }

    public RecurrentState this[int index] => _states[index];

    /// <summary>Every sequence starts from zeros.</summary>
    public void Clear(int batchSize)
    {
        foreach (RecurrentState state in _states)
        {
            state.Initial.Span[..(batchSize * state.Stride)].Clear();
            state.Final.Span[..(batchSize * state.Stride)].Clear();
        }

        AreGiven = false;
    }

    /// <summary>The gradients of all final states are zero.</summary>
    public void ClearGradients(int batchSize)
    {
        foreach (RecurrentState state in _states)
        {
            state.Gradient.Span[..(batchSize * state.Stride)].Clear();
        }
    }

    /// <summary>The state so far becomes the initial state of the next block of steps.</summary>
    public void Continue(int batchSize)
    {
        foreach (RecurrentState state in _states)
        {
            int length = batchSize * state.Stride;
            state.Final.Span[..length].CopyTo(state.Initial.Span);
        }
    }

    /// <summary>Sequences start from these states.</summary>
    /// <param name="given">given[batch, <see cref="Size"/>]: of each sequence the states of all layers one after another.</param>
    /// <param name="order">The sequences of the batch in the order of their rows.</param>
    /// <exception cref="ArgumentException">A sequence is in the middle of a window of steps, which a batch cannot be.</exception>
    public void SetInitial(ReadOnlySpan<float> given, ReadOnlySpan<int> order)
    {
        int place = 0;
        for (int i = 0; i < _states.Length; i++)
        {
            RecurrentState state = _states[i];
            for (int row = 0; row < order.Length; row++)
            {
                ReadOnlySpan<float> own = given.Slice(order[row] * Size + place, state.Size);
                if (_counts[i] && own[0] != 0)
                {
                    throw new ArgumentException(
                        $"The state of sequence {order[row]} has {own[0]} steps of a window already (number {place}), but sequences of a "
                            + "batch start with none; a stream goes on from any state.",
                        "initialStates");
                }

                Faint.Copy(own, state.Initial.Span[(row * state.Stride)..], Faint.SubnormalBits);
            }

            state.Initial.Span[..(order.Length * state.Stride)].CopyTo(state.Final.Span);
            place += state.Size;
        }

        AreGiven = true;
    }

    /// <summary>The initial states that the model has learned become those of every sequence.</summary>
    [MethodImpl(Jit.Optimized)]
    public void StartFromLearned<TInput>(ModelCode<TInput> code, PackedWeights weights, int batchSize)
        where TInput : unmanaged
    {
        for (int i = 0; i < _states.Length; i++)
        {
            RecurrentState state = _states[i];
            long offset = code.InitialStateOffset(i);
            for (nint row = 0; offset >= 0 && row < batchSize; row++)
            {
                Packing.CopyRow(ref weights.Forward.At((nint)offset), ref state.Initial.At(row * state.Stride), state.Stride);
                Packing.CopyRow(ref weights.Forward.At((nint)offset), ref state.Final.At(row * state.Stride), state.Stride);
            }
        }
    }

    /// <summary>Takes the gradients of the final states.</summary>
    /// <param name="given">Laid out as states are given.</param>
    /// <param name="order">The sequences of the batch in the order of their rows.</param>
    public void SetGradients(ReadOnlySpan<float> given, ReadOnlySpan<int> order)
    {
        int place = 0;
        foreach (RecurrentState state in _states)
        {
            for (int row = 0; row < order.Length; row++)
            {
                Faint.Copy(given.Slice(order[row] * Size + place, state.Size), state.Gradient.Span[(row * state.Stride)..]);
            }

            place += state.Size;
        }
    }

    /// <summary>Copies the final states, laid out as they are given.</summary>
    public void CopyFinalTo(Span<float> destination, ReadOnlySpan<int> order) => Copy(destination, order, static state => state.Final);

    /// <summary>Copies the gradients, after the backward pass those of the initial states.</summary>
    public void CopyGradientsTo(Span<float> destination, ReadOnlySpan<int> order) =>
        Copy(destination, order, static state => state.Gradient);

    /// <summary>
    /// Reads states from <paramref name="states"/> and leaves them there, so that no step copies them. A pass without a backward pass has
    /// read a layer's initial states when it writes its final ones, so both may have the same place.
    /// </summary>
    /// <param name="states">For each recurrent layer [sequences, hidden size padded].</param>
    public void UseMemoryOf(ReadOnlySpan<AlignedBuffer> states)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i].Initial.UseMemoryOf(states[i]);
            _states[i].Final.UseMemoryOf(states[i]);
        }
    }

    private void Copy(Span<float> destination, ReadOnlySpan<int> order, Func<RecurrentState, AlignedBuffer> buffer)
    {
        int place = 0;
        foreach (RecurrentState state in _states)
        {
            Span<float> source = buffer(state).Span;
            for (int row = 0; row < order.Length; row++)
            {
                source.Slice(row * state.Stride, state.Size).CopyTo(destination[(order[row] * Size + place)..]);
            }

            place += state.Size;
        }
    }
}
