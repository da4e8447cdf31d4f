using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A batch of sequences on its way through a model, forward and backward, with all the memory that takes. Below <c>Fit</c> and
/// <c>Predict</c> this is what a loop of one's own is written with, and what chains two models.
/// </summary>
/// <remarks>
/// <para>Sequences are sorted by length, longest first, and lie step by step without gaps, so a sequence stops at its own length and
/// nothing is computed past it. The order is undone in what is given back.</para>
/// <para>A pass belongs to one thread at a time.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class SequencePass<TInput>
    where TInput : unmanaged
{
    private readonly ModelWeights<TInput> _weights;
    private readonly PassCode<TInput> _code;
    private readonly int[] _lengths; // of a batch, where they are not given
    private int _inputSteps;
    private bool _hasForward;

    /// <summary>Allocates the memory of a pass.</summary>
    /// <param name="weights">The weights of the model.</param>
    /// <param name="size">How much there is room for.</param>
    /// <param name="packed">What a pass that only goes forward begins with; null for the latest.</param>
    /// <param name="team">Whose threads share the work; null for the caller's alone.</param>
    internal SequencePass(ModelWeights<TInput> weights, PassSize size, PackedWeights? packed = null, ThreadTeam? team = null)
    {
        _weights = weights;
        Memory = new PassMemory<TInput>(weights, size, size.Training ? weights.CreateForTraining() : packed ?? weights.Current());
        _code = weights.Code.CreatePass(Memory);
        Threads = new PassThreads<TInput>(_code, Memory, team);
        _lengths = new int[size.MaxBatch];
    }

    /// <summary>The most sequences of a batch.</summary>
    public int MaxBatch => Memory.MaxBatch;

    /// <summary>The most steps of a sequence.</summary>
    public int MaxSteps => Memory.BlockSteps;

    /// <summary>
    /// The number of floats of all states of one sequence: the hidden sizes, of each direction, and the histories of causal convolutions,
    /// added up.
    /// </summary>
    public int StateSize => Memory.States.Size;

    /// <summary>
    /// The norm of the gradients of all parameters together, as the last backward pass left them. That of two chained models is
    /// <c>√(‖g₁‖² + ‖g₂‖²)</c>.
    /// </summary>
    public double GradientNorm => Math.Sqrt(Memory.Gradients.SumOfSquares);

    /// <summary>Runs a batch forward.</summary>
    /// <param name="inputs">
    /// tokens[batch, steps], or features[batch, steps, input size]; what lies past a sequence's length is not read.
    /// </param>
    /// <param name="batchSize">The number of sequences.</param>
    /// <param name="steps">The number of steps that each sequence has room for in <paramref name="inputs"/>.</param>
    /// <param name="outputs">
    /// Receives outputs[batch, output size], or, if the model gives an output every step, outputs[batch, steps, output size], zero past a
    /// sequence's length and, unless the model repeats outputs there, where steps only fill it. May be empty if they are not wanted.
    /// </param>
    /// <param name="lengths">
    /// The length of each sequence, 0 to <paramref name="steps"/>; empty if all have <paramref name="steps"/> steps.
    /// </param>
    /// <param name="initialStates">
    /// The initial states, [batch, <see cref="StateSize"/>]: of each sequence those of all recurrent layers one after another, of both
    /// directions where a layer has two, as streams have them (PyTorch's h_0 is [layers and directions, batch, hidden size]); empty for
    /// those of the model, which are learned or zeros.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has not the length that the sizes ask for, or <paramref name="outputs"/> overlaps another one.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A size, a length or a token is out of its range.</exception>
    public void Forward(
        ReadOnlySpan<TInput> inputs,
        int batchSize,
        int steps,
        Span<float> outputs,
        ReadOnlySpan<int> lengths = default,
        ReadOnlySpan<float> initialStates = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, MaxBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        bool every = Schema.Output == SequenceOutput.EveryStep;
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

        if (Schema.RepeatsOutputs)
        {
            FindMasked(inputs, batchSize, steps, lengths);
        }

        if (lengths.IsEmpty || Schema.MasksSteps)
        {
            Span<int> own = _lengths.AsSpan(0, batchSize);
            for (int i = 0; i < batchSize; i++)
            {
                int length = lengths.IsEmpty ? steps : lengths[i];
                own[i] = !Schema.MasksSteps ? length : Memory.Inputs.StepsOf(inputs.Slice(i * steps * stepSize, length * stepSize));
            }

            lengths = own;
        }

        Arrange(lengths);
        for (int row = 0; row < batchSize; row++)
        {
            Memory.Inputs.LoadRow(row, inputs.Slice(Layout.Order[row] * steps * stepSize, steps * stepSize), 0, steps);
        }

        if (!initialStates.IsEmpty)
        {
            Memory.States.SetInitial(initialStates, Layout.Order);
        }

        RunBody();
        _inputSteps = steps;
        if (!outputs.IsEmpty)
        {
            WriteOutputs(outputs, steps);
            if (Schema.RepeatsOutputs)
            {
                RepeatOutputs(outputs, steps);
            }
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
        ReadOnlySpan<float> outputGradients,
        ReadOnlySpan<float> finalStateGradients = default,
        Span<float> inputGradients = default,
        Span<float> initialStateGradients = default)
    {
        RequireForward();
        CheckOrEmpty(outputGradients.Length, OutputCount * Schema.OutputSize, nameof(outputGradients));
        SeparateMemory.Check(outputGradients, inputGradients);
        SeparateMemory.Check(outputGradients, initialStateGradients);
        PrepareBackward(finalStateGradients, inputGradients, initialStateGradients);
        if (Schema.RepeatsOutputs && !outputGradients.IsEmpty)
        {
            outputGradients = SumRepeated(outputGradients);
        }

        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < Memory.OutputRows; first += Memory.HeadBlock)
        {
            nint rows = Math.Min(Memory.HeadBlock, Memory.OutputRows - first);
            Head(first, rows);
            if (!Schema.OutputActivation.NeedsArgument())
            {
                Activations.Apply(Schema.OutputActivation, Memory.Logits, (int)rows, Schema.OutputSize, Memory.Weights.Lanes);
            }

            ReadGradients(outputGradients, ref walk, (int)rows);
            Activations.Backward(
                Schema.OutputActivation, Memory.Logits, Memory.LogitGradients, (int)rows, Schema.OutputSize, Memory.Weights.Lanes);
            HeadBackward(first, rows);
        }

        CompleteBackward(inputGradients, initialStateGradients);
    }

    /// <summary>The gradient of a parameter, row-major, as the last <see cref="Backward"/> left it.</summary>
    /// <param name="name">The parameter's name, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no parameter of this name.</exception>
    public ReadOnlySpan<float> Gradient(string name)
    {
        TensorSchema tensor = Schema.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'.");
        return Memory.Gradients.Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);
    }

    /// <summary>Copies the final states (PyTorch's h_n), [batch, <see cref="StateSize"/>], as initial states are given.</summary>
    /// <param name="states">Receives them.</param>
    /// <exception cref="ArgumentException"><paramref name="states"/> has not the length batch · <see cref="StateSize"/>.</exception>
    public void CopyFinalStatesTo(Span<float> states)
    {
        Check(states.Length, (long)Layout.BatchSize * StateSize, nameof(states));
        Memory.States.CopyFinalTo(states, Layout.Order);
    }

    /// <summary>
    /// From the next <see cref="Forward"/> on, the dropout of the model is at work, until <see cref="StopDropout"/>: what it sets to zero
    /// depends on these numbers and on nothing else. A pass starts without dropout, as prediction goes; a trainer does this for every
    /// step.
    /// </summary>
    /// <param name="seed">The same seed gives the same masks.</param>
    /// <param name="step">The number of the training step, for which the masks are drawn anew.</param>
    /// <exception cref="InvalidOperationException">The pass has no backward pass, so it is not for training.</exception>
    public void UseDropout(int seed, long step)
    {
        if (!Memory.Training)
        {
            throw new InvalidOperationException("This pass predicts; dropout is for training.");
        }

        _code.UseDropout(seed, step);
    }

    /// <summary>From the next <see cref="Forward"/> on, nothing is dropped.</summary>
    public void StopDropout() => _code.StopDropout();

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
