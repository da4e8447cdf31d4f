using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>
/// Predicting many sequences: in batches, and through each batch in blocks of steps, so that memory does not grow with length.
/// </content>
public abstract partial class SequenceModel<TInput>
{
    internal const int PredictBatch = 64;
    private const int PredictSteps = 16;
    private const int WholeSequenceRows = 8192; // of all steps of all sequences of a batch, where sequences cannot be cut into blocks

    private SequencePass<TInput>? _idlePass;

    /// <summary>Runs many sequences in batches.</summary>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the inputs: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for
    /// each step of each sequence.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is null, a sequence or <paramref name="outputs"/> has a length that does not fit the model, or they overlap.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public void Predict(IReadOnlyList<TInput[]> inputs, Span<float> outputs)
    {
        CheckMany(inputs, outputs);
        PredictMany(new ArraySequences(inputs), outputs);
    }

    /// <summary>Runs many sequences in batches, several at once; the bits are those of one thread.</summary>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="outputs">Receives the outputs, as <see cref="Predict(IReadOnlyList{TInput[]}, Span{float})"/> does.</param>
    /// <param name="threads">
    /// The most batches, of up to 64 sequences, that run at once, on the caller's thread and those of the thread pool. Each takes memory
    /// of its own.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A sequence is null, a sequence or <paramref name="outputs"/> has a length that does not fit the model, or they overlap.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A token is not in the vocabulary, or <paramref name="threads"/> is below 1.
    /// </exception>
    public void Predict(IReadOnlyList<TInput[]> inputs, Memory<float> outputs, int threads)
    {
        CheckMany(inputs, outputs.Span);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var source = new ArraySequences(inputs);
        int steps = BlockSteps(source), size = BatchOf(steps), batches = (inputs.Count + size - 1) / size;
        if (Math.Min(threads, batches) <= 1)
        {
            PredictMany(source, outputs.Span);
            return;
        }

        int[] starts = new int[batches]; // of each batch among the outputs
        for (int batch = 1; batch < batches; batch++)
        {
            starts[batch] = starts[batch - 1];
            for (int i = (batch - 1) * size; i < batch * size; i++)
            {
                starts[batch] += (int)OutputsOf(inputs[i].Length / StepSize);
            }
        }

        PackedWeights weights = Weights.Enter();
        try
        {
            Parallel.For(
                0,
                batches,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                () => CreateInferencePass(size, steps, weights),
                (batch, _, pass) =>
                {
                    int first = batch * size, count = Math.Min(size, source.Count - first);
                    Span<float> own = outputs.Span[starts[batch]..(batch + 1 < batches ? starts[batch + 1] : outputs.Length)];
                    if (Schema.PaddingToken >= 0)
                    {
                        own.Clear();
                    }

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

    internal void PredictMany<TSource>(TSource source, Span<float> outputs)
        where TSource : struct, ISequences<TInput>
    {
        if (Schema.PaddingToken >= 0)
        {
            outputs.Clear();
        }

        var sink = new OutputSink(Schema, outputs, stackalloc int[PredictBatch]);
        RunMany(source, ref sink, CancellationToken.None);
    }

    /// <summary>
    /// Runs sequences in batches, and each batch in blocks of steps, and hands the rows of the last layer's input to
    /// <paramref name="sink"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled, between two batches.</exception>
    internal void RunMany<TSource, TSink>(TSource source, ref TSink sink, CancellationToken cancellationToken)
        where TSource : struct, ISequences<TInput>
        where TSink : struct, IRowSink<TInput>, allows ref struct
    {
        PackedWeights weights = Weights.Enter();
        try
        {
            SequencePass<TInput> pass = PassFor(source, weights);
            for (int first = 0, count; first < source.Count; first += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                count = BatchFrom(first, source, pass);
                RunBatch(pass, source, first, count, ref sink);
            }

            _idlePass = pass;
        }
        finally
        {
            weights.Leave();
        }
    }

    private int StepSize => Schema.ReadsTokens ? 1 : Schema.InputSize;

    /// <summary>The number of outputs of a sequence.</summary>
    private long OutputsOf(int steps) => Schema.Output == SequenceOutput.EveryStep ? (long)steps * Schema.OutputSize : Schema.OutputSize;

    private void CheckMany(IReadOnlyList<TInput[]> inputs, ReadOnlySpan<float> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        long expected = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            TInput[] input = inputs[i] ?? throw new ArgumentException($"Sequence {i} is null.", nameof(inputs));
            expected += OutputsOf(CheckInput(input, nameof(inputs)));
        }

        if (outputs.Length != expected)
        {
            throw new ArgumentException($"'outputs' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            SeparateMemory.Check<TInput, float>(inputs[i], outputs, nameof(inputs));
        }
    }

    /// <summary>Runs <paramref name="count"/> sequences from <paramref name="first"/> on as one batch.</summary>
    private void RunBatch<TSource, TSink>(SequencePass<TInput> pass, TSource source, int first, int count, ref TSink sink)
        where TSource : struct, ISequences<TInput>
        where TSink : struct, IRowSink<TInput>, allows ref struct
    {
        Span<int> given = stackalloc int[count], lengths = stackalloc int[count];
        for (int i = 0; i < count; i++)
        {
            given[i] = source[first + i].Length / StepSize;
            lengths[i] = pass.Memory.Inputs.StepsOf(source[first + i]);
        }

        sink.Begin(pass, first, given);
        pass.Arrange(lengths);
        int from = 0;
        do
        {
            int to = Math.Min(from + pass.MaxSteps, pass.Layout.StepCount);
            for (int row = 0; from < to && row < pass.Layout.Active(from, to)[0]; row++)
            {
                pass.Memory.Inputs.LoadRow(row, source[first + pass.Layout.Order[row]], from, to);
            }

            if (from > 0)
            {
                pass.Memory.States.Continue(count);
            }

            pass.ForwardSteps(from, to);
            if (Schema.Output == SequenceOutput.EveryStep)
            {
                HandOn(pass, pass.Layout.Rows(from, to), from, ref sink);
            }

            from = to;
        }
        while (from < pass.Layout.StepCount);

        if (Schema.Output == SequenceOutput.Final)
        {
            pass.ForwardFinal();
            HandOn(pass, count, 0, ref sink);
        }

        sink.End(pass);
    }

    /// <summary>
    /// A pass for blocks of steps; or, of a model that takes whole sequences, one whose rows are enough for the longest of them, and of
    /// shorter ones for as many as fit.
    /// </summary>
    private SequencePass<TInput> PassFor<TSource>(TSource source, PackedWeights weights)
        where TSource : struct, ISequences<TInput>
    {
        SequencePass<TInput>? pass = Interlocked.Exchange(ref _idlePass, null);
        pass?.UseWeights(weights);
        if (Schema.CanStream)
        {
            return pass ?? CreateInferencePass(PredictBatch, PredictSteps, weights);
        }

        int longest = BlockSteps(source), rows = (int)Math.Max(longest, Math.Min(WholeSequenceRows, (long)PredictBatch * longest));
        return pass is not null && pass.MaxSteps >= rows ? pass : CreateWholeSequencePass(PredictBatch, rows, weights);
    }

    /// <summary>How many sequences from <paramref name="first"/> on are a batch: as many as a pass has room for.</summary>
    private int BatchFrom<TSource>(int first, TSource source, SequencePass<TInput> pass)
        where TSource : struct, ISequences<TInput>
    {
        int count = Math.Min(pass.MaxBatch, source.Count - first);
        long rows = 0;
        for (int i = 0; !Schema.CanStream && i < count; i++)
        {
            rows += source[first + i].Length / StepSize;
            if (rows > pass.MaxSteps)
            {
                return i; // whole sequences share the rows; one alone always has room
            }
        }

        return count;
    }

    /// <summary>The steps of a block; of a model that takes whole sequences those of the longest one.</summary>
    private int BlockSteps<TSource>(TSource source)
        where TSource : struct, ISequences<TInput>
    {
        int steps = PredictSteps;
        for (int i = 0; !Schema.CanStream && i < source.Count; i++)
        {
            steps = Math.Max(steps, source[i].Length / StepSize);
        }

        return steps;
    }

    private static int BatchOf(int steps) => Math.Clamp(WholeSequenceRows / steps, 1, PredictBatch);

    private static void HandOn<TSink>(SequencePass<TInput> pass, nint rows, int from, ref TSink sink)
        where TSink : struct, IRowSink<TInput>, allows ref struct
    {
        OutputWalk walk = pass.WalkOutputs(from);
        for (nint first = 0; first < rows; first += pass.Memory.HeadBlock)
        {
            sink.Take(pass, first, (int)Math.Min(pass.Memory.HeadBlock, rows - first), ref walk);
        }
    }
}
