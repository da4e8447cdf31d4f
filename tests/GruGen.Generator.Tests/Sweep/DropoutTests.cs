using GruGen.Tests.Reference;

namespace GruGen.Generator.Tests.Sweep;

/// <summary>Models whose dropout is at work: of layers, of inputs, of states.</summary>
public sealed class DropoutTests
{
    public static TheoryData<string> Models => SweepModels.NamesOfDropping;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_computes_what_the_reference_computes_with_the_same_masks(string name) =>
        Agreement.WithReference(SweepModels.Create(name), Batches(name), new Training(Seed: 5, Step: 9));

    [Theory]
    [MemberData(nameof(Models))]
    public void Masks_are_drawn_anew_for_each_step_and_have_the_same_bits_at_every_width(string name)
    {
        Subject model = SweepModels.Create(name);
        IReadOnlyList<Batch> batches = Batches(name);

        Agreement.OfWidths(model, batches, new Training(Seed: 5, Step: 9));
        Agreement.OfTrainingSteps(model, batches[0]);
    }

    private static IReadOnlyList<Batch> Batches(string name) => [.. SweepModels.Batches(name).Where(batch => batch.Size is 5 or 17)];
}
