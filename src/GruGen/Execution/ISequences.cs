namespace GruGen;

/// <summary>Sequences by their number, wherever they lie.</summary>
internal interface ISequences<TInput>
    where TInput : unmanaged
{
    int Count { get; }

    ReadOnlySpan<TInput> this[int index] { get; }
}
