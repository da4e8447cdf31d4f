namespace GruGen;

/// <summary>Takes the rows that many sequences leave below the last layer, batch by batch and block by block.</summary>
internal interface IRowSink<TInput>
    where TInput : unmanaged
{
    /// <summary>A batch begins.</summary>
    /// <param name="pass">The pass that runs it.</param>
    /// <param name="first">The number of its first sequence.</param>
    /// <param name="lengths">The lengths of its sequences.</param>
    void Begin(SequencePass<TInput> pass, int first, scoped ReadOnlySpan<int> lengths);

    /// <summary>Takes some rows, which <see cref="SequencePass{TInput}.Head"/> can run the last layer on.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="first">The first row, counted from the first one that the pass holds.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="walk">Which sequence and step each of them is; afterwards it is at the row after them.</param>
    void Take(SequencePass<TInput> pass, nint first, int rows, scoped ref OutputWalk walk);

    /// <summary>A batch is through: the pass has the final states of its sequences.</summary>
    /// <param name="pass">The pass.</param>
    void End(SequencePass<TInput> pass);
}
