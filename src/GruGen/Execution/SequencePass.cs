using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A batch of sequences on its way through a model, forward and backward, with all the memory for it. With it you write training loops of
/// your own, and chain models, where <c>Fit</c> and <c>Predict</c> are not enough.
/// </summary>
/// <remarks>
/// <para>Inside, sequences are sorted by length, so nothing is computed past the end of a sequence (PyTorch's packed sequences). Outputs,
/// states and gradients are in the order of the inputs.</para>
/// <para>A pass is not thread-safe: use it on one thread at a time.</para>
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public sealed partial class SequencePass<TInput>
    where TInput : unmanaged
{
    private readonly ModelWeights<TInput> _weights;
    private readonly PassCode<TInput> _code;
    private readonly int[] _lengths; // of a batch, where they are not given
    private int _inputSteps;
    private int _outputSteps; // the room for outputs of each sequence
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

    /// <summary>The largest number of sequences in a batch.</summary>
    public int MaxBatch => Memory.MaxBatch;

    /// <summary>The largest number of steps in a sequence.</summary>
    public int MaxSteps => Memory.BlockSteps;

    /// <summary>
    /// The number of floats in all states of one sequence: the hidden sizes, of each direction, and the histories of causal convolutions,
    /// added up.
    /// </summary>
    public int StateSize => Memory.States.Size;

    /// <summary>
    /// The Euclidean norm of the gradients of all parameters together, as the last backward pass left them. Two chained models together
    /// have the norm <c>√(‖g₁‖² + ‖g₂‖²)</c>.
    /// </summary>
    public double GradientNorm => Math.Sqrt(Memory.Gradients.SumOfSquares);

    /// <summary>Runs a batch forward.</summary>
    /// <param name="inputs">
    /// tokens[batch, steps], or features[batch, steps, input size]; what lies past a sequence's length is not read.
    /// </param>
    /// <param name="batchSize">The number of sequences.</param>
    /// <param name="steps">The number of steps in <paramref name="inputs"/> for each sequence, its padding included.</param>
    /// <param name="outputs">
    /// Receives outputs[batch, output size], or, if the model gives an output for every step, outputs[batch, steps, output size], with
    /// zeros past a sequence's length and, unless the model repeats outputs there, at masked steps; of a model that makes one step of
    /// several, outputs[batch, <see cref="ModelSchema.OutputSteps"/>(steps), output size]. Empty if they are not wanted.
    /// </param>
    /// <param name="lengths">
    /// The length of each sequence, 0 to <paramref name="steps"/>; empty if all have <paramref name="steps"/> steps.
    /// </param>
    /// <param name="initialStates">
    /// The initial states, [batch, <see cref="StateSize"/>]: for each sequence those of all GRUs and their directions one after another, as
    /// streams have them (PyTorch's h_0 is [layers · directions, batch, hidden size]); empty for those of the model, which are learned or
    /// zeros.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The length of a span does not match the sizes, or <paramref name="outputs"/> overlaps another span.
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
        Check(inputs.Length, (long)batchSize * steps * stepSize, nameof(inputs));
        CheckOrEmpty(outputs.Length, (long)batchSize * Schema.OutputSteps(steps) * Schema.OutputSize, nameof(outputs));
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
        (_inputSteps, _outputSteps) = (steps, Schema.OutputSteps(steps));
        if (!outputs.IsEmpty)
        {
            WriteOutputs(outputs);
            if (Schema.RepeatsOutputs)
            {
                RepeatOutputs(outputs, steps);
            }
        }
    }

    /// <summary>
    /// Runs the batch of the last <see cref="Forward"/> backward. The gradients of the parameters, which replace those of the batch before
    /// and are not added to them, are then in <see cref="Gradient"/>.
    /// </summary>
    /// <param name="outputGradients">
    /// The gradients of the loss with respect to the outputs, shaped like them; empty for zeros.
    /// </param>
    /// <param name="finalStateGradients">
    /// The gradients of the final states, shaped like the initial states of <see cref="Forward"/>; empty for zeros.
    /// </param>
    /// <param name="inputGradients">
    /// Receives the gradients of the features, shaped like them; empty if they are not wanted, or for tokens.
    /// </param>
    /// <param name="initialStateGradients">
    /// Receives the gradients of the initial states; empty if they are not wanted. May be the same memory as
    /// <paramref name="finalStateGradients"/>.
    /// </param>
    /// <exception cref="InvalidOperationException">There was no <see cref="Forward"/> before.</exception>
    /// <exception cref="ArgumentException">
    /// The length of a span does not match the sizes, or a span that is written overlaps another one.
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
            ReadGradients(outputGradients, ref walk, (int)rows);
            foreach (OutputHead head in Memory.Heads)
            {
                if (!head.Schema.Activation.NeedsArgument())
                {
                    head.Activate((int)rows, Memory.Weights.Lanes);
                }

                Activations.Backward(
                    head.Schema.Activation, head.Logits, head.Gradients, (int)rows, head.Schema.Size, Memory.Weights.Lanes);
            }

            HeadBackward(first, rows);
        }

        CompleteBackward(inputGradients, initialStateGradients);
    }

    /// <summary>The gradient of a parameter, row-major, as the last backward pass left it; the next one overwrites it.</summary>
    /// <param name="name">The parameter's name, such as <c>gru1.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no parameter of this name.</exception>
    public ReadOnlySpan<float> Gradient(string name)
    {
        TensorSchema tensor = Schema.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new KeyNotFoundException($"{Schema.Name} has no parameter '{name}'.");
        return Memory.Gradients.Buffer.Span.Slice((int)tensor.Offset, (int)tensor.Length);
    }

    /// <summary>Copies the states after the last step of each sequence (PyTorch's h_n) of the last <see cref="Forward"/>.</summary>
    /// <param name="states">Receives [batch, <see cref="StateSize"/>], laid out like the initial states.</param>
    /// <exception cref="ArgumentException"><paramref name="states"/> has another length than that.</exception>
    public void CopyFinalStatesTo(Span<float> states)
    {
        Check(states.Length, (long)Layout.BatchSize * StateSize, nameof(states));
        Memory.States.CopyFinalTo(states, Layout.Order);
    }

    /// <summary>
    /// Turns dropout on, from the next <see cref="Forward"/> to <see cref="StopDropout"/>, with masks that depend on these numbers and the
    /// places of sequences in the batch alone. A pass starts without dropout. Call this before every training step, as a trainer does.
    /// </summary>
    /// <param name="seed">The same seed gives the same masks.</param>
    /// <param name="step">The number of the training step: another number gives other masks.</param>
    /// <exception cref="InvalidOperationException">The pass has no backward pass, so it is not for training.</exception>
    public void UseDropout(int seed, long step) => UseDropout(seed, step, first: 0);

    /// <summary>The same for a pass over a part of a batch.</summary>
    /// <param name="seed">What masks are drawn from.</param>
    /// <param name="step">The number of the training step.</param>
    /// <param name="first">The place in the batch of the first sequence of the pass.</param>
    internal void UseDropout(int seed, long step, int first)
    {
        if (!Memory.Training)
        {
            throw new InvalidOperationException("This pass predicts; dropout is for training.");
        }

        _code.UseDropout(seed, step, first);
    }

    /// <summary>Turns dropout off, from the next <see cref="Forward"/> on.</summary>
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
