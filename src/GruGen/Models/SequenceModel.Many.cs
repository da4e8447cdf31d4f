using System.Runtime.ExceptionServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>What a user calls to predict many sequences.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>Runs many sequences in batches.</summary>
    /// <remarks>
    /// The outputs of a sequence depend neither on its neighbours nor on the number of threads, to the bit. A sequence that is predicted
    /// alone, by <see cref="Predict(ReadOnlySpan{TInput}, Span{float})"/> or by a stream, runs through kernels of its own; it agrees to
    /// 2e-6 · max(1, |output|) (docs/numerics.md).
    /// </remarks>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the inputs: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for
    /// each step of each sequence.
    /// </param>
    /// <param name="options">Parallelism, lengths and states; null for one thread, whole sequences and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch; the contents of <paramref name="outputs"/> are then undefined.</param>
    /// <exception cref="ArgumentException">
    /// A sequence is null; a sequence, <paramref name="outputs"/>, the lengths or the states have a size that does not fit the model; or
    /// what is written overlaps what is read.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a length is not one of its sequence.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Predict(
        IReadOnlyList<TInput[]> inputs,
        Span<float> outputs,
        PredictOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArrayBatches source = CheckMany(inputs, options ?? PredictOptions.Default);
        long expected = OutputsOf(inputs);
        if (outputs.Length != expected)
        {
            throw new ArgumentException($"'outputs' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            SeparateMemory.Check<TInput, float>(inputs[i], outputs, nameof(inputs));
        }

        PredictMany(source, outputs, cancellationToken);
    }

    /// <summary>Runs many sequences in batches.</summary>
    /// <inheritdoc cref="Predict(IReadOnlyList{TInput[]}, Span{float}, PredictOptions, CancellationToken)" path="/remarks"/>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="options">Parallelism, lengths and states; null for one thread, whole sequences and the model's states.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <returns>
    /// The outputs of each sequence: <see cref="ModelSchema.OutputSize"/> floats, or as many for each of its steps.
    /// </returns>
    /// <exception cref="ArgumentException">A sequence is null, or one, the lengths or the states do not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a length is not one of its sequence.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] Predict(
        IReadOnlyList<TInput[]> inputs, PredictOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArrayBatches source = CheckMany(inputs, options ?? PredictOptions.Default);
        float[] all = new float[OutputsOf(inputs)];
        PredictMany(source, all, cancellationToken);
        float[][] outputs = new float[inputs.Count][];
        for (int i = 0, start = 0; i < outputs.Length; start += outputs[i++].Length)
        {
            outputs[i] = all.AsSpan(start, (int)OutputsOf(inputs[i].Length / StepSize)).ToArray();
        }

        return outputs;
    }

    /// <summary>Runs sequences in batches; arguments are checked by the caller.</summary>
    internal void PredictMany<TSource>(TSource source, Span<float> outputs, CancellationToken cancellationToken)
        where TSource : struct, IBatches<TInput>
    {
        if (source.Options.MaxDegreeOfParallelism > 1)
        {
            float[] all = new float[outputs.Length]; // other threads cannot write to a span
            PredictMany(source, all, cancellationToken);
            all.CopyTo(outputs);
            return;
        }

        var sink = new OutputSink(Schema, Cleared(outputs, source.Options), stackalloc int[PredictBatch]);
        RunMany(source, ref sink, cancellationToken);
        RepeatMasked(source, outputs);
    }

    private void PredictMany<TSource>(TSource source, float[] outputs, CancellationToken cancellationToken)
        where TSource : struct, IBatches<TInput>
    {
        if (source.Options.MaxDegreeOfParallelism > 1)
        {
            PredictInParallel(source, outputs, cancellationToken);
            RepeatMasked(source, outputs);
        }
        else
        {
            PredictMany(source, outputs.AsSpan(), cancellationToken);
        }
    }

    /// <summary>Gives masked steps the outputs of their neighbours, where the model repeats them.</summary>
    private void RepeatMasked<TSource>(TSource source, Span<float> outputs)
        where TSource : struct, IBatches<TInput>
    {
        for (int i = 0, place = 0; Schema.RepeatsOutputs && i < source.Count; i++)
        {
            ReadOnlySpan<TInput> sequence = source[i];
            Schema.RepeatOutputs(sequence, outputs.Slice(place, (int)OutputsOf(sequence.Length / StepSize)));
            place += (int)OutputsOf(source.Room(i) / StepSize);
        }
    }

    /// <summary>Runs several batches at once.</summary>
    private void PredictInParallel<TSource>(TSource source, Memory<float> outputs, CancellationToken cancellationToken)
        where TSource : struct, IBatches<TInput>
    {
        int steps = BlockSteps(source), size = BatchOf(steps), batches = (source.Count + size - 1) / size;
        int[] starts = new int[batches + 1]; // of each batch among the outputs
        for (int i = 0; i < source.Count; i++)
        {
            starts[i / size + 1] += (int)OutputsOf(source.Room(i) / StepSize);
        }

        for (int batch = 0; batch < batches; batch++)
        {
            starts[batch + 1] += starts[batch];
        }

        PackedWeights weights = Weights.Enter();
        try
        {
            Parallel.For(
                0,
                batches,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = source.Options.MaxDegreeOfParallelism,
                    CancellationToken = cancellationToken,
                },
                () => CreateInferencePass(size, steps, weights),
                (batch, _, pass) =>
                {
                    int first = batch * size, count = Math.Min(size, source.Count - first);
                    Span<float> own = Cleared(outputs.Span[starts[batch]..starts[batch + 1]], source.Options);
                    var sink = new OutputSink(Schema, own, stackalloc int[size]);
                    RunBatch(pass, source, first, count, ref sink);
                    return pass;
                },
                _ => { });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException!); // such as too little memory for a pass
        }
        finally
        {
            weights.Leave();
        }
    }

    /// <summary>Zeros, where not every step of the inputs has an output that is written.</summary>
    private Span<float> Cleared(Span<float> outputs, PredictOptions options)
    {
        if (Schema.MasksSteps || options.Lengths is not null)
        {
            outputs.Clear();
        }

        return outputs;
    }

    private int StepSize => Schema.ReadsTokens ? 1 : Schema.InputSize;

    /// <summary>The number of outputs of a sequence.</summary>
    private long OutputsOf(int steps) => (long)Schema.OutputSteps(steps) * Schema.OutputSize;

    /// <summary>The number of outputs of many sequences.</summary>
    private long OutputsOf(IReadOnlyList<TInput[]> inputs)
    {
        long outputs = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            outputs += OutputsOf(inputs[i].Length / StepSize);
        }

        return outputs;
    }

    private ArrayBatches CheckMany(IReadOnlyList<TInput[]> inputs, PredictOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (options.Lengths is { } lengths && lengths.Count != inputs.Count)
        {
            throw new ArgumentException(
                $"'{nameof(options.Lengths)}' has {lengths.Count} elements, but {inputs.Count} are expected (one for each sequence).",
                nameof(options));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            TInput[] input = inputs[i] ?? throw new ArgumentException($"Sequence {i} is null.", nameof(inputs));
            int steps = input.Length / StepSize, length = options.Lengths?[i] ?? steps;
            if ((uint)length > (uint)steps)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(options), length, $"The length of sequence {i} is {length}, but must be 0 to {steps} (its steps).");
            }

            int rest = input.Length - steps * StepSize; // which no length may hide
            CheckInput(input.AsSpan(0, rest == 0 ? length * StepSize : input.Length), nameof(inputs));
        }

        options.CheckStates(inputs.Count, Schema.StateSize);
        return new ArrayBatches(inputs, Schema, options);
    }
}
