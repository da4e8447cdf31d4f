namespace GruGen;

/// <summary>Sequences of a dataset, one after another.</summary>
/// <param name="Data">The dataset.</param>
/// <param name="First">The first of the sequences.</param>
/// <param name="Count">Their number.</param>
internal readonly record struct DataRange<TInput>(SequenceDataset<TInput> Data, int First, int Count) : IBatches<TInput>
    where TInput : unmanaged
{
    /// <inheritdoc/>
    public PredictOptions Options { get; init; } = PredictOptions.Default;

    /// <inheritdoc/>
    public ReadOnlySpan<TInput> this[int index] => Data.Input(First + index);

    /// <inheritdoc/>
    public int Room(int index) => this[index].Length;
}
