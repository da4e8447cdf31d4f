using GruGen.Kernels;

namespace GruGen;

/// <content>From the outputs to a loss and back: what a loop of one's own needs beside passes, and what trainers share.</content>
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

    /// <summary>
    /// Goes back through the batch of the last <see cref="Forward"/> from the mean loss over all labels that count, and leaves the
    /// gradients of the parameters in <see cref="Gradient"/>.
    /// </summary>
    /// <remarks>
    /// The loss is the one that goes with the last activation: categorical cross-entropy with softmax, <c>−ln softmax(l)_y</c>; with a
    /// single output binary cross-entropy with a sigmoid, else the squared error. It is computed from logits, as in training, and the
    /// outputs of all steps are never held at once.
    /// </remarks>
    /// <param name="labels">
    /// labels[batch], or, if the model gives an output every step, labels[batch, steps]: classes, or 0 and 1 for a single output; −1
    /// (<see cref="SequenceDataset.NotCounted"/>) where none counts. What lies past a sequence's length is not read.
    /// </param>
    /// <param name="finalStateGradients">The gradients of the final states, shaped like the initial states; empty for zeros.</param>
    /// <param name="inputGradients">
    /// Receives the gradients of the features, shaped like them; empty if they are not wanted, or for tokens.
    /// </param>
    /// <param name="initialStateGradients">Receives the gradients of the initial states; empty if they are not wanted.</param>
    /// <returns>The mean loss; 0 if no label counts.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass before, or the model has several outputs but no softmax, so that labels say nothing.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A span has not the length that the sizes ask for, or one that is written overlaps another one.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such label.</exception>
    public double BackwardFromLabels(
        ReadOnlySpan<int> labels, ReadOnlySpan<float> finalStateGradients = default, Span<float> inputGradients = default, Span<float> initialStateGradients = default)
    {
        RequireForward();
        if ((Schema.OutputActivation == Activation.Softmax) != (Schema.OutputSize > 1))
        {
            throw new InvalidOperationException(
                $"Labels are classes of a softmax, or 0 and 1 of a single output, but {Schema.Name} ends with {Schema.OutputSize} outputs and Activation.{Schema.OutputActivation}.");
        }

        Check(labels.Length, OutputCount, nameof(labels));
        SeparateMemory.Check(labels, inputGradients);
        SeparateMemory.Check(labels, initialStateGradients);
        long counted = CountLabels(labels);
        PrepareBackward(finalStateGradients, inputGradients, initialStateGradients);
        Loss loss = Loss.For(Schema);
        double sum = 0, part = 0;
        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < OutputRows; first += HeadBlock)
        {
            int rows = (int)Math.Min(HeadBlock, OutputRows - first);
            Head(first, rows);
            Block.Begin(rows, hasClasses: Schema.OutputSize > 1);
            for (int row = 0; row < rows; row++)
            {
                Block.LoadLabel(row, labels[LabelPlace(walk.Next())]);
            }

            part = loss.Run(Block, 1.0 / Math.Max(counted, 1), part);
            HeadBackward(first, rows);
            if (EndsPart(first + rows))
            {
                (sum, part) = (sum + part, 0);
            }
        }

        CompleteBackward(inputGradients, initialStateGradients);
        return (sum + part) / Math.Max(counted, 1);
    }

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

    /// <summary>The last layer, the loss and, unless its scale is 0, the way back through the last layer, block by block.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="gradientScale">What the gradient of the sum of the loss is multiplied by.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    /// <param name="totals">To which losses and metrics are added, if to any.</param>
    /// <returns>The sum of the loss over all targets that count.</returns>
    internal double RunLoss(Loss loss, double gradientScale, SequenceDataset data, ReadOnlySpan<int> indices, Totals? totals = null)
    {
        double sum = 0, part = 0;
        OutputWalk walk = WalkOutputs();
        for (nint first = 0; first < OutputRows; first += HeadBlock)
        {
            int rows = (int)Math.Min(HeadBlock, OutputRows - first);
            Block.Load(this, first, rows, ref walk, data, indices);
            part = loss.Run(Block, gradientScale, part);
            if (gradientScale != 0)
            {
                HeadBackward(first, rows);
            }

            totals?.AddMetrics(Block);
            if (EndsPart(first + rows))
            {
                totals?.AddLoss(part);
                (sum, part) = (sum + part, 0);
            }
        }

        totals?.AddLoss(part);
        return sum + part;
    }

    /// <summary>
    /// Whether a part of the loss ends before the row <paramref name="next"/>. Losses are added up in parts of the rows that a block has
    /// where outputs are not very wide, so that their sum has the same bits with blocks of fewer.
    /// </summary>
    internal bool EndsPart(nint next) => next % MostHeadRows(OutputStride) == 0;

    /// <summary>Copies the gradients of the initial states that the last way back left, laid out like the states.</summary>
    internal void CopyInitialStateGradientsTo(Span<float> gradients) => CopyStates(gradients, state => state.Gradient);

    /// <summary>The number of labels that count, after a check of them.</summary>
    private long CountLabels(ReadOnlySpan<int> labels)
    {
        long counted = 0;
        int last = Math.Max(1, Schema.OutputSize - 1);
        OutputWalk walk = WalkOutputs();
        for (nint row = 0; row < OutputRows; row++)
        {
            int label = labels[LabelPlace(walk.Next())];
            if (label != SequenceDataset.NotCounted && (uint)label > (uint)last)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), label, $"A label is {label}, but {Schema.Name} has the labels 0 to {last}.");
            }

            counted += label == SequenceDataset.NotCounted ? 0 : 1;
        }

        return counted;
    }

    /// <summary>Where the label, or the outputs, of a row are among those of the batch.</summary>
    private int LabelPlace((int Sequence, int Step) row) =>
        Schema.Output == GruGen.Steps.Every ? row.Sequence * _inputSteps + row.Step : row.Sequence;
}
