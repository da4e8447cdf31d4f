using GruGen.Tests.Passes;
using GruGen.Tests.Reference;

namespace GruGen.Tests.Emitted;

/// <summary>
/// Whatever is computed, at whatever width of vectors and by the scalar twin, the bits are the same: kernels are vertical, so the order in
/// which a number is accumulated belongs to the plan and not to the width.
/// </summary>
public class WidthTests
{
    public static TheoryData<string> Shapes => [.. Shape.Names.Where(name => ModelFactory.IsDeclared(Shape.ByName(name).Schema))];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_same_bits(string name)
    {
        Shape shape = Shape.ByName(name);
        Results[] widths = [.. ModelFactory.EmittedNames.Select(factory => shape.Schema.ReadsTokens ? Run<int>(factory, shape) : Run<float>(factory, shape))];

        Assert.All(widths[1..], width => width.AssertSame(widths[0]));
    }

    /// <summary>A pass forward and backward, and what predictions give and, of a model that can, a stream.</summary>
    private static Results Run<TInput>(string factory, Shape shape)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(factory, seed: 8);
        Batch batch = shape.RandomBatch();
        Results pass = batch.Run(model);
        var values = pass.Names.ToDictionary(tensor => tensor, tensor => pass[tensor]);

        int stepSize = shape.Schema.ReadsTokens ? 1 : shape.Schema.InputSize, size = shape.Schema.OutputSize;
        TInput[] inputs = batch.InputsAs<TInput>(), first = inputs[..(shape.Steps * stepSize)];
        float[] many = new float[batch.OutputGradients.Length], one = new float[many.Length / shape.Batch], steps = new float[shape.Steps * size];
        model.Predict([.. Enumerable.Range(0, shape.Batch).Select(b => inputs.AsSpan(b * first.Length, first.Length).ToArray())], many);
        model.Predict(first, one);
        if (shape.Schema.CanStream)
        {
            SequenceStream<TInput> stream = Opened.Stream(model);
            first = Opened.Steps(shape.Schema, first);
            for (int t = 0; t < first.Length / stepSize; t++)
            {
                _ = stream.TryStep(first.AsSpan(t * stepSize, stepSize), steps.AsSpan(t * size, size));
            }
        }

        values.Add("many", Batch.Doubles(many));
        values.Add("one", Batch.Doubles(one));
        values.Add("steps", Batch.Doubles(steps));
        return new Results(values);
    }
}
