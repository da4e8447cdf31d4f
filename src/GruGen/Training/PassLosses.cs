using GruGen.Kernels;

namespace GruGen;

/// <summary>Extension methods that compute a loss from the outputs of a pass, and run it backward.</summary>
public static class PassLosses
{
    /// <summary>
    /// Computes the mean loss over all labels that count, for the batch of the last <see cref="SequencePass{TInput}.Forward"/>, and runs
    /// that batch backward. The gradients of the parameters are then in <see cref="SequencePass{TInput}.Gradient"/>.
    /// </summary>
    /// <remarks>
    /// The loss is the one that goes with the last activation: with softmax categorical cross-entropy, <c>−ln softmax(l)_y</c>; with a
    /// single output binary cross-entropy if it is a sigmoid, else the squared error. It is computed from logits, as in training, and the
    /// outputs of all steps are never in memory at the same time.
    /// </remarks>
    /// <param name="pass">The pass.</param>
    /// <param name="labels">
    /// labels[batch], or, if the model gives an output for every step, labels[batch, steps]: classes, or 0 and 1 for a single output; −1
    /// (<see cref="SequenceDataset.NotCounted"/>) for outputs that do not count. What lies past a sequence's length is not read.
    /// </param>
    /// <param name="finalStateGradients">The gradients of the final states, shaped like the initial states; empty for zeros.</param>
    /// <param name="inputGradients">
    /// Receives the gradients of the features, shaped like them; empty if they are not wanted, or for tokens.
    /// </param>
    /// <param name="initialStateGradients">Receives the gradients of the initial states; empty if they are not wanted.</param>
    /// <returns>The mean loss; 0 if no label counts.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass before; or the model does not end with a softmax of several outputs or with a single other output, so it
    /// has no labels.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The length of a span does not match the sizes, or a span that is written overlaps another one.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not −1, nor one of the model.</exception>
    /// <typeparam name="TInput"><see cref="int"/> for tokens, <see cref="float"/> for features.</typeparam>
    public static double BackwardFromLabels<TInput>(
        this SequencePass<TInput> pass,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<float> finalStateGradients = default,
        Span<float> inputGradients = default,
        Span<float> initialStateGradients = default)
        where TInput : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pass);
        ModelSchema schema = pass.Schema;
        pass.RequireForward();
        if ((schema.OutputActivation == Activation.Softmax) != (schema.OutputSize > 1))
        {
            throw new InvalidOperationException(
                "Labels are classes of a softmax, or 0 and 1 of a single output, "
                    + $"but {schema.Name} ends with {schema.OutputSize} outputs and Activation.{schema.OutputActivation}.");
        }

        SequencePass<TInput>.Check(labels.Length, pass.OutputCount, nameof(labels));
        SeparateMemory.Check(labels, inputGradients);
        SeparateMemory.Check(labels, initialStateGradients);
        long counted = CountLabels(pass, labels);
        pass.PrepareBackward(finalStateGradients, inputGradients, initialStateGradients);
        Loss loss = Loss.For(schema);
        double sum = 0, partSum = 0;
        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            pass.Head(first, rows);
            pass.Memory.Outputs.Begin(rows, hasClasses: schema.OutputSize > 1);
            for (int row = 0; row < rows; row++)
            {
                pass.Memory.Outputs.LoadLabel(row, labels[pass.LabelPlace(walk.Next())]);
            }

            partSum = loss.Run(pass.Memory.Outputs, 1.0 / Math.Max(counted, 1), partSum);
            pass.HeadBackward(first, rows);
            if (pass.EndsPart(first + rows))
            {
                (sum, partSum) = (sum + partSum, 0);
            }
        }

        pass.CompleteBackward(inputGradients, initialStateGradients);
        return (sum + partSum) / Math.Max(counted, 1);
    }

    /// <summary>The last layer, the loss and, unless its scale is 0, the backward pass of the last layer, block by block.</summary>
    /// <param name="pass">The pass, forward through all but the last layer.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="gradientScale">What the gradient of the sum of the loss is multiplied by.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    /// <param name="totals">To which losses and metrics are added, if to any.</param>
    /// <returns>The sum of the loss over all targets that count.</returns>
    internal static double RunLoss<TInput>(
        this SequencePass<TInput> pass,
        Loss loss,
        double gradientScale,
        SequenceDataset data,
        ReadOnlySpan<int> indices,
        Totals? totals = null)
        where TInput : unmanaged
    {
        SequenceOutputs? sequences = loss is SequenceLoss || totals is { NeedWholeSequences: true } ? pass.Memory.Sequences : null;
        sequences?.Arrange(data, indices);
        double sum = 0, part = 0;
        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            OutputWalk places = walk;
            pass.Memory.Outputs.Load(pass, first, rows, ref walk, data, indices);
            sequences?.Take(pass.Memory.Logits, rows, ref places);
            if (loss is RowLoss)
            {
                part = loss.Run(pass.Memory.Outputs, gradientScale, part);
                if (gradientScale != 0)
                {
                    pass.HeadBackward(first, rows);
                }
            }

            totals?.AddRows(pass.Memory.Outputs);
            if (pass.EndsPart(first + rows))
            {
                totals?.AddLoss(part);
                (sum, part) = (sum + part, 0);
            }
        }

        part += sequences?.Run(loss, gradientScale, data, indices, totals) ?? 0;
        if (loss is SequenceLoss && gradientScale != 0)
        {
            HeadBackward(pass, sequences!);
        }

        totals?.AddLoss(part);
        return sum + part;
    }

    /// <summary>Back through the last layer, block by block, from gradients that are there sequence by sequence.</summary>
    private static void HeadBackward<TInput>(SequencePass<TInput> pass, SequenceOutputs sequences)
        where TInput : unmanaged
    {
        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            sequences.Give(pass.Memory.LogitGradients, rows, ref walk);
            pass.HeadBackward(first, rows);
        }
    }

    /// <summary>The number of labels that count, after a check of them.</summary>
    private static long CountLabels<TInput>(SequencePass<TInput> pass, ReadOnlySpan<int> labels)
        where TInput : unmanaged
    {
        ModelSchema schema = pass.Schema;
        long counted = 0;
        int last = Math.Max(1, schema.OutputSize - 1);
        OutputWalk walk = pass.WalkOutputs();
        for (nint row = 0; row < pass.Memory.OutputRows; row++)
        {
            int label = labels[pass.LabelPlace(walk.Next())];
            if (label != SequenceDataset.NotCounted && (uint)label > (uint)last)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), label, $"A label is {label}, but {schema.Name} has the labels 0 to {last}.");
            }

            counted += label == SequenceDataset.NotCounted ? 0 : 1;
        }

        return counted;
    }
}
