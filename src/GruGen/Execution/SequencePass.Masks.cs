namespace GruGen;

/// <content>Outputs that are repeated at steps which only fill a sequence, and their gradients.</content>
public sealed partial class SequencePass<TInput>
{
    private bool[] _masked = []; // [sequences, steps] of the last batch
    private float[] _summed = []; // gradients of outputs with those of the steps that repeat them

    private void FindMasked(ReadOnlySpan<TInput> inputs, int batchSize, int steps, ReadOnlySpan<int> lengths)
    {
        if (_masked.Length < batchSize * steps)
        {
            _masked = new bool[MaxBatch * MaxSteps];
        }

        int stepSize = Schema.ReadsTokens ? 1 : Schema.InputSize;
        for (int i = 0; i < batchSize; i++)
        {
            ReadOnlySpan<TInput> sequence = inputs.Slice(i * steps * stepSize, steps * stepSize);
            for (int t = 0; t < steps; t++)
            {
                _masked[i * steps + t] = t < (lengths.IsEmpty ? steps : lengths[i]) && Schema.IsMasked(sequence, t);
            }
        }
    }

    private void RepeatOutputs(Span<float> outputs, int steps)
    {
        int size = steps * Schema.OutputSize;
        for (int i = 0; i < Layout.BatchSize; i++)
        {
            Schema.RepeatOutputs(_masked.AsSpan(i * steps, steps), outputs.Slice(i * size, size));
        }
    }

    private ReadOnlySpan<float> SumRepeated(ReadOnlySpan<float> gradients)
    {
        if (_summed.Length < gradients.Length)
        {
            _summed = new float[gradients.Length];
        }

        Span<float> summed = _summed.AsSpan(0, gradients.Length);
        gradients.CopyTo(summed);
        int size = _inputSteps * Schema.OutputSize;
        for (int i = 0; i < Layout.BatchSize; i++)
        {
            Schema.SumRepeated(_masked.AsSpan(i * _inputSteps, _inputSteps), summed.Slice(i * size, size));
        }

        return summed;
    }
}
