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
    /// There was no forward pass before; or the model has several outputs, or does not end with a softmax of several numbers or with a
    /// single other one, so it has no labels.
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
        if (schema.Outputs.Length > 1)
        {
            throw new InvalidOperationException(
                $"{schema.Name} has {schema.Outputs.Length} outputs, but labels are those of one; Fit takes targets for each.");
        }

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
        OutputBlock block = pass.Memory.Heads[0].Block(pass.Memory);
        double sum = 0, partSum = 0;
        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            pass.Head(first, rows);
            block.Begin(rows, hasClasses: schema.OutputSize > 1);
            for (int row = 0; row < rows; row++)
            {
                block.LoadLabel(row, labels[pass.LabelPlace(walk.Next())]);
            }

            partSum = loss.Run(block, 1.0 / Math.Max(counted, 1), partSum);
            pass.HeadBackward(first, rows);
            if (pass.EndsPart(first + rows))
            {
                (sum, partSum) = (sum + partSum, 0);
            }
        }

        pass.CompleteBackward(inputGradients, initialStateGradients);
        return (sum + partSum) / Math.Max(counted, 1);
    }

    /// <summary>The last layer, the loss and, if it is wanted, the backward pass of the last layer, block by block.</summary>
    /// <param name="pass">The pass, forward through all but the last layer.</param>
    /// <param name="losses">The losses of the outputs, which have taken the batch.</param>
    /// <param name="backward">Whether gradients are wanted.</param>
    /// <param name="data">The targets.</param>
    /// <param name="indices">Where the sequences of the batch are in <paramref name="data"/>.</param>
    /// <param name="totals">To which losses and metrics are added, if to any.</param>
    /// <returns>The mean loss.</returns>
    internal static double RunLoss<TInput>(
        this SequencePass<TInput> pass,
        LossParts losses,
        bool backward,
        SequenceDataset data,
        ReadOnlySpan<int> indices,
        Totals? totals = null)
        where TInput : unmanaged
    {
        bool needsSequences = false;
        losses.ClearSums();
        for (int i = 0; i < losses.Count; i++)
        {
            if (NeedsSequences(losses, i, totals))
            {
                pass.Memory.Heads[i].Sequences(pass.Memory).Arrange(data, indices);
                needsSequences |= losses.Losses[i] is SequenceLoss;
            }
        }

        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            pass.Head(first, rows);
            OutputWalk start = walk;
            for (int i = 0; i < losses.Count; i++)
            {
                walk = start;
                RunRows(pass, losses, i, backward && !needsSequences, rows, ref walk, data, indices, totals);
            }

            if (backward && !needsSequences)
            {
                pass.HeadBackward(first, rows);
            }

            if (pass.EndsPart(first + rows))
            {
                losses.EndPart(totals);
            }
        }

        for (int i = 0; i < losses.Count; i++)
        {
            if (NeedsSequences(losses, i, totals))
            {
                double scale = backward ? losses.GradientScale(i) : 0;
                SequenceOutputs sequences = pass.Memory.Heads[i].Sequences(pass.Memory);
                losses.Part(i) += sequences.Run(i, losses.Losses[i], scale, data.Targets[i], indices, totals);
            }
        }

        if (backward && needsSequences)
        {
            HeadBackward(pass, losses, data, indices);
        }

        losses.EndPart(totals);
        return losses.Mean();
    }

    private static bool NeedsSequences(LossParts losses, int output, Totals? totals) =>
        losses.Losses[output] is SequenceLoss || (totals is not null && totals.NeedWholeSequences(output));

    /// <summary>
    /// The loss of some rows of an output, whose logits are there, and its gradients; of a loss of sequences nothing yet.
    /// </summary>
    private static void RunRows<TInput>(
        SequencePass<TInput> pass,
        LossParts losses,
        int output,
        bool backward,
        int rows,
        scoped ref OutputWalk walk,
        SequenceDataset data,
        ReadOnlySpan<int> indices,
        Totals? totals)
        where TInput : unmanaged
    {
        OutputHead head = pass.Memory.Heads[output];
        OutputBlock block = head.Block(pass.Memory);
        OutputWalk places = walk;
        block.Load(rows, ref walk, data.Targets[output], indices);
        if (NeedsSequences(losses, output, totals))
        {
            head.Sequences(pass.Memory).Take(head.Logits, rows, ref places);
        }

        if (losses.Losses[output] is RowLoss loss)
        {
            double scale = backward ? losses.GradientScale(output) : 0;
            ref double part = ref losses.Part(output);
            part = loss.Run(block, scale, part);
            if (backward && scale == 0)
            {
                block.ClearGradients();
            }
        }

        totals?.AddRows(output, block);
    }

    /// <summary>
    /// Back through the last layer, block by block, once the gradients of losses of sequences are there; those of the others are computed
    /// once more.
    /// </summary>
    private static void HeadBackward<TInput>(
        SequencePass<TInput> pass, LossParts losses, SequenceDataset data, ReadOnlySpan<int> indices)
        where TInput : unmanaged
    {
        OutputWalk walk = pass.WalkOutputs();
        for (nint first = 0; first < pass.Memory.OutputRows; first += pass.Memory.HeadBlock)
        {
            int rows = (int)Math.Min(pass.Memory.HeadBlock, pass.Memory.OutputRows - first);
            OutputWalk start = walk;
            if (losses.Count > 1)
            {
                pass.Head(first, rows);
            }

            for (int i = 0; i < losses.Count; i++)
            {
                walk = start;
                OutputHead head = pass.Memory.Heads[i];
                if (losses.Losses[i] is SequenceLoss)
                {
                    if (losses.GradientScale(i) == 0)
                    {
                        head.Gradients.Span[..(rows * head.Stride)].Clear();
                    }
                    else
                    {
                        head.Sequences(pass.Memory).Give(head.Gradients, rows, ref walk);
                    }
                }
                else
                {
                    OutputBlock block = head.Block(pass.Memory);
                    block.Load(rows, ref walk, data.Targets[i], indices);
                    if (losses.GradientScale(i) is > 0 and var scale)
                    {
                        losses.Losses[i].Run(block, scale);
                    }
                    else
                    {
                        block.ClearGradients();
                    }
                }
            }

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
