using GruGen.Kernels;

namespace GruGen;

/// <content>What every layer makes of a sequence, to be looked at.</content>
public abstract partial class SequenceModel<TInput>
{
    /// <summary>
    /// Runs one sequence and gives what every layer made of it: its outputs, and the gates and states of every GRU, step by step. The
    /// outputs of the last layer are those that <c>Predict</c> gives for many sequences, to the bit.
    /// </summary>
    /// <remarks>
    /// It holds the rows of all steps, with the memory of a training step of one sequence. While <c>Fit</c> trains, it uses the weights
    /// that were published last, as predictions do.
    /// </remarks>
    /// <param name="input">The tokens, or the features of all steps one after another; may be empty.</param>
    /// <exception cref="ArgumentException"><paramref name="input"/> has a length that does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    /// <exception cref="InsufficientMemoryException">The rows of all steps do not fit into memory.</exception>
    public ModelTrace Trace(ReadOnlySpan<TInput> input)
    {
        int steps = CheckInput(input, nameof(input));
        PackedWeights weights = Weights.Current();
        var pass = new SequencePass<TInput>(Weights, new PassSize(1, Math.Max(steps, 1), Training: true));
        pass.UseWeights(weights);
        int own = pass.Memory.Inputs.StepsOf(input);
        pass.Arrange([own]);
        pass.Memory.Inputs.LoadRow(0, input, 0, own);
        pass.ForwardSteps(0, own);
        pass.ForwardFinal();

        var writer = new TraceWriter(Schema, own, pass.Memory.States);
        if (Schema.ReadsTokens)
        {
            writer.Vectors(ref pass.Memory.Inputs.Tokens, ref weights.Table.Start);
        }

        pass.Code.Trace(writer);
        OutputHead[] heads = pass.Memory.Heads;
        int rows = (int)pass.Memory.OutputRows;
        AlignedBuffer[] outputs = [.. heads.Select(head => new AlignedBuffer((long)rows * head.Stride))];
        for (int first = 0; first < rows; first += pass.Memory.HeadBlock)
        {
            int count = Math.Min(pass.Memory.HeadBlock, rows - first);
            pass.Head(first, count);
            pass.Memory.Activate(count);
            for (int i = 0; i < heads.Length; i++)
            {
                int stride = heads[i].Stride;
                Packing.Copy(ref heads[i].Logits.Start, ref outputs[i].At((nint)first * stride), count * stride);
            }
        }

        for (int i = 0; i < heads.Length; i++)
        {
            writer.Outputs(heads[i].Schema.Name, ref outputs[i].Start);
        }

        int[] places = Schema.MasksSteps ? pass.Memory.Inputs.StepsOfRows[..own].ToArray() : [.. Enumerable.Range(0, own)];
        return new ModelTrace(Schema, places, writer.Layers);
    }
}
