using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>Once warm, nothing on the way of a step, a sequence or a batch allocates.</summary>
public class AllocationTests
{
    private static readonly string[] Names =
    [
        "lengths", "lengths, final state", "stack", "tokens", "tokens, every step", "dense between", "dense above", "wide output",
        "both ways, stack", "both ways, final state", "reset before, final state", "all at once", "learned states, stack", "residual, stack",
        "normalised between", "pooled to the mean", "pooled to the max, both ways", "padding, every step", "padding, both ways",
        "padding, dropout of every kind", "convolved stack", "convolved, both sides, stack", "batch norm", "windows of every kind", "windows, padding",
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void Nothing_is_allocated(string factory, string name)
    {
        Shape shape = Shape.ByName(name);
        if (shape.Schema.ReadsTokens)
        {
            Measure(ModelFactory.ByName(factory).Create<int>(shape.Schema), shape);
        }
        else
        {
            Measure(ModelFactory.ByName(factory).Create<float>(shape.Schema), shape);
        }
    }

    private static void Measure<TInput>(SequenceModel<TInput> model, Shape shape)
        where TInput : unmanaged
    {
        Batch batch = shape.RandomBatch();
        TInput[] inputs = batch.InputsAs<TInput>();
        int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize;

        SequencePass<TInput> pass = model.CreatePass(shape.Batch, shape.Steps);
        float[] outputs = new float[batch.OutputGradients.Length], outputGradients = Batch.Floats(batch.OutputGradients);
        float[] initialStates = Batch.Floats(batch.BySequence(batch.InitialStates)), finalStates = new float[shape.Batch * pass.StateSize];
        float[] inputGradients = new float[shape.Schema.ReadsTokens ? 0 : inputs.Length];
        Allocated.Nothing("Forward", () => pass.Forward(inputs, shape.Batch, shape.Steps, outputs, shape.Lengths, initialStates));
        Allocated.Nothing("CopyFinalStatesTo", () => pass.CopyFinalStatesTo(finalStates));
        Allocated.Nothing("Backward", () => pass.Backward(outputGradients, finalStates, inputGradients, finalStates));
        Allocated.Nothing("Forward after a change", () =>
        {
            model.Parameters.MarkChanged();
            pass.Forward(inputs, shape.Batch, shape.Steps, outputs);
        });

        float[] prediction = new float[shape.Schema.OutputSize * shape.Schema.OutputSteps(shape.Steps)];
        Allocated.Nothing("Predict", () => model.Predict(inputs.AsSpan(0, shape.Steps * stepSize), prediction));

        TInput[][] sequences = [.. inputs.Chunk(shape.Steps * stepSize)];
        Allocated.Nothing("Predict of many", () => model.Predict(sequences, outputs));

        if (!shape.Schema.CanStream)
        {
            return;
        }

        SequenceStream<TInput> stream = Opened.Stream(model);
        inputs = Opened.Steps(shape.Schema, inputs);
        float[] output = new float[shape.Schema.OutputSize], state = new float[stream.StateSize];
        Allocated.Nothing("Step", () =>
        {
            stream.TryStep(inputs.AsSpan(0, stepSize), output);
            stream.CopyStateTo(state);
            stream.SetState(state);
        });
        Allocated.Nothing("Reset", stream.Reset);
    }
}
