namespace GruGen;

/// <summary>Sequences of a dataset, one after another.</summary>
/// <param name="Data">The dataset.</param>
/// <param name="First">The first of the sequences.</param>
/// <param name="Count">Their number.</param>
internal readonly record struct DataRange<TInput>(SequenceDataset<TInput> Data, int First, int Count) : ISequences<TInput>
    where TInput : unmanaged
{
    /// <inheritdoc/>
    public ReadOnlySpan<TInput> this[int index] => Data.Input(First + index);
}
