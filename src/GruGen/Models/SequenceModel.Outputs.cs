using System.Runtime.CompilerServices;
using GruGen.Kernels;

namespace GruGen;

/// <content>What batches of a prediction read from and write to.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>Writes each output to its place among the outputs of all sequences.</summary>
    private ref struct OutputSink(ModelSchema schema, Span<float> outputs, Span<int> starts) : IRowSink<TInput>
    {
        private readonly Span<float> _outputs = outputs;
        private readonly Span<int> _starts = starts; // of each sequence of the batch
        private int _place;

        public void Begin(SequencePass<TInput> pass, int first, scoped ReadOnlySpan<int> lengths)
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                _starts[i] = _place;
                _place += schema.OutputSize * schema.OutputSteps(lengths[i]);
            }
        }

        [MethodImpl(Jit.Optimized)]
        public readonly void Take(SequencePass<TInput> pass, nint first, int rows, scoped ref OutputWalk walk)
        {
            int size = schema.OutputSize;
            pass.Head(first, rows);
            pass.Memory.Activate(rows);
            for (int row = 0; row < rows; row++)
            {
                (int sequence, int step) = walk.Next();
                pass.Memory.CopyOutput(row, _outputs, _starts[sequence] + step * size);
            }
        }

        public readonly void End(SequencePass<TInput> pass)
        {
        }
    }

    internal readonly struct ArrayBatches(IReadOnlyList<TInput[]> inputs, ModelSchema schema, PredictOptions options) : IBatches<TInput>
    {
        public int Count => inputs.Count;

        public PredictOptions Options => options;

        public ReadOnlySpan<TInput> this[int index] => options.Lengths is not { } lengths
            ? inputs[index]
            : inputs[index].AsSpan(0, lengths[index] * (schema.ReadsTokens ? 1 : schema.InputSize));

        public int Room(int index) => inputs[index].Length;
    }
}
