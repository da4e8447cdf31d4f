using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>What a user calls: checks every argument once, then drives the emitted code.</content>
public abstract partial class SequencePass<TInput>
{
    /// <summary>The number of floats of all recurrent states of one sequence: the hidden sizes, of each direction, added up.</summary>
    public int StateSize { get; }

    /// <summary>Runs a batch forward.</summary>
    /// <param name="inputs">
    /// tokens[batch, steps], or features[batch, steps, input size]; what lies past a sequence's length is not read.
    /// </param>
    /// <param name="batchSize">The number of sequences.</param>
    /// <param name="steps">The number of steps that each sequence has room for in <paramref name="inputs"/>.</param>
    /// <param name="outputs">
    /// Receives outputs[batch, output size], or, if the model gives an output every step, outputs[batch, steps, output size], zero past a
    /// sequence's length and where it has its padding token. May be empty if they are not wanted.
    /// </param>
    /// <param name="lengths">
    /// The length of each sequence, 0 to <paramref name="steps"/>; empty if all have <paramref name="steps"/> steps.
    /// </param>
    /// <param name="initialStates">
    /// The initial states, [batch, hidden size] for each recurrent layer one after another (PyTorch's h_0), of both directions where it
    /// has two; empty for those of the model, which are learned or zeros.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has not the length that the sizes ask for, or <paramref name="outputs"/> overlaps another one.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A size, a length or a token is out of its range.</exception>
    public void Forward(
        ReadOnlySpan<TInput> inputs, int batchSize, int steps, Span<float> outputs, ReadOnlySpan<int> lengths = default, ReadOnlySpan<float> initialStates = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, MaxBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        bool every = Schema.Output == GruGen.Steps.Every;
        Check(inputs.Length, (long)batchSize * steps * stepSize, nameof(inputs));
        CheckOrEmpty(outputs.Length, (long)batchSize * (every ? steps : 1) * Schema.OutputSize, nameof(outputs));
        CheckOrEmpty(lengths.Length, batchSize, nameof(lengths));
        CheckOrEmpty(initialStates.Length, (long)batchSize * StateSize, nameof(initialStates));
        SeparateMemory.Check(inputs, outputs);
        SeparateMemory.Check(lengths, outputs);
        SeparateMemory.Check(initialStates, outputs);
        foreach (int length in lengths)
        {
            if ((uint)length > (uint)steps)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), length, $"A length is {length}, but must be 0 to {steps} (steps).");
            }
        }

        if (lengths.IsEmpty || Schema.PaddingToken >= 0)
        {
            Span<int> own = _ownLengths.AsSpan(0, batchSize);
            for (int i = 0; i < batchSize; i++)
            {
                int length = lengths.IsEmpty ? steps : lengths[i];
                own[i] = Schema.PaddingToken < 0 ? length : StepsOf(inputs.Slice(i * steps, length));
            }

            lengths = own;
        }

        Arrange(lengths);
        for (int row = 0; row < batchSize; row++)
        {
            LoadRow(row, inputs.Slice(_order[row] * steps * stepSize, steps * stepSize), 0, steps);
        }

        if (!initialStates.IsEmpty)
        {
            SetInitialStates(initialStates);
        }

        RunBody();
        _inputSteps = steps;
        if (!outputs.IsEmpty)
        {
            WriteOutputs(outputs, steps);
        }
    }

    /// <summary>
    /// Goes back through the batch of the last <see cref="Forward"/> and leaves the gradients of the parameters in
    /// <see cref="Gradient"/>.
    /// </summary>
    /// <param name="outputGradients">The gradients of the outputs, shaped like them; empty for zeros.</param>
    /// <param name="finalStateGradients">
    /// The gradients of the final states, shaped like the initial states of <see cref="Forward"/>; empty for zeros.
    /// </param>
    /// <param name="inputGradients">
    /// Receives the gradients of the features, shaped like them; empty if they are not wanted, or for tokens.
    /// </param>
    /// <param name="initialStateGradients">
    /// Receives the gradients of the initial states; empty if they are not wanted. May be <paramref name="finalStateGradients"/> itself.
    /// </param>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward"/> before.</exception>
    /// <exception cref="ArgumentException">
    /// A span has not the length that the sizes ask for, or one that is written overlaps another one.
    /// </exception>
    public void Backward(
        ReadOnlySpan<float> outputGradients, ReadOnlySpan<float> finalStateGradients = default, Span<float> inputGradients = default, Span<float> initialStateGradients = default)
    {
        RequireForward();
        CheckOrEmpty(outputGradients.Length, OutputCount * Schema.OutputSize, nameof(outputGradients));
        SeparateMemory.Check(outputGradients, inputGradients);
        SeparateMemory.Check(outputGradients, initialStateGradients);
        PrepareBackward(finalStateGradients, inputGradients, initialStateGradients);
        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < OutputRows; first += HeadBlock)
        {
            nint rows = Math.Min(HeadBlock, OutputRows - first);
            Head(first, rows);
            Activations.Apply(Schema.OutputActivation, LogitRows, (int)rows, Schema.OutputSize, Weights.Lanes);
            ReadGradients(outputGradients, ref walk, (int)rows);
            Activations.Backward(Schema.OutputActivation, LogitRows, LogitGradientRows, (int)rows, Schema.OutputSize, Weights.Lanes);
            HeadBackward(first, rows);
        }

        CompleteBackward(inputGradients, initialStateGradients);
    }

    /// <summary>The number of outputs of the last <see cref="Forward"/>, with those past the sequences' lengths.</summary>
    internal long OutputCount => (long)BatchSize * (Schema.Output == GruGen.Steps.Every ? _inputSteps : 1);

    internal void RequireForward()
    {
        if (!_hasForward)
        {
            throw new InvalidOperationException("Backward follows a Forward of the same batch.");
        }
    }

    /// <summary>What comes before the way back through the last layer.</summary>
    internal void PrepareBackward(ReadOnlySpan<float> finalStateGradients, ReadOnlySpan<float> inputGradients, ReadOnlySpan<float> initialStateGradients)
    {
        CheckOrEmpty(finalStateGradients.Length, (long)BatchSize * StateSize, nameof(finalStateGradients));
        CheckOrEmpty(initialStateGradients.Length, (long)BatchSize * StateSize, nameof(initialStateGradients));
        CheckOrEmpty(inputGradients.Length, Schema.ReadsTokens ? 0 : (long)BatchSize * _inputSteps * Schema.InputSize, nameof(inputGradients));
        SeparateMemory.Check(finalStateGradients, inputGradients);
        if (finalStateGradients != initialStateGradients) // the same floats may be both: those are read before these are written
        {
            SeparateMemory.Check(finalStateGradients, initialStateGradients);
        }

        SeparateMemory.Check(inputGradients, initialStateGradients);

        InputGradients = !inputGradients.IsEmpty;
        if (InputGradients)
        {
            _featureGradients ??= new AlignedBuffer(_features!.Length);
        }

        BeginGradients();
        if (!finalStateGradients.IsEmpty)
        {
            int place = 0;
            foreach (RecurrentState state in _states)
            {
                for (int row = 0; row < BatchSize; row++)
                {
                    ReadOnlySpan<float> given = finalStateGradients.Slice(place + _order[row] * state.Size, state.Size);
                    Faint.Copy(given, state.Gradient.Span[(row * state.Stride)..]);
                }

                place += BatchSize * state.Size;
            }
        }
    }

    /// <summary>What comes after the way back through the last layer.</summary>
    internal void CompleteBackward(Span<float> inputGradients, Span<float> initialStateGradients)
    {
        FinishGradients();
        InputGradients = false;
        if (!inputGradients.IsEmpty)
        {
            WriteInputGradients(inputGradients);
        }

        if (!initialStateGradients.IsEmpty)
        {
            CopyStates(initialStateGradients, state => state.Gradient);
        }
    }

    /// <summary>The gradient of a parameter, row-major, as the last <see cref="Backward"/> left it.</summary>
    /// <param name="name">The parameter's name, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no parameter of this name.</exception>
    public ReadOnlySpan<float> Gradient(string name)
    {
        TensorSchema tensor = Schema.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'.");
        return Gradients.Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);
    }

    /// <summary>Copies the final states, [batch, hidden size] for each recurrent layer one after another (PyTorch's h_n).</summary>
    /// <param name="states">Receives them.</param>
    /// <exception cref="ArgumentException"><paramref name="states"/> has not the length batch · <see cref="StateSize"/>.</exception>
    public void CopyFinalStatesTo(Span<float> states)
    {
        Check(states.Length, (long)BatchSize * StateSize, nameof(states));
        CopyStates(states, state => state.Final);
    }

    internal void BeginGradients()
    {
        BeginBackward();
        foreach (RecurrentState state in _states)
        {
            state.Gradient.Span[..(BatchSize * state.Stride)].Clear();
        }
    }

    internal void FinishGradients()
    {
        BackwardBody();
        Gradients.Begin(_batchTokens is null ? [] : _batchTokens.All);
        StoreGradientsCore(ref Gradients.Buffer.Start);
    }

    /// <summary>The last layer with its activation, block by block, each row to its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteOutputs(Span<float> outputs, int steps)
    {
        bool every = Schema.Output == GruGen.Steps.Every;
        if (every)
        {
            outputs.Clear();
        }

        int size = Schema.OutputSize;
        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < OutputRows; first += HeadBlock)
        {
            int rows = (int)Math.Min(HeadBlock, OutputRows - first);
            Head(first, rows);
            Activations.Apply(Schema.OutputActivation, LogitRows, rows, size, Weights.Lanes);
            for (int row = 0; row < rows; row++)
            {
                (int sequence, int step) = walk.Next();
                CopyOutput(row, outputs, (every ? sequence * steps + step : sequence) * size);
            }
        }
    }

    /// <summary>Copies one row of the last layer to its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CopyOutput(int row, Span<float> outputs, int place)
    {
        int size = Schema.OutputSize;
        Packing.CopyRow(ref LogitRows.At((nint)row * OutputStride), ref MemoryMarshal.GetReference(outputs.Slice(place, size)), size);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadGradients(ReadOnlySpan<float> outputGradients, ref OutputWalk walk, int rows)
    {
        int size = Schema.OutputSize;
        Span<float> gradients = LogitGradientRows.Span;
        gradients[..(rows * OutputStride)].Clear();
        if (outputGradients.IsEmpty)
        {
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            Faint.Copy(outputGradients.Slice(LabelPlace(walk.Next()) * size, size), gradients[(row * OutputStride)..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteInputGradients(Span<float> inputGradients)
    {
        int size = Schema.InputSize;
        ref float destination = ref MemoryMarshal.GetReference(inputGradients);
        for (int row = 0; row < BatchSize; row++)
        {
            nint place = (nint)_order[row] * _inputSteps * size;
            for (int t = 0; t < _lengths[row]; t++, place += size)
            {
                Packing.CopyRow(ref _featureGradients!.At((_offsets[t] + row) * _featureStride), ref Unsafe.Add(ref destination, place), size);
            }

            inputGradients.Slice((int)place, (_inputSteps - _lengths[row]) * size).Clear();
        }
    }

    private void SetInitialStates(ReadOnlySpan<float> initialStates)
    {
        int place = 0;
        foreach (RecurrentState state in _states)
        {
            for (int row = 0; row < BatchSize; row++)
            {
                ReadOnlySpan<float> given = initialStates.Slice(place + _order[row] * state.Size, state.Size);
                Faint.Copy(given, state.Initial.Span[(row * state.Stride)..], Faint.SubnormalBits);
            }

            state.Initial.Span[..(BatchSize * state.Stride)].CopyTo(state.Final.Span);
            place += BatchSize * state.Size;
        }

        _statesGiven = true;
    }

    private void CopyStates(Span<float> destination, Func<RecurrentState, AlignedBuffer> buffer)
    {
        int place = 0;
        foreach (RecurrentState state in _states)
        {
            Span<float> source = buffer(state).Span;
            for (int row = 0; row < BatchSize; row++)
            {
                source.Slice(row * state.Stride, state.Size).CopyTo(destination[(place + _order[row] * state.Size)..]);
            }

            place += BatchSize * state.Size;
        }
    }

    internal static void Check(int given, long expected, string name)
    {
        if (given != expected)
        {
            throw new ArgumentException($"'{name}' has {given} elements, but {expected} are expected.", name);
        }
    }

    private static void CheckOrEmpty(int given, long expected, string name)
    {
        if (given != 0)
        {
            Check(given, expected, name);
        }
    }
}
