using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Every implementation against the double-precision reference, over awkward shapes.</summary>
public class ShapeTests
{
    public static TheoryData<string, string> Models => ModelFactory.With(Shape.Names, name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_agrees_with_the_reference(string factory, string shape)
    {
        if (Shape.ByName(shape).Schema.ReadsTokens)
        {
            AssertAgrees<int>(factory, Shape.ByName(shape));
        }
        else
        {
            AssertAgrees<float>(factory, Shape.ByName(shape));
        }
    }

    /// <summary>Rows of the last batch must not show in this one, however much larger it was.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_that_was_used_before_gives_the_same_bits(string factory, string shape)
    {
        if (Shape.ByName(shape).Schema.ReadsTokens)
        {
            AssertForgets<int>(factory, Shape.ByName(shape));
        }
        else
        {
            AssertForgets<float>(factory, Shape.ByName(shape));
        }
    }

    private static void AssertAgrees<TInput>(string factory, Shape shape)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(factory, seed: 3);
        Batch batch = shape.RandomBatch();

        Results results = batch.Run(model);

        results.AssertEqual(batch.Run(ReferenceModel.Of(model)));
    }

    private static void AssertForgets<TInput>(string factory, Shape shape)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = shape.Model<TInput>(factory, seed: 3);
        SequencePass<TInput> pass = model.CreatePass(shape.Batch + 2, shape.Steps + 1);
        Batch batch = shape.RandomBatch();
        Batch.Random(shape.Schema, shape.Batch + 2, shape.Steps + 1, seed: 9).Run(pass);

        Results results = batch.Run(pass);

        results.AssertSame(batch.Run(model));
    }
}
