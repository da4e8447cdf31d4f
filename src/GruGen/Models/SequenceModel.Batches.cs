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

    /// <summary>
    /// Runs sequences in batches, and each batch in blocks of steps, and hands the rows of the last layer's input to
    /// <paramref name="sink"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled, between two batches.</exception>
    internal void RunMany<TSource, TSink>(TSource source, ref TSink sink, CancellationToken cancellationToken)
        where TSource : struct, IBatches<TInput>
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

    /// <summary>Runs <paramref name="count"/> sequences from <paramref name="first"/> on as one batch.</summary>
    private void RunBatch<TSource, TSink>(SequencePass<TInput> pass, TSource source, int first, int count, ref TSink sink)
        where TSource : struct, IBatches<TInput>
        where TSink : struct, IRowSink<TInput>, allows ref struct
    {
        Span<int> given = stackalloc int[count], lengths = stackalloc int[count];
        for (int i = 0; i < count; i++)
        {
            given[i] = source.Room(first + i) / StepSize;
            lengths[i] = pass.Memory.Inputs.StepsOf(source[first + i]);
        }

        sink.Begin(pass, first, given);
        pass.Arrange(lengths);
        int states = first * pass.StateSize, stateCount = count * pass.StateSize;
        if (!source.Options.InitialStates.IsEmpty)
        {
            pass.Memory.States.SetInitial(source.Options.InitialStates.Span.Slice(states, stateCount), pass.Layout.Order);
        }

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
                HandOn(pass, Schema.ChangesSteps ? pass.Memory.OutputRows : pass.Layout.Rows(from, to), from, ref sink);
            }

            from = to;
        }
        while (from < pass.Layout.StepCount);

        if (Schema.Output == SequenceOutput.Final)
        {
            pass.ForwardFinal();
            HandOn(pass, count, 0, ref sink);
        }

        if (!source.Options.FinalStates.IsEmpty)
        {
            pass.CopyFinalStatesTo(source.Options.FinalStates.Span.Slice(states, stateCount));
        }

        sink.End(pass);
    }

    /// <summary>
    /// A pass for blocks of steps; or, of a model that takes whole sequences, one whose rows are enough for the longest of them, and of
    /// shorter ones for as many as fit.
    /// </summary>
    private SequencePass<TInput> PassFor<TSource>(TSource source, PackedWeights weights)
        where TSource : struct, IBatches<TInput>
    {
        SequencePass<TInput>? pass = Interlocked.Exchange(ref _idlePass, null);
        pass?.UseWeights(weights);
        if (Schema.RunsInBlocks)
        {
            return pass ?? CreateInferencePass(PredictBatch, PredictSteps, weights);
        }

        int longest = BlockSteps(source), rows = (int)Math.Max(longest, Math.Min(WholeSequenceRows, (long)PredictBatch * longest));
        return pass is not null && pass.MaxSteps >= rows ? pass : CreateWholeSequencePass(PredictBatch, rows, weights);
    }

    /// <summary>How many sequences from <paramref name="first"/> on are a batch: as many as a pass has room for.</summary>
    private int BatchFrom<TSource>(int first, TSource source, SequencePass<TInput> pass)
        where TSource : struct, IBatches<TInput>
    {
        int count = Math.Min(pass.MaxBatch, source.Count - first);
        long rows = 0;
        for (int i = 0; !Schema.RunsInBlocks && i < count; i++)
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
        where TSource : struct, IBatches<TInput>
    {
        int steps = PredictSteps;
        for (int i = 0; !Schema.RunsInBlocks && i < source.Count; i++)
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
