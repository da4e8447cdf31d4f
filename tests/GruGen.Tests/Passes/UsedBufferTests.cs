using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>
/// Spans that held something else before receive all that belongs to them: also the zeros past a sequence's length and where padding
/// stands. And a pass that has seen another batch has forgotten it.
/// </summary>
public class UsedBufferTests
{
    public static TheoryData<string> Shapes =>
    [
        "lengths", "lengths, final state", "tokens, every step", "dense above every step", "both ways", "backwards", "each way", "padding", "padding, every step",
        "padding, both ways", "padding, states", "learned states, both ways", "strided twice", "windows, padding", "windows, masked",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_a_span_held_before_does_not_show(string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertClean<int>(Shape.ByName(name));
        }
        else
        {
            AssertClean<float>(Shape.ByName(name));
        }
    }

    private static void AssertClean<TInput>(Shape shape)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(ModelFactory.EmittedNames.First(), seed: 5);
        Batch batch = shape.RandomBatch();
        Batch.Random(shape.Schema, shape.Batch, shape.Steps, seed: 8).Run(model);
        Results clean = Run(model, batch, content: 0), used = Run(model, batch, float.NaN);
        used.AssertSame(clean);
    }

    private static Results Run<TInput>(SequenceModel<TInput> model, Batch batch, float content)
        where TInput : unmanaged
    {
        ModelSchema schema = model.Schema;
        SequencePass<TInput> pass = model.CreatePass(batch.Size, batch.Steps);
        var values = new Dictionary<string, double[]>();
        if (float.IsNaN(content))
        {
            // a longer batch, so that every row of the pass held something
            Batch other = Batch.Random(schema, batch.Size, batch.Steps, seed: 3);
            pass.Forward(other.InputsAs<TInput>(), batch.Size, batch.Steps, outputs: []);
            pass.Backward(Batch.Floats(other.OutputGradients), inputGradients: Filled(schema.ReadsTokens ? 0 : batch.Inputs.Length));
        }

        TInput[] inputs = batch.InputsAs<TInput>();
        float[] outputs = Filled(batch.OutputGradients.Length), inputGradients = Filled(schema.ReadsTokens ? 0 : batch.Inputs.Length);
        float[] finalStates = Filled(batch.Size * pass.StateSize), stateGradients = Filled(batch.Size * pass.StateSize);
        pass.Forward(inputs, batch.Size, batch.Steps, outputs, batch.Lengths, Batch.Floats(batch.BySequence(batch.InitialStates)));
        pass.CopyFinalStatesTo(finalStates);
        pass.Backward(Batch.Floats(batch.OutputGradients), finalStateGradients: [], inputGradients, stateGradients);
        foreach (TensorSchema tensor in schema.Tensors)
        {
            values.Add(tensor.Name, Batch.Doubles(pass.Gradient(tensor.Name)));
        }

        int row = inputs.Length / batch.Size;
        float[] one = Filled(outputs.Length / batch.Size), many = Filled(outputs.Length), threads = Filled(outputs.Length);
        model.Predict(inputs.AsSpan(0, row), one);
        model.Predict([.. inputs.Chunk(row)], many);
        model.Predict([.. inputs.Chunk(row)], threads, new PredictOptions { MaxDegreeOfParallelism = 2 });
        float[][] spans = [outputs, inputGradients, finalStates, stateGradients, one, many, threads, SeveralBatches()];
        foreach ((int number, float[] span) in spans.Index())
        {
            Assert.All(span, value => Assert.True(float.IsFinite(value), $"Span {number} still has what it held."));
            values.Add($"span {number}", Batch.Doubles(span));
        }

        return new Results(values);

        float[] Filled(int length)
        {
            float[] span = new float[length];
            Array.Fill(span, content);
            return span;
        }

        // of 64 sequences, whose outputs lie where those of the batches before end: on two threads as on one
        float[] SeveralBatches()
        {
            int[] steps = [.. Enumerable.Range(0, 150).Select(i => i * i % (batch.Steps + 1))];
            TInput[][] sequences = [.. steps.Select((count, i) => inputs.AsSpan(i % batch.Size * row, count * row / batch.Steps).ToArray())];
            int length = schema.OutputSize * steps.Sum(schema.OutputSteps);
            float[] all = Filled(length), onOneThread = Filled(length);
            model.Predict(sequences, all, new PredictOptions { MaxDegreeOfParallelism = 2 });
            model.Predict(sequences, onOneThread);
            Assert.Equal(onOneThread, all);
            return all;
        }
    }
}
