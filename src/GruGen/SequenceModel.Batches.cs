using System.Buffers;
using System.ComponentModel;
using GruGen.Kernels;

namespace GruGen;

/// <content>Predicting many sequences: in batches, and through each batch in blocks of steps, so that memory does not grow with length.</content>
public abstract partial class SequenceModel<TInput>
{
    private const int PredictBatch = 64;
    private const int PredictSteps = 16;

    private SequencePass<TInput>? _idlePass;

    /// <summary>Runs many sequences in batches.</summary>
    /// <param name="inputs">The sequences: tokens, or the features of all steps one after another.</param>
    /// <param name="outputs">
    /// Receives the outputs in the order of the inputs: one of <see cref="ModelSchema.OutputSize"/> floats for each sequence, or one for each
    /// step of each sequence.
    /// </param>
    /// <exception cref="ArgumentException">A sequence or <paramref name="outputs"/> has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public void Predict(IReadOnlyList<TInput[]> inputs, Span<float> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        long expected = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            int steps = CheckInput(inputs[i], nameof(inputs));
            expected += Schema.Output == Steps.Every ? (long)steps * Schema.OutputSize : Schema.OutputSize;
        }

        if (outputs.Length != expected)
        {
            throw new ArgumentException($"'outputs' has {outputs.Length} elements, but {expected} are expected.", nameof(outputs));
        }

        PredictMany(new ArraySequences(inputs), outputs);
    }

    /// <summary>The most probable class of one sequence; the first of them if several are.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected int LabelOf(ReadOnlySpan<TInput> input)
    {
        float[] output = ArrayPool<float>.Shared.Rent(Schema.OutputSize);
        Span<float> probabilities = output.AsSpan(0, Schema.OutputSize);
        Predict(input, probabilities);
        int label = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            label = probabilities[i] > probabilities[label] ? i : label;
        }

        ArrayPool<float>.Shared.Return(output);
        return label;
    }

    internal void PredictMany<TSource>(TSource source, Span<float> outputs)
        where TSource : struct, ISequences<TInput>
    {
        SequencePass<TInput> pass = Interlocked.Exchange(ref _idlePass, null) ?? CreateInferencePass(PredictBatch, PredictSteps);
        pass.UseWeights(CurrentWeights());
        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        Span<int> lengths = stackalloc int[PredictBatch];
        Span<int> starts = stackalloc int[PredictBatch];
        int place = 0;
        for (int first = 0; first < source.Count; first += PredictBatch)
        {
            int count = Math.Min(PredictBatch, source.Count - first);
            for (int i = 0; i < count; i++)
            {
                lengths[i] = source[first + i].Length / stepSize;
                starts[i] = place;
                place += Schema.OutputSize * (Schema.Output == Steps.Every ? lengths[i] : 1);
            }

            pass.Arrange(lengths[..count]);
            for (int from = 0; from < pass.StepCount; from += PredictSteps)
            {
                int to = Math.Min(from + PredictSteps, pass.StepCount);
                for (int row = 0; row < pass.Active(from, to)[0]; row++)
                {
                    pass.LoadRow(row, source[first + pass.Order[row]], from, to);
                }

                if (from > 0)
                {
                    pass.Continue();
                }

                pass.ForwardSteps(from, to);
                if (Schema.Output == Steps.Every)
                {
                    WriteRows(pass, pass.Rows(from, to), from, starts, outputs);
                }
            }

            if (Schema.Output == Steps.Last)
            {
                pass.ForwardFinal();
                WriteRows(pass, count, 0, starts, outputs);
            }
        }

        _idlePass = pass;
    }

    private void WriteRows(SequencePass<TInput> pass, nint rows, int from, ReadOnlySpan<int> starts, Span<float> outputs)
    {
        int size = Schema.OutputSize;
        for (nint first = 0; first < rows; first += pass.HeadBlock)
        {
            int count = (int)Math.Min(pass.HeadBlock, rows - first);
            pass.Head(first, count);
            Activations.Apply(Schema.OutputActivation, pass.LogitRows, count, size, pass.Lanes);
            for (int row = 0; row < count; row++)
            {
                (int sequence, int step) = pass.OutputRow(first + row, from);
                int place = starts[sequence] + (Schema.Output == Steps.Every ? step * size : 0);
                pass.LogitRows.Span.Slice(row * pass.OutputStride, size).CopyTo(outputs[place..]);
            }
        }
    }

    private readonly struct ArraySequences(IReadOnlyList<TInput[]> inputs) : ISequences<TInput>
    {
        public int Count => inputs.Count;

        public ReadOnlySpan<TInput> this[int index] => inputs[index];
    }
}

/// <summary>Sequences by their number, wherever they lie.</summary>
internal interface ISequences<TInput>
    where TInput : unmanaged
{
    int Count { get; }

    ReadOnlySpan<TInput> this[int index] { get; }
}
