using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// A recurrent model: its parameters, and the methods that run it and save and load it. The source generator derives a class from it for
/// each declaration with <see cref="GruModelAttribute"/>; <see cref="Fitting"/> and <see cref="Evaluations"/> train and evaluate it.
/// </summary>
/// <remarks>
/// Predicting is thread-safe and may go on while <c>Fit</c> trains: it uses the weights that were published last, at the end of an
/// epoch. So do <c>Save</c>, <c>Clone</c> and <see cref="ParameterSet.CopyTo"/>.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
public abstract partial class SequenceModel<TInput>
    where TInput : unmanaged
{
    private StreamCode<TInput>? _idleStream;

    /// <summary>A model with initial values drawn from <paramref name="seed"/>.</summary>
    /// <param name="definition">Its layers and their code.</param>
    /// <param name="seed">The same seed gives the same values, on any machine.</param>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    protected SequenceModel(ModelDefinition<TInput> definition, int seed)
        : this(definition) => Initializer.Fill(Parameters, (ulong)seed);

    /// <summary>A model whose parameters are zeros until they are read or copied.</summary>
    /// <param name="definition">Its layers and their code.</param>
    /// <exception cref="InsufficientMemoryException">The parameters do not fit into memory.</exception>
    protected SequenceModel(ModelDefinition<TInput> definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        definition.Schema.RequireInputs<TInput>("schema");
        Weights = new ModelWeights<TInput>(definition) { TrainingEnded = () => (_idleStream, _idlePass) = (null, null) };
    }

    /// <summary>The layers, their sizes and the names of the parameters.</summary>
    public ModelSchema Schema => Weights.Schema;

    /// <summary>The parameters by PyTorch's names.</summary>
    public ParameterSet Parameters => Weights.Parameters;

    /// <summary>The parameters as predictions, files and passes use them.</summary>
    internal ModelWeights<TInput> Weights { get; }

    /// <summary>The lanes of the vectors the model computes with. The numbers are the same with any.</summary>
    internal int Lanes
    {
        get => Weights.Lanes;
        set => (Weights.Lanes, _idleStream, _idlePass) = (value, null, null);
    }

    /// <summary>Runs one sequence from its first step to its last.</summary>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <param name="output">
    /// Receives the output: <see cref="ModelSchema.OutputSize"/> floats, or as many for each step if the model gives an output for every
    /// step, and then for <see cref="ModelSchema.OutputSteps"/> steps. At masked steps these are zeros or repeated, as
    /// <see cref="ModelSchema.MaskedOutput"/> says.
    /// </param>
    /// <exception cref="ArgumentException">A span has a length that does not fit the model, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    [OverloadResolutionPriority(1)]
    public void Predict(ReadOnlySpan<TInput> input, Span<float> output)
    {
        int steps = CheckInput(input, nameof(input));
        long expected = OutputsOf(steps);
        if (output.Length != expected)
        {
            throw new ArgumentException($"'output' has {output.Length} elements, but {expected} are expected.", nameof(output));
        }

        SeparateMemory.Check(input, output);
        StreamCode<TInput> stream = Interlocked.Exchange(ref _idleStream, null) ?? Weights.Code.CreateStream(Weights);
        stream.Reset();
        if (Schema.MasksSteps)
        {
            RunWithoutMasked(stream, input, output);
        }
        else
        {
            stream.Run(input, steps, output);
        }

        _idleStream = stream;
    }

    /// <summary>Runs the steps that do not only fill the sequence; outputs of the others are zero, or those of their neighbours.</summary>
    private void RunWithoutMasked(StreamCode<TInput> stream, ReadOnlySpan<TInput> input, Span<float> output)
    {
        int size = Schema.OutputSize, stepSize = StepSize, steps = input.Length / stepSize, count = 0;
        TInput[] kept = ArrayPool<TInput>.Shared.Rent(input.Length);
        for (int t = 0; t < steps; t++)
        {
            if (!Schema.IsMasked(input, t))
            {
                input.Slice(t * stepSize, stepSize).CopyTo(kept.AsSpan(count++ * stepSize));
            }
        }

        bool every = Schema.Output == SequenceOutput.EveryStep;
        int given = Schema.OutputSteps(count);
        stream.Run(kept.AsSpan(0, count * stepSize), count, every ? output[..(given * size)] : output);
        ArrayPool<TInput>.Shared.Return(kept);
        if (Schema.ChangesSteps)
        {
            output[(given * size)..].Clear(); // no output is one of a masked step
            return;
        }

        for (int t = steps - 1; every && t >= 0; t--)
        {
            Span<float> row = output.Slice(t * size, size);
            if (Schema.IsMasked(input, t))
            {
                row.Clear();
            }
            else
            {
                output.Slice(--count * size, size).CopyTo(row);
            }
        }

        if (Schema.RepeatsOutputs)
        {
            Schema.RepeatOutputs(input, output);
        }
    }

    /// <summary>Allocates the memory to run batches of sequences forward and backward, for a training loop of your own.</summary>
    /// <param name="maxBatch">The largest number of sequences in a batch.</param>
    /// <param name="maxSteps">The largest number of steps in a sequence.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">A batch of this size does not fit into memory.</exception>
    public SequencePass<TInput> CreatePass(int maxBatch, int maxSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSteps);
        return CreatePass(maxBatch, maxSteps, team: null);
    }

    /// <summary>A pass on the threads of a team.</summary>
    internal SequencePass<TInput> CreatePass(int maxBatch, int maxSteps, ThreadTeam? team) =>
        new(Weights, new PassSize(maxBatch, maxSteps, Training: true), team: team);

    /// <summary>Opens many streams side by side, for sequences that arrive step by step, each at its initial state.</summary>
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

        return new StreamGroup<TInput>(Weights, count);
    }

    internal SequencePass<TInput> CreateInferencePass(int maxBatch, int blockSteps, PackedWeights? packed = null) =>
        new(Weights, new PassSize(maxBatch, blockSteps, Training: false), packed);

    /// <summary>A pass for whole sequences, which have so many rows together.</summary>
    internal SequencePass<TInput> CreateWholeSequencePass(int maxBatch, int rows, PackedWeights packed) =>
        new(Weights, new PassSize(maxBatch, rows, Training: false) { BlockRows = rows }, packed);

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
                    throw BatchInputs<TInput>.BadToken(tokens[t], t, Schema.InputSize, name);
                }
            }

            return tokens.Length;
        }

        (int steps, int rest) = Math.DivRem(input.Length, Schema.InputSize);
        return rest == 0 ? steps : throw new ArgumentException(
            $"'{name}' has {input.Length} elements, but a multiple of {Schema.InputSize} (features a step) is expected.", name);
    }
}
