namespace GruGen.Generator.Tests.Sweep;

/// <summary>Vectors of any width give the same bits, and so does the scalar twin.</summary>
public sealed class WidthTests
{
    public static TheoryData<string> Models => SweepModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_gives_the_same_bits_at_every_width(string name) =>
        Agreement.OfWidths(SweepModels.Create(name), [.. SweepModels.Batches(name).Where(batch => batch.Size is 1 or 5 or 17)]);
}
