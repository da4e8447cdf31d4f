using GruGen.Tests.Reference;

namespace GruGen.Tests.Passes;

/// <summary>
/// A row's arithmetic depends neither on its neighbours nor on its place in a tile: batches of one to nine are every remainder that tiles
/// of up to eight rows can leave, and the lengths let rows end in the middle of them.
/// </summary>
public class RowTests
{
    private static readonly string[] Names =
    [
        "1 to 1", "5 to 3", "5 to 17", "33 to 33", "48 to 64", "stack, final state", "tokens", "tokens, every step", "dense first", "dense between",
        "dense above", "softmax between", "final state", .. Shape.FamilyNames,
    ];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => Shape.ByName(name).Schema);

    [Theory]
    [MemberData(nameof(Models))]
    public void A_row_has_the_same_bits_alone_and_in_batches_of_one_to_nine(string factory, string name)
    {
        if (Shape.ByName(name).Schema.ReadsTokens)
        {
            AssertRows<int>(factory, Shape.ByName(name).Schema);
        }
        else
        {
            AssertRows<float>(factory, Shape.ByName(name).Schema);
        }
    }

    private static void AssertRows<TInput>(string factory, ModelSchema schema)
        where TInput : unmanaged
    {
        const int StepCount = 4, Largest = 9;
        SequencePass<TInput> pass = ModelFactory.ByName(factory).Create<TInput>(schema, seed: 6).CreatePass(Largest, StepCount);
        Batch nine = Batch.Random(schema, Largest, StepCount, [4, 0, 4, 3, 1, 4, 2, 4, 4]);
        Results[] alone = [.. Enumerable.Range(0, Largest).Select(b => nine.Rows(b, 1)).Select(row => row.Row(row.Run(pass), 0))];
        for (int size = 1; size <= Largest; size++)
        {
            for (int first = 0; first <= Largest - size; first++)
            {
                Batch batch = nine.Rows(first, size);
                Results together = batch.Run(pass);
                for (int b = 0; b < size; b++)
                {
                    batch.Row(together, b).AssertSame(alone[first + b]);
                }
            }
        }
    }
}
