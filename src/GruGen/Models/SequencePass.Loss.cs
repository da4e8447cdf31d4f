using GruGen.Kernels;

namespace GruGen;

/// <content>From the outputs to a loss and back: what trainers and losses drive a pass with.</content>
public abstract partial class SequencePass<TInput>
{
    private OutputBlock? _block;

    /// <summary>
    /// The norm of the gradients of all parameters together, as the last way back left them. That of two chained models is
    /// <c>√(‖g₁‖² + ‖g₂‖²)</c>.
    /// </summary>
    public double GradientNorm => Math.Sqrt(Gradients.SumOfSquares);

    /// <summary>The rows of the last layer beside their targets.</summary>
    internal OutputBlock Block => _block ??= OutputBlock.ForTraining(this);

    /// <summary>Runs some sequences forward, all but the last layer.</summary>
    /// <param name="sequences">The sequences, whose inputs are checked.</param>
    /// <param name="indices">Which, up to <see cref="MaxBatch"/>.</param>
    /// <param name="initialStates">[batch, hidden size] for each recurrent layer one after another; empty for those of the model.</param>
    internal void RunForward(ISequences<TInput> sequences, ReadOnlySpan<int> indices, ReadOnlySpan<float> initialStates = default)
    {
        Span<int> lengths = _ownLengths.AsSpan(0, indices.Length);
        for (int i = 0; i < indices.Length; i++)
        {
            lengths[i] = StepsOf(sequences[indices[i]]);
        }

        Arrange(lengths);
        for (int row = 0; row < indices.Length; row++)
        {
            LoadRow(row, sequences[indices[_order[row]]], 0, StepCount);
        }

        if (!initialStates.IsEmpty)
        {
            SetInitialStates(initialStates);
        }

        RunBody();
    }

    /// <summary>
    /// Whether a part of the loss ends before the row <paramref name="next"/>. Losses are added up in parts of the rows that a block has
    /// where outputs are not very wide, so that their sum has the same bits with blocks of fewer.
    /// </summary>
    internal bool EndsPart(nint next) => next % MostHeadRows(OutputStride) == 0;

    /// <summary>Copies the gradients of the initial states that the last way back left, laid out like the states.</summary>
    internal void CopyInitialStateGradientsTo(Span<float> gradients) => CopyStates(gradients, state => state.Gradient);

    /// <summary>Where the label, or the outputs, of a row are among those of the batch.</summary>
    internal int LabelPlace((int Sequence, int Step) row) =>
        Schema.Output == GruGen.Steps.Every ? row.Sequence * _inputSteps + row.Step : row.Sequence;
}
