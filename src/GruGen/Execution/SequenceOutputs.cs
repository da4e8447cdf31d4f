using GruGen.Kernels;

namespace GruGen;

/// <summary>
/// The outputs of a batch sequence by sequence, for losses and metrics that need all steps of a sequence at once: gathered from the
/// blocks of rows that the last layer gives, in which a step of all sequences comes before the next one.
/// </summary>
internal sealed class SequenceOutputs
{
    private readonly OutputSchema _schema;
    private readonly int _stride;
    private readonly int _lanes;
    private AlignedBuffer _rows; // rows[rows of all sequences, size, padded]: logits, and then their gradients
    private int[] _starts = [0]; // the row of each sequence, and after the last one
    private OutputBlock _block; // the rows of one sequence
    private int _blockRows;
    private int _count;

    /// <summary>Memory for a batch, which grows where that is not enough.</summary>
    /// <param name="schema">The output.</param>
    /// <param name="rows">The rows of all sequences of a batch.</param>
    /// <param name="longest">The rows of one sequence.</param>
    /// <param name="lanes">The lanes of the vectors to use.</param>
    public SequenceOutputs(OutputSchema schema, long rows, int longest, int lanes)
    {
        (_schema, _stride, _lanes) = (schema, Simd.Padded(schema.Size), lanes);
        _rows = new AlignedBuffer(rows * _stride);
        _block = CreateBlock(longest);
    }

    /// <summary>The sequences of a batch follow.</summary>
    public void Begin() => _count = 0;

    /// <summary>The next sequence of the batch has so many rows.</summary>
    public void Add(int rows)
    {
        _count++;
        if (_count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _starts.Length);
        }

        _starts[_count] = checked(_starts[_count - 1] + rows);
        if (rows > _blockRows)
        {
            _block = CreateBlock(rows);
        }
    }

    /// <summary>All sequences of the batch are known, whose logits follow.</summary>
    public void Arrange()
    {
        long length = (long)_starts[_count] * _stride;
        if (length > _rows.Length)
        {
            _rows = new AlignedBuffer(length);
        }
    }

    /// <summary>Takes the logits of some rows to their sequences.</summary>
    /// <param name="logits">logits[rows, size, padded].</param>
    /// <param name="rows">Their number.</param>
    /// <param name="walk">Which sequence and step each of them is; afterwards it is at the row after them.</param>
    public void Take(AlignedBuffer logits, int rows, scoped ref OutputWalk walk)
    {
        for (int row = 0; row < rows; row++)
        {
            logits.Span.Slice(row * _stride, _stride).CopyTo(Row(walk.Next()));
        }
    }

    /// <summary>The logits of a sequence, whose targets follow. The block is that of the sequence before, too.</summary>
    public OutputBlock Open(int sequence, bool hasClasses, bool hasWeights)
    {
        Span<float> rows = Rows(sequence);
        rows.CopyTo(_block.Outputs.Span);
        _block.Begin(rows.Length / _stride, hasClasses, hasWeights);
        return _block;
    }

    /// <summary>Keeps the gradients of the sequence that was opened last, in place of its logits.</summary>
    public void KeepGradients(int sequence)
    {
        Span<float> rows = Rows(sequence);
        _block.Gradients.Span[..rows.Length].CopyTo(rows);
    }

    /// <summary>A sequence has no gradients.</summary>
    public void ClearGradients(int sequence) => Rows(sequence).Clear();

    /// <summary>Gives the gradients of some rows back from their sequences.</summary>
    /// <param name="gradients">Receives gradients[rows, size, padded].</param>
    /// <param name="rows">Their number.</param>
    /// <param name="walk">Which sequence and step each of them is; afterwards it is at the row after them.</param>
    public void Give(AlignedBuffer gradients, int rows, scoped ref OutputWalk walk)
    {
        for (int row = 0; row < rows; row++)
        {
            Row(walk.Next()).CopyTo(gradients.Span.Slice(row * _stride, _stride));
        }
    }

    private Span<float> Row((int Sequence, int Step) row) =>
        _rows.Span.Slice((_starts[row.Sequence] + row.Step) * _stride, _stride);

    private Span<float> Rows(int sequence) => _rows.Span[(_starts[sequence] * _stride)..(_starts[sequence + 1] * _stride)];

    private OutputBlock CreateBlock(int rows)
    {
        _blockRows = rows;
        long length = (long)rows * _stride;
        return new OutputBlock(_schema, new AlignedBuffer(length), new AlignedBuffer(length), rows, _lanes);
    }
}
